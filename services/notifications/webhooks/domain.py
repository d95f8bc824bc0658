"""Model webhooks and their deliveries, and sign as Standard Webhooks has it.

A *webhook* is an address that is told of public events. A *delivery* is one event on its way to one webhook::

    waiting ──▶ delivered      the receiver answered 2xx
     ▲ │  └───▶ failed         it did not, time after time (:data:`SCHEDULE`), or is gone
     │ └──────▶ held           the webhook is disabled
     └─ replay ── any of the three

Every transition is a pure function; an illegal move raises :class:`IllegalMove`. The receiver knows an event again by
``webhook-id``, which is the event's id in every attempt: a delivery may come more than once, since the sender may die
between the receiver's answer and its note of it.

Signatures: Standard Webhooks, "Signature scheme": base64 of HMAC-SHA256 over ``<id>.<timestamp>.<body>`` with the bytes
that the secret is the base64 of, after ``v1,``; several are parted by a blank.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

PREFIX = "whsec_"
SECRET_BYTES = 32
SCHEDULE = tuple(
    timedelta(seconds=seconds) for seconds in (5, 300, 1_800, *(hours * 3_600 for hours in (2, 5, 10, 14, 20, 24)))
)
"""The pause before each further attempt; after the last the delivery has failed."""
JITTER = 0.2
OLD_SECRET_SIGNS = timedelta(hours=24)
FAILING_DAYS = timedelta(days=5)
KEPT = timedelta(days=30)
FIRST_REST, LONGEST_REST = timedelta(seconds=5), timedelta(minutes=5)
GONE = 410
TEST_TYPE = "tashbik.notifications.webhook.tested.v1"


class Status(StrEnum):
    """Name the state of a delivery."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"
    HELD = "held"


MOVES: dict[Status, frozenset[Status]] = {
    Status.WAITING: frozenset(Status),
    Status.DELIVERED: frozenset({Status.WAITING}),
    Status.FAILED: frozenset({Status.WAITING}),
    Status.HELD: frozenset({Status.WAITING}),
}


class Why(StrEnum):
    """Name why a webhook is disabled, or why a delivery was not taken."""

    OWNER = "owner"  # disabled by whoever may change it
    GONE = "gone"  # the receiver answered 410
    FAILING = "failing"  # nothing but failures for :data:`FAILING_DAYS`
    UNREADABLE = "unreadable"  # no key that there is opens its address or its secret
    STATUS = "status"  # answered, but not 2xx
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"  # no such host, no connection, no TLS, the line was lost
    FORBIDDEN = "forbidden_address"  # the host's address is one that we do not send to
    EXPIRED = "expired"  # the event is kept no more


class IllegalMove(Exception):
    """Say that a delivery cannot go where it was told to."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """Hold one webhook. ``secret`` signs, and ``old_secret`` too until ``old_secret_until``.

    An address or a secret that cannot be decrypted is empty.
    """

    id: str
    version: int
    owner: str
    url: str
    event_types: tuple[str, ...]
    description: str
    secret: str
    created_at: datetime
    changed_at: datetime
    enabled: bool = True
    reason: str = ""
    old_secret: str = ""
    old_secret_until: datetime | None = None

    @property
    def readable(self) -> bool:
        """Tell whether address and secret are known."""
        return bool(self.url and self.secret)

    def secrets_at(self, now: datetime) -> tuple[str, ...]:
        """Return the secrets that sign at a moment, the newest first."""
        if self.old_secret and self.old_secret_until is not None and now < self.old_secret_until:
            return self.secret, self.old_secret
        return (self.secret,)


@dataclass(frozen=True, slots=True)
class Delivery:
    """Hold one event's way to one webhook. ``code`` is the last answer's status, 0 where there was none."""

    id: str
    webhook: str
    event: str
    event_type: str
    created_at: datetime
    erase_at: datetime
    due: datetime
    status: Status = Status.WAITING
    version: int = 1
    attempts: int = 0
    tries: int = 0
    code: int = 0
    reason: str = ""
    attempted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Lane:
    """Hold whose turn it is to be sent to: one sender at a time goes down a webhook's lane, until ``until`` at most.

    ``failures`` counts those on end, since ``failing_since``; nothing is sent before ``rest_until``, so that a receiver
    that is away takes up a sender for a moment only. ``roused`` counts how often somebody said that its receiver is
    well.
    """

    id: str
    until: datetime
    rest_until: datetime
    failures: int = 0
    failing_since: datetime | None = None
    woken: int = 0
    roused: int = 0

    def failing_long(self, now: datetime) -> bool:
        """Tell whether nothing but failures has come of it for :data:`FAILING_DAYS`."""
        return self.failing_since is not None and now - self.failing_since >= FAILING_DAYS


@dataclass(frozen=True, slots=True)
class Outcome:
    """Say what became of one attempt: the answer's status, or why there was none."""

    code: int = 0
    reason: str = ""

    @property
    def taken(self) -> bool:
        """Tell whether the receiver has it."""
        return 200 <= self.code < 300  # noqa: PLR2004 - HTTP's success

    @property
    def gone(self) -> bool:
        """Tell whether the receiver wants nothing more."""
        return self.code == GONE


