"""Bound how long the database works for one question, and how many long ones it works on for this process.

::

    question ──▶ at once, for QUICK_MS ──▶ answer
                   └── not done ──▶ in turn, for LONGEST_MS ──▶ answer
                          │            └── not done ──▶ TooLong: narrow it
                          └── no turn within PATIENCE ──▶ Unavailable: repeat it

Where an index is being exchanged by whose name a question asks, it is asked again without the name.
What an index leads to is answered at once, whatever else is asked. So the few that look at much leave the database's
processors, and the threads that wait for it, to the others.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Any, TypeVar

from pymongo.collection import Collection
from pymongo.command_cursor import CommandCursor
from pymongo.cursor import Cursor
from pymongo.errors import ExecutionTimeout, OperationFailure

from chassis import metrics
from chassis.errors import Invalid, Unavailable

T = TypeVar("T")
Document = dict[str, Any]
Key = Sequence[tuple[str, Any]]
"""A value of each field of an index."""

QUICK_MS, LONGEST_MS = 500, 3_000
WHOLE_MS = 600_000
"""For all that there is. The time in which its reader takes what was found does not count."""

AT_ONCE = 2
PATIENCE = 0.5  # seconds
BAD_VALUE, NO_HINT = 2, "hint provided does not correspond"
AWAY = (175, 51174)  # QueryPlanKilled; from one key to another of an index that has other ones
TOO_LONG = "It takes too long to find. Narrow the search: by a rarer word, a subject, an area or a type."


class TooLong(Invalid):
    """Say that a question was stopped, and should be narrowed."""


class Bounded:
    """Read one collection for one question, which has so many milliseconds in all."""

    def __init__(
        self,
        collection: Collection[Document],
        milliseconds: int,
        clock: Callable[[], float] = time.monotonic,
        *,
        by_name: bool = True,
    ) -> None:
        """Take the collection; the time runs from now on. Without ``by_name`` the database chooses its indexes."""
        self._collection = collection
        self._unnamed = () if by_name else ("hint",)
        self._clock = clock
        self._until = clock() + milliseconds / 1000

    def find(self, *asked: Any, **options: Any) -> Cursor[Document]:
        """Return a cursor. It, or its reading, raises ``ExecutionTimeout`` when the time is over."""
        return self._collection.find(*asked, max_time_ms=self.left(), **self._of(options))

    def between(
        self, low: Key, high: Key, conditions: Mapping[str, Any], wanted: Mapping[str, Any], *, index: str, at_once: int
    ) -> Cursor[Document]:
        """Return a cursor of what stands in an index from one key on, up to another, which no other index answers."""
        found = self._collection.find(conditions, wanted, hint=index, batch_size=at_once, max_time_ms=self.left())
        return found.min(low).max(high)

    def aggregate(
        self, stages: Sequence[Mapping[str, Any]], *, hint: str | None = None, **options: Any
    ) -> CommandCursor[Document]:
        """Return a cursor of what a pipeline gives. Raises ``ExecutionTimeout``."""
        led: dict[str, Any] = {} if hint is None else {"hint": hint}
        return self._collection.aggregate(list(stages), maxTimeMS=self.left(), **led, **options)

    def count_documents(self, conditions: Mapping[str, Any], **options: Any) -> int:
        """Return how many there are. Raises ``ExecutionTimeout``."""
        return self._collection.count_documents(conditions, maxTimeMS=self.left(), **self._of(options))

    def _of(self, options: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in options.items() if name not in self._unnamed}

    def left(self) -> int:
        """Return for how many milliseconds more the question may take. Raises ``ExecutionTimeout`` where it is over."""
        left = round((self._until - self._clock()) * 1000)
        if left <= 0:
            raise ExecutionTimeout("the question's time is over")
        return left


class Turns:
    """Ask questions of one process. Thread-safe."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        """Take how many long ones may be under way."""
        self._long = BoundedSemaphore(at_once)

    def ask(self, collection: Collection[Document], question: Callable[[Bounded], T]) -> T:
        """Return the answer to a question, which may be asked twice, so it only reads.

        Raises :class:`TooLong` where it was stopped, :class:`Unavailable` where others are.
        """
        try:
            return _asked(collection, question, QUICK_MS)
        except ExecutionTimeout:
            with self.turn():
                return _to_its_end(collection, question)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold one of the turns. Raises :class:`Unavailable` where none becomes free."""
        if not self._long.acquire(timeout=PATIENCE):
            raise Unavailable("Others ask for much at present. Narrow the question, or repeat it.")
        try:
            yield
        finally:
            self._long.release()


def index_is_away(error: Exception) -> bool:
    """Tell whether a question failed since an index is being exchanged: not there, of other keys, or just dropped."""
    if not isinstance(error, OperationFailure):
        return False
    return error.code in AWAY or (error.code == BAD_VALUE and NO_HINT in str(error))


def _asked(collection: Collection[Document], question: Callable[[Bounded], T], milliseconds: int) -> T:
    for by_name in (True, False, True):  # away, then its stand-in gone from under the question, then there again
        try:
            return question(Bounded(collection, milliseconds, by_name=by_name))
        except OperationFailure as error:
            if not index_is_away(error):
                raise
    return question(Bounded(collection, milliseconds, by_name=False))


def _to_its_end(collection: Collection[Document], question: Callable[[Bounded], T]) -> T:
    try:
        return _asked(collection, question, LONGEST_MS)
    except ExecutionTimeout as error:
        metrics.QUESTIONS_STOPPED.inc()
        problem = {"field": "query", "code": "too_long", "message": TOO_LONG}
        raise TooLong(TOO_LONG, [problem]) from error
