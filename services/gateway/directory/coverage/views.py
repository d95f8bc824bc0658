"""Count where needs are and who covers them, and read what was counted."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterable, Iterator
from itertools import chain
from typing import Any

import orjson
from pymongo.collection import Collection
from pymongo.cursor import Cursor
from pymongo.database import Database

from chassis.bounded import WHOLE_MS, Bounded
from chassis.errors import Unavailable
from services.gateway.directory.coverage.areas import ALL, FAMILIES
from services.gateway.directory.documents import facet
from services.gateway.directory.search.query import Near, distance

METRES = 1000
AT_ONCE = 1000
"""So many organizations are looked up by one query."""
TRIES = 5
PARTS_AT_ONCE = 4
RARE = 1000
"""So many organizations are compared with each point, where no more offer a subject."""
Row = dict[str, Any]

_PLACES = {"$setDifference": [{"$setUnion": ["$record.areas", "$record.locations.area"]}, [""]]}
_HOME: Row = {"areas": _PLACES, "capabilities": "$record.capabilities"}


class Coverage:
    """Read where needs are and who covers them."""

    def __init__(self, database: Database[Row]) -> None:
        """Take the gateway's database."""
        self._figures = database["directory_figures"]
        self._parts = database["directory_area_figures"]
        self._areas = database["directory_areas"]
        self._organizations = database["directory_organizations"]
        self._services = database["directory_services"]
        self._referrals = database["directory_referrals"]
        self._families = database["directory_families"]
        self._needs = database["directory_needs"]

    def areas(self) -> Row | None:
        """Return when figures of areas were counted last, and which run of counting that was; None before that."""
        head = self._figures.find_one({"_id": "areas"})
        return head if head and "run" in head else None

    def figures(self) -> Generator[bytes, None, None]:
        """Give those figures as JSON, in the order of the areas' codes: each piece holds some, with commas between.

        They are of one counting; the first piece says when that was. Raises :class:`Unavailable` where newer ones took
        their place before they were read.
        """
        for _ in range(TRIES):
            head = self.areas()
            with self.parts(head["run"] if head else "") as parts:
                first = next(parts, None)
                if head is None or first is not None:
                    yield from _framed(head, chain([first] if first else [], parts))
                    return
        raise Unavailable("figures")

    def parts(self, run: str) -> Cursor[Row]:
        """Return the parts of the figures of a run of counting, in their order."""
        parts = Bounded(self._parts, WHOLE_MS).find({"run": run}, {"body": 1}, batch_size=PARTS_AT_ONCE)
        return parts.sort("number", 1)

    def gaps(self, subject: str | None, area: str, limit: int) -> Row | None:
        """Return the gaps that were found last, the worst of those of a subject and within an area."""
        wanted = [{"$eq": ["$$this.subject", {"$literal": subject}]}] if subject else []
        wanted += [{"$in": [{"$literal": area}, "$$this.areas"]}] if area else []
        items = {"$filter": {"input": "$items", "cond": {"$and": wanted}}}
        return self._figures.find_one({"_id": "gaps"}, {"counted_at": 1, "items": {"$slice": [items, limit]}})

    def last_gaps(self) -> Row | None:
        """Return when gaps were found last, and how long that took; None before the first time."""
        return self._figures.find_one({"_id": "gaps"}, {"items": 0})

    def count(self) -> Row:
        """Count what :func:`.areas.items` adds up, each kind of record by one aggregation."""
        return {
            "areas": [orjson.loads(one["body"]) for one in self._areas.find({}, {"body": 1})],
            "organizations": list(self._organizations.aggregate(_ORGANIZATIONS)),
            "taken": self._at_home(list(self._referrals.aggregate(_TAKEN))),
            "services": self._at_home(list(self._services.aggregate(_SERVICES))),
            "families": list(self._families.aggregate(_FAMILIES)),
            "needs": list(self._needs.aggregate(_NEEDS)),
        }

    def _at_home(self, rows: list[Row]) -> list[Row]:
        """Return those rows whose organization is active, with its areas and capabilities."""
        ids, homes = sorted({row["organization"] for row in rows}), {}
        for first in range(0, len(ids), AT_ONCE):
            listed = {"_id": {"$in": ids[first : first + AT_ONCE]}, "facets": facet()}
            homes.update({one["_id"]: one for one in self._organizations.find(listed, _HOME)})
        return [homes[row["organization"]] | row for row in rows if row["organization"] in homes]

    def nearest(self) -> Nearest:
        """Return what finds the nearest organization for a run, in which it asks who is rare but once."""
        return Nearest(self._organizations)


