"""Query who covers a subject near a place. Each query is bounded and answered by one index, named in it.

::

    candidates   1. within the area          covers "<subject>@<area>"      nearest first, then those of no known place
                 2. within the wider area    covers "<subject>@<wider>"     the same, less those of 1
    others       inactive                    covers "!<subject>@<wider>"
                 out_of_area                 covers "<subject>@*"           less those of the wider area
                 no_capability               the area's active ones without the subject

An agency is within all areas in which it has a place, too: a branch helps where it is. Those without the subject are
listed by their own areas alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pymongo.database import Database

from services.registry.areas.domain import Area
from services.registry.organizations.domain import ACTIVE
from services.registry.organizations.store import EVERYWHERE, covered, covers_key

Query = Mapping[str, Any]
Found = list[dict[str, Any]]

FIELDS = {"name": 1, "area": 1, "covers": 1, "languages": 1, "capabilities": 1, "distance": 1}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Say what is sought: a subject, where, and at most how many. ``point`` is None where only the area is known."""

    subject: str
    area: Area
    point: tuple[float, float] | None
    limit: int

    @property
    def wider(self) -> str:
        """Return the area's parent, in which agencies may still be asked; the whole node where it has none."""
        return self.area.parent or EVERYWHERE

    @property
    def origin(self) -> tuple[float, float] | None:
        """Return from where distances are measured: the point, else the area's centre."""
        return self.point or self.area.centre


class AgencyView:
    """Query agencies."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        """Take the service's database."""
        self._organizations = database["organizations"]

    def find(self, wanted: Wanted) -> dict[str, Any]:
        """Return ``{"agencies", "others"}`` as the contract ``find_agencies`` has it, each of at most ``limit``."""
        found = self._covering(wanted, wanted.area.id, {}, wanted.limit)
        if wanted.area.id != wanted.wider and len(found) < wanted.limit:
            beyond = _lacking(wanted.subject, wanted.area.id)
            found += self._covering(wanted, wanted.wider, beyond, wanted.limit - len(found))
        others = sorted(self._others(wanted), key=_nearest_first)
        return {
            "agencies": [_candidate(one, wanted) for one in found],
            "others": [_other(one, reason) for reason, one in others[: wanted.limit]],
        }

    def _covering(self, wanted: Wanted, area: str, besides: Query, limit: int, *, active: bool = True) -> Found:
        query = {"covers": covers_key(wanted.subject, area, active=active), **besides}
        if wanted.origin is None:
            return self._listed(query, limit)
        found = self._near(wanted.origin, query, "covers_place", limit)
        return found + (self._listed({**query, "placed": False}, limit - len(found)) if len(found) < limit else [])

    def _others(self, wanted: Wanted) -> Iterator[tuple[str, dict[str, Any]]]:
        limit = wanted.limit
        yield from _for("inactive", self._covering(wanted, wanted.wider, {}, limit, active=False))
        if wanted.wider != EVERYWHERE:
            beyond = _lacking(wanted.subject, wanted.wider)
            yield from _for("out_of_area", self._covering(wanted, EVERYWHERE, beyond, limit))
        if wanted.origin is not None:
            unable = {"areas": wanted.area.id, "status": ACTIVE, "capabilities.subject": {"$ne": wanted.subject}}
            yield from _for("no_capability", self._near(wanted.origin, unable, "areas_place", limit))

    def _near(self, origin: tuple[float, float], query: Query, index: str, limit: int) -> Found:
        near = {
            "near": {"type": "Point", "coordinates": list(origin)},
            "key": "place",
            "distanceField": "distance",
            "query": query,
        }
        pipeline: list[Query] = [{"$geoNear": near}, {"$limit": limit}, {"$project": FIELDS}]
        return list(self._organizations.aggregate(pipeline, hint=index))

    def _listed(self, query: Query, limit: int) -> Found:
        return list(self._organizations.find(query, FIELDS).sort("_id", 1).limit(limit).hint("covers_placed"))


def _lacking(subject: str, area: str) -> Query:
    """Return what leaves out those found in an area. No index is to serve it: one would be walked almost whole."""
    return {"$expr": {"$not": {"$in": [{"$literal": covers_key(subject, area)}, "$covers"]}}}


def _for(reason: str, found: Iterable[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    return ((reason, one) for one in found)


def _nearest_first(other: tuple[str, dict[str, Any]]) -> tuple[float, str]:
    return other[1].get("distance", float("inf")), other[1]["_id"]


def _distance(one: Mapping[str, Any]) -> int | None:
    return round(one["distance"]) if "distance" in one else None


def _candidate(one: Mapping[str, Any], wanted: Wanted) -> dict[str, Any]:
    capability = next(each for each in one["capabilities"] if each["subject"] == wanted.subject)
    return {
        "id": one["_id"],
        "name": one["name"],
        "area": one.get("area", ""),
        "areas": covered(one["covers"], wanted.subject),
        "distance_m": _distance(one),
        "capacity": capability.get("capacity"),
        "languages": one.get("languages", []),
    }


def _other(one: Mapping[str, Any], reason: str) -> dict[str, Any]:
    return {"id": one["_id"], "name": one["name"], "reason": reason, "distance_m": _distance(one)}
