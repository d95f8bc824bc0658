"""Claim items as they come due and see to each in a thread of its own, a few at once, beside a service's workers.

For what waits for others outside: a receiver that hangs takes up one of these places, and none of the workers that
answer calls and consume events. Claims are the subclass's: an item whose process dies must come due again by itself.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from eventlet.timeout import Timeout
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import DependencyProvider

from chassis.database import UNREACHABLE
from chassis.errors import Unavailable
from chassis.logs import get_logger
from chassis.mongo import Storage
from chassis.timer import apart

POLL = 0.25
PAUSE = 2.0

log = get_logger()


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Do something within so many seconds, or raise ``TimeoutError``, whatever it waits for."""
    limit = Timeout(seconds)
    try:
        yield
    except Timeout as raised:
        if raised is not limit:
            raise
        raise TimeoutError from raised
    finally:
        limit.cancel()


class Rounds(DependencyProvider):
    """Look for items and see to them. A subclass says how: :meth:`begin`, :meth:`claim`, :meth:`serve`."""

    storage = Storage()
    work = "rounds"
    """Name of what is done, in logs and metrics."""

    def __init__(self, places: int) -> None:
        """Take how many items are seen to at once."""
        super().__init__()
        self._places = places

    def begin(self) -> None:
        """Make what is needed; the database stands."""

    def claim(self) -> Any:
        """Claim an item, or return None where nothing is due."""
        raise NotImplementedError

    def serve(self, item: Any) -> None:
        """See to an item. What this raises is logged and counted."""
        raise NotImplementedError

    @property
    def stopping(self) -> bool:
        """Tell whether the service stops: what is in hand should end soon."""
        return self._stopping.is_set()

    def start(self) -> None:
        """Start looking."""
        self._free = threading.BoundedSemaphore(self._places)
        self._stopping = threading.Event()
        self._in_hand: set[Any] = set()
        self.begin()
        self._looking = self.container.spawn_managed_thread(self._look, identifier=self.work)

    def stop(self) -> None:
        """Claim nothing more, and wait for what is in hand."""
        self._stopping.set()
        self._looking.wait()
        for thread in tuple(self._in_hand):
            thread.wait()

    def _look(self) -> None:
        while not self._stopping.is_set():
            try:
                pause = 0.0 if self._claim_one() else POLL
            except (Unavailable, *UNREACHABLE) as error:
                log.warning("items_not_claimed", work=self.work, error=type(error).__name__)
                pause = PAUSE
            except ContainerBeingKilled:
                return
            if pause:
                self._stopping.wait(pause)

    def _claim_one(self) -> bool:
        if not self._free.acquire(timeout=POLL):
            return False
        item = None
        try:
            item = self.claim()
        finally:
            if item is None:
                self._free.release()
        if item is None:
            return False
        thread = self.container.spawn_managed_thread(lambda: self._serve(item), identifier=self.work)
        self._in_hand.add(thread)
        thread.link(self._in_hand.discard)
        return True

    def _serve(self, item: Any) -> None:
        try:
            with apart(self.work, str(item.id)):
                self.serve(item)
        except (Unavailable, *UNREACHABLE) as error:
            log.warning("item_left", work=self.work, item=item.id, error=type(error).__name__)
        finally:
            self._free.release()