class Nearest:
    """Find the active organization with a capability whose nearest place is nearest.

    The index of places is walked outwards until one is found that offers the subject: quick where many do, and through
    all of it where hardly anyone does. So those who offer what few do are read once, and compared here.
    """

    def __init__(self, organizations: Collection[Row]) -> None:
        """Take the directory's organizations."""
        self._organizations = organizations
        self._known: dict[str, list[Row] | None] = {}

    def __call__(self, subject: str, point: list[float]) -> tuple[float, str] | None:
        """Return its kilometres and its id, or None where nobody offers the subject at a known place."""
        near = Near(point[1], point[0], math.inf)
        found = [(distance(near, one["places"]) / METRES, one["_id"]) for one in self._candidates(subject, point)]
        return min(found, default=None)

    def _candidates(self, subject: str, point: list[float]) -> list[Row]:
        if subject not in self._known:
            self._known[subject] = self._few(subject)
        few = self._known[subject]
        return self._outwards(subject, point) if few is None else few

    def _few(self, subject: str) -> list[Row] | None:
        """Return who offers a subject at a known place; None where more than :data:`RARE` do."""
        located = {"facets": facet(subject), "places.0": {"$exists": True}}
        found = list(self._organizations.find(located, {"places.point": 1}, hint="facets").limit(RARE + 1))
        return found if len(found) <= RARE else None

    def _outwards(self, subject: str, point: list[float]) -> list[Row]:
        here = {"$geometry": {"type": "Point", "coordinates": point}}
        near = {"facets": facet(subject), "places.point": {"$nearSphere": here}}
        return list(self._organizations.find(near, {"places.point": 1}).limit(1))


def _framed(head: Row | None, parts: Iterable[Row]) -> Iterator[bytes]:
    yield b'{"as_of":%b,"items":[' % orjson.dumps(head and head["counted_at"], option=orjson.OPT_UTC_Z)
    read = 0
    for read, part in enumerate(parts, 1):
        yield b"," * (read > 1) + part["body"]
    if head and read < head["parts"]:
        raise Unavailable("figures")
    yield b"]}"


def _by(*names: str) -> Row:
    return {name: f"$_id.{name}" for name in names}


_OFFERED = {
    "$filter": {
        "input": "$capabilities",
        "cond": {
            "$and": [
                {"$eq": ["$$this.subject", "$subject"]},
                {"$eq": ["$$this.unit", FAMILIES]},
                {"$ne": ["$$this.capacity", None]},
            ]
        },
    }
}
_ORGANIZATIONS: list[Row] = [
    {"$match": {"facets": facet()}},
    {
        "$project": {
            "areas": _PLACES,
            "subject": {"$setUnion": [[ALL], "$record.capabilities.subject"]},
            "capabilities": "$record.capabilities",
            "members": {"$ifNull": ["$record.members_count", 0]},
            "cooperation": {"$cond": ["$international_cooperation", 1, 0]},
        }
    },
    {"$unwind": "$subject"},
    {"$set": {"offered": _OFFERED}},
    {
        "$group": {
            "_id": {"areas": "$areas", "subject": "$subject"},
            "organizations": {"$sum": 1},
            "members": {"$sum": "$members"},
            "cooperation": {"$sum": "$cooperation"},
            "stated": {"$sum": {"$size": "$offered"}},
            "places": {"$sum": {"$sum": "$offered.capacity"}},
        }
    },
    {"$set": _by("areas", "subject")},
]
_TAKEN: list[Row] = [
    {"$match": {"at_work": True}},
    {"$group": {"_id": {"organization": "$organization", "subject": "$subject"}, "taken": {"$sum": 1}}},
    {"$set": _by("organization", "subject")},
]
_AVAILABLE = {
    "$map": {
        "input": "$record.capacities",
        "in": {"$cond": [{"$eq": ["$$this.unit.name", FAMILIES]}, "$$this.available", 0]},
    }
}
_SERVICES: list[Row] = [
    {"$match": {"record.capacities.unit.name": FAMILIES, "status": "active", "facets": facet()}},
    {"$project": {"organization": 1, "subjects": "$record.subjects", "available": {"$sum": _AVAILABLE}}},
]
_FAMILIES: list[Row] = [
    {"$match": {"in_care": True}},
    {"$group": {"_id": "$area", "families": {"$sum": 1}}},
    {"$set": {"area": "$_id"}},
]
_NEEDS: list[Row] = [
    {"$match": {"open": True}},
    {"$group": {"_id": {"area": "$area", "subject": "$subject"}, "needs": {"$sum": 1}}},
    {"$set": _by("area", "subject")},
]
