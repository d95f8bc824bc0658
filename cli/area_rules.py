"""Tell of a file's areas what the register would refuse, and what it takes though it is drawn wrong. Asks no node.

The rules are the register's own (:mod:`services.registry.areas.domain`). A parent that is not in the file is taken to
be in the register, which alone can say so; and whether an area has moved there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from cli.area_files import Area, Fault
from cli.outlines import Position, crossing, stray_hole
from contracts.problems import PROBLEMS
from contracts.registry import AREA_LEVELS, OUTLINE_POSITIONS, AreaFields
from services.registry.areas.domain import Area as Held
from services.registry.areas.domain import polygons, positions, put
from services.registry.faults import Refused

_SCHEMA = AreaFields()

Numbered = tuple[int, Area]
Finding = Callable[[Any], Position | None]

DRAWN_WRONG: tuple[tuple[Finding, str], ...] = (
    (crossing, "The outline crosses itself near {:.5f}, {:.5f} (longitude, latitude)."),
    (stray_hole, "A hole of the outline lies outside it, near {:.5f}, {:.5f} (longitude, latitude)."),
)


def refused(areas: Sequence[Numbered]) -> list[Fault]:
    """Return what the register would refuse of areas, parents before children."""
    known: dict[str, Held] = {}
    return [fault for number, area in areas for fault in _refused(number, _SCHEMA.load(area), known)]


def drawn_wrong(areas: Sequence[Numbered]) -> list[Fault]:
    """Return what is wrong with outlines that the register takes: maps may fill them otherwise than was meant."""
    return [
        Fault(number, area["id"], "outline", reason.format(*found))
        for number, area in areas
        if area.get("outline")
        for finds, reason in DRAWN_WRONG
        if (found := finds(polygons(area["outline"]))) is not None
    ]


def _refused(number: int, fields: dict[str, Any], known: dict[str, Held]) -> Iterator[Fault]:
    code = fields["id"]
    above = fields["parent"]
    parent = known.get(above) or (Held(above, AREA_LEVELS[0], {}) if above else None)
    try:
        known[code], _ = put(None, parent, fields)
    except Refused as broken:
        known[code] = Held(code, fields["level"], {})
        yield from (Fault(number, code, one.field, PROBLEMS[one.code].en) for one in broken.faults)
    else:
        if fields["outline"] and sum(1 for _ in positions(fields["outline"])) > OUTLINE_POSITIONS:
            yield Fault(number, code, "outline", PROBLEMS["too_many"].en)
