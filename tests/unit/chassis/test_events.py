"""Prove what a consumer does with the rest of a parcel when its service stops, and with what fails."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from chassis import clock
from chassis.errors import Unavailable
from chassis.events import Delivery, EventHandler

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


class Failing(EventHandler):
    """Forward what fails by noting its queue and its count of attempts."""

    queue_name = "counter.on_thing"

    def __init__(self, *delays: float) -> None:
        super().__init__()
        self._config: Any = SimpleNamespace(retry_delays=delays)
        self._waiting: Any = SimpleNamespace(done=lambda _id: None, delay=lambda *_: None)
        self.forwarder: Any = SimpleNamespace(forward=self._note)
        self.attempt = 0

    def meets(self, error: Exception) -> str:
        """Return the queue that an event goes to, which comes back with its count by then."""
        event: Any = SimpleNamespace(id="e-1", time=clock.now())
        self.fail(Delivery(None, event, self.attempt, None), error)  # type: ignore[arg-type]
        return self._target.removeprefix(f"{self.queue_name}.")

    def _note(self, _message: Any, _source: str, target: str, headers: dict[str, Any], _part: Any) -> None:
        self._target, self.attempt = target, headers["attempt"]


def test_outage_leaves_an_event_a_further_attempt():
    handler = Failing(1, 2, 3)

    outage = [handler.meets(Unavailable("away")) for _ in range(5)]
    failures = [handler.meets(ValueError("defect")) for _ in range(2)]

    assert outage == ["delay.1s", "delay.2s", "delay.3s", "delay.3s", "delay.3s"]
    assert failures == ["delay.3s", "parked"]
