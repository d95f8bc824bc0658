"""Prove how timers tick."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import eventlet
import pytest
import structlog

from chassis import metrics
from chassis.errors import Unavailable
from chassis.timer import Timer, apart

INTERVAL = 0.01


class Host:
    """Stand in for a container: run workers that take three intervals, and count them."""

    service_name = "things"
    config: dict[str, Any] = {"TASHBIK": SimpleNamespace(sweep_interval=INTERVAL)}  # noqa: RUF012 - read only

    def __init__(self) -> None:
        """Start idle."""
        self.ended = 0
        self.running = 0
        self.most = 0
        self.error: Exception | None = None

    def spawn_managed_thread(self, run: Callable[[], None], identifier: str) -> Any:
        """Run in a greenlet."""
        return eventlet.spawn(run)

    def spawn_worker(self, _entrypoint: Timer, _args: Any, _kwargs: Any, handle_result: Callable[..., Any]) -> None:
        """Run one tick in a greenlet."""
        eventlet.spawn(self._work, handle_result)

    def _work(self, handle_result: Callable[..., Any]) -> None:
        self.running += 1
        self.most = max(self.most, self.running)
        eventlet.sleep(3 * INTERVAL)
        self.running -= 1
        self.ended += 1
        handle_result(None, None, self.error and (type(self.error), self.error, None))

    def ticks(self, number: int) -> None:
        """Wait for that many ticks to end."""
        with eventlet.Timeout(10):
            while self.ended < number:
                eventlet.sleep(INTERVAL)


@pytest.fixture
def host() -> Host:
    """Give an idle host."""
    return Host()


@pytest.fixture
def timer(host: Host) -> Iterator[Timer]:
    """Give a timer that ticks on the host."""
    timer = Timer("sweep_interval")
    timer.container = host
    timer.method_name = "sweep"
    timer.start()
    yield timer
    timer.stop()


def test_ticks_do_not_overlap(host: Host, timer: Timer) -> None:
    host.ticks(3)

    assert host.most == 1


def test_error_does_not_end_ticking(host: Host, timer: Timer) -> None:
    host.error = ValueError("no")

    host.ticks(3)

    assert host.ended >= 3


def test_stop_waits_for_the_tick(host: Host, timer: Timer) -> None:
    host.ticks(1)

    timer.stop()

    assert host.running == 0


def test_interval_may_be_configured(timer: Timer) -> None:
    assert timer.interval == INTERVAL


def test_interval_may_be_given() -> None:
    assert Timer(2.5).interval == 2.5


def test_item_fails_apart() -> None:
    done: list[str] = []

    for item in ("one", "two", "three"):
        with apart("things.count", item):
            done.append({"one": "1", "three": "3"}[item])

    assert done == ["1", "3"]
    assert metrics.TIMER_ITEMS_FAILED.labels("things.count")._value.get() == 1


def test_failed_item_is_named() -> None:
    with structlog.testing.capture_logs() as logs, apart("things.count", "two"):
        raise KeyError("a name")

    assert [(one["event"], one["item"], type(one["exc_info"])) for one in logs] == [("item_failed", "two", KeyError)]


def test_failure_is_told_once() -> None:
    told: list[str] = []

    for item in ("one", "two"):
        with apart("things.tell", item, lambda one=item: told.append(one)):  # type: ignore[misc]
            {"one": "1"}[item]

    assert told == ["two"]


def test_outage_ends_the_tick() -> None:
    with pytest.raises(Unavailable), apart("things.count", "two"):
        raise Unavailable("The database does not answer.")
