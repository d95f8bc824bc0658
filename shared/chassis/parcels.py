"""Carry events in messages: one alone as it is, several of one type in one message, a *parcel*.

What comes at once then costs broker and consumers one message and not many. A single event is CloudEvents' structured
JSON, a parcel its JSON batch (CloudEvents 1.0.2, JSON event format, section 4)::

    application/cloudevents+json          {…}               header seal: 4f…
    application/cloudevents-batch+json    [{…},             header seal: 4f… a1… 9c…
                                          {…},
                                          {…}]

Each event of a parcel begins a line and stands there as the bytes that were sealed: JSON as we write it has no line
feed within. So a consumer checks, tries again and parks each event by itself, and what it forwards is a single one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from chassis.amqp import SINGLE, Outgoing, body_of

BATCH = "application/cloudevents-batch+json"
MOST = 20
MOST_BYTES = 1 << 15
"""Bytes from which on a parcel takes no further event: consumers hold hundreds of messages at once."""
LARGE = 20_000
"""Bytes of an event above which it weighs more than one: those of areas with their outlines have up to a million."""
BETWEEN = b",\n"

Stored = dict[str, Any]
"""An event as the outbox has it."""


class Unreadable(Exception):
    """Say why a message is no event of ours, or no parcel of them; it is parked without a further attempt."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """Hold one event's bytes and their seal."""

    body: bytes
    seal: str


def packed(events: Iterable[Stored]) -> list[list[Stored]]:
    """Return events parcel by parcel, in their order within each; one that was refused before goes alone."""
    parcels: list[list[Stored]] = []
    open_: dict[tuple[Any, ...], list[Stored]] = {}
    room: dict[tuple[Any, ...], int] = {}
    for event in events:
        kind = (event["exchange"], event["type"], event["consumed"])
        if event["attempts"] or kind not in open_ or room[kind] <= 0 or len(open_[kind]) == MOST:
            parcels.append([])
            open_[kind], room[kind] = parcels[-1], 0 if event["attempts"] else MOST_BYTES
        open_[kind].append(event)
        room[kind] -= len(event["body"])
    return parcels


def outgoing(parcel: Sequence[Stored]) -> Outgoing:
    """Return the message of a parcel; its id is that of its first event."""
    first = parcel[0]
    bodies = [event["body"] for event in parcel]
    return Outgoing(
        id=first["_id"],
        body=bodies[0] if len(parcel) == 1 else b"[" + BETWEEN.join(bodies) + b"]",
        exchange=first["exchange"],
        routing_key=first["type"],
        headers={"seal": " ".join(event["seal"] for event in parcel)},
        content_type=SINGLE if len(parcel) == 1 else BATCH,
        mandatory=first["consumed"],
    )


def opened(message: Any) -> list[Sealed]:
    """Return the events of a message that came. Raises :class:`Unreadable` where events and seals are not as many."""
    body, seal = body_of(message), _seal(message)
    if message.content_type != BATCH:
        return [Sealed(body, seal)]
    bodies, seals = body[1:-1].split(BETWEEN), seal.split()
    if len(bodies) != len(seals):
        raise Unreadable("it has not as many seals as events")
    return [Sealed(*each) for each in zip(bodies, seals, strict=True)]


def count(message: Any) -> int:
    """Return how many events a message is said to hold, without a look into it; one at least."""
    return 1 + _seal(message).count(" ") if message.content_type == BATCH else 1


def weight(message: Any) -> int:
    """Return how many events a message weighs in a batch: one of large events weighs as many as its bytes could be."""
    return max(count(message), len(message.body) // LARGE)


def _seal(message: Any) -> str:
    return str((message.headers or {}).get("seal", ""))
