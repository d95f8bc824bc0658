"""Turn calls into stamps, and entries into what is answered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chassis.rpc import Call
from contracts.policy import Role
from services.registry.history.domain import Change, Entry, Stamp


def stamp_of(call: Call, at: datetime) -> Stamp:
    """Return the stamp of what a call does. An import does it for whoever made the import."""
    asked = call.request
    creator = asked.get("creator", "") if call.actor.role == Role.SERVICE else ""
    return Stamp(at, creator or call.actor.label, call.operation, asked.get("source", ""), asked.get("import", ""))


def answered(entry: Entry) -> dict[str, Any]:
    """Return an entry as the contract's ``RecordVersion`` has it."""
    stamp = entry.stamp
    return {
        "version": entry.version,
        "last_action_date": stamp.at.isoformat(),
        "last_action_type": entry.action,
        "updated_by": stamp.by,
        "operation": stamp.operation,
        "source": stamp.source,
        "import_id": stamp.import_id,
        "changes": [_change(one) for one in entry.changes],
    }


def _change(change: Change) -> dict[str, Any]:
    return {name: getattr(change, name) for name in Change.__slots__}
