"""Open connections to the broker, and publish with confirms in a window.

One rule stands behind this module: a connection is read by one thread only. py-amqp reads the socket before each
publish when the broker may announce that it is blocked; :func:`connect` turns that off, so that one thread may read
while others write (frames are written under a lock of py-amqp's own).
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from amqp.exceptions import AMQPError, RecoverableConnectionError
from kombu import Connection
from kombu.exceptions import OperationalError

from chassis import tls

CONNECT_TIMEOUT = 5
ANSWER_TIMEOUT = 30.0
CLOSE_TIMEOUT = 3.0
HEARTBEAT = 20
CONFIRM_TIMEOUT = 10.0
READ_AHEAD = 1 << 14  # bytes
PERSISTENT = 2
SINGLE = "application/cloudevents+json"

BROKER_ERRORS: tuple[type[BaseException], ...] = (AMQPError, OperationalError, OSError)
"""What any call to the broker may raise when the broker, or the line to it, is gone."""


def connect(url: str, *, heartbeat: int = HEARTBEAT, name: str = "") -> Connection:
    """Return an open connection; raise one of :data:`BROKER_ERRORS` where the broker cannot be reached.

    ``url`` says whether it is by TLS, and how the broker then proves itself (:mod:`chassis.tls`); one that does not is
    :class:`chassis.tls.CertificateRefused`, and an address that cannot be used ``ValueError``. Whatever is asked on the
    connection raises ``TimeoutError``, one of those too, where the broker is silent for :data:`ANSWER_TIMEOUT`.
    ``name`` is shown to operators in the broker's console.
    """
    properties = {"connection_name": name} if name else {}
    connection = Connection(
        tls.plain(url),
        ssl=tls.options_of(url),
        connect_timeout=CONNECT_TIMEOUT,
        heartbeat=heartbeat,
        transport_options={"client_properties": properties},
    )
    # kombu's own connect() waits two seconds before its one further attempt
    try:
        connection.ensure_connection(max_retries=1, interval_start=0, interval_step=0, reraise_as_library_errors=False)
    except ssl.SSLCertVerificationError as error:
        raise tls.CertificateRefused(error.verify_message) from error
    connection.connection.client_properties.get("capabilities", {})["connection.blocked"] = False
    connection.connection.sock.settimeout(ANSWER_TIMEOUT)
    read_ahead(connection.connection.transport)
    connection.connection.connect = _lost  # which py-amqp calls where it is used after a failed write has dropped it
    return connection


def read_ahead(transport: Any) -> None:
    """Have py-amqp's transport take what has come at once; by itself it asks the socket nine times for one message.

    It keeps what it has not asked for yet, as it does with what an interrupted read has left.
    """
    take = transport._quick_recv
    transport._quick_recv = lambda size: take(max(size, READ_AHEAD))


def _lost() -> None:
    """Refuse to connect anew behind the back of whoever reads: nothing would be declared or consumed there."""
    raise RecoverableConnectionError("the connection was dropped")


def close(connection: Connection) -> None:
    """Close a connection in good order, or drop it where the broker does not answer within :data:`CLOSE_TIMEOUT`."""
    with suppress(*BROKER_ERRORS, AttributeError):  # py-amqp raises this one, too, where the line is lost
        if connection.connected:
            connection.connection.sock.settimeout(CLOSE_TIMEOUT)
            connection.release()
        else:
            connection.collect()  # it still holds its socket


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Hold one message to publish. ``id`` identifies it within its batch and goes out as ``message_id``.

    A ``mandatory`` message that no queue is bound for is refused; another one is confirmed and vanishes.
    """

    id: str
    body: bytes
    exchange: str
    routing_key: str
    headers: dict[str, Any] = field(default_factory=dict)
    content_type: str = SINGLE
    mandatory: bool = True


@dataclass(frozen=True, slots=True)
class Receipt:
    """Say what the broker answered: ids it confirmed, and ids it did not, each with the reason."""

    confirmed: list[str]
    refused: dict[str, str]


def body_of(message: Any) -> bytes:
    """Return a received message's body as it was sent; py-amqp decodes one that names an encoding."""
    return message.body.encode() if isinstance(message.body, str) else bytes(message.body)


