"""Prove that a request has a thread only when its body is here, and that no sender keeps others waiting."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from flask import Flask, Response, request
from werkzeug.exceptions import ClientDisconnected

from chassis.config import Config
from services.gateway import bodies, problems
from services.gateway.bodies import READ_FIRST, Body, Pace, Rest
from services.gateway.limits import Limits
from services.gateway.problems import Refused
from services.gateway.server import ARRIVING_EACH, Server
from tests.unit.gateway.senders import ELSEWHERE, HERE, Sender

LARGE = 3 * READ_FIRST
CHUNKED = [(b"transfer-encoding", b"chunked")]
HASTY = Pace(pause=0.05)
PATIENT = Pace(pause=60)
SOON = 10.0


@pytest.fixture
def echo() -> Flask:
    """Give an application that answers with what it was sent."""
    app = Flask("echo", static_folder=None)
    app.config["PUBLIC_URL"] = ""
    problems.register(app)
    bodies.register(app)

    @app.post("/echo")
    def repeat() -> Response:
        return Response(request.get_data())

    @app.post("/refuse")
    def refuse() -> tuple[str, int]:
        return "no", 401

    @app.get("/<name>")
    def tell(name: str) -> dict[str, object]:
        return {"name": name, "asked": request.args, "address": request.remote_addr}

    return app


def answered(app: Flask, *senders: Sender, proxies: int = 0, pace: Pace = HASTY, limits: Limits | None = None) -> None:
    """Answer senders, one after the other."""

    async def answer() -> None:
        server = Server(app, threads=4, proxies=proxies, pace=pace, limits=limits)
        for sender in senders:
            await sender.send(server)

    asyncio.run(answer())


def answered_beside(app: Flask, waiting: list[Sender], *others: Sender, threads: int = 4) -> None:
    """Answer others while some wait who never go on."""

    async def answer() -> None:
        server = Server(app, threads=threads, proxies=0, pace=PATIENT)
        held = [asyncio.create_task(sender.send(server)) for sender in waiting]
        async with asyncio.timeout(SOON):
            while not all(sender.asked for sender in waiting):
                await asyncio.sleep(0)
            await asyncio.gather(*(sender.send(server) for sender in others))
        for sender in waiting:
            sender.hang_up()
        await asyncio.gather(*held)

    asyncio.run(answer())


def slow(count: int, length: int = 10) -> list[Sender]:
    """Return senders from one address who stop before the end of their bodies."""
    return [Sender(pieces=[b"{"], length=length, silent=True) for _ in range(count)]


def limits_of(settings: Config, **rates: str) -> Limits:
    """Return limits of other rates; that of tokens is that of slow bodies too."""
    return Limits(replace(settings, **rates), "memory://")  # type: ignore[arg-type]


# Refusals are counted


def test_sender_of_slow_bodies_is_read_no_more(echo: Flask, settings: Config):
    late, whole = slow(2), Sender(pieces=[b"{}"], length=2)
    other = Sender(pieces=[b"{}"], length=2, address=ELSEWHERE)

    answered(echo, *late, whole, other, limits=limits_of(settings, token_rate="2/minute"))

    assert [one.status for one in (*late, whole, other)] == [408, 408, 429, 200]
    assert whole.asked == 0
    assert whole.answer["connection"] == "close"


def test_whole_bodies_are_no_refusals(echo: Flask, settings: Config):
    senders = [Sender(pieces=[b"{}"], length=2) for _ in range(4)]

    answered(echo, *senders, limits=limits_of(settings, token_rate="2/minute", public_rate="2/minute"))

    assert {one.status for one in senders} == {200}


def test_bodies_without_a_place_are_reads(settings: Config):
    limits, full = limits_of(settings, public_rate="2/minute"), Refused("unavailable")

    told = [limits.noted(full, HERE).code for _ in range(3)]

    assert told == [503, 503, 429]
    limits.admit(HERE)


# Bodies


@pytest.mark.parametrize(
    "sender",
    [
        Sender(pieces=[b"one", b"two"], length=6),
        Sender(pieces=[b"one", b"two"], headers=CHUNKED),
        Sender(pieces=[], length=0),
        Sender(pieces=[b"x" * READ_FIRST] * 3, length=LARGE),
        Sender(pieces=[b"x" * READ_FIRST] * 3, headers=CHUNKED),
    ],
    ids=["announced", "chunked", "empty", "large", "large chunked"],
)
def test_body_reaches_the_view(echo: Flask, sender: Sender):
    sender.pieces = list(sender.pieces)

    answered(echo, sender)

    assert (sender.status, sender.body) == (200, b"".join(sender.pieces))


def test_no_body_is_waited_for(echo: Flask):
    sender = Sender("/figures", method="GET", silent=True)

    answered(echo, sender)

    assert (sender.status, sender.asked) == (200, 0)


def test_large_body_may_be_refused_unread(echo: Flask):
    sender = Sender("/refuse", length=LARGE, silent=True)

    answered(echo, sender)

    assert (sender.status, sender.asked) == (401, 0)
    assert sender.answer["connection"] == "close"  # what is unread stands before any next request


def test_vanished_sender_is_dropped(echo: Flask):
    sender = Sender(pieces=[b"{"], length=10, gone=True)

    answered(echo, sender)

    assert sender.said == []


# Slow senders


@pytest.mark.parametrize(
    "sender",
    [
        Sender(pieces=[b"{"], length=10, silent=True),
        Sender(pieces=[b"{"], headers=CHUNKED, silent=True),
        Sender(pieces=[b"x" * READ_FIRST], length=LARGE, silent=True),
    ],
    ids=["announced", "chunked", "large"],
)
def test_silent_sender_is_told(echo: Flask, sender: Sender):
    answered(echo, sender)

    assert (sender.status, sender.json["code"]) == (408, "too_slow")
    assert sender.answer["connection"] == "close"


def test_trickling_sender_is_told(echo: Flask):
    sender = Sender(pieces=[b"x"] * 1_000, length=1_000, gap=0.01)

    answered(echo, sender, pace=Pace(pause=1, grace=0.1, slowest=1_000))

    assert sender.status == 408
    assert sender.asked < 100


def test_slow_line_is_waited_for(echo: Flask):
    sender = Sender(pieces=[b"x" * 100] * 20, length=2_000, gap=0.01)

    answered(echo, sender, pace=Pace(pause=1, grace=0.1, slowest=1_000))

    assert sender.status == 200


def test_slow_sender_holds_no_thread(echo: Flask):
    reader, writer = Sender("/figures", method="GET"), Sender(pieces=[b"{}"], length=2)

    answered_beside(echo, slow(20), reader, writer, threads=1)

    assert (reader.status, writer.status) == (200, 200)


def test_slow_senders_of_large_bodies_leave_threads(echo: Flask):
    others = [Sender("/figures", method="GET") for _ in range(8)]

    answered_beside(echo, [*slow(1, LARGE), Sender(length=LARGE, silent=True, address=ELSEWHERE)], *others)

    assert {sender.status for sender in others} == {200}


def test_end_of_the_process_frees_the_thread():
    async def begun() -> Rest:
        return Rest(b"", Body(Sender(length=LARGE).receive, LARGE, PATIENT))

    with asyncio.Runner() as runner:
        rest = runner.run(begun())
        with pytest.raises(ClientDisconnected):
            rest.read(1)
        runner.run(asyncio.sleep(0))


# Shares


def test_address_has_its_share_of_bodies(echo: Flask):
    more, another = Sender(pieces=[b"{}"], length=2), Sender(pieces=[b"{}"], length=2, address=ELSEWHERE)

    answered_beside(echo, slow(ARRIVING_EACH), more, another)

    assert (more.status, more.json["code"], another.status) == (503, "unavailable", 200)
    assert (int(more.answer["retry-after"]) > 0, more.answer["connection"]) == (True, "close")


def test_large_body_waits_for_its_turn(echo: Flask):
    first, second = slow(1, LARGE)[0], Sender(pieces=[b"x" * LARGE], length=LARGE)
    another = Sender(pieces=[b"x" * LARGE], length=LARGE, address=ELSEWHERE)

    async def answer() -> int:
        server = Server(echo, threads=4, proxies=0, pace=PATIENT)
        sent = [asyncio.create_task(sender.send(server)) for sender in (first, second)]
        await another.send(server)
        asked = second.asked
        first.hang_up()
        await asyncio.gather(*sent)
        return asked

    assert (asyncio.run(answer()), another.status, second.status) == (0, 200, 200)


@pytest.mark.parametrize("length", [10, LARGE], ids=["small", "large"])
def test_share_is_given_back(echo: Flask, length: int):
    whole = [Sender(pieces=[b"x" * length], length=length) for _ in range(ARRIVING_EACH + 1)]
    broken = [Sender(pieces=[b"x"], length=length, gone=True) for _ in range(ARRIVING_EACH + 1)]

    answered(echo, *broken, *whole)

    assert {sender.status for sender in whole} == {200}


# Requests


def test_path_and_query_are_decoded(echo: Flask):
    sender = Sender("/%D9%82%D9%86%D8%A7?q=%D8%A3", method="GET")

    answered(echo, sender)

    assert (sender.json["name"], sender.json["asked"]) == ("قنا", {"q": "أ"})


def test_every_proxy_of_ours_is_believed_and_no_other(echo: Flask):
    forwarded = [(b"x-forwarded-for", b"203.0.113.9, 203.0.113.8"), (b"x-forwarded-for", b"10.0.0.7")]
    senders = {proxies: Sender("/a", method="GET", headers=forwarded) for proxies in range(5)}

    for proxies, sender in senders.items():
        answered(echo, sender, proxies=proxies)

    told = [sender.json["address"] for sender in senders.values()]
    assert told == ["192.0.2.1", "10.0.0.7", "203.0.113.8", "203.0.113.9", "192.0.2.1"]


def test_header_with_underscore_is_left_out(echo: Flask):
    sender = Sender("/a", method="GET", headers=[(b"x_forwarded_for", b"203.0.113.9")])

    answered(echo, sender, proxies=1)

    assert sender.json["address"] == "192.0.2.1"


def test_refusal_is_guarded_as_every_answer(app: Flask):
    sender = Sender("/families", pieces=[b"{"], length=10, silent=True)

    answered(app, sender)

    assert (sender.status, sender.answer["content-type"]) == (408, "application/problem+json")
    assert "default-src 'none'" in sender.answer["content-security-policy"]
