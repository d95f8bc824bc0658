"""Prove what the queues of events are declared with."""

from __future__ import annotations

from chassis import topology
from chassis.database import INBOX_DAYS


def test_parked_event_bears_any_number_of_looks():
    parked = topology.parked_queue("projector.on_directory_event")

    assert parked.queue_arguments["x-delivery-limit"] >= 1_000_000  # without it RabbitMQ 4 drops it after 20


def test_inbox_outlives_parked_events():
    assert INBOX_DAYS > topology.PARKED_DAYS
