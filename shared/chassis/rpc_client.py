"""Call other services: typed by contracts, with a deadline on every call, over a broker that may go away and come back.

One thread, the *keeper*, holds two connections: one to read answers from, one to publish calls on (a connection is read
by one thread only, and writers must not wait for a reader). While calls wait, each has an entry by its correlation id::

    call() ── entry, publish ──▶ broker ──▶ service
      │ waits                                  │
      ◀── entry's answer ◀── keeper ◀── exclusive reply queue

When the broker goes, the keeper reconnects with back-off and sends every call again that still waits: a call only
reads, or it carries an idempotency key, so a second delivery has no second effect. Past its deadline a call is
forgotten, its message expires in the queue, the service does not run it, and an answer that comes late is dropped.

Built on threads alone, it runs alike in plain processes and, under eventlet, in Nameko's; a service gets one by
:class:`chassis.rpc.Rpc`.
"""

from __future__ import annotations

import os
import random
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chassis import amqp, clock, identity, metrics, spans, trace, wire
from chassis.config import Config
from chassis.errors import TashbikError, TooMany, Unavailable
from chassis.identity import Actor, Signer
from chassis.logs import describe, get_logger
from contracts.envelope import RpcContract

RPC_SYSTEM = {"rpc.system": "tashbik"}
BACKOFF = (0.1, 0.2, 0.5, 1.0, 2.0)
TICK = 0.5  # seconds between two looks at the connections
HEARTBEAT = 10
CLOSE_TIMEOUT = 1.0
WRITE_TIMEOUT = 5.0

log = get_logger()
_deadline: ContextVar[datetime | None] = ContextVar("deadline", default=None)


@contextmanager
def within(deadline: datetime | None) -> Iterator[None]:
    """Bound every call made in the block by a deadline: that of the call which is being answered."""
    token = _deadline.set(deadline)
    try:
        yield
    finally:
        _deadline.reset(token)


class LinkLost(ConnectionError):
    """Say that a connection to the broker must be made anew."""


@dataclass(slots=True, eq=False)
class _Waiting:
    """Hold one call until its answer comes. ``deadline`` is monotonic; ``link`` counts the link it was sent on."""

    contract: RpcContract
    body: bytes
    headers: dict[str, Any]
    deadline: float
    answer: bytes | str | None = None
    link: int = 0
    answered: threading.Event = field(default_factory=threading.Event)

    @property
    def remaining(self) -> float:
        return self.deadline - time.monotonic()


