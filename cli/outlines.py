"""Find where an outline is drawn wrong though its rings are closed: sides that cross, holes that lie elsewhere. Pure.

What only touches does not cross: polygons that meet in a point or along a side are as RFC 7946 wants them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

Position = Sequence[float]
Ring = Sequence[Position]
Side = tuple[Position, Position]

IN_A_BAND = 40  # sides, about
BANDS_MOST = 500
NOTHING = 1e-12  # square degrees: less is what arithmetic makes of a point on a line


def crossing(polygons: Sequence[Sequence[Ring]]) -> Position | None:
    """Return where two sides of an outline cross, or None where none do."""
    sides = [side for rings in polygons for ring in rings for side in pairwise(ring)]
    for band in _bands(sides):
        band.sort(key=_west)
        for number, first in enumerate(band):
            for second in _beside(first, band, number):
                if _cross(first, second):
                    return _meeting(first, second)
    return None


def stray_hole(polygons: Sequence[Sequence[Ring]]) -> Position | None:
    """Return a position of a hole that lies wholly outside its polygon's outer ring, or None where none does."""
    for outer, *holes in polygons:
        for hole in holes:
            if not any(_within(position, outer) for position in hole):
                return hole[0]
    return None


def _bands(sides: Sequence[Side]) -> Iterator[list[Side]]:
    """Yield sides by the bands of latitude that they touch: those that cross meet in one of them."""
    south = min(min(a[1], b[1]) for a, b in sides)
    north = max(max(a[1], b[1]) for a, b in sides)
    count = min(len(sides) // IN_A_BAND + 1, BANDS_MOST)
    height = (north - south) / count or 1.0
    bands: list[list[Side]] = [[] for _ in range(count)]
    for a, b in sides:
        low, high = (min(int((latitude - south) / height), count - 1) for latitude in sorted((a[1], b[1])))
        for band in bands[low : high + 1]:
            band.append((a, b))
    yield from bands


def _beside(first: Side, band: Sequence[Side], number: int) -> Iterator[Side]:
    """Yield the sides behind one that begin west of where it ends; ``band`` is in the order of their west ends."""
    east = max(first[0][0], first[1][0])
    for second in band[number + 1 :]:
        if _west(second) > east:
            return
        yield second


def _west(side: Side) -> float:
    return min(side[0][0], side[1][0])


def _cross(first: Side, second: Side) -> bool:
    (a, b), (c, d) = first, second
    return _parts(a, b, c, d) and _parts(c, d, a, b)


def _parts(a: Position, b: Position, c: Position, d: Position) -> bool:
    """Tell whether a line through a and b has c and d on different sides of it."""
    one, other = _turn(a, b, c), _turn(a, b, d)
    return min(one, other) < -NOTHING and max(one, other) > NOTHING


def _turn(a: Position, b: Position, c: Position) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _meeting(first: Side, second: Side) -> Position:
    (a, b), (c, d) = first, second
    share = _turn(c, d, a) / (_turn(c, d, a) - _turn(c, d, b))
    return a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])


def _within(point: Position, ring: Ring) -> bool:
    """Tell whether a ring holds a point; one on its line may be either."""
    inside = False
    for a, b in pairwise(ring):
        if (a[1] > point[1]) != (b[1] > point[1]):
            inside ^= point[0] < (b[0] - a[0]) * (point[1] - a[1]) / (b[1] - a[1]) + a[0]
    return inside
