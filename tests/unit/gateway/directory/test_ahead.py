"""Prove that what comes next is read beforehand, and that nothing is taken for another thing."""

from __future__ import annotations

import threading

import pytest

from chassis.errors import Unavailable
from services.gateway.directory.ahead import Ahead


def test_what_is_begun_is_read_once():
    read: list[str] = []
    ahead = Ahead(lambda place: read.append(place) or place.upper())

    ahead.begin("a")
    found = ahead.take("a"), ahead.take("a")

    assert (found, read) == (("A", "A"), ["a", "a"])


def test_another_place_is_read_by_itself():
    ahead = Ahead(str.upper)

    ahead.begin("a")

    assert [ahead.take("b"), ahead.take("a")] == ["B", "A"]


def test_failure_is_told_when_taken():
    def fails(_place: str) -> str:
        raise Unavailable("The broker is away.")

    ahead = Ahead(fails)
    ahead.begin("a")

    with pytest.raises(Unavailable):
        ahead.take("a")


def test_death_is_told_too():
    class Killed(BaseException):
        pass

    def dies(_place: str) -> str:
        raise Killed

    ahead, told = Ahead(dies), threading.Event()
    ahead.begin("a")

    def take() -> None:
        with pytest.raises(Killed):
            ahead.take("a")
        told.set()

    threading.Thread(target=take, daemon=True).start()  # which a failure leaves waiting
    assert told.wait(10)
