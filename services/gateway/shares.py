"""Share a number of places out among addresses, so that none can take them all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from services.gateway.problems import Refused

RETRY_AFTER = 5  # seconds


class Shares:
    """Hold places, of which one address has only so many at once. For one event loop: not thread-safe."""

    def __init__(self, places: int, each: int) -> None:
        """Take how many places there are, and how many of them one address may hold; at least one."""
        self._places = max(1, places)
        self._each = max(1, each)
        self._held: Counter[str] = Counter()

    @contextmanager
    def place(self, address: str) -> Iterator[None]:
        """Hold a place for an address; refuse where it has its share already, or where none is free."""
        if self._held[address] >= self._each or self._held.total() >= self._places:
            detail = "Too many bodies are on their way. Send them one after the other."
            raise Refused("unavailable", detail, Retry_After=str(RETRY_AFTER), Connection="close")
        self._held[address] += 1
        try:
            yield
        finally:
            self._held[address] -= 1
            if not self._held[address]:
                del self._held[address]
