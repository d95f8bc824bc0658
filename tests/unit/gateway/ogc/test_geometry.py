"""Prove how shapes are compared in the plane."""

from __future__ import annotations

from typing import Any

import pytest

from services.gateway.directory.grid import Box
from services.gateway.ogc.geometry import Shape, bounds, intersect, shape_of, shape_of_box, within


def square(west: float, south: float, east: float, north: float) -> list[list[float]]:
    """Return the ring of a box."""
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def shape(kind: str, coordinates: Any) -> Shape:
    """Return the shape of a geometry."""
    return shape_of({"type": kind, "coordinates": coordinates})


HOLED = shape("Polygon", [square(0, 0, 10, 10), square(4, 4, 6, 6)])
TWO = shape("MultiPolygon", [[square(20, 0, 22, 2)], [square(30, 0, 32, 2)]])


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        (HOLED, shape("Point", [1, 1]), True),
        (HOLED, shape("Point", [5, 5]), False),
        (HOLED, shape("Point", [4, 5]), True),
        (HOLED, shape("Point", [10, 10]), True),
        (HOLED, shape("Point", [10.1, 10]), False),
        (HOLED, shape("Polygon", [square(4.5, 4.5, 5.5, 5.5)]), False),
        (HOLED, shape("Polygon", [square(3, 3, 7, 7)]), True),
        (HOLED, shape("Polygon", [square(-1, -1, 11, 11)]), True),
        (HOLED, shape("Polygon", [square(10, 0, 12, 2)]), True),
        (HOLED, shape("LineString", [[-1, 5], [11, 5]]), True),
        (HOLED, shape("LineString", [[4.5, 5], [5.5, 5]]), False),
        (HOLED, shape("MultiLineString", [[[50, 50], [51, 51]], [[1, 1], [2, 2]]]), True),
        (HOLED, shape("MultiPoint", [[50, 50], [1, 1]]), True),
        (HOLED, TWO, False),
        (TWO, shape_of_box(Box(31, 1, 40, 40)), True),
        (TWO, shape_of_box(Box(31, 1, 21, 40)), True),
        (TWO, shape_of_box(Box(33, 1, 19, 40)), False),
        (shape("Point", [1, 1]), shape("Point", [1, 1]), True),
        (shape("Point", [1, 1]), shape("LineString", [[0, 0], [2, 2]]), True),
        (shape("Point", [1, 1.1]), shape("LineString", [[0, 0], [2, 2]]), False),
        (shape("LineString", [[0, 0], [2, 2]]), shape("LineString", [[0, 2], [2, 0]]), True),
        (shape("LineString", [[0, 0], [2, 2]]), shape("LineString", [[2, 2], [3, 0]]), True),
        (shape("LineString", [[0, 0], [2, 2]]), shape("LineString", [[0, 1], [2, 3]]), False),
    ],
)
def test_shapes_meet_either_way(one: Shape, other: Shape, meet: bool):
    assert (intersect(one, other), intersect(other, one)) == (meet, meet)


@pytest.mark.parametrize(
    ("inner", "inside"),
    [
        (shape("Point", [1, 1]), True),
        (shape("Point", [5, 5]), False),
        (shape("Polygon", [square(1, 1, 3, 3)]), True),
        (shape("Polygon", [square(0, 0, 3, 3)]), True),
        (shape("Polygon", [square(3, 3, 7, 7)]), False),
        (shape("Polygon", [square(9, 9, 11, 11)]), False),
        (shape("LineString", [[1, 5], [9, 5]]), False),
        (shape("LineString", [[1, 1], [9, 1]]), True),
    ],
)
def test_shape_lies_within_polygon(inner: Shape, inside: bool):
    assert within(inner, HOLED) == inside


def test_bounds_hold_the_shape():
    assert bounds(TWO) == Box(20.0, 0.0, 32.0, 2.0)


def test_height_is_not_looked_at():
    assert shape("Point", [1, 2, 300]).points == ((1.0, 2.0),)


@pytest.mark.parametrize(
    "geometry",
    [
        None,
        {},
        {"type": "Circle", "coordinates": [1, 2]},
        {"type": "Point", "coordinates": [1]},
        {"type": "Point", "coordinates": ["1", "2"]},
        {"type": "Point", "coordinates": [float("nan"), 2]},
        {"type": "LineString", "coordinates": [[1, 2]]},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]},
        {"type": "GeometryCollection", "geometries": []},
    ],
)
def test_what_is_no_geometry_is_refused(geometry: Any):
    with pytest.raises(ValueError, match=r"."):
        shape_of(geometry)
