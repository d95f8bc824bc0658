"""Turn calls into stamps, and entries into what is answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import orjson

from chassis.rpc import Call
from contracts.policy import Role
from contracts.registry import HISTORY_BYTES
from services.registry.history.domain import Entry, Stamp, without_values
from services.registry.history.resources import Told, told

STAMPED = ("version", "last_modified")
"""What every change sets."""
UNTOLD = ("outline",)
"""What is told without its values: a line has 30,000 positions."""


def stamp_of(call: Call, at: datetime) -> Stamp:
    """Return the stamp of what a call does. An import does it for whoever made the import."""
    asked = call.request
    creator = asked.get("creator", "") if call.actor.role == Role.SERVICE else ""
    return Stamp(at, creator or call.actor.label, call.operation, asked.get("source", ""), asked.get("import", ""))


def differing(old: Any, new: Any, public: Iterable[str], plain: Callable[[Any], Any]) -> dict[str, tuple[Any, Any]]:
    """Return those of a record's public fields that a change set, each before and after, made ``plain``."""
    both = ((name, getattr(old, name), getattr(new, name)) for name in public if name not in STAMPED)
    return {name: _told_of(name, plain(before), plain(after)) for name, before, after in both if before != after}


def said(old: Any, public: Iterable[str], plain: Callable[[Any], Any]) -> dict[str, Any]:
    """Return what a record says in its public fields, of those that say anything, made ``plain``."""
    values = ((name, plain(getattr(old, name))) for name in public if name not in (*STAMPED, *UNTOLD, "id"))
    return {name: value for name, value in values if value not in (None, "", [])}


def _told_of(name: str, before: Any, after: Any) -> tuple[Any, Any]:
    return (None, None) if name in UNTOLD else (before, after)


def answered(entry: Entry) -> dict[str, Any]:
    """Return an entry as the contract's ``RecordVersion`` has it; one above :data:`HISTORY_BYTES` without values."""
    whole = _told(entry)
    return whole if len(orjson.dumps(whole)) <= HISTORY_BYTES else _told(without_values(entry))


def _told(entry: Entry) -> dict[str, Any]:
    stamp = entry.stamp
    return {
        "version": entry.version,
        "last_action_date": stamp.at.isoformat(),
        "last_action_type": entry.action,
        "updated_by": stamp.by,
        "operation": stamp.operation,
        "source": stamp.source,
        "import_id": stamp.import_id,
        "changes": [_change(one) for one in told(entry)],
    }


def _change(one: Told) -> dict[str, Any]:
    return {name: getattr(one, name) for name in Told.__slots__}
