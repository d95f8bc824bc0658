"""Read the history of a record, for those who may read the record; of a removed one, for those who reach all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from chassis.errors import NotFound
from chassis.rpc import Call
from contracts.policy import Scope
from contracts.registry import HISTORY_VERSIONS
from services.registry.history.domain import Entry, Registered, created, without_values
from services.registry.history.schemas import answered
from services.registry.history.store import HistoryStore

Version = dict[str, Any]
Get = Callable[[str, Scope], Registered]


def read(history: HistoryStore, kind: str, get: Get, call: Call) -> Iterator[dict[str, Any]]:
    """Return the versions of a record that come after the cursor, newest first, to the page's limit.

    Where one part of it is asked for, they are those that changed it, with what became of it.
    ``get`` reads the record itself. Raises :class:`NotFound` where it is out of reach, or there has never been one.
    """
    id_, limit, after = call.request["id"], call.request["limit"], int(call.request["after"] or 0)
    first = _first(history, kind, get, call)
    end = history.end(kind, id_)  # which is read after the record, so that none falls between the two
    part = call.request["resource_id"]
    kept = history.before(kind, id_, after, HISTORY_VERSIONS if part else limit)
    told = map(without_values, kept) if end and end.erased else kept
    versions = map(answered, _to_the_first(told, first, after))
    return islice(_of_part(versions, part) if part else versions, limit)


def _of_part(versions: Iterable[Version], part: str) -> Iterator[Version]:
    for version in versions:
        changes = [one for one in version["changes"] if one["resource_id"] == part]
        if changes:
            yield {**version, "changes": changes}


def _first(history: HistoryStore, kind: str, get: Get, call: Call) -> Entry | None:
    """Return the first version of a record that bears it; one that is gone does not, and has an entry of it."""
    id_, scope = call.request["id"], call.scope
    try:
        registered = get(id_, scope).registered
    except NotFound:
        if scope != Scope() or not history.end(kind, id_):
            raise
        return None
    return created(kind, id_, registered) if registered else None


def _to_the_first(entries: Iterator[Entry], first: Entry | None, after: int) -> Iterator[Entry]:
    """Yield entries and the first version, where neither they nor the page before have told it."""
    version = after
    for entry in entries:
        version = entry.version
        yield entry
    if first and version != first.version:
        yield first
