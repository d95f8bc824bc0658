"""Carry changes of areas through: read, decide, store, publish, audit, all in one unit of work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chassis.rpc import Call
from chassis.work import Result, Unit
from contracts.registry import AREA_CHANGED, OUTLINE_POSITIONS
from services.registry.areas.domain import Area, AreaPut, is_outline, positions, put
from services.registry.areas.schemas import record
from services.registry.areas.store import AreaStore
from services.registry.faults import Fault, Refused
from services.registry.history.domain import Stamp
from services.registry.history.noting import note
from services.registry.history.schemas import stamp_of
from services.registry.history.store import HistoryStore
from services.registry.problems import error_of


@dataclass
class Draft:
    """Collect what putting areas does: all areas known, what differs, and what became of each. New ones bear ``stamp``.

    One that is given twice has two versions, of which the last is written. ``wrong`` are the codes of those that break
    a rule, and of all that lie below them.
    """

    known: dict[str, Area]
    stamp: Stamp
    events: list[AreaPut] = field(default_factory=list)
    results: list[dict[str, Any]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def take(self, number: int, fields: Mapping[str, Any]) -> None:
        """Put one area, or note what is wrong with it; of one below a wrong one nothing can be said."""
        if fields["parent"] in self.wrong:
            self.wrong.append(fields["id"])
            return
        try:
            self._put(fields, f"areas.{number}.")
        except Refused as refused:
            self.faults += refused.faults
            self.wrong.append(fields["id"])

    def _put(self, fields: Mapping[str, Any], place: str) -> None:
        _within_bounds(fields["outline"], place)
        old = self.known.get(fields["id"])
        stamped = {**fields, "registered": self.stamp}
        area, differs = put(old, self.known.get(fields["parent"]), stamped, place)
        if differs:
            self.events.append(AreaPut(area, old))
        self.known[area.id] = area
        outcome = "unchanged" if not differs else "updated" if old else "created"
        self.results.append({"id": area.id, "version": area.version, "outcome": outcome})


def put_areas(store: AreaStore, history: HistoryStore, call: Call, unit: Unit) -> Result:
    """Put areas, all of them or none. Raises ``Invalid`` or ``Conflict`` that tell of each what is wrong with it."""
    given: Sequence[Mapping[str, Any]] = call.request["areas"]
    codes = {code for fields in given for code in (fields["id"], fields["parent"]) if code}
    draft = Draft(store.some(codes, unit.session), stamp_of(call, unit.now))
    for number, fields in enumerate(given):
        draft.take(number, fields)
    if draft.faults:
        raise error_of(draft.faults, f"Area {draft.wrong[0]}")
    written = {event.area.id: event.area for event in draft.events}
    store.put_many(list(written.values()), unit.session)
    came = f"import:{draft.stamp.import_id}" if draft.stamp.import_id else ""
    for area in written.values():
        unit.emit(AREA_CHANGED, subject=area.id, version=area.version, payload=record(area))
        unit.audit("area.put", area.id, came)
    note(history, draft.events, draft.stamp, unit)
    return Result("areas", 1, body={"results": draft.results})


def _within_bounds(outline: Any, place: str) -> None:
    if outline and is_outline(outline) and sum(1 for _ in positions(outline)) > OUTLINE_POSITIONS:
        raise Refused([Fault(f"{place}outline", "too_many")])
