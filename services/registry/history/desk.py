"""Read the history of a record, for those who may read the record; of a removed one, for those who reach all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from chassis.errors import NotFound
from chassis.rpc import Call
from contracts.policy import Scope
from services.registry.history.domain import DELETE, Entry, Registered, Stamp, created, without_values
from services.registry.history.schemas import answered
from services.registry.history.store import HistoryStore

Get = Callable[[str, Scope], Registered]


def read(history: HistoryStore, kind: str, get: Get, call: Call) -> Iterator[dict[str, Any]]:
    """Return the versions of a record that come after the cursor, newest first, to the page's limit.

    ``get`` reads the record itself. Raises :class:`NotFound` where it is out of reach, or there has never been one.
    """
    id_, limit, after = call.request["id"], call.request["limit"], int(call.request["after"] or 0)
    registered, gone = _standing(get, id_, call.scope)
    kept = list(history.before(kind, id_, after, limit))
    if not gone and kept and kept[0].action == DELETE:  # it was removed between the two
        registered, gone = _standing(get, id_, call.scope)
    if gone:
        if not kept and not (after and any(history.before(kind, id_, 0, 1))):
            raise gone
        kept = [without_values(entry) for entry in kept]
    elif registered and after != 1 and not _to_the_first(kept):
        kept.append(created(kind, id_, registered))
    return map(answered, islice(kept, limit))


def _to_the_first(kept: list[Entry]) -> bool:
    """Tell whether the first version has an entry already: the record was removed after it was read."""
    return bool(kept) and kept[-1].version == 1


def _standing(get: Get, id_: str, scope: Scope) -> tuple[Stamp | None, NotFound | None]:
    """Return how the record came, or why it is not to be read, where the caller would reach it if it were there."""
    try:
        return get(id_, scope).registered, None
    except NotFound as gone:
        if scope != Scope():
            raise
        return None, gone
