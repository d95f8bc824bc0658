"""Read the history of a record, for those who may read the record; of a removed one, for those who reach all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain, islice
from typing import Any

from chassis.errors import NotFound
from chassis.rpc import Call
from contracts.policy import Scope
from services.registry.history.domain import Stamp, created, without_values
from services.registry.history.schemas import answered
from services.registry.history.store import HistoryStore
from services.registry.organizations.domain import Organization
from services.registry.services.domain import Service


def read(
    history: HistoryStore, kind: str, get: Callable[[str, Scope], Organization | Service], call: Call
) -> Iterator[dict[str, Any]]:
    """Return the versions of a record that come after the cursor, newest first, to the page's limit.

    ``get`` reads the record itself. Raises :class:`NotFound` where it is out of reach, and there has never been one.
    """
    id_, limit, after = call.request["id"], call.request["limit"], int(call.request["after"] or 0)
    registered, gone = _standing(get, id_, call.scope)
    kept = list(history.before(kind, id_, after, limit))
    if gone:
        if not kept and not after:
            raise gone
        kept = [without_values(entry) for entry in kept]
    first = [created(kind, id_, registered)] if registered and after != 1 else []
    return map(answered, islice(chain(kept, first), limit))


def _standing(
    get: Callable[[str, Scope], Organization | Service], id_: str, scope: Scope
) -> tuple[Stamp | None, NotFound | None]:
    """Return how the record came, or why it is not to be read, where the caller would reach it if it were there."""
    try:
        return get(id_, scope).registered, None
    except NotFound as gone:
        if scope != Scope():
            raise
        return None, gone
