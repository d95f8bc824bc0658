"""Put latitude and longitude in their right order."""

from __future__ import annotations

import math

from services.gateway.imports.areas import Area

BOUNDS = {"EG": (21.9, 31.8, 24.6, 37.0), "IR": (24.9, 39.9, 43.9, 63.4), "PS": (31.1, 32.7, 34.1, 35.7)}
"""South, north, west and east of a node's country, in degrees."""
FAR = 150.0
EARTH_RADIUS = 6_371.0

Point = tuple[float, float]
"""Latitude and longitude, in degrees."""


def placed_in(point: Point, area: Area | None, country: str) -> Point | None:
    """Return latitude and longitude in their right order, or None where neither order lies on Earth.

    They are swapped where only that order lies on Earth, near the area (within :data:`FAR` kilometres of its centre,
    and the order given does not), or, without an area to go by, in the country.
    """
    swapped = (point[1], point[0])
    if not _on_earth(point):
        return swapped if _on_earth(swapped) else None
    if not _on_earth(swapped):
        return point
    if area and area.centre:
        near = (area.centre[1], area.centre[0])
        return swapped if distance(point, near) > FAR >= distance(swapped, near) else point
    return swapped if not _within(point, country) and _within(swapped, country) else point


def distance(one: Point, other: Point) -> float:
    """Return the kilometres between two points given as latitude and longitude, on a sphere."""
    lat_1, lon_1, lat_2, lon_2 = map(math.radians, (*one, *other))
    half = math.sin((lat_2 - lat_1) / 2) ** 2 + math.cos(lat_1) * math.cos(lat_2) * math.sin((lon_2 - lon_1) / 2) ** 2
    return 2 * EARTH_RADIUS * math.asin(min(1.0, math.sqrt(half)))


def _on_earth(point: Point) -> bool:
    return abs(point[0]) <= 90 and abs(point[1]) <= 180  # noqa: PLR2004 - degrees


def _within(point: Point, country: str) -> bool:
    bounds = BOUNDS.get(country)
    if not bounds:
        return False
    south, north, west, east = bounds
    return south <= point[0] <= north and west <= point[1] <= east
