"""Prove that each event has its effect once, whatever happens to the consumer in between."""

from __future__ import annotations

import re
import shutil
from collections import Counter as Tally
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from mirakuru.exceptions import ExecutorError

from chassis import deadletters, topology
from chassis.amqp import Outgoing, Publisher, connect
from chassis.mongo import CHASSIS_INDEXES, prepare
from chassis.mongo import connect as connect_database
from chassis.outbox import OutboxRelay
from chassis.work import Units, event_seal
from cli.process import wait_until
from tests.integration.chassis.conftest import OPERATOR
from tests.integration.chassis.things import EVENTS, THING
from tests.outboxes import events
from tests.parts import child

COUNTER = ("-m", "chassis.run", "tests.integration.chassis.things:Counter")
BOTH = ("one", "many")
UNREADABLE = (b"no json", b"{}", b"[]", b"\xff")
MEMORY = 256 * 1024  # kB that a service has in containers
BOTH_QUEUES = ONE, MANY = "counter.on_thing", "counter.on_things"


@pytest.fixture
def own(config, keys, tmp_path, request):
    """Give a configuration with keys for the test's services and databases of its own."""
    mine = tmp_path / "keys"
    shutil.copytree(keys, mine)
    for name in ("things", "counter"):
        shutil.copy(mine / "identity" / "cli.pem", mine / "identity" / f"{name}.pem")
        shutil.copy(mine / "trusted" / "cli.pem", mine / "trusted" / f"{name}.pem")
    return replace(config, keys=mine, database_prefix=f"{config.database_prefix}_{request.node.name[5:25]}")


@pytest.fixture
def counted(own):
    """Give the consumer's database."""
    database = connect_database(own, "counter")
    yield database
    database.client.drop_database(database.name)
    database.client.drop_database(own.database("things"))
    database.client.close()


class Source:
    """Publish things, as their service's relay does."""

    def __init__(self, config):
        self.url = config.amqp_url
        self.database = connect_database(config, "things")
        prepare(self.database, CHASSIS_INDEXES)
        self.units = Units(self.database, node="qena", service="things", seal=event_seal(config))
        self.publisher = Publisher(config.amqp_url)
        self.relay = OutboxRelay(self.database, self.publisher, EVENTS)

    def emit(self, *colours: str) -> None:
        """Publish one thing a colour, numbered from 0."""
        self.units.do(OPERATOR, lambda unit: [self._one(unit, number, colour) for number, colour in enumerate(colours)])
        while self.relay.pass_once():
            pass

    def repeat(self) -> None:
        """Publish everything that was ever published once more."""
        self.publisher.publish(
            [
                Outgoing(one["_id"], one["body"], one["exchange"], one["type"], {"seal": one["seal"]})
                for one in events(self.database)
            ]
        )

    def forge(self, body: bytes, seal: str, **headers: Any) -> None:
        """Put something else into the consumer's queues."""
        self.publisher.publish([Outgoing("forged", body, "things.events", THING.type, {"seal": seal, **headers})])

    @staticmethod
    def _one(unit, number, colour):
        unit.emit(THING, subject=str(number), version=1, payload={"number": number, "colour": colour})


@pytest.fixture
def source(own, counted):
    """Give a source of things, on queues without leftovers."""
    started = Source(own)
    with connect(own.amqp_url) as connection:
        for queue in (ONE, MANY, f"{ONE}.parked", f"{MANY}.parked"):
            connection.channel().queue_delete(queue)
        topology.declare(connection.channel(), EVENTS, own.retry_delays)
    yield started
    started.publisher.close()
    started.database.client.close()


def tally(database, name: str) -> Tally[int]:
    """Return how often each number was counted."""
    return Tally(one["number"] for one in database[name].find())


def counts_reach(database, expected: int, names=BOTH) -> None:
    """Wait until so many were counted in each collection."""
    for name in names:
        wait_until(lambda name=name: database[name].count_documents({}) >= expected, f"{expected} in {name}", 30)


def parked(own) -> dict[str, int]:
    """Return how many events are parked in each queue."""
    return deadletters.counts(own.amqp_url, (ONE, MANY))


@pytest.mark.slow
def test_both_forms_consume_each_once(own, source, counted, tmp_path):
    source.emit(*["green"] * 450)

    with child(own, *COUNTER, name="counter", log=tmp_path):
        counts_reach(counted, 450)

    assert all(set(tally(counted, name).values()) == {1} for name in BOTH)


def test_repeats_have_no_effect(own, source, counted, tmp_path):
    source.emit(*["green"] * 50)
    with child(own, *COUNTER, name="counter", log=tmp_path):
        counts_reach(counted, 50)

        source.repeat()
        source.emit("green")
        counts_reach(counted, 51)

    assert counted["one"].count_documents({}) == counted["many"].count_documents({}) == 51


def test_failing_event_is_tried_again(own, source, counted, tmp_path):
    source.emit("green", "amber")

    with child(own, *COUNTER, name="counter", log=tmp_path):
        counts_reach(counted, 2)

    assert counted["attempts"].find_one({"count": 3}) is not None
    assert parked(own) == {ONE: 0, MANY: 0}


@pytest.mark.slow
def test_deleted_delay_queue_holds_nothing_up(own, source, counted, tmp_path):
    source.emit("green")
    with child(own, *COUNTER, name="counter", log=tmp_path):
        counts_reach(counted, 1)
        with connect(own.amqp_url) as connection:
            for queue in BOTH_QUEUES:
                connection.channel().queue_delete(topology.delay_name(queue, own.retry_delays[0]))

        source.emit("red", "green")

        counts_reach(counted, 2)
        wait_until(lambda: parked(own) == {ONE: 1, MANY: 1}, "both parked", 30)


