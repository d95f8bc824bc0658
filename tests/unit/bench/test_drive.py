"""Prove that the load generator counts what callers feel: from the moment that a request was due."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import repeat

import pytest

from tests.bench.drive import Outcome, Request, closed_loop, figures_of, open_loop

STALL = 1.0
AT = 60  # the request at which the server stalls
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


class Server:
    """Answer everything at once on one thread, which stalls a single time for all its callers."""

    def __init__(self, stall: float = 0.0, answer: bytes = ANSWER) -> None:
        self.heard: list[bytes] = []
        self._stall = stall
        self._answer = answer

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with closing(writer):
            while head := await _head(reader):
                self.heard.append(head)
                if self._stall and len(self.heard) == AT:
                    time.sleep(self._stall)
                writer.write(self._answer)


async def _head(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return b""


@contextmanager
def serving(server: Server) -> Iterator[str]:
    """Serve in a thread of its own and give the address."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    listening = asyncio.run_coroutine_threadsafe(asyncio.start_server(server.talk, "127.0.0.1", 0), loop).result(5)
    try:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    finally:
        asyncio.run_coroutine_threadsafe(_end(listening), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


async def _end(listening: asyncio.Server) -> None:
    listening.close()
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    await asyncio.wait(others, timeout=2) if others else None


def test_stall_shows_in_open_loop():
    with serving(Server(STALL)) as url:
        found = figures_of(open_loop(url, repeat(Request("/")), 2.0, rate=100, connections=4))

    assert found.count == 200
    assert found.p99 == pytest.approx(STALL * 1000, rel=0.15)


def test_closed_loop_hides_a_stall():
    with serving(Server(STALL)) as url:
        found = figures_of(closed_loop(url, repeat(Request("/"), 2000), 10.0, connections=4))

    assert found.p99 < STALL * 1000 / 2
    assert found.worst >= STALL * 1000


def test_rate_is_kept():
    with serving(Server()) as url:
        outcomes = open_loop(url, repeat(Request("/")), 1.0, rate=150, connections=8)

    due = sorted(outcome.due for outcome in outcomes)
    assert [moment - due[0] for moment in due] == pytest.approx([number / 150 for number in range(150)])
    assert all(outcome.ended >= outcome.due for outcome in outcomes)  # late on a busy machine, and never early


def test_requests_are_sent_once():
    server = Server()

    with serving(server) as url:
        closed_loop(url, (Request(f"/{number}") for number in range(40)), 10.0, connections=4)

    assert {head.split()[1] for head in server.heard} == {f"/{number}".encode() for number in range(40)}
    assert len(server.heard) == 40


def test_refusal_is_a_failure():
    with serving(Server(answer=b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")) as url:
        found = figures_of(closed_loop(url, repeat(Request("/"), 10), 10.0, connections=2))

    assert (found.count, found.failed, found.rate) == (10, 10, 0)


def test_nobody_there_is_a_failure():
    with serving(Server()) as url:
        pass

    found = figures_of(closed_loop(url, repeat(Request("/"), 5), 10.0, connections=2))

    assert (found.count, found.failed) == (5, 5)


def test_effect_counts_from_when_it_was_due():
    outcomes = [Outcome(0, 10.0, 10.1, 201), Outcome(1, 11.0, 11.1, 201)]

    found = figures_of(outcomes, lambda one: {0: 10.5}.get(one.number))

    assert (found.p50, found.failed) == (500, 1)


def test_read_speaks_of_no_body():
    assert Request("/organizations").as_sent("node") == b"GET /organizations HTTP/1.1\r\nHost: node\r\n\r\n"


def test_own_header_goes_before_the_usual():
    sent = Request("/imports", "POST", b"--x", (("Content-Type", "multipart/form-data"),)).as_sent("node")

    assert sent.split(b"\r\n") == [
        *(b"POST /imports HTTP/1.1", b"Host: node", b"Content-Length: 3", b"Content-Type: multipart/form-data"),
        *(b"", b"--x"),
    ]
