"""Find features. What a page costs grows with the page, not with the collection; what would take long is stopped.

A page follows an index from where the page before ended, so each feature is met once, whatever is written meanwhile:

==========================================  =====================================================================
what is asked of organizations or services  index
==========================================  =====================================================================
a box, or a geometry of the filter          ``cell``: the ranges of numbers that the box consists of, see
                                            :mod:`services.gateway.directory.grid`, then what has no place
a subject, an area                          ``facets``, by name
a time                                      ``modified``
nothing of these                            ``cell``, all of it: what has no place comes last
==========================================  =====================================================================

Areas are few, and in the order of their codes. Their outlines are compared here, where their bounds do not tell enough.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import orjson
from pymongo.database import Database
from pymongo.errors import ExecutionTimeout

from services.gateway.directory.documents import facet
from services.gateway.directory.grid import NOWHERE, Box, ranges
from services.gateway.directory.search import cursors
from services.gateway.directory.search.cursors import Place
from services.gateway.directory.search.query import after_name
from services.gateway.ogc import cql
from services.gateway.ogc.collections import AREAS, ORGANIZATIONS, SERVICES, Collection
from services.gateway.ogc.cql import Where
from services.gateway.ogc.domain import Extent, Interval, Page, Selection, TooBroad, Unsupported
from services.gateway.ogc.geometry import Shape, bounds, intersect, shape_of, shape_of_box, within
from services.gateway.ogc.times import NONE, Query

LONGEST_MS = 3_000
COMPARED_MOST = 20_000  # areas of one predicate
EPOCH, MILLISECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(milliseconds=1)
NUMBER_MOST = 1 << 62
LAST_MOMENT = 253_402_300_799_000  # milliseconds: the end of the year 9999

Document = dict[str, Any]


class Layer(Protocol):
    """Find the features of one collection."""

    def page(self, selection: Selection) -> Page:
        """Return a page. Raises ``Unsupported`` for a filter, ``Invalid`` for a cursor, and ``TooBroad``."""

    def one(self, id: str) -> bytes | None:  # noqa: A002 - the field's name
        """Return a feature; None where there is none."""

    def extent(self) -> Extent:
        """Return what all features lie in."""


class Features:
    """Find features of every collection. Raises the database's own errors where it does not answer."""

    def __init__(self, database: Database[Document]) -> None:
        """Take the gateway's database."""
        self._layers: dict[str, Layer] = {
            ORGANIZATIONS.id: Points(database, ORGANIZATIONS),
            SERVICES.id: Points(database, SERVICES),
            AREAS.id: Areas(database),
        }

    def page(self, collection: Collection, selection: Selection) -> Page:
        """Return a page of what is asked for."""
        try:
            return self._layers[collection.id].page(selection)
        except ExecutionTimeout as error:
            raise TooBroad from error

    def one(self, collection: Collection, id: str) -> bytes | None:  # noqa: A002 - the field's name
        """Return a feature by its id."""
        return self._layers[collection.id].one(id)

    def extent(self, collection: Collection) -> Extent:
        """Return what all features of a collection lie in."""
        return self._layers[collection.id].extent()


@dataclass(frozen=True, slots=True)
class Order:
    """Hold an order: its index, the field before the id, and how a document's place in it is written and read."""

    index: str
    key: str
    kind: type
    written: Callable[[Any], Any] = lambda value: value

    @property
    def keys(self) -> list[tuple[str, int]]:
        """Return what it sorts by."""
        return [(self.key, 1), ("_id", 1)]

    def place(self, one: Document) -> Place:
        """Return a document's place."""
        return self.written(one[self.key]), one["_id"]


