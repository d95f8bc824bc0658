"""Put broken and forged messages into every queue: they are parked or refused, and everybody else is served."""

from __future__ import annotations

import pickle
import random
import secrets
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from amqp import Message as RawMessage

from chassis import amqp, deadletters, rpc_client, wire
from chassis.errors import Invalid
from chassis.identity import Actor, Seal
from chassis.topology import delay_name, parked_name
from contracts.catalogue import EVENTS
from contracts.policy import Role
from contracts.registry import PAGE_AREAS
from tests.e2e.client import Json
from tests.e2e.world import World, soon
from tests.parts import broker_at

QUEUES = deadletters.queues(EVENTS)
CALLED = ("registry", "referrals", "notifications")
GIANT = 12_000_000
USUAL = {"content_type": "application/cloudevents+json", "content_encoding": "utf-8"}
PICKLED = {"content_type": "application/x-python-serialize", "content_encoding": "binary"}
FLIPS = 20
LONG = 90.0  # seconds: what fails is tried again, later each time

Message = tuple[bytes, Json, Json]
"""A body, its headers, its properties."""


class Loaded:
    """Make a file where somebody unpickles it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self.path,))


@pytest.fixture(scope="module")
def referred(world: World, housing: Json) -> None:
    """Refer a family, so that every queue has had an event."""
    world.referral(housing["id"])


@pytest.fixture(autouse=True)
def undisturbed(world: World, referred: None) -> Iterator[None]:
    """Check that each process lives on and is ready, and throw away what was parked."""
    before = {one.name: one.pid for one in world.node.status()}
    yield
    for queue in QUEUES:
        deadletters.discard(world.config.amqp_url, queue, lambda _: True)
    assert {one.name: one.pid for one in world.node.status()} == before
    assert [one.name for one in world.node.status() if not one.ready] == []


def put(world: World, queue: str, messages: list[Message], exchange: str = "") -> None:
    """Publish messages as somebody does who has an account of the broker.

    Each is confirmed: a quorum queue loses some of those that it has not confirmed when their channel closes.
    """
    with amqp.connect(world.node.broker_url) as connection:
        channel = connection.default_channel
        for body, headers, properties in messages:
            message = RawMessage(body, application_headers=headers, **{**USUAL, **properties})
            channel.basic_publish_confirm(message, exchange=exchange, routing_key=queue)


def flipped(body: bytes) -> Iterator[bytes]:
    """Yield a body with one bit of it wrong, in many places."""
    chance = random.Random(7)
    for _ in range(FLIPS):
        place, bit = chance.randrange(len(body)), 1 << chance.randrange(8)
        yield body[:place] + bytes([body[place] ^ bit]) + body[place + 1 :]


def mutations(body: bytes, seal: str, trap: Path) -> list[Message]:
    """Return what can be wrong with an event and its seal."""
    sealed, stranger = {"seal": seal}, Seal(secrets.token_bytes(32))
    return [
        *((wrong, sealed, {}) for wrong in flipped(body)),
        (body[:-10], sealed, {}),
        (body + b" ", sealed, {}),
        (b"", sealed, {}),
        (b"", {}, {}),
        (body, {}, {}),
        (body, {"seal": "0" * 64}, {}),
        (body, {"seal": stranger.of(body)}, {}),
        (body, {"seal": "ختم"}, {}),
        (body, {"seal": {"$ne": ""}}, {}),
        (body, {"seal": ["x"] * 100, "attempt": "many"}, {}),
        (b"[" * 100_000, {"seal": stranger.of(b"[" * 100_000)}, {}),
        (b"\xff\xfe" + body, sealed, {"content_encoding": "utf-99"}),
        (body[:-1], {**sealed, "compression": "application/x-gzip"}, {}),
        (pickle.dumps(Loaded(trap)), sealed, PICKLED),
        (body[:-1], sealed, {"content_type": "text/html"}),
        (b"{" + b'"a":' * 3 + b"1" * GIANT, sealed, {}),
    ]  # fmt: skip


@pytest.mark.parametrize("queue", QUEUES)
def test_broken_events_are_parked(world: World, tmp_path: Path, queue: str):
    genuine = next(event for event in world.events() if queue in consumers_of(event["type"]))
    messages = mutations(genuine["body"], genuine["seal"], tmp_path / "trap")

    put(world, queue, messages)
    put(world, delay_name(queue, 0.2), messages[:1])

    assert parked_of(world, queue, len(messages) + 1) == len(messages) + 1
    assert not (tmp_path / "trap").exists()


def consumers_of(type_: str) -> set[str]:
    """Return the queues that an event of a type goes to."""
    return {one.queue for contract in EVENTS if contract.type == type_ for one in contract.consumers}


def parked(world: World, queue: str) -> int:
    """Return how many events are parked."""
    return deadletters.counts(world.config.amqp_url, [queue])[queue]


def parked_of(world: World, queue: str, wanted: int) -> int:
    """Return how many events are parked as soon as there are those that are wanted, or when it is too late."""
    with suppress(TimeoutError):
        soon(lambda: parked(world, queue) >= wanted, "", LONG)
    return parked(world, queue)


@pytest.mark.parametrize("queue", QUEUES)
def test_forged_parked_events_can_be_looked_at(world: World, queue: str):
    forged: list[Message] = [
        (b"\xff", {"attempt": "many", "reason": {"a": 1}, "x-death": "x"}, {"content_encoding": "utf-99"}),
        (b'{"id": "[/red]", "type": "[/bold]", "subject": {}}', {"attempt": 1, "reason": "\x1b[2J[/red]"}, {}),
        (b"{}", {"attempt": [], "compression": "unheard-of", "x-death": [1]}, {}),
    ]
    put(world, parked_name(queue), forged)
    assert parked_of(world, queue, len(forged)) == len(forged)

    result = world.run("dead-letters", "show", queue)

    assert result.exit_code == 0, result.output
    assert "\x1b" not in result.output


@pytest.mark.parametrize("service", CALLED)
def test_broken_calls_are_refused(world: World, tmp_path: Path, service: str):
    trap, key = tmp_path / "trap", f"{service}.anything"
    late = {wire.DEADLINE: 4_102_444_800_000}
    json: Json = {"content_type": "application/json", "reply_to": "nobody-listens", "correlation_id": "1"}
    calls: list[Message] = [
        (b"", {}, {}),
        (b"\xff\xfe", late, json),
        (b"[" * 100_000, late, json),
        (b'{"a":' * 100_000, {**late, wire.STATEMENT: "a.b.c"}, json),
        (b"{}", {wire.DEADLINE: "٩" * 5_000}, json),
        (b"{}", {**late, wire.STATEMENT: {"$ne": 1}, wire.KEY: ["x"], wire.IF_VERSION: "1"}, json),
        (b"{}", {**late, wire.STATEMENT: "ختم" * 1_000, wire.TRACEPARENT: "x" * 5_000}, {"reply_to": "\x00"}),
        (b"{}", {**late, "compression": "application/x-gzip"}, {**json, "content_encoding": "utf-99"}),
        (pickle.dumps(Loaded(trap)), late, PICKLED),
        (b'{"name": "' + b"x" * GIANT + b'"}', late, json),
    ]  # fmt: skip

    put(world, key, calls, exchange=wire.EXCHANGE.name)

    soon(lambda: waiting(world, f"rpc-{service}") == 0, "the calls")
    assert not trap.exists()


def waiting(world: World, queue: str) -> int:
    """Return how many messages wait in a queue."""
    with amqp.connect(world.node.broker_url) as connection:
        return int(connection.default_channel.queue_declare(queue, passive=True).message_count)


def test_answer_from_a_stranger_is_nobodys(world: World):
    client = rpc_client.connect(world.administered, "gateway")
    try:
        with pytest.raises(Invalid):
            client.call(PAGE_AREAS, {"limit": "many"}, actor=Actor("importer", Role.SERVICE))
        with amqp.connect(world.node.broker_url) as connection:
            bound = [one for one in queues(world) if one.startswith("rpc.reply-")]
            for queue in bound:
                for body in (b"", b"\xff", b"[]", b"{}", b'{"result": 1}', b"[" * 100_000):
                    message = connection.default_channel.prepare_message(body, properties={"correlation_id": "1"})
                    connection.default_channel.basic_publish(message, exchange="", routing_key=queue)
        assert bound
        assert world.worker.send("GET", "/families").status_code == 200
        with pytest.raises(Invalid):
            client.call(PAGE_AREAS, {"limit": "many"}, actor=Actor("importer", Role.SERVICE))
    finally:
        client.stop()


def queues(world: World) -> list[str]:
    """Return the names of all queues, by the broker's own API."""
    broker = broker_at(world.node.broker_url, world.node.management_url)
    return list(broker.queues())
