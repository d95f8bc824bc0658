"""Serve the application: ``granian --interface asginl --factory services.gateway.server:create_server``.

::

    granian ──▶ Server ──▶ Public ── kept, or looked up with others ──▶ the answer
              event loop    └─▶ Body ── whole ──▶ thread ──▶ Flask
                                 │                  └─▶ Rest: a large body, piece by piece
                                 └── too slow, or too many ──▶ thread ──▶ Flask: 408, 503
    the caller ◀── Streams: a long answer, piece by piece ◀── thread ◀── Flask

Flask is written for threads, and granian would give it one for each request from its first header on: to a body, too,
that never comes. So a request has one only when its body is here; see ``docs/decisions/0010-bodies-before-threads.md``.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from io import BytesIO
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import ClientDisconnected

from services.gateway import limits
from services.gateway.app import create_app
from services.gateway.bodies import READ_FIRST, REFUSAL, Body, Pace, Receive, Rest
from services.gateway.cache import Answer, AnswerCache, Headers
from services.gateway.environ import Scope, environ_of
from services.gateway.limits import Limits
from services.gateway.parts import NAME, Parts
from services.gateway.problems import Refused
from services.gateway.public import Public
from services.gateway.records import FOUND_BY, Records
from services.gateway.shares import Shares
from services.gateway.streams import STALL, STREAM, Pieces, Send, Streams

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication
    from flask import Flask

ARRIVING, ARRIVING_EACH = 256, 32  # bodies on their way to one process, in all and from one address


def create_server() -> Server:
    """Return what a worker process serves, configured by its environment."""
    app = create_app()
    parts: Parts = app.extensions[NAME]
    config = parts.config
    public = public_reads(app, config.cache_seconds, config.trusted_proxies)
    counted: Limits = app.extensions[limits.NAME]
    return Server(app, threads=config.api_threads, proxies=config.trusted_proxies, public=public, limits=counted)


def public_reads(app: Flask, seconds: float, proxies: int, clock: Callable[[], float] = time.monotonic) -> Public:
    """Return what answers an application's public reads without a view, and keeps them for so many seconds."""
    parts: Parts = app.extensions[NAME]
    counted: Limits = app.extensions[limits.NAME]
    finders = {route: found_by(parts.directory) for route, found_by in FOUND_BY.items()}
    cache = AnswerCache(seconds, count=counted.count, clock=clock)
    return Public(cache, Records(app, finders, clock), proxies=proxies, count=counted.count, clock=clock)


class Server:
    """Receive requests on the event loop (ASGI 3), and answer each in a thread by a WSGI application."""

    def __init__(
        self,
        app: WSGIApplication,
        *,
        threads: int,
        proxies: int,
        public: Public | None = None,
        limits: Limits | None = None,
        pace: Pace | None = None,
        stall: float = STALL,
    ) -> None:
        """Take the application, how many requests it answers at once, and how many proxies stand before it.

        Half of the threads at most wait for large bodies, a quarter for those from one address; others wait their turn.
        """
        self._app = app
        self._proxies = proxies
        self._public = public
        self._limits = limits
        self._pace = pace or Pace()
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="answer")
        self._streams = Streams(self._threads, stall)
        self._arriving = Shares(ARRIVING, ARRIVING_EACH)
        self._reading = Shares(threads // 2, threads // 4, self._pace.pause)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. One whose sender is gone before it was whole is dropped."""
        told: dict[str, Any] = {}
        asked = self._public and self._public.asked(scope)
        if asked and (answer := await self._public.answer(asked, told)):
            await _say(answer, send)
            return
        environ = environ_of(scope, self._proxies) | told
        async with AsyncExitStack() as held:
            environ[STREAM] = self._streams.place(environ["REMOTE_ADDR"], held)
            try:
                status, headers, body = await self._viewed(environ, receive)
            except ClientDisconnected:
                return
            if isinstance(body, Pieces):
                await self._streams.send(status, headers, body, receive, send)
                return
        if asked:
            self._public.learn(asked, (status, headers, body), environ)
        await _say((status, headers, body), send)

    async def _viewed(self, environ: dict[str, Any], receive: Receive) -> tuple[int, Headers, bytes | Pieces]:
        """Return what a view answers. Raises :class:`ClientDisconnected` where no whole request comes."""
        async with AsyncExitStack() as held:
            try:
                environ["wsgi.input"] = await self._input(environ, receive, held)
            except Refused as refusal:
                refusal = self._limits.noted(refusal, environ["REMOTE_ADDR"]) if self._limits else refusal
                environ.update({REFUSAL: refusal, "wsgi.input": BytesIO(), "CONTENT_LENGTH": "0"})
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._answer, environ)

    async def _input(self, environ: dict[str, Any], receive: Receive, held: AsyncExitStack) -> BytesIO | Rest:
        """Return the body, or what will read it; ``held`` then holds a place until the request is answered."""
        length = _length(environ)
        if length == 0:
            return BytesIO()
        body, address, first = Body(receive, length, self._pace), environ["REMOTE_ADDR"], b""
        if self._limits:
            self._limits.admit(address)
        if length is None or length <= READ_FIRST:
            async with self._arriving.place(address):
                first = await body.first()
        if body.whole:
            return BytesIO(first)
        await held.enter_async_context(self._reading.place(address))
        return Rest(first, body)

    def _answer(self, environ: dict[str, Any]) -> tuple[int, Headers, bytes | Pieces]:
        begun: list[tuple[str, list[tuple[str, str]]]] = []

        def begin(status: str, headers: list[tuple[str, str]], _: object = None) -> Callable[[bytes], object]:
            begun.append((status, headers))
            return _refuse_to_write

        pieces = self._app(environ, begin)
        body = Pieces(pieces) if environ[STREAM].taken else _joined(pieces)
        status, headers = begun[-1]
        named = [(name.lower().encode("latin-1"), text.encode("latin-1")) for name, text in headers]
        return int(status.partition(" ")[0]), named + _last(environ), body


def _length(environ: dict[str, Any]) -> int | None:
    """Return the length of a body, 0 where there is none, None where its sender has not said it (RFC 9112, 6.3)."""
    if "HTTP_TRANSFER_ENCODING" in environ:
        return None
    announced = environ.get("CONTENT_LENGTH", "0")
    return int(announced) if announced.isdecimal() else None


def _joined(pieces: Iterable[bytes]) -> bytes:
    try:
        return b"".join(pieces)
    finally:
        if hasattr(pieces, "close"):
            pieces.close()


def _refuse_to_write(_: bytes) -> object:
    raise NotImplementedError("answers are returned, not written")


def _last(environ: dict[str, Any]) -> Headers:
    """Say that the connection ends where a body is not all read: it stands before the next request."""
    body = environ["wsgi.input"]
    return [(b"connection", b"close")] if isinstance(body, Rest) and not body.whole else []


async def _say(answer: Answer, send: Send) -> None:
    status, headers, body = answer
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
