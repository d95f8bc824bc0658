"""Find features. What a page costs grows with the page, not with the collection; what would take long is stopped.

Organizations and services are read in an order of :mod:`services.gateway.ogc.plans`. Areas are few, and in the order of
their codes; their outlines are compared here, where their bounds do not tell enough.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from functools import partial
from typing import Any, Protocol

import orjson
from pymongo.database import Database
from pymongo.errors import ExecutionTimeout

from chassis.bounded import LONGEST_MS, Bounded, TooLong, Turns
from services.gateway.directory.form import BOXES
from services.gateway.directory.form_store import Renewed
from services.gateway.directory.grid import Box
from services.gateway.directory.search import cursors
from services.gateway.ogc import cql
from services.gateway.ogc.collections import AREAS, ORGANIZATIONS, SERVICES, Collection
from services.gateway.ogc.cql import Where
from services.gateway.ogc.domain import Extent, Page, Selection, TooBroad, Unsupported
from services.gateway.ogc.effort import Tick, effort
from services.gateway.ogc.geometry import Shape, bounds, intersect, shape_of, shape_of_box, within
from services.gateway.ogc.plans import BY_ID, Order, conditions, in_points, order_of
from services.gateway.ogc.times import Query, there

COMPARED_MOST = 20_000  # areas of one predicate
PAGE_BYTES = 4_000_000  # from which on a page ends before its limit: outlines may be long
FEW = 20  # areas that are fetched at once

Document = dict[str, Any]
Relation = Callable[[Shape, Shape, Tick], bool]
"""Tell whether an outline is to a shape what is asked."""


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

    def __init__(self, database: Database[Document], turns: Turns | None = None) -> None:
        """Take the gateway's database, and who gives turns to what takes long."""
        turns = turns or Turns()
        self._layers: dict[str, Layer] = {
            ORGANIZATIONS.id: Points(database, ORGANIZATIONS, turns),
            SERVICES.id: Points(database, SERVICES, turns),
            AREAS.id: Areas(database, turns),
        }

    def page(self, collection: Collection, selection: Selection) -> Page:
        """Return a page of what is asked for."""
        try:
            return self._layers[collection.id].page(selection)
        except (ExecutionTimeout, TooLong) as error:
            raise TooBroad from error

    def one(self, collection: Collection, id: str) -> bytes | None:  # noqa: A002 - the field's name
        """Return a feature by its id."""
        return self._layers[collection.id].one(id)

    def extent(self, collection: Collection) -> Extent:
        """Return what all features of a collection lie in."""
        return self._layers[collection.id].extent()


class Points:
    """Find organizations or services, each a point or no place."""

    def __init__(self, database: Database[Document], collection: Collection, turns: Turns) -> None:
        """Take the gateway's database, what is looked for, and who gives turns to what takes long."""
        self._collection = collection
        self._found = database[f"directory_{collection.id}"]
        self._figures = database["directory_figures"]
        self._turns = turns
        self._renewed = Renewed(database)

    def one(self, id: str) -> bytes | None:  # noqa: A002 - the field's name
        """Return a feature; None where there is none, or it is not active."""
        found = self._found.find_one({"_id": id}, {"item": 1})
        return (found.get("item") or None) if found else None

    def extent(self) -> Extent:
        """Return what all lie in, as it was counted last; organizations alone are counted."""
        counted = self._figures.find_one({"_id": "figures"}, {"extent": 1})
        return extent_of((counted or {}).get("extent") if self._collection is ORGANIZATIONS else None)

    def page(self, selection: Selection) -> Page:
        """Return a page. Raises ``Unavailable`` for a place, where records do not bear theirs yet."""
        if selection.box:
            self._renewed.wants(BOXES)
        where = cql.where(selection.filter, self._collection.queryables, self._at) if selection.filter else Where()
        order = order_of(selection, where)
        following = conditions(order, selection, where)
        if following is None:
            return Page([], "")
        return self._turns.ask(self._found, lambda found: _read(found, following, order, selection.limit))

    def _at(self, op: str, shape: Shape, negated: bool) -> Where:
        self._renewed.wants(BOXES)
        return in_points(op, shape, negated)


