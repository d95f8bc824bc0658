"""Register needs and move them; propose agencies for one."""

from __future__ import annotations

from typing import Any

from chassis.ids import new_id
from chassis.rpc import Call
from chassis.work import Result, Unit
from contracts.referrals import NEED_CHANGED
from services.referrals.desk import Desk
from services.referrals.errors import NotAllowed
from services.referrals.families.domain import Family
from services.referrals.families.domain import Status as FamilyStatus
from services.referrals.matching import schemas as matching_schemas
from services.referrals.matching.domain import Wanted, match
from services.referrals.needs import domain, schemas
from services.referrals.needs.domain import Moved, Need
from services.referrals.registry import Place, required_place
from services.referrals.views import EVERYWHERE

KIND = "need"
Answer = dict[str, Any]


def register(desk: Desk, call: Call) -> Answer:
    """Register a need of a family in care, where the family lives unless the request says otherwise."""
    asked = call.request["area"]
    place = desk.registry.place(asked) if asked else None

    def effect(unit: Unit) -> Result:
        family = desk.families.get(call.request["family"], call.scope, unit.session)
        if family.status != FamilyStatus.OPEN:
            raise NotAllowed("family_closed", "family")
        desk.families.hold(family.id, unit.session)
        where = required_place(place, call.scope.area) if asked else _home(family)
        new = schemas.need(call.request, new_id(), where.area, where.areas, unit.now)
        need, _ = moved = domain.register(new, unit.actor.label)
        unit.keep(KIND, need.id, need.version, desk.needs.add(need, unit.session))
        _tell(unit, moved)
        return Result(need.id, need.version, 201)

    result = desk.units.once(call, effect)
    document = desk.units.kept(KIND, result.id, result.version)
    return schemas.shown(desk.needs.read(document) if document else desk.needs.get(result.id, EVERYWHERE))


def get(desk: Desk, call: Call) -> Answer:
    """Read a need with its note."""

    def effect(unit: Unit) -> Need:
        need = desk.needs.get(call.request["id"], call.scope, unit.session)
        unit.audit("need.read", need.id)
        return need

    return schemas.shown(desk.units.do(call.actor, effect, traceparent=call.traceparent))


def list_needs(desk: Desk, call: Call) -> Answer:
    """List needs without their notes."""
    page = desk.needs.page(call.scope, call.request)
    return {"items": [schemas.summary(document) for document in page.documents], "next": page.next}


def page_states(desk: Desk, call: Call) -> Answer:
    """Page through what all needs are counted by."""
    page = desk.needs.states(call.request["limit"], call.request["after"])
    return {"items": [schemas.state(document) for document in page.documents], "next": page.next}


def propose(desk: Desk, call: Call) -> Answer:
    """Propose agencies for a need, and say why each, and why not the nearest others.

    Where the need has no point, its area's centre stands in for it; where that is not known, the county's.
    """
    need = desk.needs.get(call.request["need"], call.scope)
    place = desk.registry.place(need.area) or Place(need.area, need.areas, need.area)
    candidates, others = desk.registry.candidates(need.subject, place.county, need.point or place.centre)
    language = desk.families.standing(need.family).language
    found = match(
        Wanted(place.county, language, located=need.point is not None),
        candidates,
        others,
        at_work=desk.referral_views.at_work([agency.id for agency in candidates], need.subject),
        tried=desk.referral_views.tried(need.id),
        limit=call.request["limit"],
    )
    return matching_schemas.shown(need.id, found)


def refer(desk: Desk, unit: Unit, need: Need) -> None:
    """Take a need as referred, within a unit of work."""
    if need.status != domain.Status.OPEN:
        raise NotAllowed("need_already_referred", "need")
    _save(desk, unit, domain.refer(need, unit.actor.label, unit.now))


def reopen(desk: Desk, unit: Unit, need_id: str) -> None:
    """Open a need for another agency, within a unit of work."""
    need = desk.needs.get(need_id, EVERYWHERE, unit.session)
    _save(desk, unit, domain.reopen(need, unit.actor.label, unit.now))


def meet(desk: Desk, unit: Unit, need_id: str) -> None:
    """Take a need as met, within a unit of work."""
    need = desk.needs.get(need_id, EVERYWHERE, unit.session)
    _save(desk, unit, domain.meet(need, unit.actor.label, unit.now))


def close(desk: Desk, unit: Unit, need: Need) -> None:
    """Close a need of a family that leaves care, within a unit of work."""
    _save(desk, unit, domain.close(need, unit.actor.label, unit.now))


def _home(family: Family) -> Place:
    return Place(family.area, family.areas, family.area)


def _save(desk: Desk, unit: Unit, moved: Moved) -> None:
    desk.needs.save(moved[0], unit.session)
    _tell(unit, moved)


def _tell(unit: Unit, moved: Moved) -> None:
    need, event = moved
    unit.emit(NEED_CHANGED, subject=need.id, version=need.version, payload=schemas.event(need))
    unit.audit(f"need.{event.transition}", need.id)
