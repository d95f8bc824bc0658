"""Count again what the public is shown, where something moved or a day began.

Where that takes long, it is done for a tenth of the time at most.

::

    organizations, services, referrals, families, needs ──▶ figures of the node, figures of areas ──▶ gaps

Figures of the node and of areas are counted together. Gaps are found in what was published of areas and nothing else,
with one query for each pair of an area and a subject that many offer: on a large node that takes longer, so it rests by
itself. What took less than :data:`SHORT` does not rest, as on a small node; what took ten seconds is counted again
after ninety. Figures of a thousand areas rest for :data:`MANY_REST` at least.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import orjson

from services.gateway.directory import figures
from services.gateway.directory.coverage import areas, gaps
from services.gateway.directory.coverage.store import CoverageStore
from services.gateway.directory.coverage.views import Coverage
from services.gateway.directory.store import DirectoryStore
from services.gateway.directory.views import LATEST, Directory

REST, SHORT = 9.0, 0.25
"""So many times as long as counting took, nothing is counted; unless it was as short as this, in seconds."""
MANY_REST = 10.0
"""Seconds for which nothing is counted where figures are of so many areas that they are kept a while for readers."""

Row = dict[str, Any]


class Counting:
    """Count figures and gaps. Several projectors may: each counts the whole.

    It is to live as long as its process: it remembers until when to rest from what failed.
    """

    def __init__(
        self,
        directory: Directory,
        store: DirectoryStore,
        coverage: Coverage,
        kept: CoverageStore,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take what to count from, where to keep it, and what measures how long it takes."""
        self._directory = directory
        self._store = store
        self._coverage = coverage
        self._kept = kept
        self._clock = clock
        self._again: dict[str, float] = {}

    def turn(self, now: datetime) -> None:
        """Count what is due."""
        last, known = _credible(self._directory.figures(), now), _whole(_credible(self._coverage.areas(), now))
        if self._stale(now, last, known) and self._may("areas", known, now):
            known = self._count(now)
        found = _credible(self._coverage.last_gaps(), now)
        if known and (found is None or found["counted_at"] < known["counted_at"]) and self._may("gaps", found, now):
            self._find_gaps(known, now)

    def _stale(self, now: datetime, *kept: Row | None) -> bool:
        """Tell whether any of these is missing, or of a counting that began before something changed, or another day.

        Areas begin and end by the day.
        """
        known = [one["counted_at"] for one in kept if one]
        if len(known) < len(kept) or min(known).date() != now.date():
            return True
        return self._directory.changed_since(min(known), now)

    def _may(self, what: str, last: Row | None, now: datetime) -> bool:
        return self._clock() >= self._again.get(what, 0.0) and _rested(last, now)

    @contextmanager
    def _timed(self, what: str) -> Iterator[float]:
        """Give when counting begins. One that fails rests as well: it keeps nothing by which the next would know."""
        began = self._clock()
        try:
            yield began
        except Exception:
            self._again[what] = self._clock() + REST * (self._clock() - began)
            raise

    def _count(self, now: datetime) -> Row:
        with self._timed("areas") as began:
            whole = figures.document(self._directory.count(), now)
            items = areas.items(self._coverage.count(), now.date().isoformat())
            counted = {"counted_at": now, "took": self._clock() - began, "form": areas.FORM}
            self._store.keep_figures(whole)
            return self._kept.keep_areas(items, counted, now)

    def _find_gaps(self, known: Row, now: datetime) -> None:
        """Find the gaps in figures, unless newer ones took their place meanwhile: it is then done in those."""
        with self._timed("gaps") as began:
            with self._coverage.parts(known["run"]) as parts:
                bodies = [part["body"] for part in parts]
            if len(bodies) < known["parts"]:
                return
            pairs = gaps.pairs(item for body in bodies for item in orjson.loads(b"[%b]" % body))
            items = gaps.ranked(pairs, self._coverage.nearest())
            counted = {"counted_at": known["counted_at"], "items": items, "took": self._clock() - began}
            self._kept.keep_gaps(counted, now + LATEST)


def _credible(last: Row | None, now: datetime) -> Row | None:
    """Return what was kept last, or None where its moment is still to come: the clock was set back since."""
    return None if last and last["counted_at"] > now + LATEST else last


def _whole(last: Row | None) -> Row | None:
    """Return figures that were kept last, or None where they lack what is counted of areas since an update."""
    return last if last and last.get("form") == areas.FORM else None


def _rested(last: Row | None, now: datetime) -> bool:
    if last is None:
        return True
    rest = REST * last["took"] if last["took"] >= SHORT else 0.0
    return bool(now >= last["counted_at"] + timedelta(seconds=max(rest, MANY_REST if last.get("parts", 1) > 1 else 0)))
