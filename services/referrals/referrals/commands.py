"""Refer families to agencies, and move referrals to their outcome."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from chassis.identity import Actor
from chassis.ids import new_id
from chassis.rpc import Call
from chassis.timer import apart
from chassis.work import Result, Unit
from contracts.policy import Role
from contracts.referrals import REFERRAL_CHANGED
from services.referrals import metrics
from services.referrals.answers import require_version
from services.referrals.desk import Desk
from services.referrals.families.domain import Purpose
from services.referrals.families.schemas import moment
from services.referrals.needs import commands as need_commands
from services.referrals.referrals import domain, schemas
from services.referrals.referrals.domain import Moved, Referral, Service
from services.referrals.referrals.states import WITH_AGENCY, NeedThen
from services.referrals.registry import Agency, required_agency
from services.referrals.views import EVERYWHERE

KIND = "referral"
SWEPT_AT_ONCE = 200
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10))
"""How long a referral that cannot be moved is left alone, then the last again; the alert looks at 15 minutes."""
MEASURED_AT_MOST = 10_000
Answer = dict[str, Any]
Move = Callable[[Referral, str, datetime], Moved]


def refer(desk: Desk, call: Call) -> Answer:
    """Refer a need within reach to an agency that can be asked, by the family's consent; or keep a draft of that."""
    asked = call.request
    need = desk.needs.get(asked["need"], call.scope)
    agency = desk.registry.agency(asked["organization"], need.subject)

    def effect(unit: Unit) -> Result:
        current = desk.needs.get(need.id, call.scope, unit.session)
        _require_allowed(desk, unit, current.family, agency, current.subject)
        need_commands.refer(desk, unit, current)
        new = schemas.new(current, new_id(), asked["organization"], asked["note"], unit.now)
        actor = unit.actor.label
        first = _sent(desk, new, unit) if asked["send"] else domain.draft(new, actor, unit.now)
        return _record(desk, unit, first)

    return _once(desk, call, effect)


def send(desk: Desk, call: Call) -> Answer:
    """Send a draft, by the family's consent, to its agency if that can still be asked."""
    draft = desk.referrals.get(call.request["id"], call.scope)
    agency = desk.registry.agency(draft.organization, draft.subject)

    def effect(unit: Unit) -> Result:
        referral = _current(desk, call, unit)
        moved = _sent(desk, referral, unit)
        _require_allowed(desk, unit, referral.family, agency, referral.subject)
        return _record(desk, unit, moved)

    return _once(desk, call, effect)


def accept(desk: Desk, call: Call) -> Answer:
    """Accept a referral as its agency."""
    return _move(desk, call, domain.accept)


def reject(desk: Desk, call: Call) -> Answer:
    """Reject a referral as its agency."""
    return _move(desk, call, lambda one, actor, at: domain.reject(one, actor, at, call.request["reason"]))


def report_service(desk: Desk, call: Call) -> Answer:
    """Report a service given, now if the request does not say when."""
    asked = call.request

    def report(referral: Referral, actor: str, at: datetime) -> Moved:
        given_at = moment(asked["at"]) if asked["at"] else at
        return domain.report(referral, actor, at, Service(given_at, asked["description"], asked["quantity"]))

    return _move(desk, call, report)


def complete(desk: Desk, call: Call) -> Answer:
    """Complete a referral with its outcome."""
    asked = call.request
    return _move(desk, call, lambda one, actor, at: domain.complete(one, actor, at, asked["outcome"], asked["reason"]))


def give_back(desk: Desk, call: Call) -> Answer:
    """Return an accepted referral."""
    return _move(desk, call, lambda one, actor, at: domain.give_back(one, actor, at, call.request["reason"]))


def revoke(desk: Desk, call: Call) -> Answer:
    """Take a referral back as its case worker."""
    return _move(desk, call, lambda one, actor, at: domain.revoke(one, actor, at, call.request["reason"]))


def refer_onward(desk: Desk, call: Call) -> Answer:
    """Hand a referral on to another agency; answers the one that is handed on, which names what follows it."""
    asked = call.request
    agency = desk.registry.agency(asked["organization"], desk.referrals.get(asked["id"], call.scope).subject)

    def effect(unit: Unit) -> Result:
        referral = _current(desk, call, unit)
        ended, following = domain.refer_onward(
            referral,
            unit.actor.label,
            unit.now,
            organization=asked["organization"],
            reason=asked["reason"],
            onward=new_id(),
            period=desk.house.period,
        )
        _require_allowed(desk, unit, referral.family, agency, referral.subject)
        result = _record(desk, unit, ended)
        _record(desk, unit, following)
        return result

    return _once(desk, call, effect)


