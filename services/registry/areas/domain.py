"""Decide what an area's record may become, and which area a point lies in. Pure.

An area knows its path: the codes from the country down to itself. Scope checks ask whether an area is in a record's
path, here and in other services' records, so a path never changes: neither does an area's parent or level. Names,
outline and centre may. Where a country redraws its map, the new area has a new code.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

from services.registry.faults import Fault, refuse
from services.registry.history.domain import Stamp

LEVELS = ("country", "governorate", "county", "locality")
RING = 4  # positions that a closed ring has at least (RFC 7946, 3.1.6)
PRECISION = 6  # decimals of a degree: about 11 cm
BANDS = 64  # of latitude, in which an outline's sides are looked up

Position = Sequence[float]
Ring = Sequence[Position]
Side = tuple[Position, Position]
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Area:
    """Hold one area. ``outline`` is a GeoJSON Polygon or MultiPolygon or None, ``centre`` longitude and latitude.

    ``registered`` says how its first version came, and is None for one that is older than such stamps.
    """

    id: str
    level: str
    names: Mapping[str, str]
    version: int = 1
    parent: str = ""
    path: tuple[str, ...] = ()
    outline: Mapping[str, Any] | None = None
    schematic: bool = False
    centre: tuple[float, float] | None = None
    aliases: tuple[str, ...] = ()
    valid_from: str = ""
    valid_to: str = ""
    registered: Stamp | None = None

    def there(self, day: str) -> bool:
        """Tell whether it is an area on a day (ISO 8601); on no day in particular each is."""
        return not day or (self.valid_from <= day and (not self.valid_to or day <= self.valid_to))

    @cached_property
    def box(self) -> Box | None:
        """Return west, south, east and north of the outline, or None where there is none."""
        return box_of(self.outline) if self.outline else None

    def holds(self, point: Position) -> bool:
        """Tell whether the outline holds a point (longitude, latitude); False where there is none."""
        if self.box is None or not _in_box(self.box, point):
            return False
        crossed = sum(_crosses(a, b, point) for a, b in self._bands[_band(self.box, point[1])])
        return crossed % 2 == 1

    @cached_property
    def _bands(self) -> Sequence[Sequence[Side]]:
        """Return the outline's sides by the bands of latitude that they touch: a point looks at those of its own."""
        bands: list[list[Side]] = [[] for _ in range(BANDS)]
        if self.outline is not None and self.box is not None:
            for a, b in (side for rings in polygons(self.outline) for ring in rings for side in _sides(ring)):
                low, high = sorted((_band(self.box, a[1]), _band(self.box, b[1])))
                for band in bands[low : high + 1]:
                    band.append((a, b))
        return bands


@dataclass(frozen=True, slots=True)
class AreaPut:
    """Say that an area is new, or differs from the ``old`` one."""

    area: Area
    old: Area | None


def put(old: Area | None, parent: Area | None, fields: Mapping[str, Any], place: str = "") -> tuple[Area, bool]:
    """Return the area that ``fields`` describe and whether it differs from ``old``.

    An old one keeps how it came, whatever ``fields["registered"]`` says. ``parent`` is the area that
    ``fields["parent"]`` names, None where there is none of that code. ``place`` goes before the names of fields in
    faults. Raises :class:`services.registry.faults.Refused` for an unknown parent, a level that is not below the
    parent's, a changed parent or level, an outline that is none, and an end before the beginning.
    """
    refuse(
        [*_misplaced(old, parent, fields, place), *_misdrawn(fields.get("outline"), place), *_mistimed(fields, place)]
    )
    path = (*(parent.path if parent else ()), fields["id"])
    outline = rounded(fields["outline"]) if fields.get("outline") else None
    centre = fields.get("centre") or (centre_of(outline) if outline else None)
    shape = {"outline": outline, "centre": tuple(centre) if centre else None}
    aliases = tuple(dict.fromkeys(map(_spaced, fields.get("aliases", ()))))
    registered = old.registered if old else fields.get("registered")
    names = {language: _spaced(name) for language, name in fields["names"].items()}
    given = {**fields, **shape, "path": path, "names": names, "aliases": aliases, "registered": registered}
    new = Area(**given, version=old.version if old else 1)
    if old is None or new == old:
        return new, old is None
    return replace(new, version=old.version + 1), True


def polygons(outline: Mapping[str, Any] | None) -> Sequence[Sequence[Ring]]:
    """Return the polygons of an outline, each a sequence of rings, the first of them the outer one."""
    if outline is None:
        return ()
    return [outline["coordinates"]] if outline["type"] == "Polygon" else outline["coordinates"]