class RpcClient:
    """Call other services as one service. Thread-safe."""

    def __init__(self, config: Config, signer: Signer) -> None:
        """Take the broker's address and limits from the configuration, and who we are from the signer."""
        self._config = config
        self._signer = signer
        self._starting = threading.Lock()
        self._process = 0  # the one that the keeper was started in
        self._reset()

    def _reset(self) -> None:
        self._slots = threading.BoundedSemaphore(self._config.rpc_in_flight)
        self._waiting: dict[str, _Waiting] = {}
        self._keeper: threading.Thread | None = None
        self._stopping = threading.Event()
        self._publishing = threading.Lock()  # guards all below
        self._channel: Any = None
        self._reply_to = ""
        self._link = 0

    @property
    def connected(self) -> bool:
        """Tell whether the broker is connected."""
        return self._channel is not None

    def start(self) -> None:
        """Start the keeper; does not wait for the broker. Safe to repeat, and needed again in a forked process."""
        with self._starting:
            if self._process == os.getpid():
                return
            if self._process:
                self._reset()  # neither threads nor connections survive a fork
            self._process = os.getpid()
            self._keeper = threading.Thread(target=self._keep, name="rpc-client", daemon=True)
            self._keeper.start()

    def stop(self) -> None:
        """Close the connections; calls that still wait end as :class:`Unavailable`."""
        self._stopping.set()
        if self._keeper is not None:
            self._keeper.join(TICK + 2 * CLOSE_TIMEOUT)
        for waiting in list(self._waiting.values()):
            waiting.answered.set()

    def call(
        self,
        contract: RpcContract,
        request: dict[str, Any],
        *,
        actor: Actor | None = None,
        key: str = "",
        if_version: int | None = None,
        timeout: float | None = None,
        traceparent: str = "",
    ) -> Any:
        """Make a call and return its result as plain JSON types.

        ``actor`` is on whose behalf (the service itself, if none is given; only the gateway may state another). ``key``
        is the idempotency key that a changing call must carry. The wait is at most ``timeout`` seconds (or the shorter
        of the contract's and the configuration's), and never beyond the deadline of the call that is being answered.

        Raises what the service raised, as the same class of :mod:`chassis.errors`; :class:`Unavailable` past the
        deadline; :class:`TooMany` where no place in flight came free by then, or the request is larger than 1 MB;
        ``ValueError`` for a changing call without a key.
        """
        if contract.changes and not key:
            raise ValueError(f"{contract.name} changes something and needs an idempotency key")
        if self._process != os.getpid():
            self.start()
        started = time.monotonic()
        asked = wire.dump_request(request)
        span = spans.begin(contract.name, spans.CLIENT, traceparent or trace.current(), RPC_SYSTEM)
        waiting = _Waiting(
            contract,
            asked,
            self._headers(actor, key, if_version, span.traceparent),
            started + self._seconds(contract, timeout),
        )
        outcome = "error"
        try:
            result = self._in_flight(waiting)
            outcome = "ok"
        except TashbikError as error:
            outcome = error.code
            raise
        finally:
            span.end(outcome, failed=outcome in {"error", Unavailable.code})
            metrics.RPC_CLIENT_SECONDS.labels(contract.name, outcome).observe(time.monotonic() - started)
        return result

    def _seconds(self, contract: RpcContract, timeout: float | None) -> float:
        seconds = min(contract.timeout, self._config.rpc_timeout) if timeout is None else timeout
        bound = _deadline.get()
        return seconds if bound is None else min(seconds, (bound - clock.now()).total_seconds())

    def _headers(self, actor: Actor | None, key: str, if_version: int | None, traceparent: str) -> dict[str, Any]:
        headers: dict[str, Any] = {
            wire.STATEMENT: self._signer.state(actor or self._signer.itself()),
            wire.TRACEPARENT: traceparent,
        }
        if key:
            headers[wire.KEY] = key
        if if_version is not None:
            headers[wire.IF_VERSION] = if_version
        return headers

    def _in_flight(self, waiting: _Waiting) -> Any:
        if not self._slots.acquire(timeout=max(0.0, waiting.remaining)):
            raise TooMany("Too many calls are under way; try again later.")
        metrics.RPC_CLIENT_IN_FLIGHT.inc()
        try:
            return wire.load_answer(self._exchange(waiting))
        finally:
            metrics.RPC_CLIENT_IN_FLIGHT.dec()
            self._slots.release()

    def _exchange(self, waiting: _Waiting) -> bytes | str:
        correlation_id = uuid.uuid4().hex
        self._waiting[correlation_id] = waiting
        try:
            self._send(correlation_id, waiting)
            waiting.answered.wait(max(0.0, waiting.remaining))
        finally:
            self._waiting.pop(correlation_id, None)
        if waiting.answer is None:
            log.warning("rpc_call_given_up", operation=waiting.contract.name, sent=bool(waiting.link))
            raise Unavailable(f"{waiting.contract.service} does not answer in time; the call may be made again.")
        return waiting.answer

    def _send(self, correlation_id: str, waiting: _Waiting) -> None:
        """Publish a call once on the present link. Without a link it waits for the keeper to make one and send it."""
        remaining = waiting.remaining
        if remaining <= 0 or not self._publishing.acquire(timeout=remaining):
            return
        try:
            if self._channel is not None and waiting.link != self._link:
                if waiting.link:
                    metrics.RPC_CALLS_RESENT.inc()
                self._publish(correlation_id, waiting)
                waiting.link = self._link
        except amqp.BROKER_ERRORS as error:
            self._channel = None  # the keeper sees it, reconnects and sends again
            log.warning("rpc_call_not_sent", operation=waiting.contract.name, error=type(error).__name__)
        finally:
            self._publishing.release()

    def _publish(self, correlation_id: str, waiting: _Waiting) -> None:
        milliseconds = int(max(0.001, waiting.remaining) * 1000)
        message = self._channel.prepare_message(
            waiting.body,
            content_type=wire.CONTENT_TYPE,
            headers={**waiting.headers, wire.DEADLINE: time.time_ns() // 1_000_000 + milliseconds},
            properties={
                "correlation_id": correlation_id,
                "reply_to": self._reply_to,
                "expiration": str(milliseconds),
                "delivery_mode": wire.TRANSIENT,
            },
        )
        self._channel.basic_publish(message, exchange=wire.EXCHANGE.name, routing_key=waiting.contract.name)

    def _keep(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            link = self._link
            try:
                self._hold_link()
            except Exception as error:  # whatever it is: without its keeper the client would be dead for good
                failures = 0 if self._link != link else failures + 1
                delay = BACKOFF[min(failures, len(BACKOFF) - 1)] * random.uniform(0.8, 1.2)  # noqa: S311 - jitter
                log.warning("rpc_link_lost", error=describe(error), retry_in=round(delay, 2))
                self._stopping.wait(delay)

    def _hold_link(self) -> None:
        with self._connect() as reader, self._connect() as writer:
            try:
                self._open(reader, writer)
                self._attend(reader, writer)
            finally:
                with self._publishing:
                    self._channel = None

    @contextmanager
    def _connect(self) -> Iterator[Any]:
        name = f"{self._signer.service}-calls"
        connection = amqp.connect(self._config.amqp_url, heartbeat=HEARTBEAT, name=name).connection
        try:
            yield connection
        finally:
            with suppress(*amqp.BROKER_ERRORS):
                if connection.connected:
                    connection.sock.settimeout(CLOSE_TIMEOUT)
                    connection.close()
            connection.collect()  # a lost connection still holds its socket

    def _open(self, reader: Any, writer: Any) -> None:
        queue, channel = wire.reply_queue(self._signer.service, uuid.uuid4().hex), reader.channel()
        queue(channel).declare()
        channel.basic_consume(queue.name, no_ack=True, callback=self._on_answer)
        reader.sock.settimeout(TICK)
        writing = writer.channel()
        writer.sock.settimeout(WRITE_TIMEOUT)
        with self._publishing:
            self._channel, self._reply_to, self._link = writing, queue.name, self._link + 1
        log.info("rpc_link_up", waiting=len(self._waiting))
        for correlation_id, waiting in list(self._waiting.items()):
            self._send(correlation_id, waiting)

    def _attend(self, reader: Any, writer: Any) -> None:
        tick = time.monotonic() + TICK
        while not self._stopping.is_set():
            with suppress(TimeoutError):
                reader.drain_events()
            if time.monotonic() >= tick:
                tick = time.monotonic() + TICK
                reader.heartbeat_tick()
                self._look_after(writer)

    def _look_after(self, writer: Any) -> None:
        with self._publishing:
            if self._channel is None:
                raise LinkLost("a call could not be published")
            with suppress(TimeoutError):
                writer.drain_events(timeout=0)
            writer.heartbeat_tick()

    def _on_answer(self, message: Any) -> None:
        waiting = self._waiting.get(message.properties.get("correlation_id", ""))
        if waiting is None:
            metrics.RPC_REPLIES_LATE.inc()
            return
        waiting.answer = message.body
        waiting.answered.set()


def connect(config: Config, service: str) -> RpcClient:
    """Return a started client that calls as ``service``, with the key ``<keys>/identity/<service>.pem``."""
    client = RpcClient(config, Signer(service, identity.private_key(config.keys, service)))
    client.start()
    return client