BY_CELL = Order("cell", "cell", int)
BY_NAME = Order("facets", "sort", str)
BY_TIME = Order("modified", "modified", int, lambda moment: (moment - EPOCH) // MILLISECOND)


class Points:
    """Find organizations or services, each a point or no place."""

    def __init__(self, database: Database[Document], collection: Collection) -> None:
        """Take the gateway's database, and what is looked for."""
        self._collection = collection
        self._found = database[f"directory_{collection.id}"]
        self._figures = database["directory_figures"]

    def one(self, id: str) -> bytes | None:  # noqa: A002 - the field's name
        """Return a feature; None where there is none, or it is not active."""
        found = self._found.find_one({"_id": id}, {"item": 1})
        return (found.get("item") or None) if found else None

    def extent(self) -> Extent:
        """Return what all lie in, as it was counted last; organizations alone are counted."""
        counted = self._figures.find_one({"_id": "figures"}, {"extent": 1})
        return extent_of((counted or {}).get("extent") if self._collection is ORGANIZATIONS else None)

    def page(self, selection: Selection) -> Page:
        """Return a page."""
        where = cql.where(selection.filter, self._collection.queryables, in_points) if selection.filter else Where()
        order = order_of(selection, where)
        following = conditions(order, selection, where)
        if following is None:
            return Page([], "")
        wanted = {"item": 1, order.key: 1}
        matching = self._found.find(following, wanted, hint=order.index, batch_size=selection.limit + 1)
        matching = matching.sort(order.keys).limit(selection.limit + 1).max_time_ms(LONGEST_MS)
        return _page(list(matching), selection.limit, order)


class Areas:
    """Find areas, each an outline or none."""

    order = Order("_id_", "_id", str)

    def __init__(self, database: Database[Document]) -> None:
        """Take the gateway's database."""
        self._found = database["directory_areas"]

    def one(self, id: str) -> bytes | None:  # noqa: A002 - the field's name
        """Return a feature; None where there is none."""
        found = self._found.find_one({"_id": id}, {"item": 1})
        return (found.get("item") or None) if found else None

    def extent(self) -> Extent:
        """Return the box around all areas."""
        ends = {"west": "$min", "south": "$min", "east": "$max", "north": "$max"}
        group = {"_id": None, **{end: {which: f"$bounds.{end}"} for end, which in ends.items()}}
        stages: list[Document] = [{"$match": {"bounds.west": {"$gte": -360}}}, {"$group": group}]
        found = next(iter(self._found.aggregate(stages, hint="bounds")), None)
        return Extent(Box(*(found[end] for end in ends))) if found else Extent()

    def page(self, selection: Selection) -> Page:
        """Return a page. Areas have no time, so every one is of any."""
        where = cql.where(selection.filter, AREAS.queryables, self._in_space) if selection.filter else Where()
        parts = [where.query] if where.query else []
        if selection.box:
            ids = self._matching(shape_of_box(selection.box), intersect, intersecting=True)
            parts.append({"$or": [{"bounds": None}, {"_id": {"$in": ids}}]})
        if selection.cursor:
            parts.append({"_id": {"$gt": cursors.read(selection.cursor)[-1]}})
        matching = self._found.find({"$and": parts} if parts else {}, {"item": 1}, hint="_id_")
        matching = matching.sort("_id", 1).limit(selection.limit + 1).max_time_ms(LONGEST_MS)
        return _page(list(matching), selection.limit)

    def _in_space(self, op: str, shape: Shape, negated: bool) -> Where:
        match op:
            case "isnull":
                return Where({"bounds": {"$ne" if negated else "$eq": None}})
            case "s_intersects" | "s_disjoint":
                ids = self._matching(shape, intersect, intersecting=True)
                negated = negated != (op == "s_disjoint")
            case "s_within":
                ids = self._matching(shape, within, intersecting=False)
            case "s_contains":
                ids = self._matching(shape, lambda outline, held: within(held, outline), intersecting=False)
            case _:
                raise Unsupported(f"{op.upper()} is not supported for outlines.")
        if negated:
            return Where({"bounds": {"$ne": None}, "_id": {"$nin": ids}})
        return Where({"_id": {"$in": ids}})

    def _matching(self, shape: Shape, relation: Callable[[Shape, Shape], bool], *, intersecting: bool) -> list[str]:
        """Return the ids of areas of which a relation to a shape is true; all such have bounds that meet the shape's.

        What a box holds altogether meets it: its outline is not looked at.
        """
        ids, unsure = [], []
        box = bounds(shape)
        for part in box.parts():
            near = {
                "bounds.west": {"$lte": part.east},
                "bounds.east": {"$gte": part.west},
                "bounds.south": {"$lte": part.north},
                "bounds.north": {"$gte": part.south},
            }
            found = self._found.find(near, {"bounds": 1}, hint="bounds").limit(COMPARED_MOST).max_time_ms(LONGEST_MS)
            for one in found:
                inside = intersecting and shape.box and _holds(part, one["bounds"])
                (ids if inside else unsure).append(one["_id"])
        return ids + [id_ for id_, outline in self._outlines(unsure) if relation(outline, shape)]

    def _outlines(self, ids: list[str]) -> Iterator[tuple[str, Shape]]:
        found = self._found.find({"_id": {"$in": ids}}, {"feature": 1}).max_time_ms(LONGEST_MS)
        for one in found:
            yield one["_id"], shape_of(orjson.loads(one["feature"])["geometry"])


def in_points(op: str, shape: Shape, negated: bool) -> Where:
    """Return the conditions for what a geometry that is a point is to a shape."""
    if op == "isnull":
        return Where({"point": {"$ne" if negated else "$eq": None}})
    if shape.lines:
        raise Unsupported("Points are not compared with lines.")
    if op in ("s_contains", "s_equals") and (shape.polygons or len(shape.points) != 1):
        if negated:
            return Where({"point": {"$ne": None}})
        return Where(dict(NONE))
    negated = negated != (op == "s_disjoint")
    inside = _points_in(shape)
    if negated:
        return Where({"$and": [{"point": {"$ne": None}}, {"$nor": [inside]}]})
    return Where(inside, bounds(shape))


def extent_of(counted: Document | None) -> Extent:
    """Return an extent from the bounds that were counted with the figures."""
    if not counted:
        return Extent()
    ends = [counted[end] for end in ("west", "south", "east", "north")]
    return Extent(None if None in ends else Box(*ends), counted["since"])


def _points_in(shape: Shape) -> Query:
    """Return the conditions for points of a shape; polygons of the database's own kind have straight edges too."""
    if shape.box:
        return _in_box(shape.box)
    parts: list[Query] = [{"point": {"$in": [list(point) for point in shape.points]}}] if shape.points else []
    parts += [_in_polygon(polygon) for polygon in shape.polygons]
    return parts[0] if len(parts) == 1 else {"$or": parts}


def _in_polygon(polygon: tuple[tuple[tuple[float, float], ...], ...]) -> Query:
    outer, *holes = [{"point": {"$geoWithin": {"$polygon": [list(one) for one in ring]}}} for ring in polygon]
    return {"$and": [outer, {"$nor": holes}]} if holes else outer


def _in_box(box: Box) -> Query:
    parts = [
        {"point.0": {"$gte": part.west, "$lte": part.east}, "point.1": {"$gte": part.south, "$lte": part.north}}
        for part in box.parts()
    ]
    return parts[0] if len(parts) == 1 else {"$or": parts}


def _holds(box: Box, held: Document) -> bool:
    return bool(
        box.west <= held["west"]
        and held["east"] <= box.east
        and box.south <= held["south"]
        and held["north"] <= box.north
    )


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
    if selection.box:
        parts.append(_in_box(selection.box) if where.box else {"$or": [_in_box(selection.box), {"cell": NOWHERE}]})
    cells = _cells(where.box or selection.box, place, nowhere=where.box is None)
    return _all([{"$or": cells}, *parts]) if cells else None


def _all(parts: list[Query]) -> Query:
    return parts[0] if len(parts) == 1 else {"$and": parts}


def _cells(box: Box | None, place: Place | None, *, nowhere: bool) -> list[Query]:
    """Return the ranges of the index that follow a place, as alternatives, each of which is in the index's order.

    What has no place is in every box that is asked for (OGC 17-069r4, 7.15.3), and in none of a filter's.
    """
    wanted = [*(ranges(box) if box else [(0, NOWHERE)]), *([(NOWHERE, NOWHERE + 1)] if nowhere else [])]
    found: list[Query] = []
    for first, end in wanted:
        if place is None or place[0] < first:
            found.append({"cell": {"$gte": first, "$lt": end}})
        elif place[0] < end:
            found += [{"cell": place[0], "_id": {"$gt": place[1]}}, {"cell": {"$gt": place[0], "$lt": end}}]
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


def _page(found: list[Document], limit: int, order: Order | None = None) -> Page:
    """Return a page of what was found, which is one more than the page has if there is a next one."""
    items = [one["item"] for one in found[:limit] if one.get("item")]
    if len(found) <= limit:
        return Page(items, "")
    last = found[limit - 1]
    return Page(items, cursors.write(order.place(last) if order else (last["_id"],)))
