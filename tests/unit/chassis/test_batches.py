"""Prove what a consumer of batches keeps of a link that was lost."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from chassis.events import BATCH_PREFETCH, BatchHandler


def _channel() -> Any:
    return SimpleNamespace(connection="stands")


def _deliver(handler: BatchHandler, channel: Any, count: int) -> None:
    for tag in range(count):
        handler.on_message(SimpleNamespace(channel=channel, delivery_tag=tag))


def test_lost_links_leave_nothing_behind() -> None:
    handler = BatchHandler()

    for _ in range(20):
        channel = _channel()
        _deliver(handler, channel, BATCH_PREFETCH)
        channel.connection = None

    assert len(handler._arrived) == BATCH_PREFETCH


def test_batch_holds_no_lost_message() -> None:
    handler, channel = BatchHandler(), _channel()
    _deliver(handler, channel, 3)

    channel.connection = None

    assert handler._gather() == []


def test_batch_is_in_order_of_arrival() -> None:
    handler = BatchHandler()
    _deliver(handler, _channel(), 3)

    batch = handler._gather()

    assert [message.delivery_tag for message in batch] == [0, 1, 2]
