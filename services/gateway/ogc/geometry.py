"""Compare shapes in the plane of longitude and latitude, as OGC API - Features and CQL2 mean it for CRS84.

Edges are straight there, and not the shortest way over the globe. A point on an edge belongs to the shape.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from typing import Any

from services.gateway.directory.grid import Box

POSITION_LEAST = 2  # numbers; what is behind them, as a height, is not looked at
RING_LEAST = 4

Point = tuple[float, float]
Line = tuple[Point, ...]
Polygon = tuple[Line, ...]
Edge = tuple[Point, Point]
Tick = Callable[[], None]
"""What is called before each part of a comparison, which is short; it may raise."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Hold points, lines, and polygons: rings, the outer one first. ``box`` where it is nothing but a box."""

    points: tuple[Point, ...] = ()
    lines: tuple[Line, ...] = ()
    polygons: tuple[Polygon, ...] = ()
    box: Box | None = None

    def positions(self) -> Iterator[Point]:
        """Yield every corner and end."""
        yield from self.points
        for line in self.lines:
            yield from line
        for polygon in self.polygons:
            for ring in polygon:
                yield from ring

    def edges(self) -> Iterator[Edge]:
        """Yield every edge."""
        for line in (*self.lines, *(ring for polygon in self.polygons for ring in polygon)):
            yield from pairwise(line)

    def holds(self, point: Point) -> bool:
        """Tell whether a point lies in one of the polygons, or on an edge of it."""
        return any(_in_polygon(polygon, point) for polygon in self.polygons)


def shape_of(geometry: Any) -> Shape:
    """Return the shape of a GeoJSON geometry (RFC 7946). Raises ``ValueError`` for what is none."""
    try:
        kind, coordinates = geometry["type"], geometry.get("coordinates")
        if not coordinates:
            raise ValueError("it has no coordinates")
        match kind:
            case "Point":
                return Shape(points=(_point(coordinates),))
            case "MultiPoint":
                return Shape(points=tuple(map(_point, coordinates)))
            case "LineString":
                return Shape(lines=(_line(coordinates),))
            case "MultiLineString":
                return Shape(lines=tuple(map(_line, coordinates)))
            case "Polygon":
                return Shape(polygons=(_polygon(coordinates),))
            case "MultiPolygon":
                return Shape(polygons=tuple(map(_polygon, coordinates)))
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError("this is no geometry") from error
    raise ValueError(f"{kind} is no kind of geometry that is compared here")


def shape_of_box(box: Box) -> Shape:
    """Return the shape of a box, or of the two of it on either side of the antimeridian."""
    return Shape(polygons=tuple((_corners(part),) for part in box.parts()), box=box)


def bounds(shape: Shape) -> Box:
    """Return the least box around a shape."""
    if shape.box:
        return shape.box
    xs, ys = zip(*shape.positions(), strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))


def intersect(one: Shape, other: Shape, tick: Tick = lambda: None) -> bool:
    """Tell whether two shapes have a point in common."""
    pairs = ((one, other), (other, one))
    if any(_held(shape, point, tick) for held, shape in pairs for point in _firsts(held)):
        return True
    if any(_touches(shape, point, tick) for held, shape in pairs for point in held.points):
        return True
    if set(one.points) & set(other.points):
        return True
    near = _near(other, bounds(one))
    return any(_meets_any(edge, near, tick) for edge in _near(one, bounds(other)))


def within(inner: Shape, outer: Shape, tick: Tick = lambda: None) -> bool:
    """Tell whether a shape lies in the polygons of another, whose edges it may touch."""
    if not all(_held(outer, point, tick) for point in inner.positions()):
        return False
    near = _near(outer, bounds(inner))
    if any(_crosses_any(edge, near, tick) for edge in inner.edges()):
        return False
    holes = (ring[0] for polygon in outer.polygons for ring in polygon[1:])
    return not any(inner.holds(point) and not _on_edges(point, inner) for point in holes)


def _point(position: Sequence[float]) -> Point:
    if len(position) < POSITION_LEAST or not all(
        isinstance(one, int | float) and not isinstance(one, bool) and isfinite(one) for one in position
    ):
        raise ValueError("a position is two numbers or more")
    return float(position[0]), float(position[1])


