"""Prove that a long answer is sent as it is read, that it waits for its caller, and that nothing is left behind."""

from __future__ import annotations

import asyncio
import threading
import tracemalloc
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import brotli
import orjson
import pytest
from flask import Flask, g
from pymongo.errors import AutoReconnect

from services.gateway.api.exchange import PIECE, WHOLE, streamed
from services.gateway.auth.guard import Operation
from services.gateway.directory.search.query import Search
from services.gateway.server import Server, public_reads
from services.gateway.streams import STREAMS_EACH
from tests.unit.gateway.fake_directory import FakeDirectory
from tests.unit.gateway.fakes import Clock
from tests.unit.gateway.senders import ELSEWHERE, Sender

PATH = "/organizations.geojson"
FEATURE = orjson.dumps({"type": "Feature", "properties": {"name": "جمعية تنمية المجتمع " * 6}, "geometry": None})
FEW, MANY = 100, 20_000
SOON = 10.0


class Points(FakeDirectory):
    """Give any number of points."""

    count = MANY
    breaks_at = -1

    def __init__(self) -> None:
        """Give none yet."""
        super().__init__()
        self.given = 0
        self.closed = threading.Event()

    def features(self, search: Search) -> Iterator[bytes]:  # type: ignore[override]
        """Give them, one by one."""
        try:
            for number in range(self.count):
                if number == self.breaks_at:
                    raise AutoReconnect("away")
                self.given += 1
                yield FEATURE
        finally:
            self.closed.set()


@dataclass
class Reader(Sender):
    """Take pieces of an answer while it may: so many, and then no more until it is told."""

    path: str = PATH
    method: str = "GET"
    silent: bool = True
    takes: int = 1_000_000
    taken: int = 0

    def __post_init__(self) -> None:
        """Be ready."""
        super().__post_init__()
        self.goes_on = asyncio.Event()

    async def say(self, message: dict[str, Any]) -> None:
        """Take a part of the answer."""
        if self.taken >= self.takes:
            await self.goes_on.wait()
        self.taken += 1
        await super().say(message)

    @property
    def whole(self) -> bool:
        """Tell whether the answer has come to its end."""
        return len(self.said) > 1 and not self.said[-1].get("more_body", False)


class Counter(Reader):
    """Count what comes, and forget it."""

    length_taken = 0

    async def say(self, message: dict[str, Any]) -> None:
        """Count a part."""
        self.length_taken += len(message.get("body", b""))


@pytest.fixture
def directory() -> Points:
    """Give the directory."""
    return Points()


def answered(app: Flask, *readers: Reader, **options: Any) -> None:
    """Answer readers, one after the other."""

    async def answer() -> None:
        server = Server(app, threads=2, proxies=0, **options)
        for reader in readers:
            await reader.send(server)

    asyncio.run(answer())


async def waiting(server: Server, *readers: Reader) -> list[asyncio.Task[Sender]]:
    """Answer readers until they take no more."""
    tasks = [asyncio.create_task(reader.send(server)) for reader in readers]
    async with asyncio.timeout(SOON):
        while any(reader.taken < reader.takes for reader in readers):
            await asyncio.sleep(0)
    return tasks


def expected(count: int) -> bytes:
    """Return the whole collection."""
    return b'{"type":"FeatureCollection","features":[%b]}' % b",".join([FEATURE] * count)


def test_long_answer_is_whole(app: Flask):
    reader = Reader()

    answered(app, reader)

    assert (reader.status, reader.whole, reader.body) == (200, True, expected(MANY))
    assert max(len(message["body"]) for message in reader.said[1:]) <= WHOLE


def test_long_answer_has_no_tag_and_no_length(app: Flask):
    reader = Reader()

    answered(app, reader)

    assert not {"etag", "content-length"} & set(reader.answer)
    assert (reader.answer["content-type"], reader.answer["cache-control"]) == (
        "application/geo+json",
        "public, max-age=5",
    )
    assert "default-src 'none'" in reader.answer["content-security-policy"]


def test_long_answer_is_not_kept(app: Flask, directory: Points, clock: Clock):
    answered(app, Reader(), Reader(), public=public_reads(app, 2, 0, clock))

    assert directory.given == 2 * MANY


def test_short_answer_is_as_any_other(app: Flask, directory: Points, clock: Clock):
    directory.count = FEW
    first, again = Reader(), Reader()

    answered(app, first, again, public=public_reads(app, 2, 0, clock))
    holder = Reader(headers=[(b"if-none-match", first.answer["etag"].encode())])
    answered(app, holder)

    assert (first.body, int(first.answer["content-length"])) == (expected(FEW), len(first.body))
    assert (again.said, directory.given, holder.status) == (first.said, 2 * FEW, 304)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_points_are_a_collection(app: Flask, directory: Points, count: int):
    directory.count = count
    reader = Reader()

    answered(app, reader)

    assert len(reader.json["features"]) == count


