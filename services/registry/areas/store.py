"""Keep areas in MongoDB, and the whole tree of them in memory.

Every change of areas raises ``revision``, one number for all of them, which each changed area bears: a reader that
knows the highest knows whether its tree is still the tree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from threading import Lock
from typing import Any

from pymongo import DESCENDING, IndexModel, ReplaceOne, ReturnDocument
from pymongo.client_session import ClientSession
from pymongo.database import Database

from chassis import clock
from chassis.errors import NotFound
from services.registry.areas.domain import Area
from services.registry.areas.tree import Tree
from services.registry.history import domain as history

INDEXES = {
    "areas": [IndexModel([("revision", -1)], name="revision")],
    "revisions": (),
}
COUNTER = "areas"
ONE_BATCH = 2000
WITHOUT_OUTLINE = {"outline": False}

_NAMES = tuple(field.name for field in fields(Area))


class AreaStore:
    """Keep areas. Their code is their id."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        """Take the service's database."""
        self._areas = database["areas"]
        self._revisions = database["revisions"]

    def get(self, code: str, *, outline: bool = True) -> Area:
        """Return one area; without ``outline`` that is None. Raises :class:`NotFound`."""
        document = self._areas.find_one({"_id": code}, None if outline else WITHOUT_OUTLINE)
        if document is None:
            raise NotFound("There is no such area.")
        return _from_document(document)

    def some(self, codes: Iterable[str], session: ClientSession) -> dict[str, Area]:
        """Return those of the areas that there are, by code."""
        found = self._areas.find({"_id": {"$in": sorted(set(codes))}}, session=session, batch_size=ONE_BATCH)
        return {area.id: area for area in map(_from_document, found)}

    def put_many(self, areas: Sequence[Area], session: ClientSession) -> None:
        """Write areas in one bulk write, at the next revision. Two writers at once go one after the other."""
        if not areas:
            return
        revision = self._next_revision(session)
        writes = [ReplaceOne({"_id": area.id}, _to_document(area, revision), upsert=True) for area in areas]
        self._areas.bulk_write(writes, ordered=False, session=session)

    def page(self, after: str, limit: int, *, outlines: bool = True) -> Iterator[Area]:
        """Yield areas in the order of their codes; without ``outlines`` those are None."""
        found = (
            self._areas.find({"_id": {"$gt": after}}, None if outlines else WITHOUT_OUTLINE).sort("_id", 1).limit(limit)
        )
        return map(_from_document, found)

    def revision(self) -> int:
        """Return the revision of the tree; 0 where there are no areas."""
        found: dict[str, Any] | None = self._areas.find_one(
            {}, {"revision": True}, sort=[("revision", DESCENDING)], hint="revision"
        )
        return int(found["revision"]) if found else 0

    def tree(self, day: str = "") -> Tree:
        """Return the whole tree, read now, as it is on a day."""
        revision = self.revision()
        found = self._areas.find({"revision": {"$gte": 0}}, batch_size=ONE_BATCH)
        return Tree(map(_from_document, found), revision, day)

    def _next_revision(self, session: ClientSession) -> int:
        counter: Any = self._revisions.find_one_and_update(
            {"_id": COUNTER},
            {"$inc": {"value": 1}},
            upsert=True,
            return_document=ReturnDocument.AFTER,
            session=session,
        )
        return int(counter["value"])


class TreeCache:
    """Keep the tree between calls, and read it again when it has changed. One a process; safe to share."""

    def __init__(self) -> None:
        """Start with no areas."""
        self._tree = Tree()
        self._reading = Lock()

    def read(self, store: AreaStore) -> Tree:
        """Return the tree as it is today: one small query where nothing has changed.

        Where it has, one of those who ask reads it, and the others wait: outlines of a country are much to hold twice.
        """
        if self._outdated(store):
            with self._reading:
                if self._outdated(store):
                    self._tree = store.tree(_today())
        return self._tree

    def _outdated(self, store: AreaStore) -> bool:
        return (self._tree.revision, self._tree.day) != (store.revision(), _today())


def _today() -> str:
    return clock.now().date().isoformat()


def _to_document(area: Area, revision: int) -> dict[str, Any]:
    values = {name: getattr(area, name) for name in _NAMES[1:]}
    registered = history.plain(area.registered)
    return {"_id": area.id, **values, "names": dict(area.names), "registered": registered, "revision": revision}


def _from_document(document: Mapping[str, Any]) -> Area:
    values: dict[str, Any] = {name: document[name] for name in _NAMES[1:] if name in document}
    centre = document["centre"]
    values |= {"path": tuple(document["path"]), "centre": tuple(centre) if centre else None}
    values["aliases"] = tuple(document.get("aliases", ()))
    if stamp := document.get("registered"):
        values["registered"] = history.Stamp(**stamp)
    return Area(id=document["_id"], **values)
