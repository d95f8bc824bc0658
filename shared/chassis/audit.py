"""Note who did what to which record, why and when: entries of the collection ``audit``, which the program never erases.

A service writes them by :meth:`chassis.work.Unit.audit`, what has no unit of work by :func:`entry`; each in the
transaction that does what the entry tells.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chassis.ids import new_id

COLLECTION = "audit"


def entry(
    actor: str, action: str, record: str, why: str = "", *, at: datetime, organization: str = "", traceparent: str = ""
) -> dict[str, Any]:
    """Return an entry: ``actor`` as ``<role>:<id>``, of an organization where it is bound to one.

    Ids and codes only, never a personal value.
    """
    return {
        "_id": new_id(),
        "at": at,
        "actor": actor,
        "organization": organization,
        "action": action,
        "record": record,
        "why": why,
        "traceparent": traceparent,
    }
