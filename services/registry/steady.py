"""Take a list of parts that only stand in another order for the list that is there. Pure.

The rows of a table have no order, so a list that brings the same parts in another one changes nothing: the record keeps
the order and the ids that it has. What differs in anything else is taken as it came.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any

ADDRESSES = "addresses"
"""The parts of which, by the first, the line of a place is made."""
NAMING = frozenset({"id", "updated"})
"""What two parts may differ in that say the same; when a capacity was updated is looked at by itself."""


def steady(old: Any, new: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that are to be set on a record, each list as the record has it where it says the same."""
    return {name: _kept(getattr(old, name, None), value) for name, value in new.items()}


def _kept(old: Any, new: Any) -> Any:
    """Return a list as it was, or with the lists in its parts as they were in those of the same ids."""
    if not (isinstance(old, tuple) and isinstance(new, tuple)) or old == new:
        return new
    if _alike(old, new):
        return old
    known = {one.id: one for one in old if hasattr(one, "id")}
    return tuple(_within(known.get(getattr(one, "id", None)), one) for one in new)


def _within(old: Any, new: Any) -> Any:
    if old is None:
        return new
    kept = {name: _kept(getattr(old, name), getattr(new, name)) for name in _lists(type(new))}
    if kept.get(ADDRESSES) and kept[ADDRESSES] == old.addresses:
        kept["address"] = old.address
    return replace(new, **kept) if kept else new


def _alike(old: Sequence[Any], new: Sequence[Any]) -> bool:
    """Tell whether two lists say the same, in whatever order."""
    if len(old) != len(new):
        return False
    pairs = zip(sorted(old, key=_said), sorted(new, key=_said), strict=True)
    return all(_said(one) == _said(other) and _dated(one, other) for one, other in pairs)


def _dated(old: Any, new: Any) -> bool:
    return getattr(new, "updated", None) in (None, getattr(old, "updated", None))


def _said(value: Any) -> str:
    """Return what tells a part from others, as text: what it says itself, and what its own parts say in any order."""
    if isinstance(value, tuple):
        return f"[{', '.join(sorted(map(_said, value)))}]"
    if not is_dataclass(value):
        return repr(value)
    return f"({', '.join(_said(getattr(value, name)) for name in _names(type(value)))})"


@cache
def _names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind) if one.name not in NAMING)


@cache
def _lists(kind: type[Any]) -> tuple[str, ...]:
    """Return the names of the lists of a kind of part; a value that is none has none."""
    held = fields(kind) if is_dataclass(kind) else ()
    return tuple(one.name for one in held if "kind" in one.metadata and not one.metadata.get("single"))