@pytest.mark.parametrize(
    ("asked", "encoding", "unpack"),
    [
        (b"gzip, deflate, br", "br", brotli.decompress),
        (b"gzip, deflate", "deflate", zlib.decompress),
        (b"gzip", "", bytes),
        (b"identity", "", bytes),
    ],
)
def test_long_answer_is_compressed(app: Flask, asked: bytes, encoding: str, unpack: Any):
    reader = Reader(headers=[(b"accept-encoding", asked)])

    answered(app, reader)

    assert (reader.answer.get("content-encoding", ""), unpack(reader.body)) == (encoding, expected(MANY))


def test_memory_is_that_of_the_beginning(app: Flask, directory: Points):
    answered(app, Counter())
    directory.count = 200_000
    reader = Counter()

    tracemalloc.start()
    answered(app, reader)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert reader.length_taken == len(expected(1)) + (directory.count - 1) * (len(FEATURE) + 1)
    assert peak < 4 * WHOLE < reader.length_taken / 10


def test_head_is_answered_without_reading_on(app: Flask, directory: Points):
    reader = Reader(method="HEAD")

    answered(app, reader)

    assert (reader.status, reader.body, reader.whole) == (200, b"", True)
    assert not {"etag", "content-length"} & set(reader.answer)
    assert directory.closed.wait(SOON)
    assert directory.given < MANY


@pytest.mark.parametrize("count", [1, 20])
def test_private_answer_is_not_for_caches(app: Flask, count: int):
    pieces = (b"x" * (WHOLE // 10) for _ in range(count))

    with app.test_request_context("/table.csv"):
        g.operation = Operation("registry.search_organizations")
        response = streamed(pieces, "text/csv")

    assert (response.is_streamed, len(response.get_data())) == (count > 1, count * (WHOLE // 10))
    assert not {"ETag", "Cache-Control"} & set(response.headers.keys())


# Callers


def test_slow_caller_holds_no_thread(app: Flask, directory: Points):
    slow, other = Reader(takes=3), Reader(path="/subjects")

    async def answer() -> int:
        server = Server(app, threads=1, proxies=0)
        (held,) = await waiting(server, slow)
        await other.send(server)
        given = directory.given
        slow.goes_on.set()
        await held
        return given

    given = asyncio.run(answer())

    assert (other.status, slow.whole) == (200, True)
    assert given * len(FEATURE) < WHOLE + 4 * PIECE


def test_gone_caller_ends_the_reading(app: Flask, directory: Points):
    reader = Reader(takes=3)

    async def answer() -> None:
        (held,) = await waiting(Server(app, threads=2, proxies=0), reader)
        reader.hang_up()
        await held

    asyncio.run(answer())

    assert directory.closed.wait(SOON)
    assert directory.given < MANY


def test_stalled_caller_is_dropped(app: Flask, directory: Points):
    reader = Reader(takes=3)

    answered(app, reader, stall=0.05)

    assert directory.closed.wait(SOON)
    assert (reader.whole, directory.given < MANY) == (False, True)


def test_address_has_its_share(app: Flask):
    held, more, other = [Reader(takes=2) for _ in range(STREAMS_EACH)], Reader(), Reader(address=ELSEWHERE)
    later = Reader()

    async def answer() -> None:
        server = Server(app, threads=4, proxies=0)
        tasks = await waiting(server, *held)
        await more.send(server)
        await other.send(server)
        for reader in held:
            reader.hang_up()
        await asyncio.gather(*tasks)
        await later.send(server)

    asyncio.run(answer())

    assert (more.status, more.json["code"], other.status, later.status) == (503, "unavailable", 200, 200)
    assert (int(more.answer["retry-after"]) > 0, more.json["detail"][:20]) == (True, "Too many long answer")


def test_refused_answer_is_not_read_on(app: Flask, directory: Points):
    held, more = [Reader(takes=2) for _ in range(STREAMS_EACH)], Reader()

    async def answer() -> None:
        server = Server(app, threads=4, proxies=0)
        tasks = await waiting(server, *held)
        directory.closed.clear()
        await more.send(server)
        assert directory.closed.is_set()
        for reader in held:
            reader.hang_up()
        await asyncio.gather(*tasks)

    asyncio.run(answer())

    assert more.status == 503


# Failures


def test_lost_database_at_first_is_a_problem(app: Flask, directory: Points):
    directory.breaks_at = FEW
    reader = Reader()

    answered(app, reader)

    assert (reader.status, reader.json["code"]) == (503, "unavailable")


@pytest.mark.parametrize("encoding", [b"identity", b"br"])
def test_lost_database_on_the_way_leaves_it_unended(app: Flask, directory: Points, encoding: bytes):
    directory.breaks_at = MANY - FEW
    reader = Reader(headers=[(b"accept-encoding", encoding)])

    answered(app, reader)

    assert (reader.status, reader.whole, directory.closed.is_set()) == (200, False, True)
