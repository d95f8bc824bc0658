"""Keep terms of the node's own in MongoDB. Their code is their id."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pymongo.client_session import ClientSession
from pymongo.database import Database

from chassis.database import Indexes
from chassis.errors import Conflict, NotFound
from services.registry.history import domain as history
from services.registry.taxonomies.domain import Term

INDEXES: Indexes = {"terms": ()}


class TermStore:
    """Keep terms."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        """Take the service's database."""
        self._terms = database["terms"]

    def get(self, code: str, session: ClientSession | None = None) -> Term:
        """Return one term. Raises :class:`NotFound`."""
        found = self.some([code], session)
        if not found:
            raise NotFound("There is no such term.")
        return found[code]

    def some(self, codes: Iterable[str], session: ClientSession | None = None) -> dict[str, Term]:
        """Return those of the terms that there are, by code; asks for none without asking the database."""
        wanted = sorted(set(codes))
        found = self._terms.find({"_id": {"$in": wanted}}, session=session) if wanted else ()
        return {term.id: term for term in map(_from_document, found)}

    def count(self) -> int:
        """Return how many terms there are."""
        return self._terms.estimated_document_count()

    def add(self, term: Term, session: ClientSession) -> None:
        """Add a new term. Of two writers at once the second meets a write conflict, and is run again."""
        self._terms.insert_one(_to_document(term), session=session)

    def save(self, term: Term, session: ClientSession) -> None:
        """Write the next version of a term. Raises :class:`Conflict` where another has written it meanwhile."""
        old = {"_id": term.id, "version": term.version - 1}
        if not self._terms.replace_one(old, _to_document(term), session=session).matched_count:
            raise Conflict("The term has changed meanwhile.")

    def page(self, after: str, limit: int) -> Iterator[Term]:
        """Yield terms in the order of their codes, all of them where ``limit`` is 0."""
        found = self._terms.find({"_id": {"$gt": after}}).sort("_id", 1).limit(limit)
        return map(_from_document, found)


class Terms:
    """Look terms up for one call: all are read at its first question, and none where it asks nothing."""

    def __init__(self, store: TermStore) -> None:
        """Take where they are kept."""
        self._store = store
        self._known: dict[str, Term] | None = None

    def get(self, code: str) -> Term | None:
        """Return the term, or None."""
        if self._known is None:
            self._known = {term.id: term for term in self._store.page("", 0)}
        return self._known.get(code)


def _to_document(term: Term) -> dict[str, Any]:
    values = {"version": term.version, "names": dict(term.names), "retired": term.retired}
    return {"_id": term.id, **values, "registered": history.plain(term.registered)}


def _from_document(document: Mapping[str, Any]) -> Term:
    stamp = document.get("registered")
    registered = history.Stamp(**stamp) if stamp else None
    return Term(document["_id"], document["names"], document["version"], document["retired"], registered)