def get(desk: Desk, call: Call) -> Answer:
    """Read a referral; its agency finds what it needs of the family while the referral is open to it."""

    def effect(unit: Unit) -> Answer:
        referral = desk.referrals.get(call.request["id"], call.scope, unit.session)
        unit.audit("referral.read", referral.id)
        recipient = _recipient(desk, unit, referral) if _to_agency(call) else None
        return schemas.shown(referral, to_agency=_to_agency(call), recipient=recipient)

    return desk.units.do(call.actor, effect, traceparent=call.traceparent)


def list_referrals(desk: Desk, call: Call) -> Answer:
    """List referrals: for an association those sent to it."""
    page = desk.referral_views.page(call.scope, call.request)
    items = [schemas.summary(document, to_agency=_to_agency(call)) for document in page.documents]
    return {"items": items, "next": page.next}


def page_states(desk: Desk, call: Call) -> Answer:
    """Page through the public states of all referrals."""
    page = desk.referral_views.states(call.request["limit"], call.request["after"])
    items = [schemas.state(document) | {"version": document["version"]} for document in page.documents]
    return {"items": items, "next": page.next}


def sweep(desk: Desk, actor: Actor, at: datetime, at_once: int = SWEPT_AT_ONCE) -> int:
    """Escalate and expire what is due, each in a transaction of its own; return how many moved.

    Replicas may sweep at the same time: of two that meet at a referral, one finds it done. One that cannot be moved,
    for whatever reason, steps back for a while, so that no number of them keeps the others waiting.
    """
    moved = 0
    for referral_id, tries in desk.referrals.due(at, at_once):
        delay = BACK_OFF[min(tries, len(BACK_OFF) - 1)]
        with apart("referrals.sweep", referral_id, partial(desk.referrals.step_back, referral_id, at, delay)):
            moved += desk.units.do(actor, lambda unit, one=referral_id: _tick(desk, unit, one))  # type: ignore[misc]
    return moved


def measure(desk: Desk, at: datetime) -> None:
    """Set the gauges of what is overdue."""
    count, since = desk.referrals.overdue(at, MEASURED_AT_MOST)
    metrics.OVERDUE.set(count)
    metrics.OVERDUE_OLDEST.set((at - since).total_seconds() if since else 0)


def _tick(desk: Desk, unit: Unit, referral_id: str) -> bool:
    referral = desk.referrals.get(referral_id, EVERYWHERE, unit.session)
    moved = domain.tick(referral, unit.actor.label, unit.now)
    if moved is None:
        return False
    _record(desk, unit, moved)
    return True


def _move(desk: Desk, call: Call, move: Move) -> Answer:
    def effect(unit: Unit) -> Result:
        return _record(desk, unit, move(_current(desk, call, unit), unit.actor.label, unit.now))

    return _once(desk, call, effect)


def _current(desk: Desk, call: Call, unit: Unit) -> Referral:
    referral = desk.referrals.get(call.request["id"], call.scope, unit.session)
    require_version(call.if_version, referral.version)
    return referral


def _sent(desk: Desk, referral: Referral, unit: Unit) -> Moved:
    return domain.send(referral, unit.actor.label, unit.now, desk.house.period)


def _require_allowed(desk: Desk, unit: Unit, family: str, agency: Agency | None, subject: str) -> None:
    required_agency(agency, subject)
    desk.families.standing(family, unit.session).require(Purpose.REFERRAL, unit.now)


def _record(desk: Desk, unit: Unit, moved: Moved) -> Result:
    """Keep a referral's next version with its event and trace, and let the need follow."""
    referral, event = moved
    first = referral.version == 1
    document = (desk.referrals.add if first else desk.referrals.save)(referral, unit.session)
    unit.keep(KIND, referral.id, referral.version, document)
    payload = schemas.state(document)
    unit.emit(REFERRAL_CHANGED, subject=referral.id, version=referral.version, payload=payload)
    unit.audit(f"referral.{event.transition}", referral.id)
    match domain.need_then(referral):
        case NeedThen.OPEN:
            need_commands.reopen(desk, unit, referral.need)
        case NeedThen.MET:
            need_commands.meet(desk, unit, referral.need)
    return Result(referral.id, referral.version, 201 if first else 200)


def _recipient(desk: Desk, unit: Unit, referral: Referral) -> Answer | None:
    if referral.status not in WITH_AGENCY:
        return None
    family = desk.families.get(referral.family, EVERYWHERE, unit.session)
    if not family.permits(Purpose.REFERRAL, unit.now):
        return None
    unit.audit("family.read", family.id, why=referral.id)
    need = desk.needs.get(referral.need, EVERYWHERE, unit.session)
    return schemas.recipient(family, need, unit.now.date())


def _once(desk: Desk, call: Call, effect: Callable[[Unit], Result]) -> Answer:
    result = desk.units.once(call, effect)
    document = desk.units.kept(KIND, result.id, result.version)
    referral = desk.referrals.read(document) if document else desk.referrals.get(result.id, EVERYWHERE)
    return schemas.shown(referral, to_agency=_to_agency(call))


def _to_agency(call: Call) -> bool:
    return call.actor.role == Role.ASSOCIATION