class Publisher:
    """Publish batches and wait for the broker's confirms, all in one window.

    Thread-safe; one batch at a time. A message that is nacked, returned for want of a queue, or not confirmed within
    :data:`CONFIRM_TIMEOUT` seconds is reported as refused and must be taken as *not* published (it may still have been:
    consumers are idempotent). Never raises for a broker's failure.
    """

    def __init__(self, url: str, name: str = "") -> None:
        """Take the broker's URL; connects at the first batch."""
        self._url = url
        self._name = name
        self._lock = threading.Lock()
        self._connection: Connection | None = None
        self._channel: Any = None
        self._tag = 0
        self._window: _Window | None = None
        self._prepare: Callable[[Any], None] = lambda channel: None

    def on_connect(self, prepare: Callable[[Any], None]) -> None:
        """Have ``prepare`` called with a channel of each new connection, before anything is published on that."""
        self._prepare = prepare

    def fault(self) -> str:
        """Return in a word what keeps us from publishing, or nothing; connects where no connection stands."""
        with self._lock:
            try:
                self._open()
            except BROKER_ERRORS as error:
                self._reset()
                return type(error).__name__
            return ""

    def publish(self, batch: Sequence[Outgoing]) -> Receipt:
        """Publish every message of the batch and return what became of each."""
        if not batch:
            return Receipt([], {})
        with self._lock:
            fresh = self._channel is None
            receipt = self._attempt(batch)
            if not receipt.confirmed and self._channel is None and not fresh:
                receipt = self._attempt(batch)  # the idle connection had died unnoticed
            return receipt

    def close(self) -> None:
        """Close the connection; the next batch would open it again."""
        with self._lock:
            if self._connection is not None:
                close(self._connection)
            self._reset()

    def _attempt(self, batch: Sequence[Outgoing]) -> Receipt:
        window = _Window(batch)
        try:
            channel = self._open()
            self._window = window
            for message in batch:
                window.sent(self._send(channel, message), message.id)
            self._await(window)
        except BROKER_ERRORS as error:
            self._reset()
            window.fail(f"{type(error).__name__}: {error}")
        return window.receipt()

    def _open(self) -> Any:
        if self._channel is None:
            self._connection = connect(self._url, heartbeat=0, name=self._name)
            channel: Any = self._connection.default_channel
            self._prepare(channel)
            channel.confirm_select()
            channel.events["basic_ack"].add(lambda tag, multiple: self._answered(tag, multiple, ""))
            channel.events["basic_nack"].add(lambda tag, multiple: self._answered(tag, multiple, "nacked"))
            channel.events["basic_return"].add(self._returned)
            self._channel, self._tag = channel, 0
        return self._channel

    def _send(self, channel: Any, message: Outgoing) -> int:
        prepared = channel.prepare_message(
            message.body,
            content_type=message.content_type,
            content_encoding="utf-8",
            headers=message.headers,
            properties={"delivery_mode": PERSISTENT, "message_id": message.id},
        )
        channel.basic_publish(
            prepared, exchange=message.exchange, routing_key=message.routing_key, mandatory=message.mandatory
        )
        self._tag += 1
        return self._tag

    def _await(self, window: _Window) -> None:
        deadline = time.monotonic() + CONFIRM_TIMEOUT
        while window.open:
            self._connection.drain_events(timeout=max(0.01, deadline - time.monotonic()))  # type: ignore[union-attr]

    def _answered(self, tag: int, multiple: bool, reason: str) -> None:
        if self._window is not None:
            self._window.answered(tag, multiple, reason)

    def _returned(self, _error: Any, _exchange: str, _routing_key: str, message: Any) -> None:
        if self._window is not None:
            self._window.returned(message.properties.get("message_id", ""))

    def _reset(self) -> None:
        connection, self._connection, self._channel, self._window = self._connection, None, None, None
        if connection is not None:
            with suppress(*BROKER_ERRORS):  # it is being thrown away
                connection.collect()


class _Window:
    """Keep which messages of one batch are still unconfirmed."""

    def __init__(self, batch: Sequence[Outgoing]) -> None:
        self._unsent = {message.id for message in batch}
        self._waiting: dict[int, str] = {}
        self._confirmed: list[str] = []
        self._refused: dict[str, str] = {}

    @property
    def open(self) -> bool:
        return bool(self._waiting)

    def sent(self, tag: int, id_: str) -> None:
        self._unsent.discard(id_)
        self._waiting[tag] = id_

    def returned(self, id_: str) -> None:
        self._refused[id_] = "no queue is bound for it"

    def answered(self, tag: int, multiple: bool, reason: str) -> None:
        tags = [one for one in self._waiting if one <= tag] if multiple else [tag]
        for one in tags:
            id_ = self._waiting.pop(one, None)
            if id_ is None or id_ in self._refused:
                continue
            if reason:
                self._refused[id_] = reason
            else:
                self._confirmed.append(id_)

    def fail(self, reason: str) -> None:
        for id_ in (*self._waiting.values(), *self._unsent):
            self._refused.setdefault(id_, reason)
        self._waiting.clear()

    def receipt(self) -> Receipt:
        return Receipt(self._confirmed, self._refused)
