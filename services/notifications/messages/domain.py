"""Model one message from the event that asks for it to the moment when nothing more can happen to it.

States carry the names of GOV.UK Notify (Notify API documentation, "Message status descriptions"), with `cancelled` for
a message that was not sent on purpose::

    created ──▶ sending ──▶ pending ──▶ delivered              texts: the centre has it, then the phone
       ▲  │        │  │        ├──────▶ permanent-failure      the phone's network says never
       │  │        │  │        └──────▶ temporary-failure      the phone was not reached, or no receipt came in time
       │  │        │  ├──▶ sent                                mails and the log: there are no receipts
       │  │        │  ├──▶ permanent-failure                   the centre or the mail server refuses it for good
       │  │        │  ├──▶ temporary-failure                   it kept asking us to come again
       └──┼────────┘  └──▶ technical-failure                   we could not reach it, or cannot tell whether it was sent
          ├──▶ cancelled                                       nobody to tell: no consent, no address, no such referral
          └──▶ technical-failure                               the text could not be made

Every transition is a pure function of the message, the moment and what happened; it returns the message as it then is,
one version further. An illegal move raises :class:`IllegalMove`.

**Doubt.** A message found in `sending` after its lease has run out (its sender died), and a sending that was never
answered, may or may not have gone out. Whether it is sent again stands with its notice (``repeats``): a mail is, since
its Message-ID lets the receiver know the repeat; a text is where a missing one harms more than a doubled one. Each such
case is counted in ``doubts``, and after :data:`MOST_DOUBTS` the message is given up.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

MOST_DOUBTS = 3
FIRST_DELAY = timedelta(seconds=1)
LONGEST_DELAY = timedelta(minutes=15)
ASK_AGAIN = timedelta(seconds=5)
LONGEST_WAIT = timedelta(hours=25)
"""What no message is postponed beyond: hours that are quiet, on the day that is an hour longer."""
GIVE_UP_AFTER = timedelta(hours=48)
RECEIPT_WAIT = timedelta(hours=72)


class Status(StrEnum):
    """Name the state of a message."""

    CREATED = "created"
    SENDING = "sending"
    PENDING = "pending"
    SENT = "sent"
    DELIVERED = "delivered"
    PERMANENT_FAILURE = "permanent-failure"
    TEMPORARY_FAILURE = "temporary-failure"
    TECHNICAL_FAILURE = "technical-failure"
    CANCELLED = "cancelled"


MOVES: dict[Status, frozenset[Status]] = {
    Status.CREATED: frozenset({Status.SENDING, Status.CANCELLED, Status.TECHNICAL_FAILURE}),
    Status.SENDING: frozenset(Status) - {Status.SENDING, Status.DELIVERED, Status.CANCELLED},
    Status.PENDING: frozenset({Status.DELIVERED, Status.PERMANENT_FAILURE, Status.TEMPORARY_FAILURE}),
    Status.SENT: frozenset(),
    Status.DELIVERED: frozenset(),
    Status.PERMANENT_FAILURE: frozenset(),
    Status.TEMPORARY_FAILURE: frozenset(),
    Status.TECHNICAL_FAILURE: frozenset(),
    Status.CANCELLED: frozenset(),
}


class Failure(StrEnum):
    """Name why a sending failed, which decides what comes next."""

    BUSY = "busy"  # asked to come again: throttled, queue full, mail's 4xx
    UNREACHABLE = "unreachable"  # certainly not sent: no connection, or a part of ours did not answer
    REFUSED = "refused"  # never: no such number, mail's 5xx
    UNANSWERED = "unanswered"  # perhaps sent: the line was lost, or the answer did not come in time


class Delivery(StrEnum):
    """Name what a receipt says of one part."""

    DELIVERED = "delivered"
    FAILED = "failed"  # for good
    MISSED = "missed"  # the phone was not reached for as long as the network tries


GIVEN_UP: dict[Failure, Status] = {
    Failure.BUSY: Status.TEMPORARY_FAILURE,
    Failure.UNREACHABLE: Status.TECHNICAL_FAILURE,
}
UNDELIVERED: dict[Delivery, Status] = {
    Delivery.FAILED: Status.PERMANENT_FAILURE,
    Delivery.MISSED: Status.TEMPORARY_FAILURE,
}


class IllegalMove(Exception):
    """Say that a message cannot go from its state to another."""


@dataclass(frozen=True, slots=True)
class Message:
    """Hold what is known of one message, nothing of it personal: address and text are kept apart, encrypted.

    ``event``, ``audience`` and ``channel`` are unique together: one event makes one message. ``order`` is the version
    of the referral that it speaks of. ``due`` is the earliest moment of the next attempt or, while receipts are
    awaited, the moment when that ends. ``in_vain_since`` is when the first of the attempts failed that were made in
    vain since; it is forgotten where the message is put off on purpose. ``lease`` is the moment until which whoever
    claimed it may be at work.
    ``unconfirmed`` are those of ``references`` (the provider's ids, one a part) for which no receipt has come.
    ``traceparent`` is where the trace of that event stood.
    """

    id: str
    version: int
    event: str
    referral: str
    order: int
    template: str
    audience: str
    channel: str
    repeats: bool
    created_at: datetime
    due: datetime
    subject: str = ""
    deadline: datetime | None = None
    language: str = ""
    status: Status = Status.CREATED
    reason: str = ""
    in_vain_since: datetime | None = None
    lease: datetime | None = None
    attempts: int = 0
    doubts: int = 0
    parts: int = 0
    references: tuple[str, ...] = ()
    unconfirmed: tuple[str, ...] = ()
    sent_at: datetime | None = None
    completed_at: datetime | None = None
    traceparent: str = ""

    @property
    def finished(self) -> bool:
        """Tell whether nothing more can happen to it."""
        return not MOVES[self.status]


def postponed(message: Message, until: datetime) -> Message:
    """Give a claimed message back, to be claimed again no earlier than ``until``."""
    if message.status is not Status.CREATED:
        raise IllegalMove(f"{message.status} cannot be postponed")
    return replace(message, version=message.version + 1, due=until, in_vain_since=None, lease=None)


def begun(message: Message, language: str, lease: datetime) -> Message:
    """Record that the attempt starts now: from here on, past the lease, the message may have gone out."""
    return _moved(message, Status.SENDING, language=language, lease=lease, attempts=message.attempts + 1, reason="")


def taken(message: Message, now: datetime, references: tuple[str, ...], *, receipts: bool) -> Message:
    """Record that the provider took it; with ``receipts`` it stays pending until each of its parts has one."""
    sent = {"references": references, "parts": len(references), "sent_at": now, "lease": None}
    if receipts:
        return _moved(message, Status.PENDING, unconfirmed=references, due=now + RECEIPT_WAIT, **sent)
    return _moved(message, Status.SENT, completed_at=now, **sent)


def failed(message: Message, failure: Failure, now: datetime) -> Message:
    """Return what comes of a failed attempt: another one later, or the end, by the kind of failure."""
    match failure:
        case Failure.REFUSED:
            return _ended(message, Status.PERMANENT_FAILURE, failure, now)
        case Failure.UNANSWERED:
            return in_doubt(message, now)
        case _:
            return _again(message, failure, GIVEN_UP[failure], now)


def in_doubt(message: Message, now: datetime) -> Message:
    """Decide for a message that may or may not have gone out: send it again, or give it up."""
    doubtful = replace(message, doubts=message.doubts + 1)
    if not message.repeats or doubtful.doubts >= MOST_DOUBTS:
        return _ended(doubtful, Status.TECHNICAL_FAILURE, Failure.UNANSWERED, now)
    return _again(doubtful, Failure.UNANSWERED, Status.TECHNICAL_FAILURE, now)


def unreachable(message: Message, now: datetime) -> Message:
    """Return what comes of a claimed message whose recipient could not be asked for: another try later, or the end."""
    if now - message.created_at >= GIVE_UP_AFTER:
        return _ended(message, Status.TECHNICAL_FAILURE, Failure.UNREACHABLE, now)
    return replace(postponed(message, now + ASK_AGAIN), in_vain_since=message.in_vain_since or now)


def cancelled(message: Message, reason: str, now: datetime) -> Message:
    """Record that it is not sent on purpose: ``consent_missing``, ``no_phone``, ``no_email``, ``not_found``."""
    return _ended(message, Status.CANCELLED, reason, now)


def unmade(message: Message, now: datetime) -> Message:
    """Record that its text could not be made."""
    return _ended(message, Status.TECHNICAL_FAILURE, "template", now)


def confirmed(message: Message, reference: str, delivery: Delivery, now: datetime) -> Message:
    """Take one part's receipt: delivered when the last part is, failed with the first that fails.

    A receipt for a finished message, or a second one for the same part, changes nothing.
    """
    if message.status is not Status.PENDING or reference not in message.unconfirmed:
        return message
    if delivery is not Delivery.DELIVERED:
        return _ended(message, UNDELIVERED[delivery], f"receipt_{delivery}", now)
    left = tuple(other for other in message.unconfirmed if other != reference)
    if left:
        return replace(message, version=message.version + 1, unconfirmed=left)
    return _moved(message, Status.DELIVERED, unconfirmed=(), completed_at=now)


def unconfirmed(message: Message, now: datetime) -> Message:
    """Record that its receipt has not come in :data:`RECEIPT_WAIT`."""
    return _ended(message, Status.TEMPORARY_FAILURE, "no_receipt", now)


def delay(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: a second, doubled each time, at most a quarter of an hour."""
    return min(FIRST_DELAY * 2 ** min(attempts - 1, 20), LONGEST_DELAY)


def _again(message: Message, failure: Failure, otherwise: Status, now: datetime) -> Message:
    if now - message.created_at >= GIVE_UP_AFTER:
        return _ended(message, otherwise, failure, now)
    waits: dict[str, Any] = {"due": now + delay(message.attempts), "in_vain_since": message.in_vain_since or now}
    return _moved(message, Status.CREATED, reason=failure, lease=None, **waits)


def _ended(message: Message, status: Status, reason: str, now: datetime) -> Message:
    return _moved(message, status, reason=str(reason), completed_at=now, lease=None)


def _moved(message: Message, status: Status, **changes: Any) -> Message:
    if status not in MOVES[message.status]:
        raise IllegalMove(f"a message cannot go from {message.status} to {status}")
    return replace(message, version=message.version + 1, status=status, **changes)
