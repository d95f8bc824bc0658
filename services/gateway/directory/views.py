"""Read the directory, as the API answers from it: one indexed query a request, and bytes that are ready to be sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pymongo
from pymongo.database import Database

from chassis.database import refusals_named
from contracts.subjects import SUBJECTS
from services.gateway.directory import cursors
from services.gateway.directory.documents import facet
from services.gateway.directory.query import Near, Search, after_distance, after_name, beginning

BY_NAME = [("sort", 1), ("_id", 1)]
ANSWER = {"_id": 0, "body": 1, "etag": 1}
PATIENCE = 1.0
LATEST = timedelta(seconds=40)  # the longest transaction there is (chassis.work.LONGEST), and clocks apart
RARE = 5000  # organizations; a word of fewer is read from its own index, and what it finds is put in order
TIES = 64  # organizations at one distance at the end of a page, before all at hand are put in order
SLACK_M = 0.001  # metres, against rounding where a page begins at the distance at which the last one ended


@dataclass(frozen=True, slots=True)
class Page:
    """Hold a page: its records as JSON, and the cursor of the next page, empty where there is none."""

    items: list[bytes]
    next: str


class Directory:
    """Read what is public. Raises the database's own errors where it does not answer."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        """Take the gateway's database."""
        self._database = database
        self._organizations = database["directory_organizations"]
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

    def page(self, search: Search) -> Page:
        """Return the organizations that a search finds: nearest first where it asks for that, else by name."""
        return self._by_distance(search, search.near) if search.near else self._by_name(search)

    def features(self, search: Search) -> list[bytes]:
        """Return all that a search finds and that has a place on the map, each as a GeoJSON feature."""
        conditions, index = self._plan(search)
        found = self._organizations.find(conditions, {"_id": 0, "feature": 1}, hint=index)
        return [one["feature"] for one in found if one["feature"]]

    def areas(self) -> list[bytes]:
        """Return all areas in the order of their codes, without outlines, each as JSON."""
        return [one["body"] for one in self._areas.find({}, {"_id": 0, "body": 1}).sort("_id", 1)]

    def outlines(self) -> list[bytes]:
        """Return the areas that have an outline, each as a GeoJSON feature."""
        found = self._areas.find({}, {"_id": 0, "feature": 1}).sort("_id", 1)
        return [one["feature"] for one in found if one["feature"]]

    def figures(self) -> dict[str, Any] | None:
        """Return the figures that were counted last, as the document that holds them; None before the first time."""
        return self._database["directory_figures"].find_one({"_id": "figures"})

    def status(self) -> dict[str, Any]:
        """Return how many records there are, and what each projector applied last and how late."""
        return {
            "organizations": self._organizations.count_documents({"facets": facet()}),
            "areas": self._areas.estimated_document_count(),
            "projectors": list(self._database["directory_projectors"].find().sort("applied_at", -1)),
            "rebuild": self._database["directory_rebuilds"].find_one({}, sort=[("requested_at", -1)]),
        }

    def changed_since(self, moment: datetime) -> bool:
        """Tell whether anything may have come to be seen after a moment; for :data:`LATEST` it may, and need not.

        A record bears the time at which its transaction began, and is seen when that commits.
        """
        later = {"applied_at": {"$gt": moment - LATEST}}
        return any(
            collection.find_one(later, {"_id": 1}) for collection in (self._organizations, self._areas, self._referrals)
        )

    def count(self) -> dict[str, Any]:
        """Count what the figures show: see :func:`services.gateway.directory.figures.published`."""
        areas = [one["_id"] for one in self._areas.find({}, {"_id": 1})]
        listed = {"$match": {"facets": facet()}}
        group = {
            "_id": {"type": "$organization_type", "cooperation": "$international_cooperation"},
            "organizations": {"$sum": 1},
            "members": {"$sum": {"$ifNull": ["$record.members_count", 0]}},
        }
        return {
            "kinds": list(self._organizations.aggregate([listed, {"$group": group}])),
            "by_area": {area: self._count(facet(area=area)) for area in areas},
            "by_subject": {subject: self._count(facet(subject=subject)) for subject in SUBJECTS},
            "referrals": list(self._referrals.aggregate([{"$match": {"accepted": True}}, {"$group": _BY_SUBJECT}])),
        }

    def _count(self, key: str) -> int:
        return self._organizations.count_documents({"facets": key})

    def _by_name(self, search: Search) -> Page:
        conditions, index = self._plan(search)
        if search.cursor:
            conditions |= after_name(cursors.read(search.cursor, str))
        matching = self._organizations.find(conditions, {"body": 1, "sort": 1}, hint=index)
        found = list(matching.sort(BY_NAME).limit(search.limit + 1))
        return _page(found, search.limit, "sort", [one["body"] for one in found])

    def _by_distance(self, search: Search, near: Near) -> Page:
        place = cursors.read(search.cursor, float) if search.cursor else (0.0, "")
        stages = [
            _near(near, search.conditions(), from_m=max(0.0, float(place[0]) - SLACK_M)),
            {"$match": after_distance(place)},
        ]
        found = self._nearest(stages, search.limit + 1)
        items = [b'%b,"distance_m":%d}' % (one["body"][:-1], round(one["distance"])) for one in found]
        return _page(found, search.limit, "distance", items)

    def _nearest(self, stages: list[dict[str, Any]], count: int) -> list[dict[str, Any]]:
        """Return the first ``count`` by distance and id.

        The database finds them by distance, a few more than asked for. Only where these end among others at the very
        same distance does it have to put all that lie within reach in order.
        """
        shown = {"$project": {"body": 1, "distance": 1}}
        found = list(self._organizations.aggregate([*stages, {"$limit": count + TIES}, shown]))
        if len(found) == count + TIES and found[count - 1]["distance"] == found[-1]["distance"]:
            ordered = [{"$sort": {"distance": 1, "_id": 1}}, {"$limit": count}]
            return list(self._organizations.aggregate([*stages, *ordered, shown]))
        return sorted(found, key=lambda one: (one["distance"], one["_id"]))[:count]

    def _plan(self, search: Search) -> tuple[dict[str, Any], str | None]:
        """Return a search's conditions, and the index to read by: that of the words where one of them is rare.

        The database itself guesses from the first search of a kind, and keeps to that for common words and rare ones.
        """
        if not search.words:
            return search.conditions(), None
        frequency = {word: self._frequency(word) for word in search.words}
        rarest_first = sorted(frequency, key=frequency.__getitem__)
        return search.conditions(rarest_first), "terms" if frequency[rarest_first[0]] < RARE else "facets"

    def _frequency(self, word: str) -> int:
        """Return how many organizations have a word that begins so; :data:`RARE` where there are more."""
        return self._organizations.count_documents({"terms": beginning(word)}, limit=RARE, hint="terms")


_BY_SUBJECT = {
    "_id": "$subject",
    "accepted": {"$sum": 1},
    "completed": {"$sum": {"$cond": ["$completed", 1, 0]}},
}


def _near(near: Near, conditions: dict[str, Any], from_m: float = 0.0) -> dict[str, Any]:
    return {
        "$geoNear": {
            "near": near.point,
            "key": "places.point",
            "distanceField": "distance",
            "minDistance": from_m,
            "maxDistance": near.within,
            "query": conditions,
            "spherical": True,
        }
    }


def _page(found: list[dict[str, Any]], limit: int, by: str, items: list[bytes]) -> Page:
    last = found[limit - 1] if len(found) > limit else None
    return Page(items[:limit], cursors.write((last[by], last["_id"])) if last else "")
