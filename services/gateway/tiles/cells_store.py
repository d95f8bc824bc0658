"""Read the points of organizations, and read and write the tallies of cells, as one transaction sees them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from pymongo import DeleteMany, ReplaceOne
from pymongo.client_session import ClientSession
from pymongo.database import Database

from services.gateway.directory.grid import BITS, Range
from services.gateway.tiles.domain import (
    DEPTH,
    FINEST,
    Cells,
    Point,
    ancestor,
    descendants,
    key,
    number_of,
    packed,
    point_of,
    size,
    span,
    unpacked,
)

TOGETHER = 200  # ranges that one query asks for
POINT = {
    "_id": 0,
    "cell": 1,
    "record.organization_type": 1,
    "record.international_cooperation": 1,
    "record.capabilities.subject": 1,
    "record.members_count": 1,
}
Sizes = dict[int, int]
"""How many organizations are in each of a tile's cells, by number; cells without any are not in it."""


class CellStore:
    """Read and write, within one transaction where its session is given."""

    def __init__(self, database: Database[dict[str, Any]], session: ClientSession | None = None) -> None:
        """Take the gateway's database."""
        self._organizations = database["directory_organizations"]
        self._cells = database["directory_cells"]
        self._session = session

    def more_than(self, most: int, level: int, number: int) -> bool:
        """Tell whether there are more organizations in a cell than so many."""
        there = within(span(level, number))
        return self._organizations.count_documents({"cell": there}, limit=most + 1, session=self._session) > most

    def points(self, level: int, numbers: Iterable[int]) -> list[Point]:
        """Return all that lies in cells of a level, in the order of the finest cells."""
        found = []
        for ranges in batches(_joined(span(level, number) for number in sorted(numbers))):
            wanted = {"$or": [{"cell": within(one)} for one in ranges]}
            found += [point_of(one) for one in self._organizations.find(wanted, POINT, session=self._session)]
        return sorted((point for point in found if point), key=lambda point: point.cell)

    def sizes(self, zoom: int, tiles: Iterable[int]) -> dict[int, Sizes]:
        """Return how many are in the cells of those of some tiles that are clustered."""
        found: dict[int, Sizes] = {}
        for some in batches(keys_of(zoom, tile) for tile in sorted(tiles)):
            wanted = {"$or": [{"_id": within(one)} for one in some]}
            for cell in self._cells.find(wanted, {"size": 1}, session=self._session):
                number = number_of(cell["_id"])
                found.setdefault(ancestor(number, DEPTH), {})[number] = cell["size"]
        return found

    def tallies(self, level: int, numbers: Collection[int]) -> Cells:
        """Return the tallies that are kept of cells of a level."""
        wanted = {"_id": {"$in": [key(level, number) for number in numbers]}}
        found = self._cells.find(wanted, {"of": 1}, session=self._session)
        return {number_of(one["_id"]): unpacked(one["of"]) for one in found}

    def write(self, counted: Mapping[int, Cells], no_more: Sequence[tuple[int, int]] = ()) -> None:
        """Keep tallies by level and number, and none of the cells of tiles that are clustered ``no_more``."""
        empty = [key(level, number) for level, cells in counted.items() for number in cells if not cells[number]]
        writes: list[Any] = [
            ReplaceOne({"_id": key(level, number)}, {"size": size(one), "of": packed(one)}, upsert=True)
            for level, cells in counted.items()
            for number, one in cells.items()
            if one
        ]
        writes += [DeleteMany({"_id": {"$in": empty}})] if empty else []
        writes += [DeleteMany({"_id": within(keys_of(zoom, tile))}) for zoom, tile in no_more]
        if writes:
            self._cells.bulk_write(writes, ordered=False, session=self._session)

    def clear(self, zoom: int, tile: int, *, deep: bool) -> None:
        """Remove the tallies of a tile, and where it is to be ``deep``, of all tiles within it."""
        first, end = span(zoom, tile)
        levels = range(zoom + DEPTH, FINEST + 1 if deep else zoom + DEPTH + 1)
        ranges = [
            (key(level, ancestor(first, BITS - level)), key(level, ancestor(end, BITS - level))) for level in levels
        ]
        self._cells.delete_many({"$or": [{"_id": within(one)} for one in ranges]}, session=self._session)


def keys_of(zoom: int, tile: int) -> Range:
    """Return the range of the keys of a tile's cells."""
    cells = descendants(tile, DEPTH)
    return key(zoom + DEPTH, cells.start), key(zoom + DEPTH, cells.stop)


def within(numbers: Range) -> dict[str, int]:
    """Return the condition for a number to be in a range."""
    return {"$gte": numbers[0], "$lt": numbers[1]}


def batches(ranges: Iterable[Range]) -> Iterator[list[Range]]:
    """Yield ranges, as many at a time as one query asks for."""
    coming = iter(ranges)
    while batch := list(islice(coming, TOGETHER)):
        yield batch


def _joined(ranges: Iterable[Range]) -> Iterator[Range]:
    """Yield ascending ranges, those that follow upon each other as one."""
    last: Range | None = None
    for first, end in ranges:
        if last and last[1] == first:
            last = (last[0], end)
            continue
        if last:
            yield last
        last = (first, end)
    if last:
        yield last
