"""Say what a change did to a record. Pure.

A record's first version has no entry: the record bears its stamp itself, so that an import of new rows writes nothing
more. When an operator takes a record off, its entries tell no values any more, but still who, when and which fields.
Whoever else takes one off hides nothing by it: the values stay, and the end tells what the record said last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Protocol

from contracts.policy import Role
from contracts.registry.words import ACTIONS

CREATE, UPDATE, ASSURE, DELETE = ACTIONS

ORGANIZATION, SERVICE, AREA, TERM = "organization", "service", "area", "term"
"""The kinds of records that have a history."""

ASSURED = "assured_date"
ERASER = Role.OPERATOR
"""Whose removal takes values along: who runs the node, and answers for what it keeps of people."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """Say when, by whom and by what a version came: an operation, or an import of the list ``source``."""

    at: datetime
    by: str
    operation: str = ""
    source: str = ""
    import_id: str = ""


class Registered(Protocol):
    """Bear how a first version came."""

    @property
    def registered(self) -> Stamp | None:
        """Return its stamp, or None for one that is older than stamps."""


@lru_cache(maxsize=16)
def plain(stamp: Stamp | None) -> dict[str, Any] | None:
    """Return a stamp as plain values, not to be changed: all new rows of a batch have the same."""
    return asdict(stamp) if stamp else None


@dataclass(frozen=True, slots=True)
class Change:
    """Say what became of one field, in plain values; of a list only what went and what came. A tuple is one value."""

    field_name: str
    previous_value: Any
    replacement_value: Any


@dataclass(frozen=True, slots=True)
class Entry:
    """Say how one version of a record came to be.

    Of an end, ``owner`` names the organization with which the values go that it left; empty where they went with it.
    """

    kind: str
    record: str
    version: int
    action: str
    stamp: Stamp
    changes: tuple[Change, ...] = ()
    owner: str = ""

    @property
    def ended(self) -> bool:
        """Tell whether the record is gone."""
        return self.action == DELETE

    @property
    def erased(self) -> bool:
        """Tell whether the values of all versions are gone with the record, or are to be."""
        return self.ended and not self.owner


def changed(kind: str, record: str, version: int, differing: Mapping[str, tuple[Any, Any]], stamp: Stamp) -> Entry:
    """Return the entry of a change: of each field that differs its values before and after.

    It is an assurance where it says when the record was looked over; to take that away is none.
    """
    changes = tuple(_change(name, old, new) for name, (old, new) in differing.items())
    _, assured = differing.get(ASSURED, ("", ""))
    return Entry(kind, record, version, ASSURE if assured else UPDATE, stamp, changes)


def removed(
    kind: str,
    record: str,
    version: int,
    registered: Stamp | None,
    stamp: Stamp,
    *,
    said: Mapping[str, Any] | None = None,
    owner: str = "",
) -> Iterator[Entry]:
    """Yield the entry of an end, and that of the first version, which the record can bear no more.

    ``said`` is what the record told last, where that stays until its ``owner`` goes.
    """
    if registered:
        yield created(kind, record, registered)
    changes = tuple(Change(name, value, None) for name, value in (said or {}).items())
    yield Entry(kind, record, version, DELETE, stamp, changes, owner)


def created(kind: str, record: str, registered: Stamp) -> Entry:
    """Return the entry of a first version."""
    return Entry(kind, record, 1, CREATE, registered)


def without_values(entry: Entry) -> Entry:
    """Return the entry as it is told of a record that was taken off, or where its values are too much for a page."""
    return replace(entry, changes=tuple(Change(one.field_name, None, None) for one in entry.changes))


def _change(name: str, old: Any, new: Any) -> Change:
    if isinstance(old, list) and isinstance(new, list):
        return Change(name, only_these(old, new), only_these(new, old))
    return Change(name, old, new)


def only_these(these: Sequence[Any], others: Sequence[Any]) -> list[Any]:
    """Return what is in one list and not in another."""
    return [one for one in these if one not in others]
