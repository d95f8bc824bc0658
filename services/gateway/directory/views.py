"""Read the directory, as the API answers from it: one indexed query a request, and bytes that are ready to be sent."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Any

import pymongo
from pymongo.cursor import Cursor
from pymongo.database import Database

from chassis.bounded import LONGEST_MS, WHOLE_MS, Bounded, Turns
from chassis.database import refusals_named
from contracts.subjects import SUBJECTS
from services.gateway.directory.coverage.views import Coverage
from services.gateway.directory.covering_store import BESIDE_WORD
from services.gateway.directory.documents import facet
from services.gateway.directory.rebuild_store import KINDS
from services.gateway.directory.search.query import Search
from services.gateway.directory.search.views import Finder, Page, Pages
from services.gateway.directory.services.search import ServiceSearch
from services.gateway.downloads.views import Downloads
from services.gateway.hsds.views import Hsds
from services.gateway.ogc.views import Features

ANSWER = {"_id": 0, "body": 1, "etag": 1}
FEATURE = {"_id": 0, "feature": 1, "hours": 1}
BATCH, BATCH_OF_OUTLINES = 500, 10  # features read at once; by itself the database gives up to 16 MB of them
PATIENCE = 1.0
LATEST = timedelta(seconds=40)  # the longest transaction there is (chassis.work.LONGEST), and clocks apart
SELDOM = timedelta(minutes=10)


class Directory:
    """Read what is public. Raises the database's own errors where it does not answer."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        """Take the gateway's database."""
        self._database = database
        self._organizations = database["directory_organizations"]
        turns = Turns()
        self._pages = Pages(self._organizations, turns, BESIDE_WORD)
        self.ogc = Features(database, turns)
        self.hsds = Hsds(database, turns)
        self.downloads = Downloads(database, self._pages)
        self.coverage = Coverage(database)
        self._services = database["directory_services"]
        self._service_pages = Pages(self._services, turns)
        self._areas = database["directory_areas"]
        self._referrals = database["directory_referrals"]

    def ask(self) -> None:
        """Ask the database whether it answers, and wait for a second at most."""
        with refusals_named(), pymongo.timeout(PATIENCE):
            self._database.command("ping")

    def organization(self, id: str) -> tuple[bytes, str] | None:  # noqa: A002 - the field's name
        """Return an organization as JSON, and its ETag; None where there is none."""
        found = self._organizations.find_one({"_id": id}, ANSWER)
        return (found["body"], found["etag"]) if found and "body" in found else None

    def organizations(self, ids: Collection[str]) -> dict[str, tuple[bytes, str]]:
        """Return those of some organizations that there are, each by its id, as JSON, and its ETag."""
        found = self._organizations.find({"_id": {"$in": list(ids)}}, {"body": 1, "etag": 1})
        return {one["_id"]: (one["body"], one["etag"]) for one in found if "body" in one}

    def page(self, search: Search) -> Page:
        """Return a page of the organizations that a search finds; see :class:`Pages`."""
        return self._pages.page(search)

    def services(self, ids: Collection[str]) -> dict[str, tuple[bytes, str]]:
        """Return those of some services that there are, each by its id, as JSON, and its ETag."""
        found = self._services.find({"_id": {"$in": list(ids)}}, {"body": 1, "etag": 1})
        return {one["_id"]: (one["body"], one["etag"]) for one in found if "body" in one}

    def service_page(self, search: ServiceSearch) -> Page:
        """Return a page of the services that a search finds; see :class:`Pages`."""
        return self._service_pages.page(search)

    def features(self, search: Search) -> Iterator[bytes]:
        """Give all that a search finds and that has a place on the map, each as a GeoJSON feature."""
        self._pages.begin(search)
        organizations = Bounded(self._organizations, WHOLE_MS)
        finder = Finder(organizations)
        words = finder.by_rarity(search.words)
        index = finder.narrowest(search) or ("words" if words else None)
        found = organizations.find(search.conditions(words), FEATURE, hint=index, batch_size=BATCH)
        return _features(found, search)

    def areas(self) -> list[bytes]:
        """Return all areas in the order of their codes, without outlines, each as JSON."""
        areas = Bounded(self._areas, LONGEST_MS).find({}, {"_id": 0, "body": 1})
        return [one["body"] for one in areas.sort("_id", 1)]

    def outlines(self) -> Iterator[bytes]:
        """Give the areas that have an outline, each as a GeoJSON feature."""
        areas = Bounded(self._areas, WHOLE_MS).find({}, FEATURE, batch_size=BATCH_OF_OUTLINES)
        return _features(areas.sort("_id", 1))

    def figures(self) -> dict[str, Any] | None:
        """Return the figures that were counted last, as the document that holds them; None before the first time."""
        return self._database["directory_figures"].find_one({"_id": "figures"})

    def status(self) -> dict[str, Any]:
        """Return how many records there are, and what each projector applied last and how late."""
        return {
            "organizations": Bounded(self._organizations, LONGEST_MS).count_documents({"facets": facet()}),
            "areas": self._areas.estimated_document_count(),
            "projectors": list(self._database["directory_projectors"].find().sort("applied_at", -1)),
            "rebuild": self._database["directory_rebuilds"].find_one({}, sort=[("requested_at", -1)]),
        }

    def changed_since(self, moment: datetime, now: datetime) -> bool:
        """Tell whether anything may have come to be seen after a moment; for :data:`LATEST` it may, and need not.

        A record bears the time at which its transaction began, and is seen when that commits. What a rebuild removed
        bears none: its mark does, see :meth:`.store.DirectoryStore.count_figures_anew`.

        What was written by a clock that was ahead would be a change until its time has come. Nobody knows when it was
        seen first, so it is one for a moment of :data:`SELDOM` ago.
        """
        later: dict[str, Any] = {"applied_at": {"$gt": moment - LATEST}}
        if moment > now - SELDOM:
            later["applied_at"]["$lte"] = now + LATEST
        if self._database["directory_figures"].find_one({"_id": "anew", **later}):
            return True
        return any(self._database[f"directory_{kind}"].find_one(later, {"_id": 1}) for kind in KINDS)

    def count(self) -> dict[str, Any]:
        """Count what the figures show: see :func:`services.gateway.directory.figures.published`."""
        areas = [one["_id"] for one in self._areas.find({}, {"_id": 1})]
        listed = {"$match": {"facets": facet()}}
        group = {
            "_id": {"type": "$organization_type", "cooperation": "$international_cooperation"},
            "organizations": {"$sum": 1},
            "members": {"$sum": {"$ifNull": ["$record.members_count", 0]}},
            **_EXTENT,
        }
        return {
            "kinds": list(self._organizations.aggregate([listed, {"$group": group}])),
            "by_area": {area: self._count(facet(area=area)) for area in areas},
            "by_subject": {subject: self._count(facet(subject=subject)) for subject in SUBJECTS},
            "by_term": {term: self._count(facet(subject=term)) for term in self.hsds.own.known()},
            "referrals": list(self._referrals.aggregate([{"$match": {"accepted": True}}, {"$group": _BY_SUBJECT}])),
        }

    def _count(self, key: str) -> int:
        return self._organizations.count_documents({"facets": key})


def _features(found: Cursor[dict[str, Any]], search: Search | None = None) -> Iterator[bytes]:
    with found:
        for one in found:
            if one["feature"] and (search is None or search.holds(one)):
                yield one["feature"]


_EXTENT = {
    "west": {"$min": "$position.longitude"},
    "south": {"$min": "$position.latitude"},
    "east": {"$max": "$position.longitude"},
    "north": {"$max": "$position.latitude"},
    "since": {"$min": "$modified"},
}
_BY_SUBJECT = {
    "_id": "$subject",
    "accepted": {"$sum": 1},
    "completed": {"$sum": {"$cond": ["$completed", 1, 0]}},
}
