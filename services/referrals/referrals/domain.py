"""Move a referral from state to state.

Each transition is a pure function: it takes the referral, who acts and when, and returns the referral in its next
version together with the event to publish. :mod:`services.referrals.referrals.states` has the moves.

An agency that does not answer: at ``deadline`` the referral is escalated (it stays ``sent``, and the directorate is
told), at ``expires``, twice as long after sending, it expires and its need is open for the next agency.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from services.referrals.errors import IllegalTransition, NotAllowed, NotValid
from services.referrals.referrals.states import ENDS, NeedThen, Status, Transition, target

SUCCESSFUL = "successful"
NOT_SUCCESSFUL = "not_successful"
MOST_SERVICES = 500
OUTCOMES = (SUCCESSFUL, NOT_SUCCESSFUL)


@dataclass(frozen=True, slots=True)
class Step:
    """Record one move. ``actor`` is ``<role>:<id>``; ``reason`` is what the actor wrote."""

    at: datetime
    transition: Transition
    previous_status: Status
    status: Status
    actor: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Service:
    """Record one service given. ``quantity`` is in whatever the description speaks of."""

    at: datetime
    description: str
    quantity: float | None = None


@dataclass(frozen=True, slots=True)
class Referral:
    """Refer one need of a family to one agency.

    ``area`` and ``areas`` say where the need is. ``follows`` is the referral that was handed on as this one, and
    ``followed_by`` the one that this was handed on as; both empty otherwise. Times are aware and UTC.
    """

    id: str
    need: str
    family: str
    organization: str
    subject: str
    area: str
    areas: tuple[str, ...]
    created_at: datetime
    last_modified: datetime
    note: str = ""
    follows: str = ""
    version: int = 0
    status: Status = Status.DRAFT
    sent_at: datetime | None = None
    deadline: datetime | None = None
    expires: datetime | None = None
    escalated_at: datetime | None = None
    accepted_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: str = ""
    reason: str = ""
    followed_by: str = ""
    services: tuple[Service, ...] = ()
    history: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class ReferralChanged:
    """Say that a referral has made a move; the referral itself holds the rest."""

    transition: Transition
    previous_status: Status


Moved = tuple[Referral, ReferralChanged]


def draft(new: Referral, actor: str, at: datetime) -> Moved:
    """Return the first version of a new referral that is not to be sent yet."""
    return _move(new, Transition.DRAFTED, actor, at)


def send(referral: Referral, actor: str, at: datetime, period: timedelta) -> Moved:
    """Send a new referral or a draft; the agency has ``period`` to answer before it is escalated."""
    return _move(referral, Transition.SENT, actor, at, sent_at=at, deadline=at + period, expires=at + 2 * period)


def accept(referral: Referral, actor: str, at: datetime) -> Moved:
    """Accept as the agency."""
    return _move(referral, Transition.ACCEPTED, actor, at, accepted_at=at)


def reject(referral: Referral, actor: str, at: datetime, reason: str) -> Moved:
    """Reject as the agency; the need is open for another."""
    return _move(referral, Transition.REJECTED, actor, at, reason=_said(reason))


def report(referral: Referral, actor: str, at: datetime, service: Service) -> Moved:
    """Record a service given; the first one starts the work. A service cannot be given in the future."""
    if len(referral.services) >= MOST_SERVICES:
        raise NotValid("too_many", "services")
    if service.at > at:
        raise NotValid("in_the_future", "at")
    started = referral.status == Status.ACCEPTED
    transition = Transition.STARTED if started else Transition.SERVICE_REPORTED
    return _move(referral, transition, actor, at, services=(*referral.services, service))


def complete(referral: Referral, actor: str, at: datetime, outcome: str, reason: str = "") -> Moved:
    """Complete with an outcome; one that is not successful needs its reason."""
    if outcome not in OUTCOMES:
        raise NotValid("not_a_choice", "outcome")
    reason = _said(reason) if outcome == NOT_SUCCESSFUL else reason.strip()
    return _move(referral, Transition.COMPLETED, actor, at, outcome=outcome, reason=reason)


def give_back(referral: Referral, actor: str, at: datetime, reason: str) -> Moved:
    """Return an accepted referral; the need is open for another agency."""
    return _move(referral, Transition.RETURNED, actor, at, reason=_said(reason))


def refer_onward(
    referral: Referral, actor: str, at: datetime, *, organization: str, reason: str, onward: str, period: timedelta
) -> tuple[Moved, Moved]:
    """Hand on to another agency: return this referral, ended, and the new one of id ``onward``, sent."""
    if organization == referral.organization:
        raise NotValid("same_organization", "organization")
    ended = _move(referral, Transition.REFERRED_ONWARD, actor, at, reason=_said(reason), followed_by=onward)
    following = Referral(
        id=onward,
        need=referral.need,
        family=referral.family,
        organization=organization,
        subject=referral.subject,
        area=referral.area,
        areas=referral.areas,
        created_at=at,
        last_modified=at,
        note=referral.note,
        follows=referral.id,
    )
    return ended, send(following, actor, at, period)


def revoke(referral: Referral, actor: str, at: datetime, reason: str) -> Moved:
    """Take a referral back as the case worker, before work has started."""
    return _move(referral, Transition.REVOKED, actor, at, reason=_said(reason))


def escalate(referral: Referral, actor: str, at: datetime) -> Moved:
    """Flag a referral that nobody has answered by its deadline; once only."""
    if referral.escalated_at is not None:
        raise IllegalTransition("referral", "escalated", Transition.ESCALATED)
    moved = _move(referral, Transition.ESCALATED, actor, at, escalated_at=at)
    _require_reached(referral.deadline, at)
    return moved


def expire(referral: Referral, actor: str, at: datetime) -> Moved:
    """End a referral that nobody has answered in twice the time."""
    moved = _move(referral, Transition.EXPIRED, actor, at)
    _require_reached(referral.expires, at)
    return moved


def tick(referral: Referral, actor: str, at: datetime) -> Moved | None:
    """Do what the clock asks of a sent referral: expire, escalate, or nothing yet.

    One that slept through both moments (a node that was down) is escalated first, and expires at the next tick.
    """
    if referral.status != Status.SENT:
        return None
    if referral.escalated_at is None:
        return escalate(referral, actor, at) if _reached(referral.deadline, at) else None
    return expire(referral, actor, at) if _reached(referral.expires, at) else None


def need_then(referral: Referral) -> NeedThen | None:
    """Say what becomes of the need now, or None while the referral is open."""
    if referral.status == Status.COMPLETED and referral.outcome == NOT_SUCCESSFUL:
        return NeedThen.OPEN
    return ENDS.get(referral.status)


def _move(
    referral: Referral, transition: Transition, actor: str, at: datetime, *, reason: str = "", **changes: Any
) -> Moved:
    status = target(referral.status, transition)
    step = Step(at, transition, referral.status, status, actor, reason)
    if status in ENDS:
        changes |= {"closed_at": at, "reason": reason}
    moved = replace(
        referral,
        version=referral.version + 1,
        status=status,
        last_modified=at,
        history=(*referral.history, step),
        **changes,
    )
    return moved, ReferralChanged(transition, referral.status)


def _said(reason: str) -> str:
    if not reason.strip():
        raise NotValid("required", "reason")
    return reason.strip()


def _reached(moment: datetime | None, at: datetime) -> bool:
    return moment is not None and moment <= at


def _require_reached(moment: datetime | None, at: datetime) -> None:
    if not _reached(moment, at):
        raise NotAllowed("too_early", "deadline")
