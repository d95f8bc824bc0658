"""Hold the one table of a referral's states and legal moves.

Names are those of FHIR's Task and of Primero's referrals. A move that is not in the table is illegal. Print and draw it
with ``python -m services.referrals.referrals.states``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from services.referrals.errors import IllegalTransition


class Status(StrEnum):
    """Say where a referral stands."""

    DRAFT = "draft"
    SENT = "sent"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    REJECTED = "rejected"
    RETURNED = "returned"
    REFERRED_ONWARD = "referred_onward"
    REVOKED = "revoked"
    EXPIRED = "expired"


class Transition(StrEnum):
    """Name a move, in the past tense that events speak."""

    DRAFTED = "drafted"
    SENT = "sent"
    ACCEPTED = "accepted"
    STARTED = "started"
    SERVICE_REPORTED = "service_reported"
    COMPLETED = "completed"
    REJECTED = "rejected"
    RETURNED = "returned"
    REFERRED_ONWARD = "referred_onward"
    REVOKED = "revoked"
    ESCALATED = "escalated"
    EXPIRED = "expired"


class Party(StrEnum):
    """Say who makes a move."""

    WORKER = "case worker"
    AGENCY = "agency"
    CLOCK = "clock"


class NeedThen(StrEnum):
    """Say what becomes of the need when a referral ends."""

    OPEN = "open again"
    MET = "met"
    REFERRED = "still referred"


@dataclass(frozen=True, slots=True)
class Move:
    """State one move: from which states, to which, by whom."""

    transition: Transition
    sources: tuple[Status, ...]
    target: Status
    party: Party


S, T = Status, Transition

MOVES: tuple[Move, ...] = (
    Move(T.DRAFTED, (S.DRAFT,), S.DRAFT, Party.WORKER),
    Move(T.SENT, (S.DRAFT,), S.SENT, Party.WORKER),
    Move(T.ESCALATED, (S.SENT,), S.SENT, Party.CLOCK),
    Move(T.EXPIRED, (S.SENT,), S.EXPIRED, Party.CLOCK),
    Move(T.ACCEPTED, (S.SENT,), S.ACCEPTED, Party.AGENCY),
    Move(T.REJECTED, (S.SENT,), S.REJECTED, Party.AGENCY),
    Move(T.STARTED, (S.ACCEPTED,), S.IN_PROGRESS, Party.AGENCY),
    Move(T.SERVICE_REPORTED, (S.IN_PROGRESS,), S.IN_PROGRESS, Party.AGENCY),
    Move(T.COMPLETED, (S.IN_PROGRESS,), S.COMPLETED, Party.AGENCY),
    Move(T.RETURNED, (S.ACCEPTED, S.IN_PROGRESS), S.RETURNED, Party.AGENCY),
    Move(T.REFERRED_ONWARD, (S.ACCEPTED, S.IN_PROGRESS), S.REFERRED_ONWARD, Party.AGENCY),
    Move(T.REVOKED, (S.DRAFT, S.SENT, S.ACCEPTED), S.REVOKED, Party.WORKER),
)

ENDS: dict[Status, NeedThen] = {
    S.COMPLETED: NeedThen.MET,
    S.REJECTED: NeedThen.OPEN,
    S.RETURNED: NeedThen.OPEN,
    S.REFERRED_ONWARD: NeedThen.REFERRED,
    S.REVOKED: NeedThen.OPEN,
    S.EXPIRED: NeedThen.OPEN,
}
"""States that no move leaves, and the need then; a completed referral that was not successful opens it again."""

OPEN = tuple(status for status in Status if status not in ENDS)
"""States in which a need is taken: one such referral a need."""
WITH_AGENCY = (S.SENT, S.ACCEPTED, S.IN_PROGRESS)
"""States in which the agency may read what it needs of the family."""
AT_WORK = (S.ACCEPTED, S.IN_PROGRESS)
"""States that take of the agency's capacity."""

_TARGETS = {(source, move.transition): move.target for move in MOVES for source in move.sources}


def target(status: Status, transition: Transition) -> Status:
    """Return the state that a move leads to. Raises :class:`IllegalTransition` where the table has no such move."""
    try:
        return _TARGETS[status, transition]
    except KeyError:
        raise IllegalTransition("referral", status, transition) from None


def as_table() -> str:
    """Return the table in Markdown."""
    rows = ["| move | by | from | to |", "|---|---|---|---|"]
    rows += [f"| {move.transition} | {move.party} | {', '.join(move.sources)} | {move.target} |" for move in MOVES]
    return "\n".join(rows)


def as_mermaid() -> str:
    """Return the table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", "    [*] --> draft"]
    lines += [
        f"    {source} --> {move.target}: {move.transition}"
        for move in MOVES
        for source in move.sources
        if move.transition != T.DRAFTED
    ]
    lines += [f"    {status} --> [*]: need {then}" for status, then in ENDS.items()]
    return "\n".join(lines)


if __name__ == "__main__":
    print(f"{as_table()}\n\n```mermaid\n{as_mermaid()}\n```")
