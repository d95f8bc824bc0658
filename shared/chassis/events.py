"""Consume events: each has its effect once, in one transaction with the note that it was consumed.

Two forms. :func:`event_handler` takes events one by one, :func:`chassis.event_batches.event_batch_handler` many in one
transaction.

What happens to a delivery:

* a repeat (the inbox has it): acknowledged, a log line;
* a success: acknowledged after the commit;
* a failure: published to the delay queue with its attempt count, confirmed, then acknowledged; after the last attempt
  to the parked queue with its reason. Nothing sleeps, nothing is requeued;
* a failure because a part that we need is away (:class:`chassis.errors.Unavailable`): the same, but never parked;
* unreadable, unsealed, or of a type that nobody here consumes: parked at once, since no further attempt would help.
  The payload is not checked again: the seal says that one of ours published it, and publishing has checked it;
* the process or the line dies in between: the broker delivers it again, and the inbox knows it.

A message may be a parcel of events (:mod:`chassis.parcels`): each of them fares as if it had come alone, and the
message is acknowledged when all are settled.

Order is not promised: a handler's docstring says what it does with older and with missing versions of a subject.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any

import orjson
from eventlet.event import Event as Signal
from kombu.message import Message
from marshmallow import ValidationError
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import Entrypoint, register_entrypoint

from chassis import clock, loading, metrics, parcels, spans, topology
from chassis.config import Config
from chassis.errors import Unavailable
from chassis.forwarder import Forwarder, attempt_of, reason_of, told
from chassis.identity import Actor
from chassis.inbox import find_consumed, mark_consumed
from chassis.link import Consumption, Link
from chassis.logs import get_logger
from chassis.mongo import Storage
from chassis.parcels import Sealed, Unreadable
from chassis.waiting import Waiting
from chassis.work import Unit, Units, event_seal
from contracts.envelope import Event, EventContract, EventSchema

NAMED = tuple(field.name for field in fields(Event) if field.name != "payload")

log = get_logger()

_envelope = EventSchema()


@dataclass(frozen=True, slots=True)
class Delivery:
    """Hold one event that came from a queue, with the message that it came in, and its bytes there."""

    message: Message
    event: Event
    attempt: int
    part: Sealed


def event_handler(*contracts: EventContract) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make a service's method consume these events one by one: ``def on_x(self, event: Event, unit: Unit)``.

    Everything written with ``unit.session`` and emitted through ``unit`` commits together with the inbox entry, or not
    at all. The queue is ``<service>.<method>``; each contract must name it among its consumers.
    """

    def decorate(method: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(method)
        def consume(service: Any, deliveries: Sequence[Delivery], units: Units, consumer: Any) -> None:
            event = deliveries[0].event
            consumer.consume(units, [event], lambda fresh, unit: method(service, fresh[0], unit))

        register_entrypoint(consume, EventHandler(contracts))
        return consume

    return decorate


class EventHandler(Entrypoint):
    """Consume a quorum queue, one event a transaction, as many at once as the service has workers."""

    link = Link()
    storage = Storage()
    forwarder = Forwarder()

    def __init__(self, contracts: Sequence[EventContract] = (), **kwargs: Any) -> None:
        """Take the contracts whose events the queue receives."""
        super().__init__(**kwargs)
        self.contracts = {contract.type: contract for contract in contracts}

    @property
    def queue_name(self) -> str:
        """Return ``<service>.<method>``."""
        return f"{self.container.service_name}.{self.method_name}"

    def setup(self) -> None:
        """Check the contracts, and register the queue with the link."""
        self._config: Config = self.container.config["TASHBIK"]
        for contract in self.contracts.values():
            if self.queue_name not in {consumer.queue for consumer in contract.consumers}:
                raise RuntimeError(f"{contract.type} does not name {self.queue_name} among its consumers")
        self._seal = event_seal(self._config)
        self._waiting = Waiting(self.queue_name)
        self._units = Units(
            self.storage.database,
            node=self._config.node,
            service=self.container.service_name,
            seal=self._seal,
            committed=self.storage.wake,
        )
        self._consumption: Consumption = self.link.consume(
            topology.work_queue(self.queue_name), self.on_message, self.prefetch, self._declare
        )

    @property
    def prefetch(self) -> int:
        """Return how many messages may be in hand at once."""
        return self._config.workers

    def stop(self) -> None:
        """Take no further events."""
        self.link.pause()

    def on_message(self, message: Message) -> None:
        """Take one message; returns at once."""
        self.container.spawn_managed_thread(lambda: self._take(message), identifier=self.queue_name)

    def _take(self, message: Message) -> None:
        if self.link.stopping:
            return  # it goes back to its queue when the link closes
        for delivery in self.read(message):
            if self.link.stopping:
                return  # so do those of a parcel that are left, with those that the inbox knows by then
            error = self.run([delivery])
            if isinstance(error, ContainerBeingKilled):
                return
            self.settle(delivery, error)
        self.link.acknowledge(message)

    def read(self, message: Message) -> list[Delivery]:
        """Return the events in a message; forward what is unreadable to the parked queue."""
        try:
            attempt, parts = attempt_of(message), parcels.opened(message)
        except (Unreadable, ValueError, TypeError) as error:
            self._park(message, error)
            return []
        return [delivery for part in parts if (delivery := self._delivery(message, part, attempt))]

    def _delivery(self, message: Message, part: Sealed, attempt: int) -> Delivery | None:
        try:
            event = self._event(part)
        except (Unreadable, ValueError, TypeError) as error:
            self._park(message, error, part)
            return None
        self._waiting.take(event.id, event.time)
        return Delivery(message, event, attempt, part)

    def _park(self, message: Message, error: Exception, part: Sealed | None = None) -> None:
        """Forward an unreadable message, or an event of it that is, to the parked queue."""
        target = topology.parked_name(self.queue_name)
        self.forwarder.forward(message, self.queue_name, target, reason_of(error, 0), part)
        log.warning("event_unreadable", queue=self.queue_name, reason=told(error))
        metrics.EVENTS_HANDLED.labels(self.queue_name, "parked").inc()

    def run(self, deliveries: Sequence[Delivery]) -> BaseException | None:
        """Run the service's method in a worker and return what it raised, if anything."""
        done = Signal()

        def handle_result(_context: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
            done.send(exc_info[1] if exc_info else None)
            return result, None

        try:
            self.container.spawn_worker(
                self, (deliveries, self._units, self), {}, context_data={}, handle_result=handle_result
            )
        except ContainerBeingKilled as error:
            return error
        return done.wait()

    def consume(self, units: Units, events: Sequence[Event], apply: Callable[[list[Event], Unit], None]) -> None:
        """Apply events that are not in the inbox yet, in one transaction with their inbox entries."""
        by_id = {event.id: event for event in events}
        first = events[0]

        def effect(unit: Unit) -> int:
            known = find_consumed(self.storage.database, self.queue_name, by_id, unit.session)
            fresh = [event for event in by_id.values() if event.id not in known]
            mark_consumed(self.storage.database, self.queue_name, (event.id for event in fresh), unit)
            if fresh:
                apply(fresh, unit)
            return len(fresh)

        actor = Actor(self.container.service_name, "service") if len(events) > 1 else _actor_of(first)
        others = [event.traceparent for event in events[1:] if event.traceparent]
        measures: spans.Attributes = {"messaging.system": "rabbitmq", "messaging.batch.message_count": len(events)}
        with spans.during(f"process {self.queue_name}", spans.CONSUMER, first.traceparent, measures, others) as span:
            fresh = units.do(actor, effect, traceparent=span.traceparent)
        if repeats := len(events) - fresh:
            log.info("event_repeated", queue=self.queue_name, repeats=repeats, first_id=first.id)
            metrics.EVENTS_HANDLED.labels(self.queue_name, "repeated").inc(repeats)

    def settle(self, delivery: Delivery, error: BaseException | None) -> None:
        """Count a success; forward a failure. The caller acknowledges."""
        if error is None:
            self._count(delivery, "handled")
        else:
            self.fail(delivery, error)

    def fail(self, delivery: Delivery, error: BaseException) -> None:
        """Forward a failed event to its next delay queue, or after the last attempt to the parked queue.

        Where only a part that we need is away the event is sound: it waits ever longer, and is not parked for it, nor
        at the first failure of its own after that.
        """
        delays, attempt, away = self._config.retry_delays, delivery.attempt, isinstance(error, Unavailable)
        again = attempt < len(delays) or away
        delay = delays[min(attempt, len(delays) - 1)]
        counted = min(attempt + 1, len(delays) - 1) if away else attempt + 1
        queue = topology.delay_name(self.queue_name, delay) if again else topology.parked_name(self.queue_name)
        outcome = "retried" if again else "parked"
        log.warning(
            "event_failed",
            queue=self.queue_name,
            event_id=delivery.event.id,
            attempt=attempt + 1,
            outcome=outcome,
            exc_info=error,
        )
        self._count(delivery, outcome)
        if again:
            self._waiting.delay(delivery.event.id, delivery.event.time, delay)
        self.forwarder.forward(delivery.message, self.queue_name, queue, reason_of(error, counted), delivery.part)

    def _count(self, delivery: Delivery, outcome: str) -> None:
        self._waiting.done(delivery.event.id)
        metrics.EVENTS_HANDLED.labels(self.queue_name, outcome).inc()
        age = (clock.now() - delivery.event.time).total_seconds()
        metrics.EVENT_AGE_SECONDS.labels(self.queue_name).observe(max(0.0, age))

    def _event(self, part: Sealed) -> Event:
        if not self._seal.fits(part.body, part.seal):
            raise Unreadable("the seal does not fit the body")
        try:
            wire = loading.load(_envelope, orjson.loads(part.body))
        except (ValidationError, orjson.JSONDecodeError) as error:
            raise Unreadable("it is no CloudEvent") from error
        if wire["type"] not in self.contracts:
            raise Unreadable("nobody here consumes its type")
        return Event(**{name: wire[name] for name in NAMED}, payload=wire["data"])

    def _declare(self, channel: Any) -> None:
        topology.declare_queues(channel, self.queue_name, self._config.retry_delays, self.contracts.values())


def _actor_of(event: Event) -> Actor:
    role, _, id_ = event.actor.partition(":")
    return Actor(id_, role)
