"""Prove that parked events can be seen, replayed and discarded from the command line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import kombu
import orjson
import pytest
from pymongo.collection import Collection

from chassis import topology
from chassis.config import Config
from chassis.database import connect
from cli.process import wait_until
from tests.integration.cli.conftest import Run

QUEUE = "projector.on_directory_event"

Trail = Collection[dict[str, Any]]


@pytest.fixture
def channel(config: Config) -> Iterator[kombu.transport.base.StdChannel]:
    """Give a channel to a broker on which the queue stands, and is empty."""
    with kombu.Connection(config.amqp_url) as connection:
        channel = connection.channel()
        topology.declare_queues(channel, QUEUE, ())
        for name in (QUEUE, topology.parked_name(QUEUE)):
            channel.queue_purge(name)
        yield channel


@pytest.fixture
def parked(channel: kombu.transport.base.StdChannel) -> list[str]:
    """Park two events and return their ids."""
    ids = ["018f-first", "018f-second"]
    for event_id in ids:
        envelope = {"id": event_id, "type": "tashbik.registry.organization.changed.v1", "subject": "org-1"}
        message = channel.prepare_message(
            orjson.dumps(envelope), headers={"attempt": 5, "reason": "Conflict", "failed-at": "2026-11-22T02:00:00Z"}
        )
        channel.basic_publish(message, "", topology.parked_name(QUEUE))
    wait_until(lambda: depth(channel, topology.parked_name(QUEUE)) == len(ids), "both parked", 10)
    return ids


@pytest.fixture
def trail(config: Config) -> Iterator[Trail]:
    """Give the gateway's audit trail, empty."""
    database = connect(config, "gateway")
    database["audit"].delete_many({})
    with database.client:
        yield database["audit"]


def depth(channel: kombu.transport.base.StdChannel, queue: str) -> int:
    """Return how many events lie in a queue."""
    return int(channel.queue_declare(queue, passive=True).message_count)


def test_list_counts(run: Run, parked: list[str]):
    line = next(line for line in run("dead-letters", "list").output.splitlines() if QUEUE in line)

    assert line.split() == [QUEUE, "2"]


def test_show_tells_reason_and_body(run: Run, parked: list[str]):
    shown = run("dead-letters", "show", QUEUE).output

    assert "reason     Conflict" in shown
    assert '"subject": "org-1"' in shown


def test_show_leaves_events(run: Run, parked: list[str], channel: kombu.transport.base.StdChannel):
    run("dead-letters", "show", QUEUE)

    assert run("dead-letters", "show", QUEUE, "--json").output.count("018f-") == 4


def test_show_finds_event_by_its_id_beyond_the_limit(run: Run, parked: list[str]):
    shown = run("dead-letters", "show", QUEUE, "--id", "018f-second", "--limit", "1").output

    assert "018f-second" in shown
    assert "018f-first" not in shown


def test_replay_gives_back_what_was_chosen(run: Run, parked: list[str], channel: kombu.transport.base.StdChannel):
    result = run("dead-letters", "replay", QUEUE, "--id", "018f-second")

    assert result.output == f"1 replayed to {QUEUE}.\n"
    assert orjson.loads(channel.basic_get(QUEUE).body)["id"] == "018f-second"


def test_discard_needs_yes(run: Run, parked: list[str]):
    assert run("dead-letters", "discard", QUEUE).exit_code == 2
    assert run("dead-letters", "discard", QUEUE, "--yes").output == "2 discarded.\n"
    assert "Nothing is parked" in run("dead-letters", "show", QUEUE).output


@pytest.mark.parametrize(
    ("command", "action"), [(("replay",), "event.replayed"), (("discard", "--yes"), "event.discarded")]
)
def test_trail_tells_of_each_event(
    run: Run, parked: list[str], trail: Collection[dict[str, Any]], command: tuple[str, ...], action: str
):
    run("dead-letters", command[0], QUEUE, *command[1:], "--id", "018f-second")

    entries = [(one["actor"], one["action"], one["record"], one["why"]) for one in trail.find()]
    assert entries == [("operator:cli", action, "018f-second", QUEUE)]


def test_looking_leaves_no_trace(run: Run, parked: list[str], trail: Trail):
    run("dead-letters", "list")
    run("dead-letters", "show", QUEUE)

    assert trail.find_one() is None
