"""Look up which areas a point may lie in, without asking all of them. Pure.

A grid of square cells for each size of area: an area stands in the grid whose cells are just larger than its box, and
so in four cells of it at most, be it a street or an ocean. A point is in one cell of each grid.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from math import floor, frexp

from services.registry.areas.domain import Area, Box, Position

SMALLEST = -10
"""Cells are two to the power of this at least, in degrees: about 100 m."""

Cell = tuple[int, int]


class Grid:
    """Hold areas, in an order."""

    def __init__(self, areas: Iterable[Area]) -> None:
        """Take the areas; those without an outline hold no point, and are left out."""
        self._areas = [area for area in areas if area.outline]
        grids: dict[float, dict[Cell, list[int]]] = defaultdict(lambda: defaultdict(list))
        for place, area in enumerate(self._areas):
            if area.box is not None:
                size = _size(area.box)
                for cell in _cells(area.box, size):
                    grids[size][cell].append(place)
        self._grids = {size: dict(grid) for size, grid in grids.items()}

    def first(self, point: Position) -> Area | None:
        """Return the first of the areas, in their order, whose outline holds a point; None for none."""
        return next((area for area in self._near(point) if area.holds(point)), None)

    def _near(self, point: Position) -> Iterator[Area]:
        places = [
            place for size, grid in self._grids.items() for place in grid.get(_cell(point[0], point[1], size), ())
        ]
        return (self._areas[place] for place in sorted(places))


def _size(box: Box) -> float:
    """Return the least power of two that is above both sides of a box: to divide by it is exact."""
    west, south, east, north = box
    return float(2.0 ** max(SMALLEST, frexp(max(east - west, north - south))[1]))


def _cell(longitude: float, latitude: float, size: float) -> Cell:
    return floor(longitude / size), floor(latitude / size)


def _cells(box: Box, size: float) -> Iterator[Cell]:
    west, south, east, north = box
    (left, low), (right, high) = _cell(west, south, size), _cell(east, north, size)
    return ((column, row) for column in range(left, right + 1) for row in range(low, high + 1))
