"""Choose the index by which organizations or services are read, and say what of it a page is.

A page follows an index from where the page before ended, so each feature is met once, whatever is written meanwhile:

======================================  =========================================================================
what is asked                           index
======================================  =========================================================================
a box, or a geometry of the filter      ``cell``: the ranges of numbers that the box consists of, see
                                        :mod:`services.gateway.directory.grid`, then what has no place
a subject, an area                      ``facets``, by name
a time                                  ``modified``
nothing of these                        ``cell``, all of it: what has no place comes last
======================================  =========================================================================

Where nothing is asked for but a box, or nothing at all, a page is read off the index's keys, in which whole features
are: see :mod:`services.gateway.directory.covering_store`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from services.gateway.directory.documents import facet
from services.gateway.directory.grid import NOWHERE, Box, position
from services.gateway.directory.search import cursors
from services.gateway.directory.search.cursors import Place
from services.gateway.directory.search.query import after_name, cells, in_box
from services.gateway.ogc.cql import Where
from services.gateway.ogc.domain import Interval, Selection, Unsupported
from services.gateway.ogc.geometry import Shape, bounds
from services.gateway.ogc.times import NONE, Query

EPOCH, MILLISECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(milliseconds=1)
NUMBER_MOST = 1 << 62
LAST_MOMENT = 253_402_300_799_000  # milliseconds: the end of the year 9999


@dataclass(frozen=True, slots=True)
class Order:
    """Hold an order: its index, the field before the id, and how a document's place in it is written and read."""

    index: str
    key: str
    kind: type | None
    written: Callable[[Any], Any] = lambda value: value

    @property
    def keys(self) -> list[tuple[str, int]]:
        """Return what it sorts by."""
        return [(self.key, 1), ("_id", 1)]

    def place(self, one: dict[str, Any]) -> Place:
        """Return a document's place."""
        return (self.written(one[self.key]), one["_id"]) if self.kind else (one["_id"],)


BY_ID = Order("_id_", "_id", None)
BY_CELL = Order("cell", "cell", int)
BY_NAME = Order("facets", "sort", str)
BY_TIME = Order("modified", "modified", int, lambda moment: (moment - EPOCH) // MILLISECOND)


def order_of(selection: Selection, where: Where) -> Order:
    """Return the order in which a selection is read."""
    if selection.box or where.box:
        return BY_CELL
    if where.facets:
        return BY_NAME
    return BY_TIME if selection.during else BY_CELL


def conditions(order: Order, selection: Selection, where: Where) -> Query | None:
    """Return the conditions of a page in an order; None where nothing can follow the page before."""
    place = _place(selection.cursor, order) if selection.cursor else None
    parts = [where.query] if where.query else []
    if selection.during:
        parts.append({"modified": _time(selection.during)})
    if order is BY_NAME:
        names = where.facets
        led = {"facets": facet(**names)} | (after_name(place) if place else {})
        return _all([led, *parts])
    if order is BY_TIME:
        return _all([{"cell": {"$gte": 0}}, *parts, *([_after_time(place)] if place else [])])
    if selection.box and where.box:
        parts.append(in_box(selection.box))
    following = _following(where.box or selection.box, place, nowhere=where.box is None)
    return _all([{"$or": following}, *parts]) if following else None


def in_points(op: str, shape: Shape, negated: bool) -> Where:
    """Return the conditions for what a geometry that is a point is to a shape."""
    if op == "isnull":
        return Where({"position": {"$ne" if negated else "$eq": None}})
    if shape.lines:
        raise Unsupported("Points are not compared with lines.")
    if op in ("s_contains", "s_equals") and (shape.polygons or len(shape.points) != 1):
        if negated:
            return Where({"position": {"$ne": None}})
        return Where(dict(NONE))
    negated = negated != (op == "s_disjoint")
    inside = _points_in(shape)
    if negated:
        return Where({"$and": [{"position": {"$ne": None}}, {"$nor": [inside]}]})
    return Where(inside, bounds(shape))


def _all(parts: list[Query]) -> Query:
    return parts[0] if len(parts) == 1 else {"$and": parts}


def _following(box: Box | None, place: Place | None, *, nowhere: bool) -> list[Query]:
    """Return the ranges of the index that follow a place, as alternatives, each of which is in the index's order.

    What has no place is in every box that is asked for (OGC 17-069r4, 7.15.3), and in none of a filter's.
    """
    wanted = cells(box) if box else [((0, NOWHERE), {})]
    found: list[Query] = []
    for (first, end), inside in [*wanted, *([((NOWHERE, NOWHERE + 1), {})] if nowhere else [])]:
        if place is None or place[0] < first:
            found.append({"cell": {"$gte": first, "$lt": end}, **inside})
        elif place[0] < end:
            found.append({"cell": place[0], "_id": {"$gt": place[1]}, **inside})
            found.append({"cell": {"$gt": place[0], "$lt": end}, **inside})
    return found


def _time(during: Interval) -> Query:
    return {
        **({"$gte": during.start} if during.start else {}),
        **({"$lte": during.end} if during.end else {}),
    }


def _place(cursor: str, order: Order) -> Place:
    """Return the place of a cursor; a number that none of ours has becomes the greatest that there is."""
    key, id_ = cursors.read(cursor, order.kind)
    return (min(key, NUMBER_MOST), id_) if isinstance(key, int) else (key, id_)


def _after_time(place: Place) -> Query:
    moment = EPOCH + max(0, min(place[0], LAST_MOMENT)) * MILLISECOND
    return {"$or": [{"modified": moment, "_id": {"$gt": place[1]}}, {"modified": {"$gt": moment}}]}


def _points_in(shape: Shape) -> Query:
    """Return the conditions for points of a shape; polygons of the database's own kind have straight edges too."""
    if shape.box:
        return in_box(shape.box)
    parts: list[Query] = [{"position": {"$in": [position(*point) for point in shape.points]}}] if shape.points else []
    parts += [_in_polygon(polygon) for polygon in shape.polygons]
    return parts[0] if len(parts) == 1 else {"$or": parts}


def _in_polygon(polygon: tuple[tuple[tuple[float, float], ...], ...]) -> Query:
    outer, *holes = [{"position": {"$geoWithin": {"$polygon": [list(one) for one in ring]}}} for ring in polygon]
    return {"$and": [outer, {"$nor": holes}]} if holes else outer
