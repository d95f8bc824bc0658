"""Prove how long a thing is remembered, and who finds it anew."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event

import pytest

from chassis.bounded import TooLong
from services.gateway.hsds.remembered import LATE, Remembered
from tests.unit.gateway.fakes import Clock

SECONDS = 10.0


class Looking:
    """Find a number, but not before it is told to go on."""

    def __init__(self, number: int) -> None:
        """Take what is found."""
        self._number = number
        self._begun, self._go_on = Event(), Event()
        self.times = 0

    def find(self) -> int:
        """Find it."""
        self.times += 1
        self._begun.set()
        assert self._go_on.wait(10)
        return self._number

    def begun(self) -> None:
        """Return when somebody looks."""
        assert self._begun.wait(10)

    def go_on(self) -> None:
        """Let it be found."""
        self._go_on.set()


@pytest.fixture
def clock() -> Clock:
    """Give a clock that stands."""
    return Clock()


@pytest.fixture
def known(clock: Clock) -> Remembered[int]:
    """Give what remembers two things."""
    return Remembered(SECONDS, 2, clock)


def too_long() -> int:
    """Do not find it."""
    raise TooLong("It takes too long.")


def test_remembered_for_its_seconds(known: Remembered[int], clock: Clock):
    known.put("pages", 7)

    before = known.get("pages")
    clock.now += SECONDS

    assert (before, known.get("pages")) == (7, None)


def test_oldest_is_forgotten(known: Remembered[int]):
    for number, name in enumerate("abac"):
        known.put(name, number)

    assert [known.get(name) for name in "abc"] == [2, None, 3]


def test_nothing_is_remembered_as_well(known: Remembered[int]):
    known.put("pages", 0)

    assert known.found("pages", lambda: 1) == 0


def test_many_who_ask_at_once_have_it_found_once(known: Remembered[int]):
    looking = Looking(4_000)

    with ThreadPoolExecutor(8) as threads:
        first = threads.submit(known.found, "all", looking.find)
        looking.begun()
        others = [threads.submit(known.found, "all", looking.find) for _ in range(7)]
        looking.go_on()

        assert [one.result(10) for one in (first, *others)] == [4_000] * 8
    assert looking.times == 1


def test_who_comes_late_is_given_what_is_known_while_it_is_found_anew(known: Remembered[int], clock: Clock):
    known.put("all", 7)
    clock.now += LATE * SECONDS - 1
    looking = Looking(8)

    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(known.found, "all", looking.find)
        looking.begun()
        meanwhile = known.found("all", looking.find)
        looking.go_on()

        assert (meanwhile, first.result(10)) == (7, 8)
    assert known.get("all") == 8


def test_what_is_too_old_is_waited_for(known: Remembered[int], clock: Clock):
    known.put("all", 7)
    clock.now += LATE * SECONDS
    looking = Looking(8)

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(known.found, "all", looking.find)
        looking.begun()
        second = threads.submit(known.found, "all", looking.find)
        looking.go_on()

        assert [first.result(10), second.result(10)] == [8, 8]


def test_what_cannot_be_found_in_time_is_as_it_was_known(known: Remembered[int], clock: Clock):
    known.put("all", 7)
    clock.now += SECONDS
    late = known.found("all", too_long)
    clock.now += LATE * SECONDS

    with pytest.raises(TooLong):
        known.found("all", too_long)
    assert late == 7


def test_who_waits_is_told_why_it_was_not_found(known: Remembered[int]):
    begun, go_on = Event(), Event()

    def fail() -> int:
        begun.set()
        assert go_on.wait(10)
        return too_long()

    with ThreadPoolExecutor(2) as threads:
        waiting: list[Future[int]] = [threads.submit(known.found, "all", fail)]
        begun.wait(10)
        waiting.append(threads.submit(known.found, "all", fail))
        go_on.set()

        assert [type(one.exception(10)) for one in waiting] == [TooLong, TooLong]


def test_what_could_not_be_found_is_sought_again(known: Remembered[int]):
    with pytest.raises(ZeroDivisionError):
        known.found("all", lambda: 1 // 0)

    assert known.found("all", lambda: 7) == 7
