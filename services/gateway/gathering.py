"""Answer questions of one event loop together: those that come while others are looked up make the next batch.

So a burst of reads costs few queries and few hops between threads, and a single one waits for nobody. No more than
:data:`AT_ONCE` batches of :data:`MOST` questions are under way. Where a look-up fails, all who wait are told: what is
away for one is away for the others, and nobody waits for more than two look-ups, whatever hangs.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Generic, TypeVar

Question = TypeVar("Question")
Found = TypeVar("Found")

AT_ONCE = 2
MOST = 100  # as many documents as MongoDB gives with the first answer to a query

Waiting = tuple[Question, "asyncio.Future[Found]"]


class Gathering(Generic[Question, Found]):
    """Gather questions. For one event loop: not thread-safe."""

    def __init__(self, look_up: Callable[[Sequence[Question]], Sequence[Found]]) -> None:
        """Take what answers questions, each at its place. It runs in a thread, several at once."""
        self._look_up = look_up
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="look-up")
        self._waiting: deque[Waiting[Question, Found]] = deque()
        self._under_way = 0

    async def ask(self, question: Question) -> Found:
        """Return the answer, or raise what the look-up raised."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Found] = loop.create_future()
        self._waiting.append((question, answer))
        if self._under_way < AT_ONCE:
            loop.call_soon(self._start)  # not now: others may come in the same turn
        return await answer

    def _start(self) -> None:
        while self._waiting and self._under_way < AT_ONCE:
            batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST))]
            if batch := [one for one in batch if not one[1].done()]:  # whose caller is not gone
                self._under_way += 1
                questions = [question for question, _ in batch]
                looked_up = asyncio.get_running_loop().run_in_executor(self._threads, self._look_up, questions)
                looked_up.add_done_callback(partial(self._tell, batch))

    def _tell(self, batch: list[Waiting[Question, Found]], looked_up: asyncio.Future[Sequence[Found]]) -> None:
        self._under_way -= 1
        if error := looked_up.exception():
            self._fail([*batch, *self._waiting], error)
            self._waiting.clear()
            return
        for (_, answer), found in zip(batch, looked_up.result(), strict=True):
            if not answer.done():
                answer.set_result(found)
        self._start()

    def _fail(self, waiting: list[Waiting[Question, Found]], error: BaseException) -> None:
        for _, answer in waiting:
            if not answer.done():
                answer.set_exception(error)
