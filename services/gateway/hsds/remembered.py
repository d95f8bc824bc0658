"""Remember for some seconds what costs much to find out again."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

LOCKS = 16

Found = TypeVar("Found")


class Remembered(Generic[Found]):
    """Remember by a key. Thread-safe; of more than ``most``, the oldest are forgotten."""

    def __init__(self, seconds: float, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Take for how long, and how many."""
        self._seconds = seconds
        self._most = most
        self._clock = clock
        self._kept: dict[Hashable, tuple[float, Found]] = {}
        self._finding = [Lock() for _ in range(LOCKS)]

    def get(self, key: Hashable) -> Found | None:
        """Return what is remembered of a key; None where nothing is."""
        until, found = self._kept.get(key, (0.0, None))
        return found if until > self._clock() else None

    def found(self, key: Hashable, find: Callable[[], Found]) -> Found:
        """Return what is remembered of a key, or else find it; of those who ask for it at once, one finds it."""
        known = self.get(key)
        if known is not None:
            return known
        with self._finding[hash(key) % len(self._finding)]:
            known = self.get(key)
            return self.put(key, find()) if known is None else known

    def put(self, key: Hashable, found: Found) -> Found:
        """Remember it, and return it."""
        self._kept.pop(key, None)
        self._kept[key] = (self._clock() + self._seconds, found)
        if (excess := len(self._kept) - self._most) > 0:
            for oldest in list(self._kept)[:excess]:
                self._kept.pop(oldest, None)
        return found