@pytest.mark.slow
def test_outage_parks_nothing(own, source, counted, tmp_path):
    source.emit("green", "grey")

    with child(own, *COUNTER, name="counter", log=tmp_path):
        counts_reach(counted, 2)

    assert counted["attempts"].find_one({"count": 6}) is not None
    assert parked(own) == {ONE: 0, MANY: 0}


def test_bad_event_is_parked_alone(own, source, counted, tmp_path):
    source.emit(*["green"] * 100, "red", *["green"] * 100)

    with child(own, *COUNTER, name="counter", log=tmp_path):
        counts_reach(counted, 200)
        wait_until(lambda: parked(own) == {ONE: 1, MANY: 1}, "both parked", 30)

    letter = deadletters.look(own.amqp_url, ONE)[0]
    assert (letter.subject, letter.attempts, letter.reason) == ("100", 3, "ValueError")


@pytest.mark.slow
def test_looking_at_parked_changes_nothing(own, source, counted, tmp_path):
    source.emit("red")
    with child(own, *COUNTER, name="counter", log=tmp_path):
        wait_until(lambda: parked(own) == {ONE: 1, MANY: 1}, "both parked", 30)

    deadletters.look(own.amqp_url, ONE)

    wait_until(lambda: parked(own)[ONE] == 1, "it is back", 10)


@pytest.mark.slow
def test_replayed_event_has_its_effect(own, source, counted, tmp_path):
    source.emit("red")
    with child(own, *COUNTER, name="counter", log=tmp_path):
        wait_until(lambda: parked(own) == {ONE: 1, MANY: 1}, "both parked", 30)

        replayed = deadletters.replay(own.amqp_url, ONE, lambda letter: letter.subject == "0")
        wait_until(lambda: counted["attempts"].find_one({"count": 6}) is not None, "three further attempts", 30)
        wait_until(lambda: parked(own)[ONE] == 1, "it is parked again", 30)

    assert replayed == 1


@pytest.mark.slow
def test_discarded_event_is_gone(own, source, counted, tmp_path):
    source.emit("red")
    with child(own, *COUNTER, name="counter", log=tmp_path):
        wait_until(lambda: parked(own) == {ONE: 1, MANY: 1}, "both parked", 30)

    assert deadletters.discard(own.amqp_url, ONE, lambda letter: True) == 1
    assert parked(own)[ONE] == 0


def test_unreadable_messages_are_parked_at_once(own, source, counted, tmp_path):
    for body in UNREADABLE:
        source.forge(body, event_seal(own).of(body))

    with child(own, *COUNTER, name="counter", log=tmp_path):
        wait_until(lambda: parked(own) == dict.fromkeys(BOTH_QUEUES, len(UNREADABLE)), "all parked", 30)

    assert all(one.reason.startswith("unreadable") for one in deadletters.look(own.amqp_url, ONE))


def test_wrongly_compressed_messages_end_nothing(own, source, counted, tmp_path):
    source.emit("green")
    for compression in ("zlib", "unheard-of"):
        source.forge(b"{}", event_seal(own).of(b"{}"), compression=compression)
    source.emit("green")

    with child(own, *COUNTER, name="counter", log=tmp_path) as running:
        wait_until(lambda: parked(own) == {ONE: 2, MANY: 2}, "both parked", 30)
        counts_reach(counted, 2)

        assert running.running()


@pytest.mark.slow
def test_forged_count_of_attempts_ends_nothing(own, source, counted, tmp_path):
    source.emit("red")
    genuine = source.database["outbox"].find_one()
    source.forge(genuine["body"], genuine["seal"], attempt=-100)

    with child(own, *COUNTER, name="counter", log=tmp_path) as running:
        wait_until(lambda: parked(own) == {ONE: 2, MANY: 2}, "both parked", 30)

        assert running.running()


@pytest.mark.slow
def test_forged_event_is_refused(own, source, counted, tmp_path):
    source.emit("green")
    genuine = orjson.loads(source.database["outbox"].find_one()["body"])
    forged = orjson.dumps({**genuine, "id": "forged", "actor": "operator:somebody"})
    source.forge(forged, "0" * 64)

    with child(own, *COUNTER, name="counter", log=tmp_path):
        wait_until(lambda: parked(own) == {ONE: 1, MANY: 1}, "both parked", 30)
        counts_reach(counted, 1)

    assert counted["one"].count_documents({}) == 1


@pytest.mark.slow
def test_large_events_take_little_memory(own, source, counted, tmp_path):
    for _ in range(40):
        source.emit(*["ق" + "x" * 900_000] * 10)
    with connect(own.amqp_url) as connection:
        connection.channel().queue_purge(ONE)

    with child(own, *COUNTER, name="counter", log=tmp_path) as running:
        wait_until(lambda: counted["many"].count_documents({}) == 400, "the events", 60)
        (peak,) = re.findall(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{running.process.pid}/status").read_text())

    assert int(peak) < MEMORY


@pytest.mark.slow
def test_killed_consumer_loses_and_doubles_nothing(own, source, counted, tmp_path):
    source.emit(*["green"] * 120, "black", *["green"] * 120)
    with suppress(ExecutorError), child(own, *COUNTER, name="counter", log=tmp_path) as running:
        wait_until(lambda: not running.running(), "it has killed itself", 30)
    assert counted["attempts"].count_documents({"count": 1}) > 0

    with child(own, *COUNTER, name="counter", log=tmp_path):
        counts_reach(counted, 241)

    assert all(set(tally(counted, name).values()) == {1} for name in BOTH)
    assert parked(own) == {ONE: 0, MANY: 0}
