"""Count organizations by the cells of a map, so that a tile of many shows clusters without reading one of them.

A tile that holds more than :data:`SINGLY` organizations is *clustered*: for each of its 8 × 8 cells there is a
:data:`Tally`. A tile that holds fewer shows each of them, and nothing is counted for it, nor for any tile within it::

    zoom 5   ┌─────────┐ 61,204: clustered      a cell of a tile at zoom z is a tile of zoom z + 3; its tally is the
    zoom 6   ├────┬────┤ 61,203: clustered      sum of those of its four quarters, where the tile that it lies in
    zoom 7   ├──┬─┴────┤      1: shown as it is  one zoom further down is clustered, or else of what lies there

So the counts follow where organizations are: a town has many, a desert none, and there are never many more of them than
organizations. A tally answers each filter of the map: per subject, how many of each type, with and without
international cooperation, how many members these have, and where they are at the mean.

What a cell is, and its number, is said in :mod:`services.gateway.directory.grid`. A cell of a coarser level has the
first bits of the numbers that it holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from struct import Struct
from typing import Any

from contracts.registry import ORGANIZATION_TYPES
from contracts.subjects import SUBJECTS
from services.gateway.directory.grid import BITS, Range, place_of

ZOOM_MOST = 16
"""The last zoom that has tiles; further down, a map enlarges them. A tile is about 600 m wide at the equator."""

DEPTH = 3  # zooms from a tile to its cells
FINEST = ZOOM_MOST + DEPTH
CELLS = 1 << 2 * BITS  # of the finest there are; what lies nowhere may have a number beyond
SINGLY = 500
"""So many organizations of a tile are shown one by one; more are clustered."""

ANY = "*"
ROW = Struct("<BIQQQ")  # kind, organizations, members, sums of columns and of rows
LEVEL_SHIFT = 52  # bits of a cell's number, in a key

Row = list[int]
"""How many organizations, how many members they have, and the sums of their columns and rows."""
Tally = dict[str, dict[int, Row]]
"""By subject, or :data:`ANY`, and by kind: what there is."""
Cells = dict[int, Tally]
"""Tallies by the number of their cell, all of one level."""


@dataclass(frozen=True, slots=True)
class Point:
    """Hold what an organization counts as: its cell, its kind (type and cooperation), its subjects and members."""

    cell: int
    kind: int
    subjects: tuple[str, ...]
    members: int


@dataclass(frozen=True, slots=True)
class Filter:
    """Say which organizations a tile shows; None does not narrow."""

    subject: str | None = None
    organization_type: str | None = None
    international_cooperation: bool | None = None

    def kinds(self) -> frozenset[int]:
        """Return the kinds that it lets through."""
        return frozenset(
            kind
            for kind in range(2 * len(ORGANIZATION_TYPES) + 2)
            if self.organization_type in (None, type_of(kind))
            and self.international_cooperation in (None, cooperates(kind))
        )


def kind_of(organization_type: str, cooperation: bool) -> int:
    """Return the number of a type with or without international cooperation. A type that is new to us has one, too."""
    known = organization_type in ORGANIZATION_TYPES
    number = ORGANIZATION_TYPES.index(organization_type) if known else len(ORGANIZATION_TYPES)
    return 2 * number + cooperation


def type_of(kind: int) -> str:
    """Return the type of a kind; empty for one that was new to who counted it."""
    return (*ORGANIZATION_TYPES, "")[kind // 2]


def cooperates(kind: int) -> bool:
    """Tell whether organizations of a kind work under international cooperation."""
    return kind % 2 == 1


def point_of(document: Mapping[str, Any] | None) -> Point | None:
    """Return what a document of the directory counts as; None where it has no place on the map."""
    cell = document.get("cell") if document else None
    if document is None or cell is None or cell >= CELLS:
        return None
    record = document["record"]
    subjects = dict.fromkeys(one["subject"] for one in record["capabilities"])
    return Point(
        cell,
        kind_of(record["organization_type"], record["international_cooperation"]),
        tuple(subject for subject in subjects if subject in SUBJECTS),
        record["members_count"] or 0,
    )


def moved(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> set[int]:
    """Return the cells in which another count is due when one document of the directory replaces another."""
    then, now = point_of(before), point_of(after)
    return set() if then == now else {point.cell for point in (then, now) if point}


# Tallies


def tally(points: Iterable[Point]) -> Tally:
    """Count points."""
    counted: Tally = {}
    for point in points:
        column, line = place_of(point.cell)
        for subject in (ANY, *point.subjects):
            row = counted.setdefault(subject, {}).setdefault(point.kind, [0, 0, 0, 0])
            _add(row, 1, point.members, column, line)
    return counted


def merged(tallies: Iterable[Tally]) -> Tally:
    """Return the sum of tallies."""
    total: Tally = {}
    for one in tallies:
        for subject, rows in one.items():
            sums = total.setdefault(subject, {})
            for kind, row in rows.items():
                if kind in sums:
                    _add(sums[kind], *row)
                else:
                    sums[kind] = list(row)
    return total


def _add(row: Row, organizations: int, members: int, column: int, line: int) -> None:
    row[0] += organizations
    row[1] += members
    row[2] += column
    row[3] += line


def size(counted: Tally) -> int:
    """Return how many organizations a tally counts."""
    return sum(row[0] for row in counted.get(ANY, {}).values())


def packed(counted: Tally) -> dict[str, bytes]:
    """Return a tally as it is kept: by subject, one row a kind."""
    return {
        subject: b"".join(ROW.pack(kind, *row) for kind, row in sorted(rows.items()))
        for subject, rows in counted.items()
    }


def unpacked(kept: Mapping[str, bytes]) -> Tally:
    """Return a tally that was kept."""
    return {subject: {kind: row for kind, *row in ROW.iter_unpack(rows)} for subject, rows in kept.items()}


# Numbers


def key(level: int, number: int) -> int:
    """Return the key of a cell: those of one level are next to each other, in the order of their numbers."""
    return level << LEVEL_SHIFT | number


def number_of(key: int) -> int:
    """Return the number of the cell that has a key."""
    return key & (1 << LEVEL_SHIFT) - 1


def ancestor(number: int, levels: int) -> int:
    """Return the number of the cell so many levels up."""
    return number >> 2 * levels


def descendants(number: int, levels: int) -> range:
    """Return the numbers of the cells so many levels down."""
    return range(number << 2 * levels, number + 1 << 2 * levels)


def span(level: int, number: int) -> Range:
    """Return the range of the finest cells, those of points, that a cell of a level holds."""
    below = descendants(number, BITS - level)
    return below.start, below.stop


# Tiles


def clustered(points: Sequence[Point], zoom: int, tile: int) -> dict[int, Cells]:
    """Return the tallies of a tile and of all tiles within it that are clustered, by level; points in order of cells.

    Empty where the tile itself is not.
    """
    if len(points) <= SINGLY:
        return {}
    found: dict[int, Cells] = {zoom + DEPTH: {}}
    for child, there in _by(points, zoom + 1):
        below = clustered(there, zoom + 1, child) if zoom < ZOOM_MOST else {}
        for level, cells in below.items():
            found.setdefault(level, {}).update(cells)
        own = coarser(below[zoom + DEPTH + 1]) if below else by_cell(there, zoom + DEPTH)
        found[zoom + DEPTH].update(own)
    return found


def by_cell(points: Sequence[Point], level: int) -> Cells:
    """Return the tallies of the cells of a level that points lie in; points in order of cells."""
    return {number: tally(some) for number, some in _by(points, level)}


def coarser(cells: Cells) -> Cells:
    """Return the tallies of the level above, from all that there are of some of its cells' quarters."""
    return {
        number: merged(cells[quarter] for quarter in quarters)
        for number, quarters in groupby(sorted(cells), key=lambda quarter: ancestor(quarter, 1))
    }


def _by(points: Sequence[Point], level: int) -> Iterator[tuple[int, list[Point]]]:
    """Yield points by the cell of a level that they lie in, in order."""
    for number, some in groupby(points, key=lambda point: ancestor(point.cell, BITS - level)):
        yield number, list(some)


def layout() -> str:
    """Return what all counts depend on. Counts that were made by another are no good."""
    return f"1 {ZOOM_MOST} {DEPTH} {SINGLY} {' '.join(ORGANIZATION_TYPES)} {' '.join(SUBJECTS)}"
