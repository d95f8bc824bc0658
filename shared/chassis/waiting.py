"""Know how old the oldest event is that a queue's consumer has and has not dealt with.

The broker tells how many events wait in a queue (``rabbitmq_detailed_queue_messages``), and not since when. A consumer
can: queues hand out the oldest first, so the oldest that it has is about the oldest there is. An event that failed
counts while it lies in a delay queue. It is forgotten where it does not come back in time: another process has it then.

What nobody has taken, this cannot tell: that is why the alerts ask the broker whether a queue has a consumer.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from chassis import clock, metrics

GRACE = timedelta(seconds=60)
Entry = tuple[datetime, datetime | None]
"""When an event was made, and until when it is to come again."""


class Waiting:
    """Remember the events that a process has of one queue. Thread-safe."""

    def __init__(self, queue: str, now: Callable[[], datetime] = clock.now) -> None:
        """Take the queue's name, and show its metric from now on: it is worked out whenever it is asked for."""
        self._now = now
        self._made: dict[str, Entry] = {}
        metrics.EVENTS_WAITING_SECONDS.labels(queue).set_function(self.oldest)

    def take(self, event_id: str, made: datetime) -> None:
        """Take note of an event that has come, with the time at which it was made."""
        self._made[event_id] = (made, None)

    def delay(self, event_id: str, made: datetime, seconds: float) -> None:
        """Take note that an event comes again after so many seconds; forget those that should have come by now."""
        now = self._now()
        self._made = {known: entry for known, entry in self._made.items() if not _gone(entry, now)}
        self._made[event_id] = (made, now + timedelta(seconds=seconds) + GRACE)

    def done(self, event_id: str) -> None:
        """Forget an event that was dealt with."""
        self._made.pop(event_id, None)

    def oldest(self) -> float:
        """Return the age of the oldest event in seconds, 0 where there is none."""
        now = self._now()
        made = [entry[0] for entry in list(self._made.values()) if not _gone(entry, now)]
        return max(0.0, (now - min(made)).total_seconds()) if made else 0.0


def _gone(entry: Entry, now: datetime) -> bool:
    return entry[1] is not None and entry[1] < now
