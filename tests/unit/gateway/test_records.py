"""Prove that a record read without a view has the very answer that the view gives, and that views keep the rest."""

from __future__ import annotations

import asyncio
import gzip
from dataclasses import replace
from itertools import product
from typing import Any

import brotli
import pytest
from flask import Flask
from prometheus_client import REGISTRY
from pymongo.errors import AutoReconnect

from contracts.policy import POLICY, Role
from services.gateway.app import COMPRESSED_FROM, create_app
from services.gateway.records import FOUND_BY, ID
from services.gateway.server import Server, public_reads
from tests.unit.gateway.fake_directory import FakeDirectory
from tests.unit.gateway.fakes import Clock
from tests.unit.gateway.senders import ELSEWHERE, Sender

SMALL, LARGE, NOWHERE = "/organizations/small", "/organizations/large", "/organizations/nowhere"
LEARNT = {SMALL: "/organizations/other-small", LARGE: "/organizations/other-large"}
TAG = '"3-5f2a90c1b7e4"'
ENCODINGS = (None, "", "identity", "gzip", "br", "gzip, deflate, br", "gzip;q=0", "br;q=0, *", "*", "gzip, br;q=0.5")
BROTLI_TAG, GZIP_TAG = '"3-5f2a90c1b7e4:br"', '"3-5f2a90c1b7e4:gzip"'
CONDITIONS = (None, TAG, f"W/{TAG}", BROTLI_TAG, GZIP_TAG, "*", '"3-000000000000"', f'"2", {TAG}')
UNPACK: dict[str, Any] = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}
ROUTE = "/organizations/<record:id>"

Shown = tuple[int, list[tuple[str, str]], bytes]


class Organizations(FakeDirectory):
    """Hold a few organizations."""

    asked = 0

    def organization(self, id: str) -> tuple[bytes, str] | None:  # noqa: A002 - the directory's name
        """Return one."""
        self.asked += 1
        if self.fails:
            raise self.fails
        body = b'{"id":"%b"}' % id.encode()
        bodies = {"small": body, "large": body.ljust(4 * COMPRESSED_FROM)}
        kind = id.rpartition("-")[2]
        return (bodies[kind], TAG if id == kind else '"1-0a1b2c"') if kind in bodies else None


class Caller:
    """Ask one server, one request after the other."""

    def __init__(self, app: Flask, clock: Clock, seconds: float | None = 0) -> None:
        """Take what is served, and for how long answers are kept; None for a server where views answer all."""
        public = None if seconds is None else public_reads(app, seconds, proxies=0, clock=clock)
        self.server = Server(self._viewed, threads=2, proxies=0, public=public)
        self.app = app
        self.viewed = 0

    def _viewed(self, *asked: Any) -> Any:
        self.viewed += 1
        return self.app(*asked)

    def get(self, path: str = SMALL, method: str = "GET", address: str = "192.0.2.1", **headers: str | None) -> Sender:
        """Return the answered request."""
        given = {name: text for name, text in headers.items() if text is not None}
        named = [(name.replace("_", "-").encode(), text.encode()) for name, text in given.items()]
        return asyncio.run(Sender(path=path, method=method, headers=named, address=address).send(self.server))

    def learns(self, encodings: tuple[str | None, ...] = (None,)) -> Caller:
        """Let views answer for other records first."""
        for path, encoding in product(LEARNT.values(), encodings):
            self.get(path, accept_encoding=encoding)
        return self


@pytest.fixture
def directory() -> Organizations:
    """Give the directory."""
    return Organizations()


@pytest.fixture
def views(app: Flask, clock: Clock) -> Caller:
    """Give a caller whom views answer."""
    return Caller(app, clock, seconds=None)


@pytest.fixture
def caller(app: Flask, clock: Clock) -> Caller:
    """Give a caller of a server that has answered before."""
    return Caller(app, clock).learns()


def shown(sender: Sender) -> Shown:
    """Return all of an answer that must be the same; a gzip has the time in it, and the date is granian's."""
    headers = sorted((name, text) for name, text in sender.answer.items() if name != "date")
    assert len(headers) == len([name for name, _ in sender.said[0]["headers"] if name != b"date"])
    return sender.status, headers, UNPACK[sender.answer.get("content-encoding", "")](sender.body)


# The same answer


@pytest.mark.parametrize("path", [SMALL, LARGE])
@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_answer_is_the_views(app: Flask, clock: Clock, path: str, encoding: str | None, condition: str | None):
    caller, views = Caller(app, clock).learns((encoding,)), Caller(app, clock, seconds=None)
    caller.viewed = 0

    answer = caller.get(path, accept_encoding=encoding, if_none_match=condition)

    assert caller.viewed == 0
    assert shown(answer) == shown(views.get(path, accept_encoding=encoding, if_none_match=condition))


def test_answer_is_the_views_where_other_origins_are_named(settings, parts, clock: Clock, directory: FakeDirectory):
    app = create_app(replace(settings, cors_origins=("https://qus.example",)), parts, rate_storage="memory://")
    caller, views = Caller(app, clock).learns(), Caller(app, clock, seconds=None)

    assert shown(caller.get()) == shown(views.get())
    assert directory.looked_up


