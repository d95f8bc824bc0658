"""Do something every so often, in each replica: work that must be done once claims its item atomically."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from eventlet.event import Event
from eventlet.timeout import Timeout
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import Entrypoint, register_entrypoint

from chassis import metrics
from chassis.config import Config
from chassis.database import UNREACHABLE
from chassis.errors import Unavailable
from chassis.logs import get_logger

log = get_logger()

Tick = Callable[[Any], Any]


def every(seconds: float | str) -> Callable[[Tick], Tick]:
    """Call a service's method every ``seconds``, or as often as the configuration's key of that name says.

    The first tick comes within the first interval, at random, so that replicas do not tick together. A tick that takes
    longer than the interval is not overlapped: the next one follows it at once, and those missed are left out. What a
    tick raises is logged; the next one comes all the same.
    """

    def decorate(method: Tick) -> Tick:
        register_entrypoint(method, Timer(seconds))
        return method

    return decorate


@contextmanager
def apart(work: str, item: str, failed: Callable[[], object] = lambda: None) -> Iterator[None]:
    """Do something with one of a tick's items, apart from the others: what it raises is logged and counted, not raised.

    ``work`` is the metric's label and ``item`` an id for the log; ``failed`` is called after that. An outage is no
    item's fault and ends the tick: the next one comes all the same.
    """
    try:
        yield
    except (Unavailable, *UNREACHABLE):
        raise
    except Exception as error:  # the boundary of an item: whatever is wrong with it, the others go on
        log.error("item_failed", work=work, item=item, exc_info=error)
        metrics.TIMER_ITEMS_FAILED.labels(work).inc()
        failed()


class Timer(Entrypoint):
    """Tick in a thread of its own, each tick in a worker."""

    def __init__(self, seconds: float | str, **kwargs: Any) -> None:
        """Take the interval, or the name of the configuration's key that holds it."""
        super().__init__(**kwargs)
        self._seconds = seconds
        self._stopped = Event()
        self._thread: Any = None

    @property
    def interval(self) -> float:
        """Return the seconds between two ticks."""
        if isinstance(self._seconds, str):
            config: Config = self.container.config["TASHBIK"]
            return float(getattr(config, self._seconds))
        return self._seconds

    def start(self) -> None:
        """Start ticking."""
        self._thread = self.container.spawn_managed_thread(self._run, identifier=f"timer {self.method_name}")

    def stop(self) -> None:
        """Stop ticking, after the tick at work."""
        if not self._stopped.ready():
            self._stopped.send(True)
        if self._thread is not None:
            self._thread.wait()

    def kill(self) -> None:
        """Stop ticking at once."""
        if self._thread is not None:
            self._thread.kill()

    def _run(self) -> None:
        interval = self.interval
        due = time.monotonic() + random.uniform(0, interval)  # noqa: S311 - spreads replicas
        while not self._stops_within(due - time.monotonic()):
            try:
                self._tick()
            except ContainerBeingKilled:
                return
            due = max(due + interval, time.monotonic())

    def _stops_within(self, seconds: float) -> bool:
        with Timeout(max(0.0, seconds), False):
            return bool(self._stopped.wait())
        return False

    def _tick(self) -> None:
        done = Event()
        started = time.monotonic()

        def on_result(_context: Any, _result: Any, exc_info: Any) -> tuple[Any, Any]:
            outcome = "failed" if exc_info else "ok"
            name = f"{self.container.service_name}.{self.method_name}"
            if exc_info:
                log.error("timer_failed", timer=name, exc_info=exc_info[1])
            metrics.TIMER_SECONDS.labels(name, outcome).observe(time.monotonic() - started)
            done.send(None)
            return None, None

        self.container.spawn_worker(self, (), {}, handle_result=on_result)
        done.wait()
