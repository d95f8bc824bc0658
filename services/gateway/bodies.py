"""Read the bodies of requests, without a thread, and not for ever.

A body of ordinary size is read before anything is answered: a server that answers and closes while the body is still
on its way resets the connection, and the caller may see that instead of the answer. A larger one is for the view to
read, which may refuse it unread. Either is read by the event loop, so a slow sender holds no thread; only a view that
reads a large body waits for it in its thread.

A sender that pauses for :data:`PAUSE` seconds, or falls behind :data:`SLOWEST` bytes a second after the first
:data:`GRACE` seconds, is told so (408). Time that a view takes between two pieces does not count.
"""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Flask, request
from werkzeug.exceptions import ClientDisconnected

from services.gateway.problems import Refused

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

READ_FIRST = 65_536  # bytes; a body of so many is whole before a view runs
PAUSE = 10.0  # seconds
GRACE = 30.0  # seconds
SLOWEST = 1_000  # bytes a second
LOOK = 1.0  # seconds between two looks, from a thread, whether the event loop still runs
REFUSAL = "tashbik.refusal"

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Pace:
    """Say how slowly a body may come."""

    pause: float = PAUSE
    grace: float = GRACE
    slowest: float = SLOWEST

    def patience(self, waited: float, received: int) -> float:
        """Return how many seconds the next piece may take, after ``waited`` seconds for ``received`` bytes."""
        return min(self.pause, self.grace + received / self.slowest - waited)


def register(app: Flask) -> None:
    """Refuse a request whose body has not come. Call it before the guard."""

    @app.before_request
    def refuse() -> None:
        if REFUSAL in request.environ:
            raise request.environ[REFUSAL]


class Body:
    """Receive the body of one request, piece by piece, on the event loop."""

    def __init__(self, receive: Receive, length: int | None, pace: Pace) -> None:
        """Take where pieces come from, and how many bytes the caller announced; None where it did not say."""
        self._receive = receive
        self._length = length
        self._pace = pace
        self._waited = 0.0
        self._received = 0
        self.whole = length == 0

    async def piece(self) -> bytes:
        """Return what came next; empty bytes at the end. Refuses a sender that is too slow.

        Raises :class:`ClientDisconnected` where the caller is gone.
        """
        if self.whole:
            return b""
        message = await self._next()
        if message["type"] != "http.request":
            raise ClientDisconnected
        piece = bytes(message.get("body", b""))
        self._received += len(piece)
        self.whole = self._received == self._length or not message.get("more_body", False)
        return piece

    async def first(self) -> bytes:
        """Return the body, or its beginning where that is longer than :data:`READ_FIRST`."""
        pieces: list[bytes] = []
        while not self.whole and self._received < READ_FIRST:
            pieces.append(await self.piece())
        return b"".join(pieces)

    async def _next(self) -> MutableMapping[str, Any]:
        began = time.monotonic()
        try:
            async with asyncio.timeout(self._pace.patience(self._waited, self._received)):
                return await self._receive()
        except TimeoutError as error:
            raise Refused("too_slow", Connection="close") from error
        finally:
            self._waited += time.monotonic() - began


class Rest(io.RawIOBase):
    """Let a view, in its thread, read the rest of a body that the event loop receives."""

    def __init__(self, first: bytes, body: Body) -> None:
        """Take what has come already, and what will come. Make it on the event loop."""
        self._at_hand = first
        self._body = body
        self._loop = asyncio.get_running_loop()

    @property
    def whole(self) -> bool:
        """Tell whether all of the body has come."""
        return self._body.whole

    def readable(self) -> bool:
        """Say yes."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Copy what is at hand, or comes next, into a buffer, and return how many bytes; 0 at the end."""
        while not self._at_hand and not self._body.whole:
            self._at_hand = self._wait()
        target = memoryview(buffer).cast("B")
        count = min(len(target), len(self._at_hand))
        target[:count], self._at_hand = self._at_hand[:count], self._at_hand[count:]
        return count

    def _wait(self) -> bytes:
        """Return what comes next. Raises :class:`ClientDisconnected` where the process ends meanwhile."""
        coming = asyncio.run_coroutine_threadsafe(self._body.piece(), self._loop)
        while self._loop.is_running():
            with suppress(TimeoutError):
                return coming.result(LOOK)
        raise ClientDisconnected
