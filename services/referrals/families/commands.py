"""Register families, change them and record their consents; read them, leaving a trace of who read what."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from chassis.ids import new_id
from chassis.rpc import Call
from chassis.work import Result, Unit
from contracts.policy import Role
from contracts.referrals import FAMILY_CHANGED
from services.referrals.answers import require_version
from services.referrals.desk import Desk
from services.referrals.errors import NotAllowed
from services.referrals.families import domain, national_id, schemas
from services.referrals.families.domain import Changed, Family, Status
from services.referrals.families.store import NATIONAL_ID, TOKENS
from services.referrals.needs import commands as need_commands
from services.referrals.needs.domain import Status as NeedStatus
from services.referrals.registry import Place, required_place
from services.referrals.views import EVERYWHERE

KIND = "family"
Answer = dict[str, Any]


def register(desk: Desk, call: Call) -> Answer:
    """Register a family within the caller's area."""
    place = desk.registry.place(call.request["area"])

    def effect(unit: Unit) -> Result:
        where = required_place(place, call.scope.area)
        new = schemas.family(call.request, where, unit.now, desk.house.country, new_id)
        return _record(desk, unit, domain.register(new, unit.actor.label), desk.families.add)

    return _once(desk, call, effect)


def change(desk: Desk, call: Call) -> Answer:
    """Change what is given of a family; closing it closes its open needs."""
    place = desk.registry.place(call.request["area"]) if "area" in call.request else None

    def effect(unit: Unit) -> Result:
        family = _current(desk, call, unit, call.request["id"])
        wanted = call.request.get("status", family.status)
        if wanted == Status.OPEN != family.status:
            family = _recorded(desk, unit, domain.reopen(family, unit.actor.label, unit.now))
        fields = _fields(desk, call, family, place)
        changed, event = domain.change(family, unit.actor.label, unit.now, **fields) if fields else (family, None)
        family = _recorded(desk, unit, (changed, event)) if event else _kept(desk, unit, family)
        if wanted == Status.CLOSED != family.status:
            family = _closed(desk, unit, family)
        return Result(family.id, family.version)

    return _once(desk, call, effect)


def add_member(desk: Desk, call: Call) -> Answer:
    """Add a member to a family."""

    def effect(unit: Unit) -> Result:
        family = _current(desk, call, unit, call.request["family"])
        member = schemas.member(call.request, desk.house.country, new_id())
        return _record(desk, unit, domain.add_member(family, unit.actor.label, unit.now, member))

    return _once(desk, call, effect)


def record_consent(desk: Desk, call: Call) -> Answer:
    """Record a consent of a family."""

    def effect(unit: Unit) -> Result:
        family = _current(desk, call, unit, call.request["family"])
        consent = schemas.consent(call.request, new_id(), unit.now, family.head.id)
        return _record(desk, unit, domain.grant(family, unit.actor.label, unit.now, consent))

    return _once(desk, call, effect)


def withdraw_consent(desk: Desk, call: Call) -> Answer:
    """Withdraw a consent of a family."""

    def effect(unit: Unit) -> Result:
        family = _current(desk, call, unit, call.request["family"])
        return _record(desk, unit, domain.withdraw(family, unit.actor.label, unit.now, call.request["consent"]))

    return _once(desk, call, effect)


def get(desk: Desk, call: Call) -> Answer:
    """Read a family."""

    def effect(unit: Unit) -> Family:
        family = desk.families.get(call.request["id"], call.scope, unit.session)
        unit.audit("family.read", family.id)
        return family

    return _shown(call, desk.units.do(call.actor, effect, traceparent=call.traceparent))


def list_families(desk: Desk, call: Call) -> Answer:
    """List families; each that is shown leaves a trace."""

    def effect(unit: Unit) -> Answer:
        page = desk.family_views.page(call.scope, call.request, unit.session)
        return {"items": _listed(unit, page.documents, "family.listed"), "next": page.next}

    return desk.units.do(call.actor, effect, traceparent=call.traceparent)


