"""Prove what a consumer of batches takes at once, and what it keeps of a link that was lost."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

from chassis.arrivals import Arrivals
from chassis.parcels import BATCH, LARGE

MANY = 40


def _channel() -> Any:
    return SimpleNamespace(connection="stands")


def _arrivals() -> Arrivals:
    return Arrivals(10, 5, 0.01)


def _deliver(arrivals: Arrivals, channel: Any, count: int, *, events: int = 1, size: int = 1_000) -> None:
    for tag in range(count):
        kind = BATCH if events > 1 else "application/cloudevents+json"
        headers = {"seal": " ".join(["5ea1"] * events)}
        kinds = {"content_type": kind, "headers": headers, "body": "0" * size}
        arrivals.add(SimpleNamespace(channel=channel, delivery_tag=tag, **kinds))


def _tags(messages: list[Any]) -> list[int]:
    return [message.delivery_tag for message in messages]


def test_lost_links_leave_nothing_behind() -> None:
    arrivals = _arrivals()

    for _ in range(20):
        channel = _channel()
        _deliver(arrivals, channel, MANY)
        channel.connection = None

    assert len(arrivals) == MANY


def test_batch_holds_no_lost_message() -> None:
    arrivals, channel = _arrivals(), _channel()
    _deliver(arrivals, channel, 3)

    channel.connection = None

    assert arrivals.batch() == []


def test_batch_waits_for_no_more_than_may_come() -> None:
    arrivals = Arrivals(10, 3, 5.0)
    _deliver(arrivals, _channel(), 3)
    began = time.monotonic()

    arrivals.batch()

    assert time.monotonic() - began < 1.0


def test_batch_is_in_order_of_arrival() -> None:
    arrivals = _arrivals()
    _deliver(arrivals, _channel(), 3)

    assert _tags(arrivals.batch()) == [0, 1, 2]


def test_full_batch_leaves_the_rest() -> None:
    arrivals = _arrivals()
    _deliver(arrivals, _channel(), 12)

    assert [_tags(arrivals.batch()) for _ in range(2)] == [list(range(10)), [10, 11]]


def test_parcels_count_by_their_events() -> None:
    arrivals = _arrivals()
    _deliver(arrivals, _channel(), 5, events=4)

    assert [_tags(arrivals.batch()) for _ in range(2)] == [[0, 1, 2], [3, 4]]


def test_large_events_fill_a_batch_by_their_bytes() -> None:
    arrivals = _arrivals()
    _deliver(arrivals, _channel(), 5, size=4 * LARGE)

    assert [_tags(arrivals.batch()) for _ in range(2)] == [[0, 1, 2], [3, 4]]
