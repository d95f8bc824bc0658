"""Look areas up: by code, by name in any spelling, by a point. One immutable tree, read whole and kept in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from contracts.text import fold
from services.registry.areas.domain import LEVELS, Area, Position
from services.registry.areas.grid import Grid
from services.registry.faults import Fault, Refused

TITLES = ("محافظة", "مركز", "مدينة", "استان", "شهرستان", "شهر", "governorate", "county", "markaz", "city of")
"""Words that people put before an area's name, though its record has none."""


class Tree:
    """Hold all areas of a node. ``revision`` tells one state of the areas from another, ``day`` when it is."""

    def __init__(self, areas: Iterable[Area] = (), revision: int = 0, day: str = "") -> None:
        """Take the areas. Those without an outline hold no point; those that are none on the day have codes alone.

        An area lies in those above it, so it is none where one of them is none.
        """
        self.revision = revision
        self.day = day
        self._areas: Mapping[str, Area] = {area.id: area for area in areas}
        gone = {area.id for area in self._areas.values() if not area.there(day)}
        present = [area for area in self._areas.values() if gone.isdisjoint((area.id, *area.path))]
        self._named = _by_name(present)
        self._drawn = Grid(sorted(present, key=_deepest_first))

    def get(self, code: str) -> Area | None:
        """Return the area of a code, or None."""
        return self._areas.get(code)

    def path(self, code: str) -> tuple[str, ...]:
        """Return the codes from the country down to an area; empty for an empty code."""
        area = self._areas.get(code)
        return area.path if area else ()

    def find(self, text: str, field: str = "area") -> str:
        """Return the code of the area that a code or a name means; empty for an empty text.

        Of areas with one name the deepest is meant, as a county is by the name that it shares with its governorate.
        Raises :class:`Refused` with ``unknown_area``, or ``ambiguous_area`` where several of one level bear the name.
        """
        if not text or text in self._areas:
            return text
        meant = self._bearing(fold(text))
        if not meant:
            raise Refused([Fault(field, "unknown_area", text)])
        deepest = [area for area in meant if LEVELS.index(area.level) == max(LEVELS.index(one.level) for one in meant)]
        if len(deepest) > 1:
            raise Refused([Fault(field, "ambiguous_area", text)])
        return deepest[0].id

    def at(self, point: Position | None) -> str:
        """Return the code of the deepest area whose outline holds a point (longitude, latitude); empty for none."""
        if point is None:
            return ""
        found = self._drawn.first(point)
        return found.id if found else ""

    def covers(self, code: str, point: Position | None) -> bool:
        """Tell whether an area may hold a point: where nobody has surveyed its outline, the nearest above it decides.

        Where none of them is surveyed it may hold any.
        """
        if point is None:
            return True
        on_the_way = (self._areas.get(above) for above in reversed(self.path(code)))
        surveyed = next((area for area in on_the_way if area and area.outline and not area.schematic), None)
        return surveyed is None or surveyed.holds(point)

    def _bearing(self, name: str) -> Sequence[Area]:
        return self._named.get(_joined(name)) or self._named.get(_joined(_bare(name)), ())


def _by_name(areas: Iterable[Area]) -> Mapping[str, Sequence[Area]]:
    named = defaultdict(list)
    for area in areas:
        names = {fold(name) for name in (*area.names.values(), *area.aliases)} - {""}
        for written in {_joined(each) for name in names for each in (name, _bare(name))}:
            named[written].append(area)
    return dict(named)


def _bare(name: str) -> str:
    """Return a folded name without the title before it."""
    return next((name.removeprefix(f"{title} ") for title in _TITLES if name.startswith(f"{title} ")), name)


def _joined(name: str) -> str:
    """Return a name without its spaces: ``ابو تشت`` is also written ``ابوتشت``."""
    return name.replace(" ", "")


def _deepest_first(area: Area) -> tuple[int, str]:
    return -len(area.path), area.id


_TITLES = tuple(fold(title) for title in TITLES)
