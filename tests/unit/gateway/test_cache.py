"""Prove that a public answer is given again for a moment, to everybody alike, and nothing else ever is."""

from __future__ import annotations

import asyncio
import gzip
from dataclasses import replace

import pytest
from flask import Flask

from chassis.config import ConfigError, read
from services.gateway import cache
from services.gateway.app import COMPRESSED_FROM, create_app
from services.gateway.server import Server, public_reads
from tests.unit.gateway.fake_directory import FakeDirectory
from tests.unit.gateway.fakes import ORGANIZATION, Clock
from tests.unit.gateway.senders import ELSEWHERE, Sender

SECONDS = 1.0
PATH = f"/organizations/{ORGANIZATION}"


class Caller:
    """Ask one server, one request after the other."""

    def __init__(self, app: Flask, clock: Clock, seconds: float = SECONDS) -> None:
        """Take what is served, and what tells how old an answer is."""
        public = public_reads(app, seconds, proxies=0, clock=clock)
        self.cache = public.cache
        self.server = Server(app, threads=2, proxies=0, public=public)

    def get(self, path: str = PATH, method: str = "GET", address: str = "192.0.2.1", **headers: str) -> Sender:
        """Return the answered request."""
        named = [(name.lower().replace("_", "-").encode(), text.encode()) for name, text in headers.items()]
        sender = Sender(path=path, method=method, headers=named, address=address)
        return asyncio.run(sender.send(self.server))


@pytest.fixture
def caller(app: Flask, clock: Clock) -> Caller:
    """Give a caller of the application."""
    return Caller(app, clock)


def stale(directory: FakeDirectory) -> bytes:
    """Let the directory change, and return what it said before."""
    before, directory.body = directory.body, b'{"changed": true}'
    return before


def test_public_answer_is_given_again(caller: Caller, directory: FakeDirectory):
    first = caller.get()
    before = stale(directory)

    again = caller.get()

    assert (again.status, again.body, again.answer) == (200, before, first.answer)


def test_answer_is_never_older_than_configured(caller: Caller, directory: FakeDirectory, clock: Clock):
    caller.get()
    stale(directory)
    clock.now += SECONDS

    assert caller.get().body == directory.body


def test_age_counts_from_the_request(caller: Caller, directory: FakeDirectory, clock: Clock, monkeypatch):
    answered = directory.organization

    def late(id: str) -> tuple[bytes, str] | None:  # noqa: A002 - the directory's name
        clock.now += SECONDS / 2
        return answered(id)

    monkeypatch.setattr(directory, "organization", late)
    caller.get()
    stale(directory)
    clock.now += SECONDS / 2

    assert caller.get().body == directory.body


@pytest.mark.parametrize("headers", [{"accept_encoding": "gzip"}, {"origin": "https://portal.example"}])
def test_other_forms_are_kept_apart(caller: Caller, directory: FakeDirectory, headers: dict[str, str]):
    directory.body = directory.body.ljust(4 * COMPRESSED_FROM)
    caller.get()
    before = stale(directory)

    assert caller.get(**headers).body == directory.body
    assert caller.get().body == before


def test_compressed_answer_is_given_again(caller: Caller, directory: FakeDirectory):
    directory.body = directory.body.ljust(4 * COMPRESSED_FROM)
    caller.get(accept_encoding="gzip")
    before = stale(directory)

    again = caller.get(accept_encoding="gzip")

    assert again.answer["content-encoding"] == "gzip"
    assert gzip.decompress(again.body) == before


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_holder_of_kept_answer_is_told(caller: Caller, directory: FakeDirectory, encoding: str):
    directory.body = directory.body.ljust(4 * COMPRESSED_FROM)
    first = caller.get(accept_encoding=encoding)
    usual = caller.get(accept_encoding=encoding + ",", if_none_match=first.answer["etag"])
    stale(directory)

    again = caller.get(accept_encoding=encoding, if_none_match=f'"other", W/{first.answer["etag"]}')

    assert (usual.status, again.status, again.body) == (304, 304, b"")
    assert again.answer | {"date": ""} == usual.answer | {"date": ""}


