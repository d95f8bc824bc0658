"""Number the places of the world so that what is near is mostly close, and each tile of a map is one range of numbers.

A *cell* is a square of the Web Mercator plane, :data:`BITS` times halved in each direction: about 0.6 m wide at the
equator. The bits of its column and row alternate in its number (Morton's order), so the cells of the tile ``z/x/y``
(OGC Two Dimensional Tile Matrix Set, WebMercatorQuad) are consecutive, and those of any box are a few ranges. One
index of numbers answers tiles, boxes, and pages of either::

    z = 0  ┌───────┐   z = 1  ┌───┬───┐   z = 2  ┌─┬─┬─┬─┐
           │       │          │ 0 │ 1 │          │0│1│4│5│
           │   0   │          ├───┼───┤          ├─┼─┼─┼─┤
           │       │          │ 2 │ 3 │          │2│3│6│7│ …
           └───────┘          └───┴───┘          └─┴─┴─┴─┘

Beyond 85.05° of latitude the plane ends; what lies there is in its outermost cells.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import asinh, atan, degrees, pi, radians, sinh, tan

BITS = 26
SIDE = 1 << BITS
ROUND = 360.0  # degrees
LATITUDE_MOST = 85.05112877980659
"""Degrees at which the plane is as high as it is wide."""

NOWHERE = 1 << 60
"""The cell of what has no place: after all cells, and in no tile."""

SQUARES_MOST = 64  # of a box; the more there are, the fewer keys are read in vain, and the more places they are in

Range = tuple[int, int]
"""The first cell, and the one after the last."""


@dataclass(frozen=True, slots=True)
class Box:
    """Hold a box between two meridians and two parallels, in degrees. ``west`` may be east of ``east``: see below.

    A box whose west is greater than its east crosses the antimeridian (RFC 7946, 5.2).
    """

    west: float
    south: float
    east: float
    north: float

    def holds(self, longitude: float, latitude: float) -> bool:
        """Tell whether a point lies in the box, or on its edge."""
        across = (
            self.west <= longitude <= self.east
            if self.west <= self.east
            else longitude >= self.west or longitude <= self.east
        )
        return across and self.south <= latitude <= self.north

    def parts(self) -> tuple[Box, ...]:
        """Return the box, or the two of it on either side of the antimeridian."""
        if self.west <= self.east:
            return (self,)
        return (Box(self.west, self.south, 180.0, self.north), Box(-180.0, self.south, self.east, self.north))


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """Hold one tile of the map: its zoom, column from the west and row from the north."""

    z: int
    x: int
    y: int

    @property
    def cells(self) -> Range:
        """Return the range of its cells."""
        shift = 2 * (BITS - self.z)
        number = _interleaved(self.x, self.y)
        return number << shift, (number + 1) << shift

    def children(self) -> tuple[Tile, ...]:
        """Return the four tiles of the next zoom that it consists of."""
        return tuple(Tile(self.z + 1, 2 * self.x + right, 2 * self.y + down) for down in (0, 1) for right in (0, 1))


def cell(longitude: float, latitude: float) -> int:
    """Return the number of the cell that a point lies in."""
    return _interleaved(_column(longitude), _row(latitude))


def position(longitude: float, latitude: float) -> dict[str, float]:
    """Return a position as documents have it: a pair of the database's own kind, whose numbers an index can hold."""
    return {"longitude": longitude, "latitude": latitude}


def place_of(number: int) -> tuple[int, int]:
    """Return column and row of a cell, of any level."""
    return _gathered(number), _gathered(number >> 1)


def middle(number: int) -> tuple[float, float]:
    """Return longitude and latitude of the middle of a cell."""
    column, row = place_of(number)
    return (column + 0.5) / SIDE * 360.0 - 180.0, degrees(atan(sinh(pi * (1.0 - 2.0 * (row + 0.5) / SIDE))))


def tile_at(longitude: float, latitude: float, z: int) -> Tile:
    """Return the tile of a zoom that a point lies in."""
    return Tile(z, _column(longitude) >> BITS - z, _row(latitude) >> BITS - z)


def merged(found: Iterable[Range]) -> list[Range]:
    """Return ranges in their order, those that meet as one."""
    whole: list[Range] = []
    for first, end in sorted(found):
        if whole and first <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((first, end))
    return whole


def cover(box: Box) -> list[Range]:
    """Return few ranges, ascending, which hold all cells of a box, and about half as many beside it.

    They are those of the smallest squares of which :data:`SQUARES_MOST` hold the box, or either part of it.
    """
    return merged(one for part in box.parts() for one in _squares(part))


def turned(longitude: float) -> float:
    """Return a longitude within its usual bounds."""
    return (longitude + ROUND / 2) % ROUND - ROUND / 2


def _squares(box: Box) -> list[Range]:
    left, right = _column(box.west), _column(box.east)
    top, bottom = _row(box.north), _row(box.south)
    shift = max(max(right - left, bottom - top).bit_length() - SQUARES_MOST.bit_length(), 0)
    while ((right >> shift) - (left >> shift) + 1) * ((bottom >> shift) - (top >> shift) + 1) > SQUARES_MOST:
        shift += 1
    columns = [_spread(column) for column in range(left >> shift, (right >> shift) + 1)]
    rows = [_spread(row) << 1 for row in range(top >> shift, (bottom >> shift) + 1)]
    return [((column | row) << 2 * shift, ((column | row) + 1) << 2 * shift) for row in rows for column in columns]


def _column(longitude: float) -> int:
    return _within(int((longitude + 180.0) / 360.0 * SIDE))


def _row(latitude: float) -> int:
    bounded = max(-LATITUDE_MOST, min(LATITUDE_MOST, latitude))
    return _within(int((0.5 - asinh(tan(radians(bounded))) / (2 * pi)) * SIDE))


def _within(number: int) -> int:
    return max(0, min(SIDE - 1, number))


def _interleaved(column: int, row: int) -> int:
    """Return a number whose even bits are those of the column, and whose odd bits are those of the row."""
    return _spread(column) | _spread(row) << 1


def _spread(number: int) -> int:
    """Return the number with a zero between every two of its bits; for at most 32 bits."""
    number = (number | number << 16) & 0x0000FFFF0000FFFF
    number = (number | number << 8) & 0x00FF00FF00FF00FF
    number = (number | number << 4) & 0x0F0F0F0F0F0F0F0F
    number = (number | number << 2) & 0x3333333333333333
    return (number | number << 1) & 0x5555555555555555


def _gathered(number: int) -> int:
    """Return every other bit of the number, beginning with the first: what :func:`_spread` was given."""
    number &= 0x5555555555555555
    number = (number | number >> 1) & 0x3333333333333333
    number = (number | number >> 2) & 0x0F0F0F0F0F0F0F0F
    number = (number | number >> 4) & 0x00FF00FF00FF00FF
    number = (number | number >> 8) & 0x0000FFFF0000FFFF
    return (number | number >> 16) & 0x00000000FFFFFFFF