def positions(outline: Mapping[str, Any]) -> Iterator[Position]:
    """Yield every position of an outline."""
    return (position for rings in polygons(outline) for ring in rings for position in ring)


def box_of(outline: Mapping[str, Any]) -> Box:
    """Return west, south, east and north of an outline."""
    longitudes, latitudes = zip(*((position[0], position[1]) for position in positions(outline)), strict=True)
    return min(longitudes), min(latitudes), max(longitudes), max(latitudes)


def centre_of(outline: Mapping[str, Any]) -> tuple[float, float]:
    """Return the centre of gravity of the largest polygon's outer ring, to :data:`PRECISION` decimals."""
    ring = max((rings[0] for rings in polygons(outline)), key=lambda ring: abs(_weight(ring)))
    weight = _weight(ring)
    if not weight:
        west, south, east, north = box_of(outline)
        return round((west + east) / 2, PRECISION), round((south + north) / 2, PRECISION)
    longitude = sum((a[0] + b[0]) * _cross(a, b) for a, b in _sides(ring)) / (6 * weight)
    latitude = sum((a[1] + b[1]) * _cross(a, b) for a, b in _sides(ring)) / (6 * weight)
    return round(longitude, PRECISION), round(latitude, PRECISION)


def rounded(outline: Mapping[str, Any]) -> dict[str, Any]:
    """Return the outline with longitude and latitude alone, to :data:`PRECISION` decimals."""

    def of(part: Any) -> Any:
        if isinstance(part[0], (int, float)):
            return [round(float(part[0]), PRECISION), round(float(part[1]), PRECISION)]
        return [of(inner) for inner in part]

    return {"type": outline["type"], "coordinates": of(outline["coordinates"])}


def _spaced(name: str) -> str:
    """Return a name without the space that is too much."""
    return " ".join(name.split())


def _misplaced(old: Area | None, parent: Area | None, fields: Mapping[str, Any], place: str) -> Iterator[Fault]:
    if fields["parent"] and parent is None:
        yield Fault(f"{place}parent", "unknown_area", fields["parent"])
    if parent is not None and LEVELS.index(parent.level) >= LEVELS.index(fields["level"]):
        yield Fault(f"{place}level", "wrong_level", fields["level"])
    for name in ("parent", "level"):
        if old is not None and getattr(old, name) != fields[name]:
            yield Fault(f"{place}{name}", "area_moved", fields[name])


def _misdrawn(outline: Any, place: str) -> Iterator[Fault]:
    if outline is not None and not is_outline(outline):
        yield Fault(f"{place}outline", "not_an_outline")


def _mistimed(fields: Mapping[str, Any], place: str) -> Iterator[Fault]:
    began, ended = fields.get("valid_from", ""), fields.get("valid_to", "")
    if began and ended and ended < began:
        yield Fault(f"{place}valid_to", "ends_before_it_begins", ended)


def is_outline(outline: Any) -> bool:
    """Tell whether this is a GeoJSON Polygon or MultiPolygon whose rings are closed and on the globe."""
    try:
        shapes = polygons(outline) if outline["type"] in ("Polygon", "MultiPolygon") else ()
        return bool(shapes) and all(shape and all(map(_is_ring, shape)) for shape in shapes)
    except (KeyError, TypeError, IndexError):
        return False


def _is_ring(ring: Ring) -> bool:
    closed = len(ring) >= RING and list(ring[0]) == list(ring[-1])
    return closed and all(abs(position[0]) <= 180 and abs(position[1]) <= 90 for position in ring)  # noqa: PLR2004


def _in_box(box: Box, point: Position) -> bool:
    west, south, east, north = box
    return west <= point[0] <= east and south <= point[1] <= north


def _band(box: Box, latitude: float) -> int:
    _, south, _, north = box
    return min(int((latitude - south) / (north - south) * BANDS), BANDS - 1) if north > south else 0


def _crosses(a: Position, b: Position, point: Position) -> bool:
    if (a[1] > point[1]) == (b[1] > point[1]):
        return False
    return point[0] < (b[0] - a[0]) * (point[1] - a[1]) / (b[1] - a[1]) + a[0]


def _sides(ring: Ring) -> Iterable[Side]:
    return pairwise(ring)


def _cross(a: Position, b: Position) -> float:
    return a[0] * b[1] - b[0] * a[1]


def _weight(ring: Ring) -> float:
    return sum(_cross(a, b) for a, b in _sides(ring)) / 2