def test_query_tells_answers_apart(caller: Caller):
    assert caller.get("/organizations?limit=1").status == caller.get("/organizations?limit=1").status == 200
    assert caller.get("/organizations?limit=0").status == 422


@pytest.mark.parametrize("path", ["/organizations/00000000-0000-7000-8000-000000000000", "/nowhere", "/livez", "/map"])
def test_other_answers_are_not_kept(caller: Caller, path: str):
    caller.get(path)

    assert not caller.cache._kept


def test_private_answers_are_not_kept(caller: Caller, bearer):
    assert caller.get("/families", **bearer("officer")).status == 200
    assert caller.get("/families").status == 401
    assert not caller.cache._kept


@pytest.mark.parametrize("method", ["HEAD", "POST"])
def test_only_reads_are_answered_so(caller: Caller, directory: FakeDirectory, method: str):
    caller.get()

    assert caller.get(method=method).body != directory.body


def test_request_with_a_body_is_read(caller: Caller, directory: FakeDirectory):
    caller.get()
    stale(directory)

    assert caller.get(content_length="0").body == directory.body


@pytest.mark.parametrize("asked", ["no-cache", "max-age=60, no-store", "max-age=0", "No-Cache", 'no-cache="x"'])
def test_fresh_answer_can_be_asked_for(caller: Caller, directory: FakeDirectory, asked: str):
    caller.get()
    stale(directory)

    assert caller.get(cache_control=asked).body == directory.body


@pytest.mark.parametrize(
    "asked", ["no-transform", "max-age=60", 'private="x, no-cache"', "x-no-cache", "only-if-cached"]
)
def test_other_wishes_are_no_wish_for_a_fresh_answer(caller: Caller, directory: FakeDirectory, asked: str):
    kept = caller.get().body
    stale(directory)

    assert caller.get(cache_control=asked).body == kept


def test_kept_answers_count_as_reads(settings, parts, clock: Clock):
    app = create_app(replace(settings, public_rate="3/minute"), parts, rate_storage="memory://")
    caller = Caller(app, clock)

    statuses = [caller.get().status for _ in range(4)]

    assert statuses == [200, 200, 200, 429]
    assert caller.get(address=ELSEWHERE).status == 200


def test_kept_answers_are_measured(caller: Caller):
    caller.get()
    given = cache.metrics.HTTP_KEPT._value.get()

    caller.get()

    assert cache.metrics.HTTP_KEPT._value.get() == given + 1


def test_long_questions_take_room(caller: Caller, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cache, "ROOM", 100_000)
    for number in range(10):
        caller.get(f"/subjects?n={number:030000}")

    assert len(caller.cache._kept) < 4


def test_room_is_bounded(caller: Caller, directory: FakeDirectory):
    directory.body = b" " * (cache.LARGEST - 2 * cache.EACH)
    for number in range(10):
        caller.get(f"{PATH}?n={number}")

    assert len(caller.cache._kept) == cache.ROOM // cache.LARGEST
    assert caller.cache._size <= cache.ROOM


def test_answer_too_large_is_not_kept(caller: Caller, directory: FakeDirectory):
    directory.body = b" " * cache.LARGEST
    caller.get()

    assert not caller.cache._kept


def test_old_answers_make_room(caller: Caller, clock: Clock):
    for number in range(3):
        caller.get(f"/subjects?n={number}")
        clock.now += SECONDS

    assert len(caller.cache._kept) == 1


def test_nothing_is_kept_where_that_is_off(app: Flask, directory: FakeDirectory, clock: Clock):
    caller = Caller(app, clock, seconds=0)
    caller.get()
    stale(directory)

    assert caller.get().body == directory.body


@pytest.mark.parametrize("text", ["-1", "2.1", "nan", "long"])
def test_seconds_are_at_most_two(text: str):
    with pytest.raises(ConfigError, match="TASHBIK_CACHE_SECONDS"):
        read({"TASHBIK_CACHE_SECONDS": text})
