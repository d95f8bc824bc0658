"""Declare what stands on the broker for events. Everything is derived from the contracts.

::

    <publisher>.events ──type──▶ <service>.<handler> ──▶ handler
         (topic)                   (quorum)  ▲  │ failed: re-published, confirmed, with its attempt count
                                             │  ▼
                            TTL runs out ── <service>.<handler>.delay.<seconds>s   (quorum)
                                                │ last attempt failed: published, confirmed, with its reason
                                                ▼
                                   <service>.<handler>.parked   (quorum, kept PARKED_DAYS days)

What failed goes from queue to queue by the consumer's own exchange ``<service>.retries`` (direct, each queue bound by
its name), and not by the broker's default one: who may publish there may publish into anybody's queue.

:func:`declare` makes all of it, for the broker's administrator. A service may declare what is its own
(:mod:`chassis.permissions`): a publisher its exchange, a consumer its queues, so that one that was deleted comes back.

The broker's own delivery limit is only a net, for a message that kills its consumer again and again: it then
dead-letters it to the parked queue, at least once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from amqp.exceptions import PreconditionFailed
from kombu import Exchange, Queue

from chassis.logs import describe, get_logger
from contracts.envelope import EventContract

DELIVERY_LIMIT = 50
NO_LIMIT = 1_000_000  # RabbitMQ 4 drops after 20 deliveries where nothing is said; 3.10 knows no -1
PARKED_DAYS = 30
MILLISECONDS = 1000
REMEDY = "empty the queue with the version that declared it, and delete it; it is then declared anew"

log = get_logger()


def exchange_of(contract: EventContract) -> Exchange:
    """Return the publisher's topic exchange."""
    return Exchange(contract.exchange, type="topic", durable=True)


def retries_of(queue: str) -> Exchange:
    """Return the exchange that carries what failed between a consumer's own queues."""
    return Exchange(f"{queue.partition('.')[0]}.retries", type="direct", durable=True)


def parked_name(queue: str) -> str:
    """Return the name of a queue's parking queue."""
    return f"{queue}.parked"


def delay_name(queue: str, seconds: float) -> str:
    """Return the name of a queue's delay queue: another for each length, and the same for ``5`` and ``5.0``."""
    return f"{queue}.delay.{Decimal(repr(seconds)).normalize():f}s"


def work_queue(name: str) -> Queue:
    """Return the quorum queue that a handler consumes."""
    return Queue(
        name,
        durable=True,
        queue_arguments={
            "x-queue-type": "quorum",
            "x-delivery-limit": DELIVERY_LIMIT,
            "x-overflow": "reject-publish",
            "x-dead-letter-strategy": "at-least-once",
            "x-dead-letter-exchange": retries_of(name).name,
            "x-dead-letter-routing-key": parked_name(name),
        },
    )


def delay_queue(name: str, seconds: float) -> Queue:
    """Return the queue in which a failed event waits ``seconds`` before its next attempt."""
    return Queue(
        delay_name(name, seconds),
        durable=True,
        queue_arguments={
            "x-queue-type": "quorum",
            "x-message-ttl": int(seconds * MILLISECONDS),
            "x-overflow": "reject-publish",
            "x-dead-letter-strategy": "at-least-once",
            "x-dead-letter-exchange": retries_of(name).name,
            "x-dead-letter-routing-key": name,
        },
    )


def parked_queue(name: str) -> Queue:
    """Return the queue in which an event that failed for good waits for an operator.

    Each look at it counts as a delivery to the broker, so there is no limit of those.
    """
    return Queue(
        parked_name(name),
        durable=True,
        queue_arguments={
            "x-queue-type": "quorum",
            "x-delivery-limit": NO_LIMIT,
            "x-message-ttl": PARKED_DAYS * 24 * 3600 * MILLISECONDS,
        },
    )


def declare(channel: Any, contracts: Iterable[EventContract], delays: Sequence[float]) -> None:
    """Declare exchanges and the queues of *all* consumers of these contracts, and bind them. Idempotent."""
    heard: dict[str, list[EventContract]] = {}
    for contract in contracts:
        exchange_of(contract)(channel).declare()
        for consumer in contract.consumers:
            heard.setdefault(consumer.queue, []).append(contract)
    for queue, consumed in heard.items():
        declare_queues(channel, queue, delays, consumed)


def declare_exchanges(channel: Any, contracts: Iterable[EventContract]) -> None:
    """Declare the exchanges of a publisher, and see that the queues of all consumers stand.

    Raises ``NotFound`` where one does not: what was published now would miss its consumer.
    """
    for contract in contracts:
        exchange_of(contract)(channel).declare()
        for consumer in contract.consumers:
            for queue in (consumer.queue, parked_name(consumer.queue)):
                channel.queue_declare(queue, passive=True)


def declare_queues(channel: Any, name: str, delays: Sequence[float], consumed: Iterable[EventContract] = ()) -> None:
    """Declare a work queue with its delay queues and its parking queue, and bind each to the consumer's exchange.

    The work queue is bound to what it is to hear of, too. The parking queue comes last, when all is bound: publishers
    wait for it (:func:`declare_exchanges`), since what is published in between would reach other consumers alone.
    """
    retries = retries_of(name)
    retries(channel).declare()
    declare_queue(channel, work_queue(name))
    for contract in consumed:
        work_queue(name)(channel).bind_to(contract.exchange, routing_key=contract.type)
    work_queue(name)(channel).bind_to(retries.name, routing_key=name)
    for queue in (*(delay_queue(name, seconds) for seconds in delays), parked_queue(name)):
        declare_queue(channel, queue)
        queue(channel).bind_to(retries.name, routing_key=queue.name)


def declare_queue(channel: Any, queue: Queue) -> None:
    """Declare a queue; where it stands with other arguments, tell the operator what to do, and raise all the same."""
    try:
        queue(channel).declare()
    except PreconditionFailed as error:
        log.error("queue_differs", queue=queue.name, answer=describe(error), remedy=REMEDY)
        raise
