"""Carry events in messages: one alone as it is, several of one type in one message, a *parcel*.

What comes at once then costs broker and consumers one message and not many. A single event is CloudEvents' structured
JSON, a parcel its JSON batch (CloudEvents 1.0.2, JSON event format, section 4)::

    application/cloudevents+json          {…}               header seal: 4f…
    application/cloudevents-batch+json    [{…},             header seal: 4f… a1… 9c…
                                          {…},
                                          {…}]

Each event of a parcel begins a line and stands there as the bytes that were sealed: JSON as we write it has no line
feed within. So a consumer checks, tries again and parks each event by itself, and what it forwards is a single one.

The outbox has parcels too: what one unit of work tells of one type. To insert and to confirm each event by itself cost
the database three times as much. The relay puts several of them in one message where there is room::

    {"_id":   the id of the first event,
     "exchange", "type", "consumed",        where it goes, and whether anybody must get it
     "body", "seal":                        as a message has them; of an event alone as it is
     "count":                               how many events; not there where it is one
     "at", "due", "attempts", "reason", "expires", "wakes"}     see :mod:`chassis.outbox`
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from chassis.amqp import SINGLE, Outgoing, body_of

BATCH = "application/cloudevents-batch+json"
MOST = 20
MOST_BYTES = 1 << 15
"""Bytes from which on a parcel takes no further event: consumers hold a hundred messages at once."""
LARGE = 20_000
"""Bytes of an event above which it weighs more than one: those of areas with their outlines have up to a million."""
BETWEEN = b",\n"

Stored = dict[str, Any]
"""One event or several of one type, as the outbox has them."""


class Unreadable(Exception):
    """Say why a message is no event of ours, or no parcel of them; it is parked without a further attempt."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """Hold one event's bytes and their seal."""

    body: bytes
    seal: str


def packed(those: Iterable[Stored]) -> list[list[Stored]]:
    """Return what goes together, in its order; what was refused before goes alone."""
    parcels: list[list[Stored]] = []
    open_: dict[tuple[Any, ...], list[Stored]] = {}
    room: dict[tuple[Any, ...], tuple[int, int]] = {}  # of bytes and events
    for one in those:
        kind = (one["exchange"], one["type"], one["consumed"])
        size, events = len(one["body"]), events_in(one)
        left_bytes, left_events = room.get(kind, (0, 0))
        if one["attempts"] or left_bytes <= 0 or left_events < events:
            open_[kind] = []
            parcels.append(open_[kind])
            left_bytes, left_events = (0, 0) if one["attempts"] else (MOST_BYTES, MOST)
        open_[kind].append(one)
        room[kind] = left_bytes - size, left_events - events
    return parcels


def joined(parcel: Sequence[Stored]) -> Stored:
    """Return as one what goes together: all else than bodies, seals and count is as in the first."""
    if len(parcel) == 1:
        return parcel[0]
    bodies = [one["body"] if events_in(one) == 1 else one["body"][1:-1] for one in parcel]
    return {
        **parcel[0],
        "body": b"[" + BETWEEN.join(bodies) + b"]",
        "seal": " ".join(one["seal"] for one in parcel),
        "count": sum(map(events_in, parcel)),
    }


def outgoing(parcel: Sequence[Stored]) -> Outgoing:
    """Return the message of a parcel; its id is that of its first event."""
    whole = joined(parcel)
    return Outgoing(
        id=whole["_id"],
        body=whole["body"],
        exchange=whole["exchange"],
        routing_key=whole["type"],
        headers={"seal": whole["seal"]},
        content_type=SINGLE if events_in(whole) == 1 else BATCH,
        mandatory=whole["consumed"],
    )


def events_in(stored: Stored) -> int:
    """Return how many events stand there."""
    return int(stored.get("count", 1))


def stands(stored: Stored) -> list[Sealed]:
    """Return the events that stand there."""
    if events_in(stored) == 1:
        return [Sealed(stored["body"], stored["seal"])]
    return _apart(stored["body"], stored["seal"])


def opened(message: Any) -> list[Sealed]:
    """Return the events of a message that came. Raises :class:`Unreadable` where events and seals are not as many."""
    body, seal = body_of(message), _seal(message)
    if message.content_type != BATCH:
        return [Sealed(body, seal)]
    return _apart(body, seal)


def count(message: Any) -> int:
    """Return how many events a message is said to hold, without a look into it; one at least."""
    return 1 + _seal(message).count(" ") if message.content_type == BATCH else 1


def weight(message: Any) -> int:
    """Return how many events a message weighs in a batch: one of large events weighs as many as its bytes could be."""
    return max(count(message), len(message.body) // LARGE)


def _apart(body: bytes, seal: str) -> list[Sealed]:
    bodies, seals = body[1:-1].split(BETWEEN), seal.split()
    if len(bodies) != len(seals):
        raise Unreadable("it has not as many seals as events")
    return [Sealed(*each) for each in zip(bodies, seals, strict=True)]


def _seal(message: Any) -> str:
    return str((message.headers or {}).get("seal", ""))
