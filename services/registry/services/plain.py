"""Make parts of records from plain values, and plain values of parts: to be told whole, or stored without the empty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from typing import Any, TypeVar

_PLAIN = frozenset({str, int, float, bool, type(None)})
T = TypeVar("T")


def made(kind: type[T], given: Mapping[str, Any]) -> T:
    """Return a part from plain values, its own parts with it."""
    kinds = _parts_of(kind)
    if not kinds:
        return kind(**given)
    values = {
        name: (
            value
            if name not in kinds
            else made(kinds[name]["kind"], value)
            if kinds[name].get("single")
            else tuple(made(kinds[name]["kind"], each) for each in value)
        )
        for name, value in given.items()
    }
    return kind(**values)


def plain(part: Any) -> dict[str, Any]:
    """Return a part as plain values, the opposite of :func:`made`."""
    values = ((name, getattr(part, name)) for name in _names_of(type(part)))
    return {name: value if type(value) in _PLAIN else _plain(value) for name, value in values}


def kept(part: Any) -> dict[str, Any]:
    """Return a record or a part as it is stored: plain values without those that are a field's default.

    :func:`made` is the opposite of it as well. Of what HSDS knows of a record most is empty, and would be written into
    the record, the oplog and the journal.
    """
    values = ((name, getattr(part, name), default) for name, default in _defaults_of(type(part)))
    return {
        name: value if type(value) in _PLAIN else _kept(value) for name, value, default in values if value != default
    }


@cache
def _defaults_of(kind: type[Any]) -> tuple[tuple[str, Any], ...]:
    """Return the names of a kind's fields with their defaults, :data:`dataclasses.MISSING` where one has none."""
    return tuple((one.name, one.default) for one in fields(kind))


@cache
def _names_of(kind: type[Any]) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind))


@cache
def _parts_of(kind: type[Any]) -> Mapping[str, Mapping[str, Any]]:
    """Return what is known of the fields of a kind that hold parts."""
    return {one.name: one.metadata for one in fields(kind) if "kind" in one.metadata}


def _kept(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_kept(each) for each in value]
    return kept(value) if hasattr(value, "__dataclass_fields__") else value


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return plain(value) if hasattr(value, "__dataclass_fields__") else value