def changed(webhook: Webhook, fields: dict[str, object], now: datetime) -> Webhook:
    """Return the webhook with what is given; one that is enabled has no reason any more."""
    enabled = bool(fields.get("enabled", webhook.enabled))
    reason = "" if enabled else webhook.reason or Why.OWNER
    known = {name: fields[name] for name in ("url", "event_types", "description") if name in fields}
    new = replace(webhook, **known, enabled=enabled, reason=reason)  # type: ignore[arg-type]
    return webhook if new == webhook else replace(new, version=webhook.version + 1, changed_at=now)


def rotated(webhook: Webhook, secret: str, now: datetime) -> Webhook:
    """Return the webhook with another secret; the one before signs beside it for :data:`OLD_SECRET_SIGNS`."""
    until = now + OLD_SECRET_SIGNS
    before = webhook.secret
    return replace(
        webhook, secret=secret, old_secret=before, old_secret_until=until, version=webhook.version + 1, changed_at=now
    )


def disabled(webhook: Webhook, why: Why, now: datetime) -> Webhook:
    """Return the webhook disabled for a reason."""
    return replace(webhook, enabled=False, reason=why, version=webhook.version + 1, changed_at=now)


def attempted(delivery: Delivery, outcome: Outcome, now: datetime, chance: float) -> Delivery:
    """Return the delivery after an attempt. ``chance`` (0 to 1) spreads the pause by :data:`JITTER` to either side."""
    tried = replace(
        delivery,
        attempts=delivery.attempts + 1,
        tries=delivery.tries + 1,
        code=outcome.code,
        reason="" if outcome.taken else outcome.reason or Why.STATUS,
        attempted_at=now,
    )
    if outcome.taken:
        return _moved(tried, Status.DELIVERED)
    if outcome.gone or outcome.reason == Why.EXPIRED or tried.tries > len(SCHEDULE):
        return _moved(tried, Status.FAILED)
    pause = SCHEDULE[tried.tries - 1] * (1 + JITTER * (2 * chance - 1))
    return _moved(replace(tried, due=now + pause), Status.WAITING)


def replayed(delivery: Delivery, now: datetime) -> Delivery:
    """Return a delivery that is to be made anew, from the beginning of the schedule."""
    if delivery.status is Status.WAITING:
        raise IllegalMove(f"{delivery.id} waits already")
    return _moved(replace(delivery, due=now, tries=0), Status.WAITING)


def _moved(delivery: Delivery, status: Status) -> Delivery:
    if status not in MOVES[delivery.status]:
        raise IllegalMove(f"{delivery.status} → {status}")
    return replace(delivery, status=status, version=delivery.version + 1)


def served(lane: Lane, outcome: Outcome, now: datetime) -> Lane:
    """Return the lane after an attempt."""
    if outcome.reason == Why.EXPIRED:
        return lane
    if outcome.taken:
        return at_ease(lane)
    failures = lane.failures + 1
    return replace(
        lane, failures=failures, failing_since=lane.failing_since or now, rest_until=now + rest_after(failures)
    )


def at_ease(lane: Lane) -> Lane:
    """Return the lane without its failures, since nothing waits any more: the outage that they were of is over."""
    return replace(lane, failures=0, failing_since=None)


def rest_after(failures: int) -> timedelta:
    """Return for how long a webhook is left in peace after so many failures on end, whatever waits for it."""
    return min(FIRST_REST * 2 ** min(max(failures - 1, 0), 16), LONGEST_REST)


def secret_of(chance: bytes) -> str:
    """Return a secret as it is handed out, made of random bytes."""
    return PREFIX + base64.b64encode(chance).decode()


def signature(secrets: Iterable[str], message_id: str, timestamp: int, body: bytes) -> str:
    """Return the ``webhook-signature`` of a body: one signature for each secret. Raises ``ValueError`` without one."""
    signed = b"%b.%d.%b" % (message_id.encode(), timestamp, body)
    made = [f"v1,{base64.b64encode(_hmac(secret, signed)).decode()}" for secret in secrets]
    if not made:
        raise ValueError("a body is signed by one secret at least")
    return " ".join(made)


def _hmac(secret: str, signed: bytes) -> bytes:
    text = secret.removeprefix(PREFIX)
    key = base64.b64decode(text + "=" * (-len(text) % 4))
    if not key:
        raise ValueError("a secret is not empty")
    return hmac.new(key, signed, hashlib.sha256).digest()
