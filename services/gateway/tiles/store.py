"""Keep the counts that tiles are drawn from: note where something moved, and count again there, and above.

::

    projector ── the transaction that writes organizations ──▶ directory_moves: the cells that they left or entered
                                                                   │ a turn, twice a second
    directory_organizations ── points of those cells ──▶ Pyramid ◀─┘
                                                            └──▶ directory_cells: a tally per cell, level by level

Notes are added, never changed, so projectors do not meet there. A turn is one transaction: it sees notes and points of
one moment, counts, and removes the notes that it saw. So one that dies has done nothing, and the next turn does it; and
of two turns at once, which the lease seldom lets happen, one meets a write conflict. What is counted comes from points
and from the level below, never from a difference, so it may be counted any number of times.

Counting everything goes piece by piece in the order of cells, a piece a transaction, replacing what stands; notes wait
for its end. It is done after a rebuild of the directory, where a version of ours counts otherwise, and where so much
moved that it is quicker.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pymongo
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from chassis.clock import CLOCKS_APART
from chassis.clock import now as present
from chassis.database import Indexes, transaction
from chassis.logs import get_logger
from services.gateway.directory.grid import BITS
from services.gateway.tiles.cells_store import CellStore
from services.gateway.tiles.domain import (
    DEPTH,
    FINEST,
    ZOOM_MOST,
    Cells,
    ancestor,
    by_cell,
    clustered,
    coarser,
    descendants,
    layout,
    span,
)
from services.gateway.tiles.recount import PIECE, Recount, TooMuch

INDEXES: Indexes = {"directory_cells": (), "directory_moves": (), "directory_counting": ()}

LEASE = timedelta(seconds=12)  # longer than the longest transaction there is
LONGEST = 30.0
TURN_SECONDS = 1.0
REST = 3  # times as long as a turn took: counting leaves room for what is counted
REST_OF_MOVES = 3  # times that: the more moves are counted together, the less is counted twice
MOVES_AT_ONCE = 4_000  # cells
ALL_AT_ONCE = 100_000  # organizations that are counted anew as soon as they are where so many moved
STATE = {"_id": "counting"}
OF_ANOTHER = -1
"""How far everything is counted where what stands is of another version: it is no good, and not shown any longer."""

log = get_logger()


class LostLease(Exception):
    """Say that another counts meanwhile."""


class Pyramid:
    """Count organizations by the cells of the map, at all levels."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        """Take the gateway's database."""
        self._database = database
        self._moves = database["directory_moves"]
        self._counting = database["directory_counting"]

    def note(self, cells: Iterable[int], session: ClientSession) -> None:
        """Note that cells are to be counted again, in the transaction that changed what lies there."""
        if noted := sorted(cells):
            self._moves.insert_one({"cells": noted}, session=session)

    def count_anew(self) -> None:
        """Have everything counted again, while what was counted goes on being shown."""
        sound = {**STATE, "counted_to": {"$not": {"$lt": 0}}}
        self._counting.update_one(sound, {"$set": {"counted_to": 0}})

    def turn(self, holder: str) -> bool:
        """Count what is due, or some of it; False where nothing is, or where another is at it or rests."""
        state = self._state()
        if state["counted_to"] is None and self._moves.find_one({}, {"_id": 1}) is None:
            return False
        if not self._claim(holder):
            return False
        began = time.monotonic()
        try:
            with pymongo.timeout(LONGEST):
                self._go_on(holder, began + TURN_SECONDS)
        except LostLease:
            log.warning("tiles_lease_lost")
        finally:
            took = min(LONGEST, time.monotonic() - began)
            self._release(holder, _rest(took, REST_OF_MOVES if state["counted_to"] is None else 1))
        return True

    def _go_on(self, holder: str, until: float) -> None:
        counted_to = self._state()["counted_to"]
        if counted_to == OF_ANOTHER:
            self._database["directory_cells"].delete_many({})
            transaction(self._database, lambda session: self._advance(holder, session, OF_ANOTHER, 0))
        elif counted_to is None:
            transaction(self._database, lambda session: self._count_moves(holder, session))
        else:
            _Whole(self._database, self._advance, holder, counted_to, until).go_on()

    # How far everything is counted, and who is at it

    def _state(self) -> dict[str, Any]:
        state = self._counting.find_one(STATE)
        if state is not None and state["layout"] == layout():
            return state
        with suppress(DuplicateKeyError):  # another has done so
            other = {**STATE, "layout": {"$ne": layout()}}
            self._counting.update_one(other, {"$set": {"layout": layout(), "counted_to": OF_ANOTHER}}, upsert=True)
        return self._state()

    def _claim(self, holder: str) -> bool:
        now = present()
        held = {"$gt": now, "$lte": now + max(LEASE, _rest(LONGEST)) + CLOCKS_APART}  # else of a clock that was ahead
        taken = self._counting.update_one(
            {**STATE, "leased_until": {"$not": held}},
            {"$set": {"holder": holder, "leased_until": now + LEASE}},
        )
        return bool(taken.matched_count)

    def _release(self, holder: str, rest: timedelta) -> None:
        ours = {**STATE, "holder": holder}
        self._counting.update_one(ours, {"$set": {"holder": "", "leased_until": present() + rest}})

    def _advance(self, holder: str, session: ClientSession, counted_to: int | None, to: int | None) -> None:
        """Note that we are still at it, and how far: so that of two who are, one meets a write conflict and stops."""
        ours = {**STATE, "holder": holder, "counted_to": counted_to}
        progress = {"counted_to": to, "leased_until": present() + LEASE}
        if not self._counting.update_one(ours, {"$set": progress}, session=session).matched_count:
            raise LostLease

    # Where something moved

    def _count_moves(self, holder: str, session: ClientSession) -> None:
        self._advance(holder, session, None, None)
        notes, cells = [], set[int]()
        for note in self._moves.find({}, session=session).sort("_id", 1):
            notes.append(note["_id"])
            cells.update(note["cells"])
            if len(cells) >= MOVES_AT_ONCE:
                break
        kept = CellStore(self._database, session)
        try:
            if len(cells) >= MOVES_AT_ONCE and not kept.more_than(ALL_AT_ONCE, 0, 0):
                raise TooMuch
            done = Recount(kept, {ancestor(cell, BITS - FINEST) for cell in cells})
        except TooMuch:
            self._advance(holder, session, None, 0)
            self._moves.delete_many({}, session=session)  # all that we see: it is counted with the rest
        else:
            kept.write(done.counted, done.no_more)
            self._moves.delete_many({"_id": {"$in": notes}}, session=session)


