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
from urllib.parse import urlsplit

from tests.bench.figures import Latencies, latencies

CONNECTIONS = 32
OPEN_CONNECTIONS = 128
TIMEOUT = 20.0
DRAIN = 30.0  # seconds after the end in which what was due may still be sent
GONE = (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError)
SUCCESS = range(200, 400)


@dataclass(frozen=True, slots=True)
class Request:
    """Hold one request."""

    path: str
    method: str = "GET"
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()

    def as_sent(self, host: str) -> bytes:
        """Return it as bytes."""
        head = {"Host": host, "Content-Length": str(len(self.body)), "Content-Type": "application/json"}
        lines = [f"{name}: {text}" for name, text in (*head.items(), *self.headers)]
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


@dataclass
class _Drive:
    """Hold one run, shared by its connections."""

    url: str
    requests: Iterator[Request]
    due: Callable[[int], float]
    begun: float
    seconds: float
    outcomes: list[Outcome] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)

    async def connection(self) -> None:
        """Take the next request that is due, until there is none."""
        line = _Line(self.url)
        while (planned := self._next()) is not None:
            number, due, request = planned
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            late = time.monotonic() > self.begun + self.seconds + DRAIN
            status, body = (0, b"") if late else await line.exchange(request)
            self.outcomes.append(Outcome(number, due, time.monotonic(), status, body))
        line.close()

    def _next(self) -> tuple[int, float, Request] | None:
        number = next(self.numbers)
        due = self.due(number)
        request = next(self.requests, None) if due < self.begun + self.seconds else None
        return None if request is None else (number, due, request)


class _Line:
    """Be one connection; it is opened anew where it was lost."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "", parts.port or 80
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def exchange(self, request: Request) -> tuple[int, bytes]:
        """Send a request and return status and body, 0 and nothing where no answer came."""
        try:
            async with asyncio.timeout(TIMEOUT):
                return await self._exchange(request)
        except GONE:
            self.close()
            return 0, b""

    async def _exchange(self, request: Request) -> tuple[int, bytes]:
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._host, self._port)
        reader, writer = self._streams
        writer.write(request.as_sent(self._host))
        status, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): text.strip() for name, _, text in (line.partition(":") for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        if headers.get("connection", "").lower() == "close":
            self.close()
        return int(status.split(" ", 2)[1]), body

    def close(self) -> None:
        """Close the connection."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


def closed_loop(
    url: str, requests: Iterable[Request], seconds: float, *, connections: int = CONNECTIONS
) -> list[Outcome]:
    """Send requests as fast as they are answered, until the time or they are over."""
    return asyncio.run(_run(url, requests, seconds, connections, 0.0))


def open_loop(
    url: str, requests: Iterable[Request], seconds: float, *, rate: float, connections: int = OPEN_CONNECTIONS
) -> list[Outcome]:
    """Send requests at a fixed rate a second. What was due and could not be sent within :data:`DRAIN` has failed."""
    return asyncio.run(_run(url, requests, seconds, connections, rate))


async def _run(url: str, requests: Iterable[Request], seconds: float, connections: int, rate: float) -> list[Outcome]:
    begun = time.monotonic()

    def due(number: int) -> float:
        return begun + number / rate if rate else time.monotonic()

    drive = _Drive(url, iter(requests), due, begun, seconds)
    async with asyncio.TaskGroup() as group:
        for _ in range(connections):
            group.create_task(drive.connection())
    return drive.outcomes


def figures_of(outcomes: list[Outcome], effects: Callable[[Outcome], float | None] | None = None) -> Latencies:
    """Return the figures of a run.

    ``effects`` gives the moment at which what a request asked for was there, if that is later than its answer, or None
    where that never came; such a request has failed.
    """
    if not outcomes:
        return latencies([], failed=0, lasted=0.0)
    ended = {one.number: (effects(one) if effects else one.ended) for one in outcomes if one.good}
    good = [(one.due, end) for one in outcomes if (end := ended.get(one.number)) is not None]
    lasted = max((end for _, end in good), default=outcomes[0].due) - min(one.due for one in outcomes)
    return latencies([end - due for due, end in good], failed=len(outcomes) - len(good), lasted=lasted)
