"""Read vector tiles by Google's Protocol Buffers, from the message as its specification has it, and not by our code.

https://github.com/mapbox/vector-tile-spec/blob/master/2.1/vector_tile.proto
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

_KINDS = descriptor_pb2.FieldDescriptorProto
_MESSAGES: dict[str, tuple[tuple[str, int, str, str], ...]] = {
    "Value": (
        ("string_value", 1, "optional", "string"),
        ("float_value", 2, "optional", "float"),
        ("double_value", 3, "optional", "double"),
        ("int_value", 4, "optional", "int64"),
        ("uint_value", 5, "optional", "uint64"),
        ("sint_value", 6, "optional", "sint64"),
        ("bool_value", 7, "optional", "bool"),
    ),
    "Feature": (
        ("id", 1, "optional", "uint64"),
        ("tags", 2, "packed", "uint32"),
        ("type", 3, "optional", "uint32"),  # an enumeration: 1 is a point
        ("geometry", 4, "packed", "uint32"),
    ),
    "Layer": (
        ("version", 15, "required", "uint32"),
        ("name", 1, "required", "string"),
        ("features", 2, "repeated", "Feature"),
        ("keys", 3, "repeated", "string"),
        ("values", 4, "repeated", "Value"),
        ("extent", 5, "optional", "uint32"),
    ),
    "Tile": (("layers", 3, "repeated", "Layer"),),
}
POINT, MOVE_TO_ONE = 1, 9


@dataclass(frozen=True)
class Drawn:
    """Hold a point of a tile, in steps from its north-western corner."""

    x: int
    y: int
    properties: dict[str, Any]


def _message() -> Any:
    file = descriptor_pb2.FileDescriptorProto(name="vector_tile.proto", package="vector_tile", syntax="proto2")
    for name, fields in _MESSAGES.items():
        message = file.message_type.add(name=name)
        for field, number, label, kind in fields:
            added = message.field.add(name=field, number=number)
            added.label = getattr(_KINDS, f"LABEL_{'REPEATED' if label == 'packed' else label.upper()}")
            added.options.packed = label == "packed"
            if kind in _MESSAGES:
                added.type, added.type_name = _KINDS.TYPE_MESSAGE, f".vector_tile.{kind}"
            else:
                added.type = getattr(_KINDS, f"TYPE_{kind.upper()}")
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("vector_tile.Tile"))


_Tile = _message()


def read(body: bytes) -> dict[str, list[Drawn]]:
    """Return the points of a tile by layer."""
    found = {}
    for layer in _Tile.FromString(body).layers:
        assert (layer.version, layer.extent) == (2, 4096)
        values = [getattr(value, next(iter(value.ListFields()))[0].name) for value in layer.values]
        found[layer.name] = [_drawn(feature, layer.keys, values) for feature in layer.features]
    return found


def _drawn(feature: Any, keys: Any, values: list[Any]) -> Drawn:
    command, *at = feature.geometry
    assert (feature.type, command) == (POINT, MOVE_TO_ONE)
    x, y = ((number >> 1) ^ -(number & 1) for number in at)
    tags = iter(feature.tags)
    return Drawn(x, y, {keys[key]: values[value] for key, value in zip(tags, tags, strict=True)})