def look_up(desk: Desk, call: Call) -> Answer:
    """Find families within reach by an exact national id or phone."""
    path, value = _looked_up_by(desk, call)

    def effect(unit: Unit) -> Answer:
        tokens = desk.families.tokens(TOKENS[path], value, unit.session)
        documents = desk.family_views.found(call.scope, path, tokens, unit.session)
        return {"items": _listed(unit, documents, "family.found")}

    return desk.units.do(call.actor, effect, traceparent=call.traceparent)


def page_states(desk: Desk, call: Call) -> Answer:
    """Page through what all families are counted by: nothing of a person, so that it leaves no trace in the trail."""
    page = desk.family_views.states(call.request["limit"], call.request["after"])
    return {"items": [schemas.state(document) for document in page.documents], "next": page.next}


def _looked_up_by(desk: Desk, call: Call) -> tuple[str, str]:
    asked = call.request
    if asked[NATIONAL_ID]:
        country = asked["national_id_country"] or desk.house.country
        return "national_ids", national_id.read(asked[NATIONAL_ID], country).normalised
    return "phone_token", schemas.phone(asked["phone"], desk.house.country)


def _listed(unit: Unit, documents: Iterable[dict[str, Any]], action: str) -> list[Answer]:
    summaries = [schemas.summary(document) for document in documents]
    for summary in summaries:
        unit.audit(action, summary["id"])
    return summaries


def _current(desk: Desk, call: Call, unit: Unit, family_id: str) -> Family:
    family = desk.families.get(family_id, call.scope, unit.session)
    require_version(call.if_version, family.version)
    return family


def _fields(desk: Desk, call: Call, family: Family, place: Place | None) -> dict[str, Any]:
    asked, country = call.request, desk.house.country
    fields = {name: asked[name] for name in ("language",) if name in asked}
    if "area" in asked:
        where = required_place(place, call.scope.area)
        fields |= {"area": where.area, "areas": where.areas}
    if "address" in asked:
        fields["address"] = asked["address"].strip()
    if "phone" in asked:
        fields["phone"] = schemas.phone(asked["phone"], country)
    if "household" in asked:
        fields["household"] = domain.Household(**asked["household"])
    if "members" in asked:
        fields["members"] = schemas.corrected(family.members, asked["members"], country)
    return fields


def _closed(desk: Desk, unit: Unit, family: Family) -> Family:
    needs = desk.needs.of_family(family.id, unit.session)
    if any(need.status == NeedStatus.REFERRED for need in needs):
        raise NotAllowed("family_has_open_referral", "status")
    for need in needs:
        if need.status == NeedStatus.OPEN:
            need_commands.close(desk, unit, need)
    return _recorded(desk, unit, domain.close(family, unit.actor.label, unit.now))


def _kept(desk: Desk, unit: Unit, family: Family) -> Family:
    unit.keep(KIND, family.id, family.version, desk.families.document(family, unit.session))
    return family


def _recorded(desk: Desk, unit: Unit, changed: Changed, put: Callable[..., dict[str, Any]] | None = None) -> Family:
    family, event = changed
    unit.keep(KIND, family.id, family.version, (put or desk.families.save)(family, unit.session))
    payload = schemas.event(family, event)
    unit.emit(FAMILY_CHANGED, subject=family.id, version=family.version, payload=payload)
    unit.audit(f"family.{event.what}", family.id)
    return family


def _record(desk: Desk, unit: Unit, changed: Changed, put: Callable[..., dict[str, Any]] | None = None) -> Result:
    family = _recorded(desk, unit, changed, put)
    return Result(family.id, family.version, 201 if family.version == 1 else 200)


def _once(desk: Desk, call: Call, effect: Callable[[Unit], Result]) -> Answer:
    result = desk.units.once(call, effect)
    document = desk.units.kept(KIND, result.id, result.version)
    return _shown(call, desk.families.read(document) if document else desk.families.get(result.id, EVERYWHERE))


def _shown(call: Call, family: Family) -> Answer:
    return schemas.shown(family, masked=call.actor.role == Role.AUDITOR)
