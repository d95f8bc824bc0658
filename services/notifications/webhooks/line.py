"""Post a body to a receiver: no redirect, no proxy, little of the answer, and no address but those allowed.

The host is resolved when a connection is made. If any of its addresses is not allowed the connection is refused;
otherwise it is made to one of the very addresses that were looked at. Certificates are checked against the URL's host.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from types import TracebackType
from typing import Any, Self

import httpcore

from services.notifications.webhooks.domain import Outcome, Why
from services.notifications.webhooks.guard import Rules

TIMEOUT = 15.0
ANSWER_BYTES = 1_024
MOST_ADDRESSES = 3
"""Addresses of a host that are tried, one after the other."""

Resolve = Callable[[str, int], list[str]]


class ForbiddenAddress(Exception):
    """Say that a host resolves to an address that we do not send to."""


def resolved(host: str, port: int) -> list[str]:
    """Return all addresses of a host. Raises ``OSError``."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


class GuardedBackend(httpcore.NetworkBackend):
    """Connect to allowed addresses only."""

    def __init__(self, rules: Rules, resolve: Resolve = resolved) -> None:
        """Take what is allowed, and who resolves hosts."""
        self._rules = rules
        self._resolve = resolve
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Resolve, look, and connect to what was looked at."""
        addresses = self._addresses(host, port)
        for address in addresses[:-1]:
            try:
                return self._plain.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return self._plain.connect_tcp(addresses[-1], port, timeout, local_address, socket_options)

    def _addresses(self, host: str, port: int) -> list[str]:
        try:
            addresses = self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError("the host does not resolve") from error
        if not addresses:
            raise httpcore.ConnectError("the host has no address")
        if not all(map(self._rules.allows, addresses)):
            raise ForbiddenAddress
        return addresses[:MOST_ADDRESSES]


class Line:
    """Post to one receiver, over one connection as long as that lasts."""

    def __init__(
        self,
        rules: Rules,
        tls: ssl.SSLContext | None = None,
        *,
        resolve: Resolve = resolved,
        timeout: float = TIMEOUT,
        limit: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        """Take what is allowed, how TLS is spoken, and the seconds that each step may take.

        ``limit`` bounds one whole request, whatever the receiver does, by raising ``TimeoutError``.
        """
        self._limit = limit
        self._timeouts = dict.fromkeys(("connect", "read", "write", "pool"), timeout)
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls, max_connections=1, network_backend=GuardedBackend(rules, resolve)
        )

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection."""
        self._pool.close()

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Outcome:
        """Post a body and return what became of it. Raises nothing that the receiver could cause.

        A status that has come is the outcome, also where the rest of the answer breaks off or takes too long.
        """
        status = 0
        try:
            with self._limit(), self._stream(url, headers, body) as answer:
                status = answer.status
                _read_a_little(answer.iter_stream())
        except ForbiddenAddress:
            return Outcome(reason=Why.FORBIDDEN)
        except (TimeoutError, httpcore.TimeoutException):
            return Outcome(status) if status else Outcome(reason=Why.TIMEOUT)
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol, ValueError):
            return Outcome(status) if status else Outcome(reason=Why.UNREACHABLE)
        return Outcome(status)

    def _stream(self, url: str, headers: Mapping[str, str], body: bytes) -> AbstractContextManager[httpcore.Response]:
        extensions = {"timeout": self._timeouts}
        return self._pool.stream("POST", url, headers=list(headers.items()), content=body, extensions=extensions)


def _read_a_little(pieces: Iterable[bytes]) -> None:
    """Read an answer's beginning, so that a short one leaves the connection fit for the next request."""
    size = 0
    for piece in pieces:
        size += len(piece)
        if size >= ANSWER_BYTES:
            return
