"""Find what lies nearest to a point by the keys of cells alone, so that only what is shown is read.

Records of one place lie anywhere in the database, and to read one costs as much as a hundred keys of an index. A key of
:mod:`services.gateway.directory.grid` tells where a record's first place is, to half a metre. So keys are read from a
box around the point, which is made wider until enough of them lie in the circle within, or narrower where too many do::

    keys of first places in the box ──▶ the nearest by their cells, and those that may be as near ─┐
    keys of further places there ──────────────────────────────────────────────────────────────────┴▶ read, and measured

A key of a further place does not say of which cell it is, so all of those are read.
"""

from __future__ import annotations

from math import asin, cos, degrees, radians, sin, sqrt
from typing import Any

from chassis.bounded import Bounded
from services.gateway.directory.grid import LATITUDE_MOST, NOWHERE, Box, cover, middle, turned
from services.gateway.directory.search.query import EARTH_M, Near, distance, metres

FIRST_M, LEAST_M, WIDER = 1_000.0, 1.0, 4.0
SPARE = 1.5  # times as far as was enough the last time, where the next one begins
ERROR_M = 0.5  # metres between a place and the middle of its cell, at most
KEYS_MOST = 2_000  # of a box; where there are more it is made narrower
BOXES_MOST = 12  # that are looked at
READ = {"places": 1}

Located = tuple[float, str]
"""Metres, and a record's id."""


class Enough:
    """Remember how far one had to look the last time: there is mostly as much around one place as around the next."""

    def __init__(self) -> None:
        """Begin with a kilometre."""
        self.reach = FIRST_M


class Nearby:
    """Find records around a point, none of which is left out by a condition."""

    def __init__(self, records: Bounded, near: Near, enough: Enough) -> None:
        """Take the records, where to look, and how far at first."""
        self._records = records
        self._near = near
        self._enough = enough

    def nearest(self, count: int) -> list[Located] | None:
        """Return so many of the nearest, nearest first; fewer where fewer are within reach.

        None where the keys do not tell: near a pole, where too many are at one place, or where some just went.
        """
        if (found := self._reached(count)) is None:
            return None
        reach, ids = found
        if (further := self._further(reach)) is None:
            return None
        measured = self._measured({*ids, *further}, reach)[:count]
        return measured if len(measured) == count or reach == self._near.within else None

    def _reached(self, count: int) -> tuple[float, list[str]] | None:
        """Return within how many metres so many are, and the ids of those whose first place may be."""
        sparse, crowded, reach = 0.0, 0.0, min(self._enough.reach, self._near.within)
        for _ in range(BOXES_MOST):
            if (box := box_around(self._near, reach)) is None:
                return None
            if (keys := self._keys(box)) is None:
                crowded = reach
            else:
                sure = sorted(metres_ for metres_, _ in keys if metres_ <= reach - 3 * ERROR_M)[:count]
                if len(sure) == count:
                    self._enough.reach = max(SPARE * sure[-1], LEAST_M)
                    return sure[-1] + ERROR_M, _within(keys, sure[-1] + 2 * ERROR_M)
                if reach >= self._near.within:
                    return reach, _within(keys, reach + ERROR_M)
                sparse = reach
            reach = sqrt(max(sparse, LEAST_M) * crowded) if crowded else min(reach * WIDER, self._near.within)
        return None

    def _keys(self, box: Box) -> list[Located] | None:
        """Return what has its first place in a box, and how far away; None where it is too much."""
        cells = [{"cell": _range(*one)} for one in cover(box)]
        found = self._found({"$or": cells}, {"_id": 1, "cell": 1}, "cell")
        return None if found is None else [(metres(self._near, *middle(one["cell"])), one["_id"]) for one in found]

    def _further(self, reach: float) -> list[str] | None:
        """Return the ids of what has another place about so near; None where it is too much.

        Of several places one must be in a range (``$elemMatch``), and the index's own condition be said beside it: else
        the database reads all on one side of the range.
        """
        if (box := box_around(self._near, reach)) is None:
            return None
        there = {"further": {"$gte": 0}}
        cells = [{"$and": [there, {"further": {"$elemMatch": _range(*one)}}]} for one in cover(box)]
        found = self._found({"$or": cells}, {"_id": 1}, "further")
        return None if found is None else [one["_id"] for one in found]

    def _found(self, wanted: dict[str, Any], shown: dict[str, int], index: str) -> list[dict[str, Any]] | None:
        found = list(self._records.find(wanted, shown, hint=index, limit=KEYS_MOST, batch_size=KEYS_MOST))
        return found if len(found) < KEYS_MOST else None

    def _measured(self, ids: set[str], reach: float) -> list[Located]:
        """Return what of those is within reach, nearest first."""
        wanted = {"_id": {"$in": list(ids)}, "cell": _range(0, NOWHERE)}
        found = self._records.find(wanted, READ, hint="_id_", batch_size=len(ids) + 1)
        placed = ((distance(self._near, one["places"]), one["_id"]) for one in found)
        return sorted(one for one in placed if one[0] <= reach)


def box_around(near: Near, reach: float) -> Box | None:
    """Return a box that holds all within so many metres; None where it would hold a pole, or cells that do."""
    angle, latitude = reach / EARTH_M, radians(near.latitude)
    south, north = near.latitude - degrees(angle), near.latitude + degrees(angle)
    if south <= -LATITUDE_MOST or north >= LATITUDE_MOST:
        return None
    half = degrees(asin(min(1.0, sin(angle) / cos(latitude))))
    return Box(turned(near.longitude - half), south, turned(near.longitude + half), north)


def _range(first: int, end: int) -> dict[str, int]:
    return {"$gte": first, "$lt": end}


def _within(keys: list[Located], reach: float) -> list[str]:
    return [id_ for metres_, id_ in keys if metres_ <= reach]
