"""Write Mapbox Vector Tiles 2.1 of points: https://github.com/mapbox/vector-tile-spec/tree/master/2.1 .

A tile is a Protocol Buffers message: layers, each with its features, and the names and values of properties once. Only
what points need is here, so that a tile of hundreds is a few milliseconds; see
``docs/decisions/0019-tiles-of-counted-cells.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
VERSION = 2
EXTENT = 4096  # how many steps a tile is wide

Value = str | int | bool

# Keys of fields: their number, and how what follows is read (0: a varint, 2: bytes with their length before).
_LAYER = b"\x1a"
_NAME, _FEATURE, _KEY, _VALUE, _EXTENT, _VERSION = b"\x0a", b"\x12", b"\x1a", b"\x22", b"\x28", b"\x78"
_TAGS, _POINT_AT = b"\x12", b"\x18\x01\x22"  # type: a point; geometry
_STRING, _UINT, _SINT, _BOOL = b"\x0a", b"\x28", b"\x30", b"\x38"
_MOVE_TO_ONE = b"\x09"
_MORE = 1 << 7  # set in each byte of a varint but the last


@dataclass(frozen=True, slots=True)
class Feature:
    """Hold a point, in steps from the tile's north-western corner, and its properties."""

    x: int
    y: int
    properties: Mapping[str, Value]


def tile(layers: Mapping[str, Iterable[Feature]]) -> bytes:
    """Return a tile of layers by name; one without any feature is left out, as the specification advises."""
    written = (_layer(name, list(features)) for name, features in layers.items())
    return b"".join(_LAYER + _sized(layer) for layer in written if layer)


def _layer(name: str, features: list[Feature]) -> bytes:
    if not features:
        return b""
    keys: dict[str, bytes] = {}
    values: dict[tuple[type, Value], bytes] = {}
    written = [_FEATURE + _sized(_feature(one, keys, values)) for one in features]
    return b"".join(
        (
            _VERSION + _varint(VERSION),
            _NAME + _sized(name.encode()),
            *written,
            *(_KEY + _sized(key.encode()) for key in keys),
            *(_VALUE + _sized(_value(value)) for _, value in values),
            _EXTENT + _varint(EXTENT),
        )
    )


def _feature(one: Feature, keys: dict[str, bytes], values: dict[tuple[type, Value], bytes]) -> bytes:
    tags = []
    for key, value in one.properties.items():
        number = keys.get(key)
        if number is None:
            number = keys[key] = _varint(len(keys))
        tags.append(number)
        known = (value.__class__, value)  # True is 1 to a dictionary
        number = values.get(known)
        if number is None:
            number = values[known] = _varint(len(values))
        tags.append(number)
    at = _MOVE_TO_ONE + _varint(_zigzag(one.x)) + _varint(_zigzag(one.y))
    return _TAGS + _sized(b"".join(tags)) + _POINT_AT + _sized(at)


def _value(value: Value) -> bytes:
    if isinstance(value, bool):
        return _BOOL + _varint(value)
    if isinstance(value, int):
        return _UINT + _varint(value) if value >= 0 else _SINT + _varint(_zigzag(value))
    return _STRING + _sized(value.encode())


def _sized(content: bytes) -> bytes:
    return _varint(len(content)) + content


def _zigzag(number: int) -> int:
    """Return a number so that small negative ones are small."""
    return 2 * number if number >= 0 else -2 * number - 1


def _plain(number: int) -> bytes:
    written = bytearray()
    while number >= _MORE:
        written.append(number % _MORE | _MORE)
        number >>= 7
    written.append(number)
    return bytes(written)


_SHORT = [_plain(number) for number in range(1 << 14)]


def _varint(number: int) -> bytes:
    """Return a number that is not negative, seven bits a byte, the lowest first."""
    return _SHORT[number] if number < len(_SHORT) else _plain(number)
