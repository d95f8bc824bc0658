"""Remember for some seconds what costs much to find out again.

::

    known ──▶ fresh ──▶ late: who asks first finds it anew, all others are given what is known ──▶ forgotten
              seconds   five times as long
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import Lock
from typing import Generic, TypeVar

from chassis.bounded import TooLong
from chassis.errors import Unavailable

LATE = 6  # times as old as what is fresh: nobody is given anything older

Found = TypeVar("Found")


class Remembered(Generic[Found]):
    """Remember by a key. Thread-safe; of more than ``most``, the oldest are forgotten."""

    def __init__(self, seconds: float, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Take for how long a thing is fresh, and how many there may be."""
        self._seconds = seconds
        self._most = most
        self._clock = clock
        self._kept: dict[Hashable, tuple[float, Found]] = {}
        self._finding: dict[Hashable, Future[Found]] = {}
        self._lock = Lock()

    def get(self, key: Hashable) -> Found | None:
        """Return what is remembered of a key and fresh; None where nothing is."""
        return self._known(key, self._seconds)

    def found(self, key: Hashable, find: Callable[[], Found]) -> Found:
        """Return what is remembered of a key, or else find it; of those who ask for it at once, one finds it.

        The others are given what is known already, where it is not too old, or wait for what comes of that: the thing,
        or what is raised. Where it cannot be found in time (``TooLong``, ``Unavailable``), who looked is given it, too.
        """
        with self._lock:
            known = self.get(key)
            if known is not None:
                return known
            old, going = self._known(key, LATE * self._seconds), self._finding.get(key)
            mine = self._finding.setdefault(key, Future())
        if going is None:
            self._find(key, find, mine)
        elif old is not None:
            return old
        try:
            return mine.result()
        except (TooLong, Unavailable):
            if old is None:
                raise
            return old

    def _find(self, key: Hashable, find: Callable[[], Found], mine: Future[Found]) -> None:
        try:
            found = self.put(key, find())
        except BaseException as error:  # told to all who wait, this one too
            del self._finding[key]
            mine.set_exception(error)
        else:
            del self._finding[key]
            mine.set_result(found)

    def put(self, key: Hashable, found: Found) -> Found:
        """Remember it, and return it."""
        self._kept.pop(key, None)
        self._kept[key] = (self._clock(), found)
        if (excess := len(self._kept) - self._most) > 0:
            for oldest in list(self._kept)[:excess]:
                self._kept.pop(oldest, None)
        return found

    def _known(self, key: Hashable, seconds: float) -> Found | None:
        since, found = self._kept.get(key, (0.0, None))
        return found if found is not None and self._clock() < since + seconds else None
