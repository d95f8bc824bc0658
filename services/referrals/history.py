"""Tell the whole history of a case: its family's, its needs' and its referrals' steps, in the order of time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from chassis.rpc import Call
from chassis.work import Unit
from services.referrals.desk import Desk
from services.referrals.families.domain import Change, Family, What
from services.referrals.needs.domain import Need
from services.referrals.referrals.domain import Referral

Entry = dict[str, Any]
CONSENTS = {What.CONSENT_GRANTED: "granted", What.CONSENT_WITHDRAWN: "withdrawn"}
EMPTY: Entry = {"subject": "", "organization": "", "status": "", "reason": "", "changed": []}


def get(desk: Desk, call: Call) -> dict[str, Any]:
    """Read the history of a family within reach; the reading leaves a trace."""

    def effect(unit: Unit) -> dict[str, Any]:
        family = desk.families.get(call.request["family"], call.scope, unit.session)
        unit.audit("family.history_read", family.id)
        needs = desk.needs.of_family(family.id, unit.session)
        referrals = desk.referrals.of_family(family.id, unit.session)
        return {"family": family.id, "items": entries(family, needs, referrals)}

    return desk.units.do(call.actor, effect, traceparent=call.traceparent)


def entries(family: Family, needs: Iterable[Need], referrals: Iterable[Referral]) -> list[Entry]:
    """Return all steps, oldest first; those of one moment with causes first: family, need, referral."""
    steps = [*map(_of_family, family.changes)]
    steps += [step for need in needs for step in _of_need(need)]
    steps += [step for referral in referrals for step in _of_referral(referral)]
    return sorted(steps, key=lambda step: step["at"])


def _of_family(change: Change) -> Entry:
    granted = CONSENTS.get(change.what)
    kind, what = ("consent", granted) if granted else ("family", change.what.value)
    return EMPTY | {
        "at": change.at,
        "kind": kind,
        "id": change.record,
        "what": what,
        "actor": change.actor,
        "changed": list(change.fields),
    }


def _of_need(need: Need) -> Iterator[Entry]:
    for step in need.history:
        yield EMPTY | {
            "at": step.at,
            "kind": "need",
            "id": need.id,
            "what": step.transition.value,
            "actor": step.actor,
            "subject": need.subject,
            "status": step.status.value,
        }


def _of_referral(referral: Referral) -> Iterator[Entry]:
    for step in referral.history:
        yield EMPTY | {
            "at": step.at,
            "kind": "referral",
            "id": referral.id,
            "what": step.transition.value,
            "actor": step.actor,
            "subject": referral.subject,
            "organization": referral.organization,
            "status": step.status.value,
            "reason": step.reason,
        }
