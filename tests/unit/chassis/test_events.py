"""Prove what a consumer does with the rest of a parcel when its service stops."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from chassis.events import EventHandler

PARCEL = ("first", "second", "third")


class Handler(EventHandler):
    """Run events by noting them; the service stops while ``stops_at`` is at work."""

    def __init__(self, stops_at: str) -> None:
        super().__init__()
        self.acknowledged: list[Any] = []
        self.link: Any = SimpleNamespace(stopping=False, acknowledge=self.acknowledged.append)
        self.ran: list[Any] = []
        self.settled: list[Any] = []
        self._stops_at = stops_at

    def read(self, message: Any) -> Any:
        return list(message)

    def run(self, deliveries: Any) -> None:
        self.ran += deliveries
        self.link.stopping = self._stops_at in self.ran

    def settle(self, delivery: Any, error: Any) -> None:
        self.settled.append(delivery)


@pytest.mark.parametrize(
    ("stops_at", "ran", "acknowledged"), [("first", PARCEL[:1], []), ("nothing", PARCEL, [PARCEL])]
)
def test_rest_of_a_parcel_goes_back_at_a_stop(stops_at, ran, acknowledged):
    handler = Handler(stops_at)

    handler._take(PARCEL)

    assert (tuple(handler.ran), handler.acknowledged) == (ran, acknowledged)
    assert handler.settled == handler.ran
