"""Note who did what to which record, why and when: entries of the collection ``audit``, which the program never erases.

A service writes them by :meth:`chassis.work.Unit.audit`, what has no unit of work by :func:`entry`; each in the
transaction that does what the entry tells.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from chassis.ids import new_id

COLLECTION = "audit"
RECORDS_MOST = 1000
"""Records that one entry names at most."""


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


def joined(entries: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the entries of one unit of work; of those that tell the same of several records one, which names them all.

    Its ``record`` is then a list, which a query for one of them finds as well. So what an import of a hundred rows does
    is an entry or two, not a hundred to be written and sealed one by one.
    """
    return [one for alike in _alike(entries).values() for one in _entries_of(alike)]


def _alike(entries: Iterable[dict[str, Any]]) -> dict[tuple[str, str], list[dict[str, Any]]]:
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for one in entries:
        found.setdefault((one["action"], one["why"]), []).append(one)
    return found


def _entries_of(alike: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    records = list(dict.fromkeys(one["record"] for one in alike))
    for first in range(0, len(records), RECORDS_MOST):
        some = records[first : first + RECORDS_MOST]
        yield alike[first] | {"record": some if len(some) > 1 else some[0]}
