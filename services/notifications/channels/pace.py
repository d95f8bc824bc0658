"""Keep to a rate that a provider allows."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Pace:
    """Let callers through one by one, at most ``rate`` a second, in the order in which they came. Thread-safe."""

    def __init__(
        self, rate: float, *, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        """Take the rate, above zero."""
        self._interval = 1.0 / rate
        self._clock = clock
        self._sleep = sleep
        self._next = 0.0
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Return when it is the caller's turn."""
        with self._lock:
            now = self._clock()
            turn = max(now, self._next)
            self._next = turn + self._interval
        if turn > now:
            self._sleep(turn - now)
