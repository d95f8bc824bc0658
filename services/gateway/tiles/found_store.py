"""Find where those are that a search finds, and hold it for a moment: the tiles of one map ask for the same.

::

    search ──▶ keys of the ``facets`` index, where subject, area, type and cooperation are all that is asked ──┐
           ├─▶ keys of the ``words`` index, a list of them for each word, where nothing but words is ──────────┤
           └─▶ documents, by the narrowest index, where members, capacity, hours, a network or more is asked ──┴▶ Found

What tallies count they tell at any size. Of any other search all that it finds is read, up to :data:`MOST` and for as
long as any question may take: about 2 ms a thousand by keys, 6 by documents that the database has in memory. Words that
more than :data:`MOST` bear are looked for among what the other words find. It is held for
:data:`HELD_SECONDS`, or :data:`TIMES` as long as its reading took where that is longer. So a search takes a fifth of
one processor at most, however many tiles are drawn of it.

The database gives all cells in one list, as *marks*: a mark is a cell's number, and a half more where the organization
works under international cooperation. A document for each took this process ten times as long to read. Numbers are
whole up to :data:`CELLS`, so a float holds any cell and its half exactly; Python sorts floats soonest, and the driver
makes no object of a class of its own of them, as it does of long integers.
"""

from __future__ import annotations

import time
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sized
from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeVar

from pymongo.collection import Collection

from chassis.bounded import Bounded, TooLong, Turns
from services.gateway.directory.grid import Range
from services.gateway.directory.search.query import Search, beginning_key
from services.gateway.directory.search.views import TELLING, Finder
from services.gateway.tiles.domain import CELLS

MOST = 100_000
"""So many organizations a search may find for tiles to be drawn of it where they are counted together."""

HELD_SECONDS, TIMES = 0.5, 5
ROOM = 400_000  # organizations of all searches that are held
BATCH = 20_000
PLACED = {"_id": 0, "cell": 1, "international_cooperation": 1, "hours": 1}
MARK = {"$add": [{"$toDouble": "$cell"}, {"$cond": ["$international_cooperation", 0.5, 0.0]}]}
TOO_MUCH = f"More than {MOST:,} fit, too many to be drawn together. Narrow the search, or ask for a closer tile."


Conditions = dict[str, Any]
T = TypeVar("T", bound=Sized)


class Found:
    """Hold the marks of what was found, in the order of cells; see above."""

    def __init__(self, marks: Iterable[float] = ()) -> None:
        """Take the mark of each."""
        self._marks = array("d", sorted(marks))
        self._cooperating = array("d", [mark for mark in self._marks if mark % 1])

    def __len__(self) -> int:
        """Return how many were found."""
        return len(self._marks)

    def within(self, cells: Range) -> range:
        """Return the places, in the order of cells, of what is in a range of them."""
        return _between(self._marks, cells)

    def cell(self, at: int) -> int:
        """Return the cell of what is at a place."""
        return int(self._marks[at])

    def cooperating(self, cells: Range) -> int:
        """Return how many in a range of cells work under international cooperation."""
        return len(_between(self._cooperating, cells))


@dataclass(slots=True)
class _Held:
    """Hold what was found, or is being looked for; until when it may be used."""

    until: float = float("inf")
    found: Future[Found] = field(default_factory=Future)
    size: int = 0