class Areas:
    """Find areas, each an outline or none."""

    order = BY_ID

    def __init__(self, database: Database[Document], turns: Turns) -> None:
        """Take the gateway's database, and who gives turns to what takes long."""
        self._found = database["directory_areas"]
        self._turns = turns

    def one(self, id: str) -> bytes | None:  # noqa: A002 - the field's name
        """Return a feature; None where there is none."""
        found = self._found.find_one({"_id": id}, {"item": 1})
        return (found.get("item") or None) if found else None

    def extent(self) -> Extent:
        """Return the box around all areas."""
        ends = {"west": "$min", "south": "$min", "east": "$max", "north": "$max"}
        group = {"_id": None, **{end: {which: f"$bounds.{end}"} for end, which in ends.items()}}
        stages: list[Document] = [{"$match": {"bounds.west": {"$gte": -360}}}, {"$group": group}]
        found = next(iter(self._found.aggregate(stages, hint="bounds", maxTimeMS=LONGEST_MS)), None)
        return Extent(Box(*(found[end] for end in ends))) if found else Extent()

    def page(self, selection: Selection) -> Page:
        """Return a page. What has no day to begin or to end at is an area at any time."""
        with effort(self._turns) as tick:
            parts = self._narrowed(selection, tick)
        if selection.cursor:
            parts.append({"_id": {"$gt": cursors.read(selection.cursor)[-1]}})
        matching = self._found.find({"$and": parts} if parts else {}, {"item": 1}, hint="_id_", batch_size=FEW)
        matching = matching.sort("_id", 1).limit(selection.limit + 1).max_time_ms(LONGEST_MS)
        with closing(matching):
            return _page(matching, selection.limit, self.order)

    def _narrowed(self, selection: Selection, tick: Tick) -> list[Query]:
        in_space = partial(self._in_space, tick)
        where = cql.where(selection.filter, AREAS.queryables, in_space) if selection.filter else Where()
        parts = [where.query] if where.query else []
        if selection.during:
            parts.append(there(selection.during))
        if selection.box:
            ids = self._matching(shape_of_box(selection.box), intersect, tick, intersecting=True)
            parts.append({"$or": [{"bounds": None}, {"_id": {"$in": ids}}]})
        return parts

    def _in_space(self, tick: Tick, op: str, shape: Shape, negated: bool) -> Where:
        match op:
            case "isnull":
                return Where({"bounds": {"$ne" if negated else "$eq": None}})
            case "s_intersects" | "s_disjoint":
                ids = self._matching(shape, intersect, tick, intersecting=True)
                negated = negated != (op == "s_disjoint")
            case "s_within":
                ids = self._matching(shape, within, tick, intersecting=False)
            case "s_contains":
                ids = self._matching(shape, _contains, tick, intersecting=False)
            case _:
                raise Unsupported(f"{op.upper()} is not supported for outlines.")
        if negated:
            return Where({"bounds": {"$ne": None}, "_id": {"$nin": ids}})
        return Where({"_id": {"$in": ids}})

    def _matching(self, shape: Shape, relation: Relation, tick: Tick, *, intersecting: bool) -> list[str]:
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
        return ids + [id_ for id_, outline in self._outlines(unsure) if relation(outline, shape, tick)]

    def _outlines(self, ids: list[str]) -> Iterator[tuple[str, Shape]]:
        found = self._found.find({"_id": {"$in": ids}}, {"feature": 1}).max_time_ms(LONGEST_MS)
        for one in found:
            yield one["_id"], shape_of(orjson.loads(one["feature"])["geometry"])


def _contains(outline: Shape, held: Shape, tick: Tick) -> bool:
    return within(held, outline, tick)


def _read(found: Bounded, following: Query, order: Order, limit: int) -> Page:
    matching = found.find(following, {"item": 1, order.key: 1}, hint=order.index, batch_size=limit + 1)
    with closing(matching.sort(order.keys).limit(limit + 1)):
        return _page(matching, limit, order)


def extent_of(counted: Document | None) -> Extent:
    """Return an extent from the bounds that were counted with the figures."""
    if not counted:
        return Extent()
    ends = [counted[end] for end in ("west", "south", "east", "north")]
    return Extent(None if None in ends else Box(*ends), counted["since"])


def _holds(box: Box, held: Document) -> bool:
    return bool(
        box.west <= held["west"]
        and held["east"] <= box.east
        and box.south <= held["south"]
        and held["north"] <= box.north
    )


def _page(found: Iterable[Document], limit: int, order: Order) -> Page:
    """Return a page of what was found, which is one more than the page has if there is a next one."""
    items: list[bytes] = []
    size, last = 0, None
    for number, one in enumerate(found):
        if last and (number == limit or size > PAGE_BYTES):
            return Page(items, cursors.write(order.place(last)))
        last = one
        if item := one.get("item"):
            items.append(item)
            size += len(item)
    return Page(items, "")
