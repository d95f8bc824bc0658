"""Send requests over HTTP in a closed or an open loop, and keep what became of each.

*Closed*: so many connections, each sends its next request when the last is answered. It shows what a node can do, and
hides what it does to those who wait: a server that stalls is sent nothing meanwhile.

*Open*: requests are due at a fixed rate, whatever becomes of them, and the latency of each counts from the moment that
it was due, also where no connection was free to send it. So nothing is left out that callers feel (Gil Tene's
*coordinated omission*; wrk2 does the same).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from tests.bench.figures import Latencies, latencies

CONNECTIONS = 32
OPEN_CONNECTIONS = 128
TIMEOUT = 20.0
DRAIN = 30.0  # seconds after the end in which what was due may still be sent
GONE = (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError)
IDLE = 5.0  # seconds after which a connection is opened anew: a server may just be closing it
LOOK = 0.01  # seconds between two looks for an effect; the moment of the effect itself is known better
SUCCESS = range(200, 400)


@dataclass(frozen=True, slots=True)
class Request:
    """Hold one request; ``about`` is its sender's own mark."""

    path: str
    method: str = "GET"
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    about: str = ""

    def as_sent(self, host: str) -> bytes:
        """Return it as bytes."""
        of_body = {"Content-Length": str(len(self.body)), "Content-Type": "application/json"} if self.body else {}
        lines = [f"{name}: {text}" for name, text in {"Host": host, **of_body, **dict(self.headers)}.items()]
        return "\r\n".join((f"{self.method} {self.path} HTTP/1.1", *lines, "", "")).encode() + self.body


@dataclass(frozen=True, slots=True)
class Outcome:
    """Hold what became of a request; ``due`` and ``ended`` are monotonic, ``status`` is 0 where no answer came."""

    number: int
    due: float
    ended: float
    status: int
    body: bytes = b""

    @property
    def good(self) -> bool:
        """Tell whether it was answered as it should be."""
        return self.status in SUCCESS


Effects = Callable[[Outcome], float | None]
"""Give the monotonic moment at which what a request asked for was there, None where it is not there yet."""


@dataclass
class _Drive:
    """Hold one run, shared by its connections; without a rate the next request is due at once."""

    url: str
    requests: Iterator[Request]
    begun: float
    seconds: float
    keep: bool = False
    rate: float = 0.0
    effects: Effects | None = None
    timeout: float = TIMEOUT
    outcomes: list[Outcome] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)

    async def connection(self) -> None:
        """Take the next request that is due, until there is none."""
        line = _Line(self.url, self.timeout)
        while (planned := self._next()) is not None:
            number, due, request = planned
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            late = time.monotonic() > self.begun + self.seconds + DRAIN
            status, body = (0, b"") if late else await line.exchange(request)
            outcome = Outcome(number, due, time.monotonic(), status, body if self.keep else b"")
            self.outcomes.append(outcome)
            await self._effect_of(outcome)
        line.close()

    async def _effect_of(self, outcome: Outcome) -> None:
        """Wait until what was asked for is there, if the next request is to wait for that."""
        give_up = time.monotonic() + DRAIN
        while self.effects and outcome.good and self.effects(outcome) is None and time.monotonic() < give_up:
            await asyncio.sleep(LOOK)

    def _next(self) -> tuple[int, float, Request] | None:
        number = next(self.numbers)
        due = self.begun + number / self.rate if self.rate else time.monotonic()
        request = next(self.requests, None) if due < self.begun + self.seconds else None
        return None if request is None else (number, due, request)


class _Line:
    """Be one connection; it is opened anew where it was lost."""

    def __init__(self, url: str, timeout: float) -> None:
        parts = urlsplit(url)
        self._timeout = timeout
        self._host, self._port = parts.hostname or "", parts.port or 80
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._used = 0.0

    async def exchange(self, request: Request) -> tuple[int, bytes]:
        """Send a request and return status and body, 0 and nothing where no answer came."""
        try:
            async with asyncio.timeout(self._timeout):
                return await self._exchange(request)
        except GONE:
            self.close()
            return 0, b""

    async def _exchange(self, request: Request) -> tuple[int, bytes]:
        if time.monotonic() > self._used + IDLE:
            self.close()
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._host, self._port)
        reader, writer = self._streams
        writer.write(request.as_sent(self._host))
        status, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): text.strip() for name, _, text in (line.partition(":") for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        self._used = time.monotonic()
        if headers.get("connection", "").lower() == "close":
            self.close()
        return int(status.split(" ", 2)[1]), body

    def close(self) -> None:
        """Close the connection."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


def closed_loop(
    url: str,
    requests: Iterable[Request],
    seconds: float,
    *,
    connections: int = CONNECTIONS,
    keep: bool = False,
    effects: Effects | None = None,
    timeout: float = TIMEOUT,
) -> list[Outcome]:
    """Send requests as fast as they are answered, until the time or they are over; wait so long for each answer.

    ``keep`` keeps the answers' bodies. With ``effects`` a connection goes on only when what it asked for is there.
    """
    options = {"seconds": seconds, "keep": keep, "effects": effects, "timeout": timeout}
    return asyncio.run(_run(connections, url, iter(requests), **options))


def open_loop(
    url: str,
    requests: Iterable[Request],
    seconds: float,
    *,
    rate: float,
    connections: int = OPEN_CONNECTIONS,
    keep: bool = False,
) -> list[Outcome]:
    """Send requests at a fixed rate a second. What was due and could not be sent within :data:`DRAIN` has failed."""
    return asyncio.run(_run(connections, url, iter(requests), seconds=seconds, keep=keep, rate=rate))


async def _run(connections: int, url: str, requests: Iterator[Request], **options: Any) -> list[Outcome]:
    drive = _Drive(url, requests, begun=time.monotonic(), **options)
    async with asyncio.TaskGroup() as group:
        for _ in range(connections):
            group.create_task(drive.connection())
    return drive.outcomes


def figures_of(outcomes: list[Outcome], effects: Effects | None = None) -> Latencies:
    """Return the figures of a run.

    With ``effects`` a request ends when what it asked for is there, and has failed where that never came.
    """
    if not outcomes:
        return latencies([], failed=0, lasted=0.0)
    ended = {one.number: (effects(one) if effects else one.ended) for one in outcomes if one.good}
    good = [(one.due, end) for one in outcomes if (end := ended.get(one.number)) is not None]
    lasted = max((end for _, end in good), default=outcomes[0].due) - min(one.due for one in outcomes)
    return latencies([end - due for due, end in good], failed=len(outcomes) - len(good), lasted=lasted)
