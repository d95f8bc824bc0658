"""Prove that the link goes on after what the broker and the network do to it, and says what it cannot mend."""

from __future__ import annotations

import threading
from dataclasses import replace
from types import SimpleNamespace

import pytest
import structlog
from amqp.exceptions import AMQPDeprecationWarning, PreconditionFailed
from kombu import Queue

from chassis import amqp, topology
from chassis.link import Link
from cli.process import wait_until
from tests.integration.chassis.line import line_to

QUEUE = "linked.on_thing"


class Host:
    """Stand in for a container: run what is spawned in a thread."""

    service_name = "linked"

    def __init__(self, config):
        """Take the configuration."""
        self.config = {"TASHBIK": config}

    def spawn_managed_thread(self, run, identifier):
        """Run in a thread."""
        thread = threading.Thread(target=run, name=identifier)
        thread.start()
        return SimpleNamespace(wait=thread.join)


@pytest.fixture
def make_link(config):
    """Give a maker of links that consume a queue at an address."""
    links = []

    def make(url, queue, on_message=lambda message: None):
        link = Link()
        link.container = Host(replace(config, amqp_url=url))
        link.consume(queue, on_message, 1)
        links.append(link)
        return link

    yield make
    for link in links:
        link.stop()


@pytest.fixture
def standing(broker):
    """Give a queue that stands on the broker with another argument than ours."""
    with amqp.connect(broker.amqp_url) as connection:
        channel = connection.channel()
        Queue(QUEUE, durable=True, queue_arguments={"x-queue-type": "quorum"})(channel).declare()
        yield channel
        channel.queue_delete(QUEUE)


def test_link_names_queue_that_differs(make_link, broker, standing):
    link = make_link(broker.amqp_url, topology.work_queue(QUEUE))

    with structlog.testing.capture_logs() as lines:
        threading.Thread(target=link.start).start()
        wait_until(lambda: any(line["event"] == "queue_differs" for line in lines), "the complaint", 10)
        standing.queue_delete(QUEUE)
        wait_until(lambda: link.connected, "the link", 10)

    complaint = next(line for line in lines if line["event"] == "queue_differs")
    assert complaint["queue"] == QUEUE
    assert "inequivalent arg" in complaint["answer"]
    assert "delete it" in complaint["remedy"]


@pytest.mark.slow
def test_link_leaves_a_silent_broker(make_link, broker):
    with line_to(broker.amqp_url) as line:
        link = make_link(f"{line.url}?heartbeat=1", Queue("linked.plainly"))
        link.start()

        line.hush()

        wait_until(lambda: line.opened == 2, "another connection", 15)
        wait_until(lambda: link.connected, "the link", 10)
        link.stop()


def test_link_consumes_after_failed_write(make_link, broker):
    taken = []

    def drop_once(message):
        taken.append(message)
        if len(taken) == 1:
            message.channel.connection.collect()  # what py-amqp does where a write fails
        else:
            message.ack()

    link = make_link(broker.amqp_url, Queue("linked.dropped"), drop_once)
    link.start()
    publisher = amqp.Publisher(broker.amqp_url)

    publisher.publish([amqp.Outgoing("1", b"{}", "", "linked.dropped")])

    wait_until(lambda: len(taken) == 2, "the message again", 10)
    publisher.close()


def test_dropped_connection_stays_lost(broker):
    connection = amqp.connect(broker.amqp_url)
    line = connection.connection

    line.collect()

    with pytest.warns(AMQPDeprecationWarning), pytest.raises(amqp.BROKER_ERRORS):
        line.drain_events(timeout=0.1)


def test_silent_broker_is_not_waited_for(broker, monkeypatch):
    monkeypatch.setattr(amqp, "ANSWER_TIMEOUT", 0.2)  # no test lasts as long as it does
    with line_to(broker.amqp_url) as line:
        connection = amqp.connect(line.url)

        line.hush()

        with pytest.raises(TimeoutError):
            connection.channel()
        amqp.close(connection)


def test_declaring_names_queue_that_differs(broker, standing):
    with (
        amqp.connect(broker.amqp_url) as connection,
        structlog.testing.capture_logs() as lines,
        pytest.raises(PreconditionFailed),
    ):
        topology.declare_queues(connection.channel(), QUEUE, (1,))

    assert [(line["event"], line["queue"]) for line in lines] == [("queue_differs", QUEUE)]
