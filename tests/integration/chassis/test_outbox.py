"""Prove that the relay loses nothing: what the broker has not confirmed stays, is retried and is seen."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import orjson
import pytest
from bson.codec_options import CodecOptions, DatetimeConversion
from pymongo.monitoring import CommandListener

from chassis import clock, outbox, parcels
from chassis.amqp import Publisher, connect
from chassis.mongo import connect as connect_database
from chassis.outbox import COMMITS, LONGEST_DELAY, OutboxRelay
from chassis.parcels import MOST
from chassis.topology import declare, work_queue
from tests.integration.chassis.conftest import OPERATOR
from tests.integration.chassis.line import line_to
from tests.integration.chassis.things import EVENTS, THING
from tests.outboxes import events

NOBODY = "amqp://guest:guest@127.0.0.1:1/"
ANY_DATE = CodecOptions(datetime_conversion=DatetimeConversion.DATETIME_AUTO)  # a plan's bounds reach to the last one


@pytest.fixture
def clean(broker):
    """Give a virtual host with the consumers' queues, and nothing left in them by another test."""
    with connect(broker.amqp_url) as connection:
        for name in broker.queues():
            connection.channel().queue_delete(name)
    declare_queues(broker)
    return broker


@pytest.fixture
def relay(database, config, clean):
    """Give a relay on the test's database and broker."""
    publisher = Publisher(config.amqp_url)
    yield OutboxRelay(database, publisher, EVENTS)
    publisher.close()


def emit(units, count):
    """Put things into the outbox."""
    units.do(
        OPERATOR,
        lambda unit: [unit.emit(THING, subject=str(one), version=1, payload={"number": one}) for one in range(count)],
    )


def depth(url, name):
    """Return how many messages a queue holds."""
    with connect(url) as connection:
        return connection.channel().queue_declare(name, passive=True).message_count


def events_in(url, name):
    """Return how many events a queue holds, and leave them there."""
    with connect(url) as connection:
        channel = connection.channel()
        messages = iter(lambda: channel.basic_get(name), None)
        return sum(parcels.count(message) for message in messages)


def test_consumer_that_never_started_gets_all(units, relay, config):
    emit(units, 30)

    published = relay.pass_once()

    assert published == 30
    assert events_in(config.amqp_url, "counter.on_thing") == 30
    assert events_in(config.amqp_url, "counter.on_things") == 30


def test_events_of_one_type_share_messages(units, relay, config):
    emit(units, 2 * MOST)

    relay.pass_once()

    assert depth(config.amqp_url, "counter.on_thing") == 2


def test_published_events_are_not_published_again(units, relay, config):
    emit(units, 3)
    relay.pass_once()

    assert relay.pass_once() == 0
    assert events_in(config.amqp_url, "counter.on_thing") == 3


def test_outbox_larger_than_a_batch_empties(units, relay, monkeypatch):
    monkeypatch.setattr(outbox, "BATCH", 5)
    emit(units, 12 * MOST)

    assert [relay.pass_once() for _ in range(4)] == [5 * MOST, 5 * MOST, 2 * MOST, 0]


def test_what_a_unit_tells_is_one_entry(database, units, relay):
    emit(units, MOST + 3)
    emit(units, 1)

    waiting = relay.state()[0]
    entries = list(database["outbox"].find())

    assert waiting == MOST + 4
    assert sorted(parcels.events_in(entry) for entry in entries) == [1, 3, MOST]
    assert len({orjson.loads(event["body"])["id"] for event in events(database)}) == MOST + 4


def test_entries_share_a_message(units, relay, config):
    emit(units, MOST - 3)
    emit(units, 3)

    assert relay.pass_once() == MOST
    assert depth(config.amqp_url, "counter.on_thing") == 1


def test_refused_entry_is_counted_by_its_events(database, units, relay, config):
    emit(units, 1)
    relay.pass_once()
    delete_queues(config)
    emit(units, 5)

    relay.pass_once()
    refused = relay.state()
    declare_queues(config)
    make_due(database)

    assert (refused[0], refused[2]) == (5, 5)
    assert relay.pass_once() == 5
    assert events_in(config.amqp_url, "counter.on_thing") == 5


def test_large_events_fill_a_batch(units, relay, monkeypatch):
    monkeypatch.setattr(outbox, "MOST_BYTES", 1_000)
    for _ in range(12):
        emit(units, 1)

    published = list(iter(relay.pass_once, 0))

    assert (len(published) > 2, sum(published)) == (True, 12)


def test_nothing_is_lost_without_broker(database, units, config, clean):
    offline = OutboxRelay(database, Publisher(NOBODY), EVENTS)
    emit(units, 3)

    assert offline.pass_once() == 0
    assert offline.state()[0] == 3


def test_unconfirmed_event_waits_and_shows_why(database, units, config, clean):
    with line_to(config.amqp_url) as line:
        relay = OutboxRelay(database, Publisher(line.url), EVENTS)
        emit(units, 1)
        relay.pass_once()
        emit(units, 2)

        line.close()
        relay.pass_once()

    stored = database["outbox"].find_one({"attempts": 1})
    assert relay.state()[2] == parcels.events_in(stored) == 2
    assert "refused" in stored["reason"].lower()