def _line(positions: Sequence[Sequence[float]]) -> Line:
    line = tuple(map(_point, positions))
    if len(line) < 2:  # noqa: PLR2004 - both ends
        raise ValueError("a line has two positions at least")
    return line


def _polygon(rings: Sequence[Sequence[Sequence[float]]]) -> Polygon:
    polygon = tuple(map(_line, rings))
    if not polygon or any(len(ring) < RING_LEAST or ring[0] != ring[-1] for ring in polygon):
        raise ValueError("a ring has four positions at least, and ends where it began")
    return polygon


def _corners(box: Box) -> Line:
    west, south, east, north = box.west, box.south, box.east, box.north
    return (west, south), (east, south), (east, north), (west, north), (west, south)


def _held(shape: Shape, point: Point, tick: Tick) -> bool:
    tick()
    return shape.holds(point)


def _touches(shape: Shape, point: Point, tick: Tick) -> bool:
    tick()
    return _on_edges(point, shape)


def _meets_any(edge: Edge, others: Sequence[Edge], tick: Tick) -> bool:
    tick()
    return any(_meet(edge, other) for other in others)


def _crosses_any(edge: Edge, others: Sequence[Edge], tick: Tick) -> bool:
    tick()
    return any(_cross(edge, other) for other in others)


def _firsts(shape: Shape) -> Iterator[Point]:
    """Yield one position of each part: where one lies in the other, they need not cross."""
    yield from shape.points
    for line in shape.lines:
        yield line[0]
    for polygon in shape.polygons:
        yield polygon[0][0]


def _in_polygon(polygon: Polygon, point: Point) -> bool:
    outer, *holes = polygon
    if not _in_ring(outer, point):
        return False
    return all(not _in_ring(hole, point) or _on_line(hole, point) for hole in holes)


def _in_ring(ring: Line, point: Point) -> bool:
    """Count how often a ray to the east crosses the ring."""
    x, y = point
    inside = False
    for (ax, ay), (bx, by) in pairwise(ring):
        if (ay < y and by < y) or (ay > y and by > y):
            continue
        if _turn((ax, ay), (bx, by), point) == 0 and _between((ax, ay), (bx, by), point):
            return True
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            inside = not inside
    return inside


def _on_line(line: Line, point: Point) -> bool:
    return any(_turn(a, b, point) == 0 and _between(a, b, point) for a, b in pairwise(line))


def _on_edges(point: Point, shape: Shape) -> bool:
    return any(_turn(a, b, point) == 0 and _between(a, b, point) for a, b in shape.edges())


def _near(shape: Shape, box: Box) -> list[Edge]:
    """Return the edges of a shape whose own boxes meet a box; all where that crosses the antimeridian."""
    if box.west > box.east:
        return list(shape.edges())
    return [
        (a, b)
        for a, b in shape.edges()
        if min(a[0], b[0]) <= box.east
        and max(a[0], b[0]) >= box.west
        and min(a[1], b[1]) <= box.north
        and max(a[1], b[1]) >= box.south
    ]


def _meet(one: Edge, other: Edge) -> bool:
    (a, b), (c, d) = one, other
    turns = (_turn(a, b, c), _turn(a, b, d), _turn(c, d, a), _turn(c, d, b))
    if turns[0] * turns[1] < 0 and turns[2] * turns[3] < 0:
        return True
    ends = ((a, b, c), (a, b, d), (c, d, a), (c, d, b))
    return any(not turn and _between(*end) for turn, end in zip(turns, ends, strict=True))


def _cross(one: Edge, other: Edge) -> bool:
    """Tell whether two edges have a point in common that is no end of either."""
    (a, b), (c, d) = one, other
    return _turn(a, b, c) * _turn(a, b, d) < 0 and _turn(c, d, a) * _turn(c, d, b) < 0


def _turn(a: Point, b: Point, c: Point) -> int:
    """Return 1 where the way from a by b to c turns left, -1 where it turns right, 0 where it goes on."""
    area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    return (area > 0) - (area < 0)


def _between(a: Point, b: Point, c: Point) -> bool:
    """Tell whether a point of the line through a and b lies between these."""
    return min(a[0], b[0]) <= c[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= c[1] <= max(a[1], b[1])
