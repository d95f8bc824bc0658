"""Read pages of a collection by their numbers, each from the index that leads: see :mod:`services.gateway.hsds.asked`.

A page by number has to know what stands before it. A process remembers for :data:`REMEMBERED` seconds where each page
that it gave ended, and one record in :data:`MILESTONE` on the way to a page that it was asked for out of order; between
those the index alone is read. How many there are is counted by an index, by questions of its own, and believed for
:data:`COUNTED` seconds, up to a minute while it is counted anew. What words or a distance find has an end at
:data:`FOUND_MOST`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from functools import partial
from typing import Any, TypeVar

from pymongo.collection import Collection
from pymongo.cursor import Cursor

from chassis.bounded import WHOLE_MS, Bounded, Turns
from services.gateway.directory.documents import facet
from services.gateway.directory.search.query import EARTH_M, beginning
from services.gateway.directory.search.views import FEW, Finder
from services.gateway.hsds.asked import Asked, Near, Order, Selection
from services.gateway.hsds.remembered import Remembered

REMEMBERED, PLACES = 60.0, 2_000
MILESTONE = 10_000
STEP = 50_000
"""So many are counted by one question, so that none takes long however many there are."""

COUNTED, COUNTS = 10.0, 1_000
FOUND_MOST = 10_000
AT_ONCE = 200
FIELDS = {Order.NAME: "sort", Order.MODIFIED: "modified"}
"""What a list is sorted by, then by id."""

Json = dict[str, Any]
Place = tuple[Any, str]
T = TypeVar("T")


class List:
    """Answer for one collection of the directory. Raises ``TooLong`` for what takes too long."""

    def __init__(self, records: Collection[Json], turns: Turns | None = None) -> None:
        """Take the collection, and who gives turns to what takes long."""
        self._records = records
        self._turns = turns or Turns()
        self._totals: Remembered[int] = Remembered(COUNTED, COUNTS)
        self._places: Remembered[Place] = Remembered(REMEMBERED, PLACES)

    def total(self, selection: Selection, asked: Asked, found: int) -> int:
        """Return how many there are, where so many were found on a page. A page that is not full is the last one."""
        seen = asked.skipped + found
        if found < asked.per_page and (found or not asked.skipped):
            return seen
        return max(seen if found else 0, self._total(selection))

    def _total(self, selection: Selection) -> int:
        return self._totals.found(selection.key, lambda: self._counted(selection))

    def _counted(self, selection: Selection) -> int:
        counted, place = self._ask(lambda reader: reader.counted(selection))
        while place:
            some, place = self._ask(partial(Reader.counted, selection=selection, after=place))
            counted += some
        return counted

    def page(self, selection: Selection, asked: Asked, wanted: Json) -> list[Json]:
        """Return one page of documents, with the fields that are wanted."""
        if asked.skipped and asked.skipped >= self._total(selection):
            return []
        return self._ask(lambda reader: reader.page(selection, asked, wanted))

    def every(self, selection: Selection, wanted: Json) -> Generator[Json, None, None]:
        """Yield all documents, with the fields that are wanted; none before the first of them is found in time."""
        if selection.words:
            self.page(selection, Asked(per_page=1), {"_id": 1})
        return self._reader(Bounded(self._records, WHOLE_MS)).every(selection, wanted)

    def _ask(self, question: Callable[[Reader], T]) -> T:
        return self._turns.ask(self._records, lambda records: question(self._reader(records)))

    def _reader(self, records: Bounded) -> Reader:
        return Reader(records, self._places)


class Reader:
    """Read one collection, in the time that there is for one question."""

    def __init__(self, records: Bounded, places: Remembered[Place]) -> None:
        """Take the collection, and where pages of it ended."""
        self._records = records
        self._places = places

    def counted(self, selection: Selection, after: Place | None = None) -> tuple[int, Place | None]:
        """Count up to :data:`STEP` of those after a place; give that of the last of them, where there may be more."""
        if selection.order not in FIELDS:
            conditions = self._conditions(selection) | _within(selection.near)
            return self._records.count_documents(conditions, **self._hint(selection), limit=FOUND_MOST), None
        conditions = self._conditions(selection) | (_after(FIELDS[selection.order], after) if after else {})
        counted = self._records.count_documents(conditions, **self._hint(selection), limit=STEP)
        return counted, self._next(selection, after, STEP) if counted == STEP else None

    def page(self, selection: Selection, asked: Asked, wanted: Json) -> list[Json]:
        """Return one page of documents, with the fields that are wanted."""
        if selection.order in FIELDS:
            return self._sorted_page(selection, asked, wanted)
        most = min(asked.per_page, FOUND_MOST - asked.skipped)
        return list(self._found(selection, wanted).skip(asked.skipped).limit(most))

    def every(self, selection: Selection, wanted: Json) -> Generator[Json, None, None]:
        """Yield all documents, with the fields that are wanted."""
        if selection.order in FIELDS:
            found = self._sorted(selection, self._conditions(selection), wanted)
        else:
            found = self._found(selection, wanted).limit(FOUND_MOST)
        with found.batch_size(AT_ONCE) as matching:
            yield from matching

    def _found(self, selection: Selection, wanted: Json) -> Cursor[Json]:
        conditions = self._conditions(selection) | _nearest(selection.near)
        return self._records.find(conditions, wanted, **self._hint(selection))

    def _conditions(self, selection: Selection) -> Json:
        """Return all conditions; the rarest of words stands first, since it is what the index is read by."""
        words = Finder(self._records).by_rarity(selection.words)
        return selection.conditions | ({"$and": [{"terms": beginning(word)} for word in words]} if words else {})

    def _hint(self, selection: Selection) -> Json:
        """Name the index that leads. What is near is found by the one for places, and by no other."""
        if selection.near:
            return {}
        return {"hint": str(Order.NAME if self._few(selection) else selection.order)}

    def _few(self, selection: Selection) -> bool:
        """Tell whether a key leaves few records, so that those are all looked at."""
        key = {"facets": selection.conditions["facets"]}
        if selection.order is Order.NAME or key["facets"] == facet():
            return False
        return self._records.count_documents(key, hint=str(Order.NAME), limit=FEW) < FEW

    # By name, or by the time of the last change

    def _sorted_page(self, selection: Selection, asked: Asked, wanted: Json) -> list[Json]:
        field = FIELDS[selection.order]
        place = self._place(selection, asked.skipped)
        conditions = self._conditions(selection) | (_after(field, place) if place else {})
        found = list(self._sorted(selection, conditions, {**wanted, field: 1}).limit(asked.per_page))
        if found:
            self._places.put((selection.key, asked.skipped + len(found)), (found[-1][field], found[-1]["_id"]))
        return found

    def _place(self, selection: Selection, count: int) -> Place | None:
        """Return where the first so many records end; None for none."""
        known = self._places.get((selection.key, count))
        if known or not count:
            return known
        milestone = (count - 1) // MILESTONE * MILESTONE
        last = self._next(selection, self._place(selection, milestone), count - milestone)
        return self._places.put((selection.key, count), last) if last else None

    def _next(self, selection: Selection, place: Place | None, count: int) -> Place | None:
        """Return the place of the last of so many records after one, read from the index alone."""
        field, conditions = FIELDS[selection.order], self._conditions(selection)
        if place:
            same = conditions | {field: place[0], "_id": {"$lte": place[1]}}
            count += self._records.count_documents(same, **self._hint(selection))
            conditions = conditions | {field: {"$gte": place[0]}}
        last = next(iter(self._sorted(selection, conditions, {field: 1}).skip(count - 1).limit(1)), None)
        return (last[field], last["_id"]) if last else None

    def _sorted(self, selection: Selection, conditions: Json, wanted: Json) -> Cursor[Json]:
        order = [(FIELDS[selection.order], 1), ("_id", 1)]
        return self._records.find(conditions, wanted, **self._hint(selection)).sort(order)


def _after(field: str, place: Place) -> Json:
    value, id_ = place
    return {field: {"$gte": value}, "$or": [{field: {"$gt": value}}, {"_id": {"$gt": id_}}]}


def _nearest(near: Near | None) -> Json:
    if near is None:
        return {}
    point = {"type": "Point", "coordinates": near.point}
    return {"places.point": {"$nearSphere": {"$geometry": point, "$maxDistance": near.within}}}


def _within(near: Near | None) -> Json:
    """Return the condition for what is near, by which it can be counted."""
    if near is None:
        return {}
    return {"places.point": {"$geoWithin": {"$centerSphere": [near.point, near.within / EARTH_M]}}}
