"""Send long answers piece by piece, at their callers' pace.

A view takes a place for its answer, of which one process has only so many. Each piece is then read in a thread and sent
on the event loop, which waits until the caller has taken it; so neither memory nor a thread is held for a slow one. A
caller who takes nothing for :data:`STALL` seconds is cut off. Where a caller is gone, or the view fails on the way, the
pieces are closed, and with them the query behind them; an answer that is not whole ends without its last chunk (RFC
9112, 7.1), by which a caller tells.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from contextvars import copy_context
from threading import Lock
from typing import Any

from chassis.database import UNREACHABLE
from chassis.logs import get_logger
from services.gateway.bodies import Receive
from services.gateway.cache import Headers
from services.gateway.shares import Shares

STREAM = "tashbik.stream"
"""Where a view finds, in a request's environment, the :class:`Place` for its answer."""

STREAMS, STREAMS_EACH = 16, 4  # long answers of one process under way, in all and to one address
STALL = 30.0  # seconds
LOOP_ANSWERS = 5.0  # seconds; that it does not is the end of the process
DETAIL = "Too many long answers are on their way. Ask for them one after the other."

Send = Callable[[dict[str, Any]], Awaitable[None]]

log = get_logger()


class Place:
    """Let a view, in its thread, take a place for an answer that is long."""

    def __init__(self, shares: Shares, address: str, held: AsyncExitStack) -> None:
        """Take where places are, for whom, and what gives one back. Make it on the event loop."""
        self._shares = shares
        self._address = address
        self._held = held
        self._loop = asyncio.get_running_loop()
        self.taken = False

    def take(self) -> None:
        """Take a place until the answer is sent. Refuses where there is none."""
        place = self._held.enter_async_context(self._shares.place(self._address))
        asyncio.run_coroutine_threadsafe(place, self._loop).result(LOOP_ANSWERS)
        self.taken = True


class Pieces:
    """Read the pieces of an answer, in any thread, one at a time."""

    def __init__(self, source: Iterable[bytes]) -> None:
        """Take what the application returned."""
        self._source = source
        self._pieces = iter(source)
        self._context = copy_context()  # what the first piece sets there the next ones find, in other threads too
        self._turn = Lock()

    def next(self) -> bytes:
        """Return the next piece; empty bytes at the end."""
        with self._turn:
            return self._context.run(self._next)

    def close(self) -> None:
        """Read no further."""
        with self._turn:
            if hasattr(self._source, "close"):
                self._context.run(self._source.close)

    def _next(self) -> bytes:
        return next((piece for piece in self._pieces if piece), b"")


class Streams:
    """Send the long answers of one process."""

    def __init__(self, threads: ThreadPoolExecutor, stall: float = STALL) -> None:
        """Take the threads that read pieces, and how long a caller may take for one."""
        self._threads = threads
        self._stall = stall
        self._shares = Shares(STREAMS, STREAMS_EACH, detail=DETAIL)

    def place(self, address: str, held: AsyncExitStack) -> Place:
        """Return a place that may be taken for an address; it is given back when ``held`` is left."""
        return Place(self._shares, address, held)

    async def send(self, status: int, headers: Headers, pieces: Pieces, receive: Receive, send: Send) -> None:
        """Send an answer until its end, or until its caller's."""
        sending = asyncio.create_task(self._send(status, headers, pieces, send))
        gone = asyncio.create_task(_gone(receive))
        try:
            await asyncio.wait((sending, gone), return_when=asyncio.FIRST_COMPLETED)
        finally:
            sending.cancel()
            gone.cancel()
            self._threads.submit(pieces.close)

    async def _send(self, status: int, headers: Headers, pieces: Pieces, send: Send) -> None:
        loop = asyncio.get_running_loop()
        await send({"type": "http.response.start", "status": status, "headers": headers})
        try:
            while piece := await loop.run_in_executor(self._threads, pieces.next):
                async with asyncio.timeout(self._stall):
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
        except TimeoutError:
            log.info("caller_stalled")
        except Exception as error:  # its headers are sent, so nobody else can tell of it
            expected = isinstance(error, UNREACHABLE)
            log.warning("answer_broken_off", error=type(error).__name__, exc_info=None if expected else error)
        else:
            await send({"type": "http.response.body", "body": b""})


async def _gone(receive: Receive) -> None:
    """Return when the caller is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
