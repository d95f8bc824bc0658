"""Prove that no comparison keeps the process busy: long ones take turns, and end."""

from __future__ import annotations

import pytest

from chassis import bounded
from chassis.bounded import Turns
from chassis.errors import Unavailable
from services.gateway.ogc.domain import TooBroad
from services.gateway.ogc.effort import LONGEST, QUICK, effort
from tests.unit.gateway.fakes import Clock


@pytest.fixture
def clock() -> Clock:
    """Give the processor's time."""
    return Clock()


@pytest.fixture
def turns(monkeypatch: pytest.MonkeyPatch) -> Turns:
    """Give one turn, for which nobody waits long."""
    monkeypatch.setattr(bounded, "PATIENCE", 0.01)
    return Turns(at_once=1)


def test_quick_comparison_needs_no_turn(turns: Turns, clock: Clock):
    with turns.turn(), effort(turns, clock) as tick:
        clock.now += QUICK / 2
        tick()


def test_long_comparison_needs_a_turn(turns: Turns, clock: Clock):
    with turns.turn(), effort(turns, clock) as tick:
        clock.now += QUICK * 2
        with pytest.raises(Unavailable):
            tick()


def test_turn_is_held_to_the_end(turns: Turns, clock: Clock):
    with effort(turns, clock) as tick:
        clock.now += QUICK * 2
        tick()
        tick()
        with pytest.raises(Unavailable), turns.turn():
            pass

    with turns.turn():
        pass


def test_longest_comparison_is_stopped(turns: Turns, clock: Clock):
    with effort(turns, clock) as tick:
        clock.now += LONGEST * 2
        with pytest.raises(TooBroad):
            tick()