def _rest(took: float, times: int = REST_OF_MOVES) -> timedelta:
    return timedelta(seconds=REST * times * took)


class _Whole:
    """Count everything in the order of cells, from where it was left until a time is over."""

    def __init__(
        self,
        database: Database[dict[str, Any]],
        advance: Callable[[str, ClientSession, int | None, int | None], None],
        holder: str,
        counted_to: int,
        until: float,
    ) -> None:
        """Take what notes our progress, who we are, how far all is counted, and the end of the turn."""
        self._database = database
        self._advance = advance
        self._holder = holder
        self._counted_to = counted_to
        self._until = until

    def go_on(self) -> None:
        """Go on."""
        if self._count(0, 0):
            transaction(self._database, lambda session: self._advance(self._holder, session, self._counted_to, None))

    def _count(self, zoom: int, tile: int) -> bool:
        """Count a tile and all within it, those within first; False where time is over."""
        place = _order(zoom, tile)
        if place <= self._counted_to:
            return True
        large = zoom < ZOOM_MOST and CellStore(self._database).more_than(PIECE, zoom, tile)
        if large and not all(self._count(zoom + 1, child) for child in descendants(tile, 1)):
            return False
        transaction(self._database, lambda session: self._replace(zoom, tile, large, session))
        self._counted_to = place
        return time.monotonic() < self._until

    def _replace(self, zoom: int, tile: int, large: bool, session: ClientSession) -> None:
        kept = CellStore(self._database, session)
        self._advance(self._holder, session, self._counted_to, _order(zoom, tile))
        kept.clear(zoom, tile, deep=not large)
        kept.write(_of_children(kept, zoom, tile) if large else clustered(kept.points(zoom, {tile}), zoom, tile))


def _order(zoom: int, tile: int) -> int:
    """Return the place of a tile in the order in which they are counted: after all that end with it or before."""
    return span(zoom, tile)[1] * (ZOOM_MOST + 1) - zoom


def _of_children(kept: CellStore, zoom: int, tile: int) -> dict[int, Cells]:
    """Return the tallies of a clustered tile: of the finer ones of its children, or else of their points."""
    children = descendants(tile, 1)
    full = kept.sizes(zoom + 1, children)
    finer = [cell for sizes in full.values() for cell in sizes]
    few = kept.points(zoom + 1, [child for child in children if child not in full])
    return {zoom + DEPTH: {**coarser(kept.tallies(zoom + DEPTH + 1, finer)), **by_cell(few, zoom + DEPTH)}}
