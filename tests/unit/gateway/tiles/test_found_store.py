"""Prove how long what a search found is held, and who looks for it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest

from chassis.bounded import TooLong
from services.gateway.directory.search.query import Search
from services.gateway.tiles import found_store
from services.gateway.tiles.domain import CELLS
from services.gateway.tiles.found_store import HELD_SECONDS, Finding, Found

QENA, QUS = Search(area="EG2901"), Search(area="EG2905")


class Looking:
    """Stand in for a directory in which each search finds one organization, and say what was looked for."""

    def __init__(self) -> None:
        """Begin at no time."""
        self.now = 0.0
        self.takes = 0.0
        self.looked: list[Search] = []
        self.finding = Finding(None, self, lambda: self.now)  # type: ignore[arg-type]

    def ask(self, _: Any, question: Any) -> Found:
        """Ask, in the time that it takes."""
        self.now += self.takes
        return question(None)

    def read(self, _: Any, search: Search) -> Found:
        """Find one."""
        self.looked.append(search)
        return Found([7.5])


@pytest.fixture
def looking(monkeypatch: pytest.MonkeyPatch) -> Looking:
    """Give what is looked for."""
    one = Looking()
    monkeypatch.setattr(found_store, "read", one.read)
    return one


def test_found_in_order_of_cells():
    one = Found([9.5, 3.0, 5.5])

    assert [one.cell(at) for at in one.within((4, 10))] == [5, 9]
    assert (one.cooperating((4, 10)), one.cooperating((0, 6)), one.cooperating((6, 9))) == (2, 1, 0)


def test_last_cell_of_all_bears_its_half():
    one = Found([CELLS - 0.5, CELLS - 1.0])

    assert [one.cell(at) for at in one.within((CELLS - 1, CELLS))] == [CELLS - 1, CELLS - 1]
    assert one.cooperating((CELLS - 1, CELLS)) == 1


def test_tiles_of_one_search_look_once(looking: Looking):
    looking.finding.found(QENA)
    looking.finding.found(QENA)
    looking.finding.found(QUS)

    assert looking.looked == [QENA, QUS]


def test_found_is_held_for_a_moment(looking: Looking):
    looking.finding.found(QENA)
    looking.now += HELD_SECONDS

    looking.finding.found(QENA)

    assert looking.looked == [QENA, QENA]


def test_what_takes_long_is_held_longer(looking: Looking):
    looking.takes = 1.0
    looking.finding.found(QENA)
    looking.now += 3.9

    looking.finding.found(QENA)

    assert looking.looked == [QENA]


def test_others_wait_for_who_looks(looking: Looking, monkeypatch: pytest.MonkeyPatch):
    asked, told = Event(), Event()

    def slowly(_: Any, search: Search) -> Found:
        looking.looked.append(search)
        asked.set()
        told.wait(10)
        return Found([7.5])

    monkeypatch.setattr(found_store, "read", slowly)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(looking.finding.found, QENA)
        asked.wait(10)
        second = threads.submit(looking.finding.found, QENA)
        told.set()
        assert first.result(10) is second.result(10)

    assert looking.looked == [QENA]


def test_failure_is_told_and_not_held(looking: Looking, monkeypatch: pytest.MonkeyPatch):
    def fail(*_: Any) -> Found:
        raise TooLong("too much")

    with monkeypatch.context() as patched, pytest.raises(TooLong):
        patched.setattr(found_store, "read", fail)
        looking.finding.found(QENA)

    assert len(looking.finding.found(QENA)) == 1


def test_room_is_bounded(looking: Looking, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(found_store, "ROOM", 1)
    looking.finding.found(QENA)
    looking.finding.found(QUS)

    looking.finding.found(QENA)

    assert looking.looked == [QENA, QUS, QENA]
