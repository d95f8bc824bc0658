"""Keep one connection to the broker for all that a service process consumes.

Each consumption has a channel of its own on it (so that it may acknowledge many messages at once), its own prefetch,
and survives a restart of the broker: the link reconnects with back-off, declares and consumes again. What was not
acknowledged when the link was lost comes back from the broker.

::

    Link ── connection ─┬─ channel ── rpc-<service>            prefetch = workers
                        ├─ channel ── <service>.on_something    prefetch = workers
                        └─ channel ── <service>.on_batch        prefetch = 100
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from amqp.exceptions import RecoverableConnectionError
from kombu import Consumer, Queue
from kombu.message import Message
from nameko.extensions import SharedExtension

from chassis import amqp, metrics, topology
from chassis.config import Config
from chassis.logs import get_logger

BACKOFF = (0.2, 0.5, 1, 2, 5)
TICK = 1.0

log = get_logger()


@dataclass(eq=False)
class Consumption:
    """Hold one queue that is consumed: what to do with a message, how many may be in hand, and its present channel."""

    queue: Queue
    on_message: Callable[[Message], None]
    prefetch: int
    declare: Callable[[Any], None] | None = None
    channel: Any = None
    consumer: Consumer | None = None


def is_alive(message: Message) -> bool:
    """Tell whether the link that a message came by still stands; otherwise the broker delivers it again."""
    return message.channel is not None and message.channel.connection is not None


class Link(SharedExtension):
    """Consume queues over one connection, for ever. See the module's docstring for what it guarantees."""

    def __init__(self) -> None:
        """Start with nothing to consume."""
        super().__init__()
        self._consumptions: list[Consumption] = []
        self._thread: Any = None
        self._up = threading.Event()
        self.stopping = False  # take nothing more
        self._closing = False  # close the connection, too

    def consume(
        self,
        queue: Queue,
        on_message: Callable[[Message], None],
        prefetch: int,
        declare: Callable[[Any], None] | None = None,
    ) -> Consumption:
        """Consume ``queue`` from the service's start; to be called in an extension's ``setup``.

        ``on_message`` runs in the link's own thread and must return at once; it gets a message that kombu cannot read
        (compressed by what we do not know) as it came. ``declare`` is called with a channel before each
        (re)consumption; without it the queue itself is declared.
        """
        consumption = Consumption(queue, on_message, prefetch, declare)
        self._consumptions.append(consumption)
        return consumption

    @property
    def connected(self) -> bool:
        """Tell whether the link stands."""
        return self._up.is_set()

    def acknowledge(self, message: Message, *, multiple: bool = False) -> bool:
        """Acknowledge a message, or it and all before it on its channel; False where the link it came by is lost."""
        if not is_alive(message):
            return False
        try:
            message.channel.basic_ack(message.delivery_tag, multiple=multiple)
        except amqp.BROKER_ERRORS:
            return False
        return True

    def publish(self, body: bytes, *, exchange: str, routing_key: str, channel: Any, **properties: Any) -> None:
        """Publish without confirm on a message's own channel: an answer before its request is acknowledged.

        Raises one of :data:`chassis.amqp.BROKER_ERRORS` when the link is lost.
        """
        headers = properties.pop("headers", None)
        message = channel.prepare_message(
            body, content_type="application/json", content_encoding="utf-8", headers=headers, properties=properties
        )
        channel.basic_publish(message, exchange=exchange, routing_key=routing_key)

    def start(self) -> None:
        """Start the link's thread and wait until it stands for the first time."""
        if self._consumptions and self._thread is None:
            self._thread = self.container.spawn_managed_thread(self._run, identifier="link")
            self._up.wait()

    def pause(self) -> None:
        """Take no further messages; what is in hand may still be finished and acknowledged."""
        self.stopping = True
        for consumption in self._consumptions:
            if consumption.consumer is not None and self.connected:
                for tag in list(consumption.consumer._active_tags.values()):
                    try:
                        consumption.channel.basic_cancel(tag, nowait=True)
                    except amqp.BROKER_ERRORS:
                        break

    def stop(self) -> None:
        """Close the connection: what is not acknowledged by now goes back to its queue."""
        self.pause()
        self._closing = True
        if self._thread is not None:
            self._thread.wait()

    def kill(self) -> None:
        """Stop without waiting."""
        self.stopping = self._closing = True

    def _run(self) -> None:
        attempt = 0
        while not self.stopping:
            try:
                self._serve()
                attempt = 0
            except amqp.BROKER_ERRORS as error:
                was_up, attempt = self.connected, 0 if self.connected else attempt
                self._lost()
                if self.stopping:
                    break
                delay = BACKOFF[min(attempt, len(BACKOFF) - 1)] * random.uniform(0.8, 1.2)  # noqa: S311 - jitter
                attempt += 1
                log.warning("link_lost", error=type(error).__name__, was_up=was_up, retry_in=round(delay, 2))
                time.sleep(delay)
        self._lost()

    def _serve(self) -> None:
        config: Config = self.container.config["TASHBIK"]
        connection = amqp.connect(config.amqp_url, name=self.container.service_name)
        line = connection.connection  # kombu's own would connect anew by itself, where nothing is consumed
        try:
            for consumption in self._consumptions:
                self._consume(line, consumption)
            metrics.LINK_CONNECTED.set(1)
            self._up.set()
            log.info("link_up", queues=[one.queue.name for one in self._consumptions])
            while not self._closing:
                self._drain(line)
        finally:
            amqp.close(connection)

    def _drain(self, line: Any) -> None:
        if not line.connected:  # whoever answers a call on it has found it dead
            raise RecoverableConnectionError("a failed write has dropped the connection")
        with suppress(TimeoutError):
            line.drain_events(timeout=TICK)
        if line.connected:
            line.heartbeat_tick()

    def _consume(self, line: Any, consumption: Consumption) -> None:
        channel = line.channel()
        channel.auto_decode = False  # as text a body takes twice its bytes, and has to be encoded again
        if consumption.declare is not None:
            consumption.declare(channel)
        else:
            topology.declare_queue(channel, consumption.queue)
        consumption.channel = channel
        consumption.consumer = Consumer(
            channel,
            queues=[consumption.queue],
            on_message=consumption.on_message,
            prefetch_count=consumption.prefetch,
            auto_declare=False,
            accept=["json", "application/json", "application/cloudevents+json"],
            on_decode_error=lambda message, _error: consumption.on_message(message),  # raised here it ends the service
        )
        consumption.consumer.consume()

    def _lost(self) -> None:
        self._up.clear()
        metrics.LINK_CONNECTED.set(0)
        for consumption in self._consumptions:
            consumption.channel = consumption.consumer = None
