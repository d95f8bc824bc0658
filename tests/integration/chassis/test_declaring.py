"""Prove that a publisher never finds a consumer's queues standing before all is bound that the consumer needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from amqp.exceptions import NotFound
from kombu import Connection

from chassis import topology
from chassis.amqp import Outgoing, Publisher, connect
from tests.integration.chassis.things import EVENTS, THING
from tests.parts import Broker, fresh_vhost

CONSUMERS = [consumer.queue for consumer in THING.consumers]


class Slow:
    """Be a channel on which a publisher has the time to come between any two steps."""

    def __init__(self, channel: Any, between: Callable[[], None]) -> None:
        self._channel = channel
        self._between = between

    def __getattr__(self, name: str) -> Any:
        step = getattr(self._channel, name)
        if not name.startswith(("queue_", "exchange_")):
            return step

        def slow(*arguments: Any, **named: Any) -> Any:
            done = step(*arguments, **named)
            self._between()
            return done

        return slow


def in_one(channel: Any) -> None:
    """Declare as the broker's administrator does."""
    topology.declare(channel, EVENTS, (1,))


def each_its_own(channel: Any) -> None:
    """Declare as consumers do, one after the other."""
    for queue in CONSUMERS:
        topology.declare_queues(channel, queue, (1,), EVENTS)


@pytest.mark.parametrize("declare", [in_one, each_its_own])
def test_event_meets_no_consumer_unbound(broker: Broker, declare: Callable[[Any], None]):
    with fresh_vhost(broker) as own, connect(own.amqp_url) as connection, connect(own.amqp_url) as looking:
        publisher = Publisher(own.amqp_url)
        published: list[str] = []

        def publish() -> None:
            if stands(looking):
                published.append(str(len(published)))
                publisher.publish([Outgoing(published[-1], b"{}", THING.exchange, THING.type)])

        declare(Slow(connection.channel(), publish))
        depths = {queue: depth(looking, queue) for queue in CONSUMERS}
        publisher.close()

    assert published
    assert depths == dict.fromkeys(CONSUMERS, len(published))


def stands(connection: Connection) -> bool:
    """Tell whether a publisher finds that all consumers' queues stand."""
    try:
        topology.declare_exchanges(connection.channel(), EVENTS)
    except NotFound:
        return False
    return True


def depth(connection: Connection, queue: str) -> int:
    """Return how many messages a queue holds."""
    return int(connection.channel().queue_declare(queue, passive=True).message_count)
