"""Forward events that failed: to a delay queue for a further attempt, or to the parked queue for an operator.

Nothing is acknowledged before the broker has confirmed the copy, so that none is lost; one that is forwarded twice is
known by its consumer's inbox.
"""

from __future__ import annotations

import time
from typing import Any

from kombu.message import Message
from nameko.extensions import SharedExtension

from chassis import amqp, clock, topology
from chassis.amqp import SINGLE, Outgoing, Publisher, body_of
from chassis.config import Config
from chassis.link import is_alive
from chassis.logs import get_logger
from chassis.parcels import Sealed, Unreadable

RETRY_PAUSE = 0.5

log = get_logger()


class Forwarder(SharedExtension):
    """Publish failed events to their delay or parked queue, confirmed. One connection a process."""

    def setup(self) -> None:
        """Prepare the publisher; it connects at the first failure."""
        self._config: Config = self.container.config["TASHBIK"]
        self._publisher = Publisher(self._config.amqp_url, name=f"{self.container.service_name}-forwarder")

    def forward(
        self, message: Message, source: str, target: str, headers: dict[str, Any], part: Sealed | None = None
    ) -> None:
        """Publish a message out of the work queue ``source`` to ``target``, one of its delay queues or its parked one.

        With ``part`` it is that event of the message alone. Returns when the broker has confirmed it, or the line by
        which the message came is lost: then it comes again.
        """
        outgoing = _outgoing(message, part, topology.retries_of(source).name, target, headers)
        while is_alive(message) and not self._publisher.publish([outgoing]).confirmed:
            log.warning("event_not_forwarded", queue=target)
            time.sleep(RETRY_PAUSE)
            self._declare(source)

    def stop(self) -> None:
        """Close the connection."""
        self._publisher.close()

    def _declare(self, queue: str) -> None:
        """Declare a work queue with its delay and parked queues again: somebody may have deleted one."""
        try:
            with amqp.connect(self._config.amqp_url) as connection:
                topology.declare_queues(connection.default_channel, queue, self._config.retry_delays)
        except amqp.BROKER_ERRORS as error:
            log.warning("queues_not_declared", queue=queue, error=type(error).__name__)


def _outgoing(message: Message, part: Sealed | None, exchange: str, target: str, headers: dict[str, Any]) -> Outgoing:
    id_ = str(message.properties.get("message_id") or message.delivery_tag)
    known = message.headers or {}
    if part is None:
        whole = body_of(message)
        return Outgoing(id_, whole, exchange, target, {**known, **headers}, content_type=message.content_type or SINGLE)
    return Outgoing(id_, part.body, exchange, target, {**known, "seal": part.seal, **headers})


def attempt_of(message: Message) -> int:
    """Return how often an event was tried before, as :func:`reason_of` has noted it; raise :class:`Unreadable`."""
    attempt = (message.headers or {}).get("attempt", 0)
    if not isinstance(attempt, int) or attempt < 0:
        raise Unreadable("its count of attempts is none")
    return attempt


def reason_of(error: BaseException, attempt: int) -> dict[str, Any]:
    """Return the headers that say how often an event was tried, and why it failed last."""
    return {"attempt": attempt, "reason": told(error)[:300], "failed-at": clock.now().isoformat()}


def told(error: BaseException) -> str:
    """Return an error's kind, with its words only where they are ours: others may quote what they choked on."""
    return f"unreadable: {error}" if isinstance(error, Unreadable) else type(error).__name__
