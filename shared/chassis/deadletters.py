"""Look at events that failed for good, and replay or discard them.

Each consumer's queue has a parking queue (:mod:`chassis.topology`). An operator's command reads it through these
functions: they take messages without acknowledging them, so that looking changes nothing, and what is not settled is
given back before they return: whoever asks next finds it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

import orjson
from amqp.exceptions import NotFound as NoQueue
from kombu import Connection

from chassis import amqp, topology
from chassis.amqp import SINGLE, Outgoing, Publisher, body_of
from contracts.envelope import EventContract

FORWARDED = ("seal",)


@dataclass(frozen=True, slots=True)
class Parked:
    """Describe one parked event: the queue that it failed in, what it is, how often it was tried and why it failed.

    A parcel that the broker gave up is parked as a whole: then this is its first event, and the reason tells how many
    there are. It is replayed and discarded as a whole, too.
    """

    queue: str
    id: str
    type: str
    subject: str
    attempts: int
    reason: str
    failed_at: str
    envelope: dict[str, Any]


def queues(contracts: Iterable[EventContract]) -> list[str]:
    """Return the names of all consumers' queues, sorted."""
    return sorted({consumer.queue for contract in contracts for consumer in contract.consumers})


class Counting:
    """Count parked events again and again over one connection, made anew after a failure. For one thread."""

    def __init__(self, url: str, names: Iterable[str], service: str = "dead-letters") -> None:
        """Take the names of the queues that events may have failed in; connects at the first count."""
        self._url = url
        self._names = tuple(names)
        self._service = service
        self._connection: Connection | None = None
        self._channel: Any = None

    def counts(self) -> dict[str, int]:
        """Return how many events are parked for each queue; a queue that was never declared has none."""
        try:
            return {name: self._count(name) for name in self._names}
        except amqp.BROKER_ERRORS:
            self.close()
            raise

    def close(self) -> None:
        """Close the connection; the next count would open it again."""
        connection, self._connection, self._channel = self._connection, None, None
        if connection is not None:
            amqp.close(connection)

    def _count(self, queue: str) -> int:
        if self._connection is None:
            self._connection = amqp.connect(self._url, heartbeat=0, name=self._service)
        if self._channel is None:
            self._channel = self._connection.channel()
        try:
            return _depth(self._channel, queue)
        except NoQueue:
            self._channel = None  # the broker has closed it
            return 0


def counts(url: str, names: Iterable[str]) -> dict[str, int]:
    """Return once what :meth:`Counting.counts` does."""
    counting = Counting(url, names)
    try:
        return counting.counts()
    finally:
        counting.close()


def look(
    url: str, queue: str, limit: int = 100, chosen: Callable[[Parked], bool] = lambda parked: True
) -> list[Parked]:
    """Return up to ``limit`` chosen events that are parked for a queue, oldest first, and leave them where they are."""
    with _taking(url) as channel:
        parked = (_describe(queue, message) for message in _take(channel, queue))
        return list(islice(filter(chosen, parked), limit))


def replay(url: str, queue: str, chosen: Callable[[Parked], bool]) -> int:
    """Publish chosen parked events to the queue they failed in, with a fresh count of attempts; return how many.

    Each is acknowledged only after the broker has confirmed its copy, so none is lost; one that is replayed twice is
    known by the consumer's inbox.
    """
    publisher = Publisher(url, name="dead-letters")
    try:
        return _settle(url, queue, chosen, lambda message, parked: _republish(publisher, queue, message, parked))
    finally:
        publisher.close()


def discard(url: str, queue: str, chosen: Callable[[Parked], bool]) -> int:
    """Drop chosen parked events for good; return how many."""
    return _settle(url, queue, chosen, lambda message, parked: True)


def _settle(url: str, queue: str, chosen: Callable[[Parked], bool], act: Callable[[Any, Parked], bool]) -> int:
    settled = 0
    with _taking(url) as channel:
        for message in _take(channel, queue):
            parked = _describe(queue, message)
            if chosen(parked) and act(message, parked):
                channel.basic_ack(message.delivery_tag)
                settled += 1
    return settled


def _republish(publisher: Publisher, queue: str, message: Any, parked: Parked) -> bool:
    headers = {name: value for name, value in (message.headers or {}).items() if name in FORWARDED}
    exchange, kind = topology.retries_of(queue).name, message.properties.get("content_type", SINGLE)
    outgoing = Outgoing(parked.id, body_of(message), exchange, queue, headers, content_type=kind)
    return bool(publisher.publish([outgoing]).confirmed)


@contextmanager
def _taking(url: str) -> Iterator[Any]:
    """Give a channel to take messages on; what is not settled by its end lies in its queue again.

    A channel that just ends gives them back too, but some time after: until then the queue looks empty.
    """
    with amqp.connect(url, name="dead-letters") as connection:
        channel = connection.channel()
        try:
            yield channel
        finally:
            if channel.is_open:
                channel.basic_recover(requeue=True)


def _take(channel: Any, queue: str) -> Iterator[Any]:
    """Yield what lies in the queue now, and not what comes meanwhile: a replayed event may fail again at once."""
    try:
        depth = _depth(channel, queue)
    except NoQueue:
        return
    for _ in range(depth):
        message = channel.basic_get(topology.parked_name(queue), no_ack=False)
        if message is None:
            return
        yield message


def _depth(channel: Any, queue: str) -> int:
    return int(channel.queue_declare(topology.parked_name(queue), passive=True).message_count)


def _describe(queue: str, message: Any) -> Parked:
    headers = message.headers or {}
    envelope, others = _envelope(body_of(message))
    more = f" ({others} more in its message)" if others else ""
    return Parked(
        queue=queue,
        id=str(envelope.get("id") or message.properties.get("message_id") or message.delivery_tag),
        type=str(envelope.get("type", "")),
        subject=str(envelope.get("subject", "")),
        attempts=_attempts(headers),
        reason=str(headers.get("reason") or _broker_reason(headers)) + more,
        failed_at=str(headers.get("failed-at", "")),
        envelope=envelope,
    )


def _broker_reason(headers: dict[str, Any]) -> str:
    match headers.get("x-death"):
        case [{"reason": reason}, *_]:
            return f"the broker gave it up: {reason}"
    return f"the broker gave it up: {headers.get('x-first-death-reason', 'unknown')}"


def _attempts(headers: dict[str, Any]) -> int:
    """Return how often a message was tried; 0 where a stranger has written something else."""
    attempt = headers.get("attempt")
    return attempt if isinstance(attempt, int) else 0


def _envelope(body: bytes) -> tuple[dict[str, Any], int]:
    """Return the event in a message, or the first of a parcel, and how many there are beside it."""
    try:
        held = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}, 0
    first, *others = held if isinstance(held, list) and held else [held]
    return (first if isinstance(first, dict) else {}), len(others)
