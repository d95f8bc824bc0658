"""Prove what the queues of events are declared with."""

from __future__ import annotations

import pytest

from chassis import topology
from chassis.database import INBOX_DAYS


def test_parked_event_bears_any_number_of_looks():
    parked = topology.parked_queue("projector.on_directory_event")

    assert parked.queue_arguments["x-delivery-limit"] >= 1_000_000  # without it RabbitMQ 4 drops it after 20


def test_no_queue_needs_the_default_exchange():
    queues = (topology.work_queue("counter.on_thing"), topology.delay_queue("counter.on_thing", 5))

    assert {queue.queue_arguments["x-dead-letter-exchange"] for queue in queues} == {"counter.retries"}


def test_inbox_outlives_parked_events():
    assert INBOX_DAYS > topology.PARKED_DAYS


@pytest.mark.parametrize(
    ("seconds", "name"), [(1, "1s"), (5.0, "5s"), (0.2, "0.2s"), (600, "600s"), (86_400, "86400s")]
)
def test_ordinary_delay_is_named_plainly(seconds, name):
    assert topology.delay_name("counter.on_thing", seconds) == f"counter.on_thing.delay.{name}"


def test_long_delays_have_their_own_names():
    names = [topology.delay_name("counter.on_thing", seconds) for seconds in (1_234_567, 1_234_568, 1_000_000.0)]

    assert names == [f"counter.on_thing.delay.{seconds}s" for seconds in (1234567, 1234568, 1000000)]


def test_fine_delays_have_their_own_names():
    names = {topology.delay_name("counter.on_thing", seconds) for seconds in (0.00001, 1.0000001, 1)}

    assert names == {f"counter.on_thing.delay.{seconds}s" for seconds in ("0.00001", "1.0000001", "1")}
