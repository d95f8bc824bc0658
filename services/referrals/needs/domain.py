"""Hold what a family needs, and whether anyone is at it.

::

    open ──refer──▶ referred ──meet──▶ met
     │ ▲               │
     │ └────reopen─────┘
     └──close──▶ closed
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from services.referrals.errors import IllegalTransition


class Status(StrEnum):
    """Say where a need stands."""

    OPEN = "open"
    REFERRED = "referred"
    MET = "met"
    CLOSED = "closed"


class Transition(StrEnum):
    """Name a move in the past tense."""

    REGISTERED = "registered"
    REFERRED = "referred"
    REOPENED = "reopened"
    MET = "met"
    CLOSED = "closed"


MOVES: dict[tuple[Status, Transition], Status] = {
    (Status.OPEN, Transition.REFERRED): Status.REFERRED,
    (Status.REFERRED, Transition.REOPENED): Status.OPEN,
    (Status.REFERRED, Transition.MET): Status.MET,
    (Status.OPEN, Transition.CLOSED): Status.CLOSED,
}


@dataclass(frozen=True, slots=True)
class Step:
    """Record one move of a need."""

    at: datetime
    transition: Transition
    status: Status
    actor: str


@dataclass(frozen=True, slots=True)
class Need:
    """Hold one need. ``point`` is longitude and latitude; ``areas`` the area's ancestors, then the area itself."""

    id: str
    family: str
    subject: str
    urgency: str
    area: str
    areas: tuple[str, ...]
    point: tuple[float, float] | None
    note: str
    registered_at: datetime
    last_modified: datetime
    status: Status = Status.OPEN
    version: int = 1
    history: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class NeedChanged:
    """Say that a need has made a move."""

    transition: Transition


Moved = tuple[Need, NeedChanged]


def register(need: Need, actor: str) -> Moved:
    """Begin the history of a new need."""
    step = Step(need.registered_at, Transition.REGISTERED, need.status, actor)
    return replace(need, history=(step,)), NeedChanged(Transition.REGISTERED)


def refer(need: Need, actor: str, at: datetime) -> Moved:
    """Take the need as referred to an agency."""
    return _move(need, Transition.REFERRED, actor, at)


def reopen(need: Need, actor: str, at: datetime) -> Moved:
    """Open the need for another agency."""
    return _move(need, Transition.REOPENED, actor, at)


def meet(need: Need, actor: str, at: datetime) -> Moved:
    """Take the need as met."""
    return _move(need, Transition.MET, actor, at)


def close(need: Need, actor: str, at: datetime) -> Moved:
    """Close the need of a family that is no longer in care."""
    return _move(need, Transition.CLOSED, actor, at)


def _move(need: Need, transition: Transition, actor: str, at: datetime) -> Moved:
    status = MOVES.get((need.status, transition))
    if status is None:
        raise IllegalTransition("need", need.status, transition)
    step = Step(at, transition, status, actor)
    moved = replace(need, status=status, version=need.version + 1, last_modified=at, history=(*need.history, step))
    return moved, NeedChanged(transition)