class Finding:
    """Find where organizations are. Thread-safe: of several who ask for the same one looks, and the others wait."""

    def __init__(
        self,
        organizations: Collection[dict[str, Any]],
        turns: Turns | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the directory's organizations, and who gives turns to what takes long."""
        self._organizations = organizations
        self._turns = turns or Turns()
        self._clock = clock
        self._lock = Lock()
        self._held: dict[Search, _Held] = {}

    def found(self, search: Search) -> Found:
        """Return where all are that a search finds. Raises :class:`TooLong` where they are too many."""
        with self._lock:
            held, mine = self._held.get(search), False
            if held is None or held.until <= self._clock():
                held, mine = _Held(), True
                self._held[search] = held
        if mine:
            self._look(search, held)
        return held.found.result()

    def _look(self, search: Search, held: _Held) -> None:
        """Look, and tell those who wait."""
        began = self._clock()
        try:
            found = self._turns.ask(self._organizations, lambda organizations: read(organizations, search))
        except BaseException as error:
            with self._lock:
                self._held.pop(search, None)
            held.found.set_exception(error)
            return
        with self._lock:
            held.until = began + max(HELD_SECONDS, TIMES * (self._clock() - began))
            held.size = len(found)
            self._make_room()
        held.found.set_result(found)

    def _make_room(self) -> None:
        """Drop what is too old, and the oldest where all is too much."""
        now, total = self._clock(), 0
        for search, held in reversed(list(self._held.items())):
            total += held.size
            if held.until <= now or total > ROOM:
                del self._held[search]


def read(organizations: Bounded, search: Search) -> Found:
    """Read where all are that a search finds: by keys alone, where these tell."""
    if search == Search(q=search.q) and (found := _worded(organizations, search.words)) is not None:
        return found
    conditions, index = asked(organizations, search)
    if search.open_at is None:
        with organizations.aggregate(gathered(conditions), hint=index) as answer:
            return Found(_bearable(next((one["marks"] for one in answer), [])))
    with organizations.find(conditions, PLACED, hint=index, limit=MOST + 1, batch_size=BATCH) as matching:
        some = _bearable(matching.to_list())
    return Found(_mark(one) for one in some if organizations.left() and search.holds(one))


def _worded(organizations: Bounded, words: list[str]) -> Found | None:
    """Read where all are that bear some words, by keys alone; None where these do not tell, or there is no word."""
    told: dict[str, float] | None = None
    common: list[str] = []
    for word in words:
        with organizations.aggregate(bearing(word), hint="words") as answer:
            there = {id_: mark for one in answer for id_, mark in zip(one["ids"], one["marks"], strict=True)}
        if len(there) > MOST and len(words) > 1:
            common.append(word)
        elif told is None:
            told = _bearable(there)
        else:
            told = {id_: mark for id_, mark in told.items() if id_ in there}
    if told is None or any(len(word) < TELLING for word in common):
        return None
    return Found(told[id_] for id_ in Finder(organizations).met(iter(told), common)) if common else Found(told.values())


def bearing(word: str) -> list[dict[str, Any]]:
    """Return the stages of a pipeline that gives ids and marks of what has a word that begins so, in two lists."""
    located = {"terms": beginning_key(word), "cell": {"$lt": CELLS}}
    both = {"_id": None, "ids": {"$push": "$_id"}, "marks": {"$push": MARK}}
    return [{"$match": located}, {"$limit": MOST + 1}, {"$group": both}]


def _mark(one: dict[str, Any]) -> float:
    return float(one["cell"]) + (0.5 if one["international_cooperation"] else 0.0)


def _bearable(found: T) -> T:
    """Return what was found. Raises :class:`TooLong` where it is too much to be drawn together."""
    if len(found) > MOST:
        raise TooLong(TOO_MUCH, [{"field": "query", "code": "too_many_found", "message": TOO_MUCH}])
    return found


def gathered(conditions: Conditions) -> list[dict[str, Any]]:
    """Return the stages of a pipeline that gives the marks of what conditions find, in one list."""
    return [{"$match": conditions}, {"$limit": MOST + 1}, {"$group": {"_id": None, "marks": {"$push": MARK}}}]


def asked(organizations: Bounded, search: Search) -> tuple[Conditions, str | None]:
    """Return the conditions of a search for what has a place, and the index to look in, where one is sure.

    By which of several words it is read the database tries out: since all is read, that costs less than to count each.
    """
    conditions = search.conditions() | {"cell": {"$lt": CELLS}}
    if not search.words and not search.narrowing:
        return conditions, "facets"
    return conditions, Finder(organizations).narrowest(search) or ("words" if search.words else None)


def _between(marks: array[float], cells: Range) -> range:
    """Return the places of those marks that are in a range of cells."""
    return range(bisect_left(marks, cells[0]), bisect_left(marks, cells[1]))
