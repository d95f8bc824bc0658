"""Consume events in batches: what has come, in one transaction with one acknowledgement.

A batch is :data:`BATCH` events or so, half of what may be in hand, or what comes in :data:`BATCH_WAIT` seconds. One
that fails is halved until the bad event stands alone, so that it alone is delayed. A handler may tell which types it
heeds just now: what comes of the others is acknowledged unread and leaves no trace in the inbox. All else is as
:mod:`chassis.events` has it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Sequence
from typing import Any

import pymongo
from kombu.message import Message
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import register_entrypoint
from pymongo.database import Database

from chassis import metrics, parcels
from chassis.arrivals import Arrivals
from chassis.errors import Unavailable
from chassis.events import Delivery, EventHandler
from chassis.mongo import UNREACHABLE
from chassis.work import LONGEST, Units
from contracts.envelope import EventContract

BATCH = 200
BATCH_WAIT = 0.02
IN_HAND = 100
"""Messages. Each may be a parcel of twenty events, as those of an import are; or one event of a million bytes."""

Heeded = Callable[[Database[dict[str, Any]]], Collection[str]]


def event_batch_handler(
    *contracts: EventContract, heeded: Heeded | None = None
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make a service's method consume these events in batches: ``def on_x(self, events: list[Event], unit: Unit)``.

    ``events`` holds only what was not consumed before, in the order of arrival, without repeats. The method may be
    called again with parts of the same batch.

    ``heeded`` is given the service's database before each batch and returns the types that would have an effect now;
    what comes of the others is acknowledged unread. What it reads must be committed before anybody may count on it.
    """

    def decorate(method: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(method)
        def consume(service: Any, deliveries: Sequence[Delivery], units: Units, consumer: Any) -> None:
            events = [delivery.event for delivery in deliveries]
            consumer.consume(units, events, lambda fresh, unit: method(service, fresh, unit))

        register_entrypoint(consume, BatchHandler(contracts, heeded))
        return consume

    return decorate


class BatchHandler(EventHandler):
    """Consume a quorum queue in batches, one batch at a time, in the order of arrival."""

    def __init__(self, contracts: Sequence[EventContract] = (), heeded: Heeded | None = None, **kwargs: Any) -> None:
        """Take the contracts whose events the queue receives, and what tells which of them have an effect now."""
        super().__init__(contracts, **kwargs)
        self._heeded = heeded
        self._arrived = Arrivals(BATCH, IN_HAND // 2, BATCH_WAIT)

    @property
    def prefetch(self) -> int:
        """Return how many messages may be in hand at once: at work, and arriving meanwhile."""
        return IN_HAND

    def start(self) -> None:
        """Start gathering."""
        self._thread = self.container.spawn_managed_thread(self._run, identifier=self.queue_name)

    def stop(self) -> None:
        """Finish the batch at work; the rest goes back to the queue."""
        super().stop()
        self._arrived.wake()
        self._thread.wait()

    def on_message(self, message: Message) -> None:
        """Take one message; returns at once."""
        self._arrived.add(message)

    def _run(self) -> None:
        while not self.link.stopping:
            self._arrived.wait(1.0)
            while self._arrived and not self.link.stopping:
                if messages := self._arrived.batch():
                    self._take_batch(messages)

    def _take_batch(self, messages: Sequence[Message]) -> None:
        deliveries = [delivery for message in self._with_effect(messages) for delivery in self.read(message)]
        if not deliveries or self._apply(deliveries):
            self.link.acknowledge(messages[-1], multiple=True)

    def _with_effect(self, messages: Sequence[Message]) -> Sequence[Message]:
        """Return the messages without those of a type that is not heeded now. What is tried again is always read."""
        if self._heeded is None:
            return messages
        try:
            with pymongo.timeout(LONGEST):
                idle = self.contracts.keys() - self._heeded(self.storage.database)
        except UNREACHABLE:
            return messages  # they are delayed, as all is that a part is away for
        left = [message for message in messages if message.delivery_info["routing_key"] in idle]
        metrics.EVENTS_HANDLED.labels(self.queue_name, "unheeded").inc(sum(map(parcels.count, left)))
        return [message for message in messages if message.delivery_info["routing_key"] not in idle]

    def _apply(self, deliveries: Sequence[Delivery]) -> bool:
        """Apply deliveries, halving on failure; return whether all that came before may be acknowledged."""
        error = self.run(deliveries)
        if error is None:
            for delivery in deliveries:
                self.settle(delivery, None)
            return True
        if isinstance(error, ContainerBeingKilled):
            return False
        if len(deliveries) == 1 or isinstance(error, Unavailable):
            for delivery in deliveries:
                self.fail(delivery, error)
            return True
        middle = len(deliveries) // 2
        return self._apply(deliveries[:middle]) and self._apply(deliveries[middle:])
