"""Find where those are that a search finds, and hold it for a moment: the tiles of one map ask for the same.

::

    search ──▶ keys of the ``facets`` index, where subject, area, type and cooperation are all that is asked ─┐
           └─▶ documents, by the narrowest index, where members, capacity, hours, a network or words are ─────┴▶ Found

What tallies count they tell at any size. Of any other search all that it finds is read, up to :data:`MOST` and for as
long as any question may take: about 1.5 ms a thousand by keys, 6 by documents. It is held for :data:`HELD_SECONDS`, or
:data:`TIMES` as long as its reading took where that is longer. So a search takes a fifth of one processor at most,
however many tiles are drawn of it.
"""

from __future__ import annotations

import time
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field
from itertools import accumulate
from threading import Lock
from typing import Any

from pymongo.collection import Collection

from chassis.bounded import Bounded, TooLong, Turns
from services.gateway.directory.grid import Range
from services.gateway.directory.search.query import Search
from services.gateway.directory.search.views import Finder
from services.gateway.tiles.domain import CELLS

MOST = 100_000
"""So many organizations a search may find for tiles to be drawn of it where they are counted together."""

HELD_SECONDS, TIMES = 0.5, 5
ROOM = 400_000  # organizations of all searches that are held
BATCH = 20_000
PLACED = {"_id": 0, "cell": 1, "international_cooperation": 1}
TOO_MUCH = f"More than {MOST:,} fit, too many to be drawn together. Narrow the search, or ask for a closer tile."


class Found:
    """Hold the cells of what was found, in their order, and how many up to each are under international cooperation."""

    def __init__(self, placed: Iterable[tuple[int, bool]] = ()) -> None:
        """Take the cell of each, and whether it does."""
        ordered = sorted([cell << 1 | works for cell, works in placed])  # whole numbers are compared soonest
        self.cells = array("Q", [one >> 1 for one in ordered])
        self._cooperating = array("Q", accumulate([one & 1 for one in ordered], initial=0))

    def within(self, cells: Range) -> range:
        """Return the places, in the order of cells, of what is in a range of them."""
        return range(bisect_left(self.cells, cells[0]), bisect_left(self.cells, cells[1]))

    def cooperating(self, there: range) -> int:
        """Return how many of some that follow upon each other work under international cooperation."""
        return self._cooperating[there.stop] - self._cooperating[there.start]


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
            held.size = len(found.cells)
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
    conditions, index = asked(organizations, search)
    wanted = PLACED if search.open_at is None else PLACED | {"hours": 1}
    with organizations.find(conditions, wanted, hint=index, limit=MOST + 1, batch_size=BATCH) as matching:
        some = matching.to_list()
    if len(some) > MOST:
        raise TooLong(TOO_MUCH, [{"field": "query", "code": "too_many_found", "message": TOO_MUCH}])
    if search.open_at is not None:
        some = [one for one in some if organizations.left() and search.holds(one)]
    return Found([(one["cell"], one["international_cooperation"]) for one in some])


def asked(organizations: Bounded, search: Search) -> tuple[dict[str, Any], str | None]:
    """Return the conditions of a search for what has a place, and the index to look in, where one is sure."""
    located = {"cell": {"$lt": CELLS}}
    if not search.words and not search.narrowing:
        return search.conditions() | located, "facets"
    finder = Finder(organizations)
    words = finder.by_rarity(search.words)
    return search.conditions(words) | located, finder.narrowest(search) or ("words" if words else None)
