"""Prove that parked events are counted over one connection."""

from __future__ import annotations

from dataclasses import replace

import orjson
import pytest

from chassis import amqp, deadletters, parcels, topology
from cli.process import wait_until
from tests.integration.chassis.line import line_to

SEEN, UNSEEN = "counted.on_thing", "counted.on_nothing"


@pytest.fixture
def line(broker):
    """Give a line to a broker on which one of two queues stands."""
    with amqp.connect(broker.amqp_url) as connection:
        topology.declare_queues(channel := connection.channel(), SEEN, ())
        channel.queue_purge(topology.parked_name(SEEN))
    with line_to(broker.amqp_url) as to_broker:
        yield to_broker


@pytest.fixture
def counting(line):
    """Give what counts over that line."""
    made = deadletters.Counting(line.url, (UNSEEN, SEEN))
    yield made
    made.close()


def park(url):
    """Park one event."""
    publisher = amqp.Publisher(url)
    publisher.publish([amqp.Outgoing("018f-first", b"{}", "", topology.parked_name(SEEN))])
    publisher.close()


def test_counts_share_a_connection(counting, line, broker):
    assert counting.counts() == {UNSEEN: 0, SEEN: 0}
    park(broker.amqp_url)

    wait_until(lambda: counting.counts() == {UNSEEN: 0, SEEN: 1}, "the event being counted", 10)

    assert line.opened == 1


def test_count_after_failure_connects_anew(counting, line):
    counting.counts()
    line.cut()

    with pytest.raises(amqp.BROKER_ERRORS):
        counting.counts()

    assert set(counting.counts()) == {SEEN, UNSEEN}
    assert line.opened == 2


def test_parcel_is_shown_and_replayed_as_a_whole(line, broker):
    events = [
        {"_id": f"e-{one}", "body": orjson.dumps({"id": f"e-{one}", "type": "t"}), "seal": f"5ea1{one}"}
        for one in (1, 2, 3)
    ]
    parcel = parcels.outgoing(
        [{**event, "exchange": "", "type": "t", "consumed": True, "attempts": 0} for event in events]
    )
    publisher = amqp.Publisher(broker.amqp_url)
    publisher.publish([replace(parcel, routing_key=topology.parked_name(SEEN))])
    publisher.close()

    shown = deadletters.look(broker.amqp_url, SEEN)
    replayed = deadletters.replay(broker.amqp_url, SEEN, lambda parked: parked.id == "e-1")

    with amqp.connect(broker.amqp_url) as connection:
        came = connection.channel().basic_get(SEEN, no_ack=True)
        assert [part.body for part in parcels.opened(came)] == [event["body"] for event in events]
    assert ([one.id for one in shown], replayed) == (["e-1"], 1)
    assert "2 more in its message" in shown[0].reason


def test_event_that_was_looked_at_is_there_at_once(line, broker):
    park(broker.amqp_url)
    wait_until(lambda: deadletters.counts(broker.amqp_url, [SEEN])[SEEN] == 1, "it is parked", 10)

    seen = [len(deadletters.look(broker.amqp_url, SEEN)) for _ in range(100)]

    assert (seen, deadletters.discard(broker.amqp_url, SEEN, lambda parked: True)) == ([1] * 100, 1)
