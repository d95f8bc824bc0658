"""Share a number of places out among addresses, so that none can take them all."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.gateway.problems import Refused

RETRY_AFTER = 5  # seconds
BODIES = "Too many bodies are on their way. Send them one after the other."


class Shares:
    """Hold places, of which one address has only so many at once. For one event loop: not thread-safe."""

    def __init__(self, places: int, each: int, patience: float = 0.0, detail: str = BODIES) -> None:
        """Take how many places there are, and for one address, how long one may wait, and what is said to who did."""
        self._places = max(1, places)
        self._each = max(1, each)
        self._patience = patience
        self._detail = detail
        self._held: Counter[str] = Counter()
        self._freed = asyncio.Event()

    @asynccontextmanager
    async def place(self, address: str) -> AsyncIterator[None]:
        """Hold a place for an address; refuse where none of its share, or none at all, becomes free in time."""
        if not self._free(address):
            await self._wait(address)
        self._held[address] += 1
        try:
            yield
        finally:
            self._held[address] -= 1
            if not self._held[address]:
                del self._held[address]
            self._freed.set()

    def _free(self, address: str) -> bool:
        return self._held[address] < self._each and self._held.total() < self._places

    async def _wait(self, address: str) -> None:
        try:
            async with asyncio.timeout(self._patience):
                while not self._free(address):
                    self._freed.clear()
                    await self._freed.wait()
        except TimeoutError as error:
            raise Refused("unavailable", self._detail, Retry_After=str(RETRY_AFTER), Connection="close") from error
