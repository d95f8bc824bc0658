"""Count again where something moved: the finest cells from the points in them, each level above from the one below."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import groupby
from typing import Protocol

from services.gateway.tiles.domain import (
    DEPTH,
    FINEST,
    SINGLY,
    ZOOM_MOST,
    Cells,
    Point,
    ancestor,
    by_cell,
    clustered,
    descendants,
    merged,
    size,
)

PIECE = 10_000
"""So many organizations are counted from their points at once; for more, it is done piece by piece."""

Sizes = dict[int, int]


class Kept(Protocol):
    """Read what a recount is made of, all at one moment: see :class:`services.gateway.tiles.cells_store.CellStore`."""

    def more_than(self, most: int, level: int, number: int) -> bool:
        """Tell whether there are more organizations in a cell than so many."""

    def points(self, level: int, numbers: Iterable[int]) -> list[Point]:
        """Return all that lies in cells of a level."""

    def sizes(self, zoom: int, tiles: Iterable[int]) -> dict[int, Sizes]:
        """Return how many are in the cells of those tiles that are clustered."""

    def tallies(self, level: int, numbers: Collection[int]) -> Cells:
        """Return the tallies that are kept of cells of a level."""


class TooMuch(Exception):
    """Say that more has to be counted than one transaction should: everything is to be counted, piece by piece."""


class Recount:
    """Count again what some of the finest cells have a part in.

    Afterwards ``counted`` has the tallies to keep, by level and number (an empty one: nothing is there any more), and
    ``no_more`` the tiles that are clustered no more. Raises :class:`TooMuch`.
    """

    def __init__(self, kept: Kept, moved: Collection[int]) -> None:
        """Count; ``moved`` are numbers of cells of the finest level."""
        self.counted: dict[int, Cells] = {}
        self.no_more: list[tuple[int, int]] = []
        self._kept = kept
        self._moved = moved
        self._tiles: list[dict[int, Sizes]] = []  # by zoom: those of ours that are clustered, and how many are where
        self._find_tiles()
        if not self._tiles and kept.more_than(SINGLY, 0, 0):
            self._cluster(0, 0)
        for zoom in reversed(range(len(self._tiles))):
            self._count(zoom)

    def _find_tiles(self) -> None:
        tiles = {0}
        for zoom in range(ZOOM_MOST + 1):
            found = self._kept.sizes(zoom, tiles)
            if not found:
                return
            self._tiles.append(found)
            tiles = {tile for tile in self._touched(zoom + 1) if self._size(zoom, tile) > SINGLY}

    def _touched(self, level: int) -> set[int]:
        return {ancestor(cell, FINEST - level) for cell in self._moved}

    def _size(self, zoom: int, child: int) -> int:
        """Return how many are in a tile of the next zoom, by the sizes of the tile it lies in."""
        sizes = self._tiles[zoom].get(ancestor(child, 1), {})
        return sum(sizes.get(cell, 0) for cell in descendants(child, DEPTH - 1))

    def _count(self, zoom: int) -> None:
        level, tiles = zoom + DEPTH, self._tiles[zoom]
        due = sorted(cell for cell in self._touched(level) if ancestor(cell, DEPTH) in tiles)
        fresh = self._tallies(level, due)
        for tile, cells in groupby(due, key=lambda cell: ancestor(cell, DEPTH)):
            tiles[tile].update({cell: size(fresh[cell]) for cell in cells})
        self._cluster_children(zoom)
        for tile in [tile for tile, sizes in tiles.items() if sum(sizes.values()) <= SINGLY]:
            self.no_more.append((zoom, tile))
            del tiles[tile]
        kept = {cell: one for cell, one in fresh.items() if ancestor(cell, DEPTH) in tiles}
        self.counted[level] = {**self.counted.get(level, {}), **kept}

    def _tallies(self, level: int, due: Collection[int]) -> Cells:
        """Count cells: from their quarters, where the tile that these are of is clustered, or else from points."""
        zoom = level - DEPTH + 1
        below = self._tiles[zoom] if zoom < len(self._tiles) else {}
        from_quarters = [cell for cell in due if ancestor(cell, DEPTH - 1) in below]
        from_points = [cell for cell in due if ancestor(cell, DEPTH - 1) not in below]
        return {**self._of_quarters(level, from_quarters), **self._of_points(level, from_points)}

    def _of_quarters(self, level: int, cells: Collection[int]) -> Cells:
        quarters, fresh = {one for cell in cells for one in descendants(cell, 1)}, self.counted.get(level + 1, {})
        known = self._kept.tallies(level + 1, quarters - fresh.keys()) if quarters else {}
        known |= fresh
        return {cell: merged(known[one] for one in descendants(cell, 1) if one in known) for cell in cells}

    def _of_points(self, level: int, cells: Collection[int]) -> Cells:
        nothing: Cells = {cell: {} for cell in cells}
        return {**nothing, **by_cell(self._kept.points(level, cells), level)}

    def _cluster_children(self, zoom: int) -> None:
        """Cluster the tiles of the next zoom that have become so full."""
        if zoom == ZOOM_MOST:
            return
        below = self._tiles[zoom + 1] if zoom + 1 < len(self._tiles) else {}
        for child in self._touched(zoom + 1) - below.keys():
            if self._size(zoom, child) > SINGLY:
                self._cluster(zoom + 1, child)

    def _cluster(self, zoom: int, tile: int) -> None:
        if self._kept.more_than(PIECE, zoom, tile):
            raise TooMuch
        for level, cells in clustered(self._kept.points(zoom, {tile}), zoom, tile).items():
            self.counted.setdefault(level, {}).update(cells)