def test_parts_of_a_header_are_one(views: Caller, caller: Caller):
    twice = [(b"if-none-match", b'"2"'), (b"if-none-match", TAG.encode())]
    senders = [Sender(path=SMALL, method="GET", headers=twice) for _ in range(2)]

    for sender, server in zip(senders, (views.server, caller.server), strict=True):
        asyncio.run(sender.send(server))

    assert shown(senders[0]) == shown(senders[1])
    assert senders[0].status == 304


# What views keep


def test_view_speaks_first(app: Flask, clock: Clock, directory: FakeDirectory):
    caller = Caller(app, clock)

    assert caller.get().status == 200
    assert not directory.looked_up


def test_private_record_is_never_looked_up(
    app: Flask, clock: Clock, directory: FakeDirectory, bearer: Any, monkeypatch: pytest.MonkeyPatch
):
    roles = {role: reach for role, reach in POLICY["gateway.directory"].items() if role is not Role.PUBLIC}
    monkeypatch.setitem(POLICY, "gateway.directory", roles)  # as if the directory were for staff alone
    caller, token = Caller(app, clock), bearer("officer")["Authorization"]

    statuses = [caller.get(authorization=each).status for each in (token, token, None)]

    assert (statuses, directory.looked_up) == ([200, 200, 401], [])


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        (NOWHERE, {}),
        (f"{SMALL}?limit=1", {}),
        (f"{SMALL}/", {}),
        ("/organizations/", {}),
        ("/organizations/sm%61ll", {}),
        ("/organizations/sm%2Fall", {}),
        ("/register/organizations/small", {}),
        ("/organizations/" + "x" * 101, {}),
        (SMALL, {"method": "HEAD"}),
        (SMALL, {"method": "DELETE"}),
        (SMALL, {"origin": "https://qus.example"}),
        (SMALL, {"content_length": "0"}),
        (LARGE, {"accept_encoding": "br", "if_match": '"1"'}),
    ],
)
def test_all_else_is_for_views(caller: Caller, views: Caller, path: str, asked: dict[str, str]):
    assert shown(caller.get(path, **asked)) == shown(views.get(path, **asked))


def test_form_that_no_view_has_given_is_for_views(caller: Caller, views: Caller):
    assert shown(caller.get(LARGE, accept_encoding="br")) == shown(views.get(LARGE, accept_encoding="br"))


# Errors


def test_lost_database_is_told_as_by_views(caller: Caller, views: Caller, directory: Organizations):
    directory.fails = AutoReconnect("away")
    before = directory.asked

    answer = caller.get()

    assert (answer.status, answer.json["code"], directory.asked) == (503, "unavailable", before + 1)
    assert shown(answer) == shown(views.get())


def test_crash_is_told_as_by_views(caller: Caller, views: Caller, directory: FakeDirectory):
    directory.fails = RuntimeError("a fault")

    answer = caller.get()

    assert (answer.status, shown(answer)) == (500, shown(views.get()))


# Counting


def test_each_read_counts_once(settings, parts, clock: Clock):
    app = create_app(replace(settings, public_rate="5/minute"), parts, rate_storage="memory://")
    caller = Caller(app, clock)

    statuses = [caller.get(path).status for path in (SMALL, SMALL, NOWHERE, SMALL, NOWHERE, SMALL, NOWHERE)]

    assert statuses == [200, 200, 404, 200, 404, 429, 429]
    assert caller.get(address=ELSEWHERE).status == 200


def test_refusal_is_the_views(settings, parts, clock: Clock, directory: FakeDirectory):
    app = create_app(replace(settings, public_rate="2/minute"), parts, rate_storage="memory://")
    caller, views = Caller(app, clock).learns(), Caller(app, clock, seconds=None)
    before, looked_up = measured(429), len(directory.looked_up)

    answer = caller.get()

    assert (answer.status, answer.json["code"], measured(429)) == (429, "too_many", before + 1)
    assert [name for name, _ in shown(answer)[1]] == [name for name, _ in shown(views.get())[1]]
    assert len(directory.looked_up) == looked_up


def test_answers_are_measured(caller: Caller):
    whole, unmodified = measured(200), measured(304)

    caller.get()
    caller.get(if_none_match=TAG)

    assert (measured(200), measured(304)) == (whole + 1, unmodified + 1)


def test_looked_up_answer_is_kept(app: Flask, clock: Clock, directory: FakeDirectory):
    caller = Caller(app, clock, seconds=1).learns()

    before = len(directory.looked_up)

    answers = [caller.get() for _ in range(3)]

    assert len(directory.looked_up) == before + 1
    assert [answer.said for answer in answers] == [answers[0].said] * 3


def test_each_kind_is_a_route(app: Flask):
    routes = {rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}

    assert set(FOUND_BY) <= routes
    assert all(route.endswith(f"/{ID}") and route.count("<") == 1 for route in FOUND_BY)


def measured(status: int) -> float:
    """Return how many answers to reads of one organization had a status."""
    labels = {"route": ROUTE, "method": "GET", "status": str(status)}
    return REGISTRY.get_sample_value("tashbik_http_seconds_count", labels) or 0