def test_events_wait_for_lost_queue(database, units, config, clean):
    with line_to(config.amqp_url) as line:
        publisher = Publisher(line.url)
        relay = OutboxRelay(database, publisher, EVENTS)
        emit(units, 1)
        relay.pass_once()
        with connect(config.amqp_url) as connection:
            connection.channel().queue_delete("counter.on_things")
        line.cut()
        emit(units, 1)

        without = relay.pass_once()
        declare_queues(config)
        make_due(database)
        published = relay.pass_once()
        publisher.close()

    assert (without, published) == (0, 1)
    assert depth(config.amqp_url, "counter.on_things") == 1


def make_due(database):
    """Let all that waits be due now."""
    database["outbox"].update_many({"due": {"$exists": True}}, {"$set": {"due": clock.now()}})


def delete_queues(config):
    """Delete the queues of all consumers."""
    with connect(config.amqp_url) as connection:
        channel = connection.channel()
        for consumer in THING.consumers:
            work_queue(consumer.queue)(channel).delete()


def declare_queues(config):
    """Declare the queues of all consumers."""
    with connect(config.amqp_url) as connection:
        declare(connection.channel(), EVENTS, ())


def test_event_without_queue_is_not_published(database, units, relay, config):
    emit(units, 1)
    relay.pass_once()
    delete_queues(config)
    emit(units, 1)

    published = relay.pass_once()

    assert published == 0
    assert database["outbox"].find_one({"attempts": 1})["reason"] == "no queue is bound for it"


def test_refused_event_is_published_later(database, units, relay, config):
    emit(units, 1)
    relay.pass_once()
    delete_queues(config)
    emit(units, 1)
    relay.pass_once()
    declare_queues(config)
    make_due(database)

    assert relay.pass_once() == 1
    assert relay.state() == (0, 0.0, 0)


def test_event_may_be_refused_for_days(database, units, relay, config):
    emit(units, 1)
    relay.pass_once()
    delete_queues(config)
    emit(units, 1)
    database["outbox"].update_many({"due": {"$exists": True}}, {"$set": {"attempts": 5_000}})

    relay.pass_once()

    assert database["outbox"].find_one({"attempts": 5_001})["due"] <= clock.now() + timedelta(seconds=LONGEST_DELAY)


def test_refused_event_of_a_clock_ahead_is_due(database, units, relay):
    emit(units, 1)
    ahead = clock.now() + timedelta(days=30)
    database["outbox"].update_one({}, {"$set": {"due": ahead, "attempts": 3}})

    assert relay.pass_once() == 1


def test_refused_event_waits(database, units, relay):
    emit(units, 1)
    later = clock.now() + timedelta(seconds=LONGEST_DELAY)
    database["outbox"].update_one({}, {"$set": {"due": later, "attempts": 3}})

    assert relay.pass_once() == 0


def test_age_is_of_the_oldest(database, units, relay):
    emit(units, 2)
    oldest = database["outbox"].find_one()
    hour_ago, later = clock.now() - timedelta(hours=1), clock.now() + timedelta(minutes=1)
    database["outbox"].update_one({"_id": oldest["_id"]}, {"$set": {"at": hour_ago, "due": later}})

    _, age, _ = relay.state()

    assert 3600 <= age < 3660


def test_each_commit_shows_once(database, units):
    with database["outbox"].watch(COMMITS, max_await_time_ms=1000) as stream:
        emit(units, 3)
        emit(units, 1)

        shown = [stream.next(), stream.next(), stream.try_next()]

    assert [bool(change) for change in shown] == [True, True, False]


class Listener(CommandListener):
    """Remember the relay's queries."""

    def __init__(self):
        """Start with none."""
        self.commands: list[dict[str, Any]] = []

    def started(self, event):
        """Remember a query."""
        if event.command_name in {"find", "aggregate"}:
            names = ("find", "aggregate", "pipeline", "filter", "sort", "hint", "limit", "cursor")
            self.commands.append({name: event.command[name] for name in names if name in event.command})

    def succeeded(self, event):
        """Leave it."""

    def failed(self, event):
        """Leave it."""


def stages(plan: Any) -> set[str]:
    """Return the names of all stages of an explained plan."""
    if isinstance(plan, list):
        return set().union(*map(stages, plan))
    if isinstance(plan, dict):
        return {plan.get("stage", "")}.union(*map(stages, plan.values()))
    return set()


def test_outbox_queries_use_indexes(database, units, config):
    listener = Listener()
    watched = connect_database(
        config, database.name.removeprefix(f"{config.database_prefix}_"), event_listeners=[listener]
    )
    relay = OutboxRelay(watched, Publisher(NOBODY), EVENTS)
    emit(units, 5)

    relay.pass_once()
    relay.state()
    watched.client.close()

    explain = partial(database.command, "explain", verbosity="queryPlanner", codec_options=ANY_DATE)
    plans = [stages(explain(command)) for command in listener.commands]
    assert len(plans) == 3
    assert not any(plan & {"COLLSCAN", "SORT"} for plan in plans)
    assert not any("FETCH" in plan for plan in plans[1:])  # what waits is counted by keys alone
