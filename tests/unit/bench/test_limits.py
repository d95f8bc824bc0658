"""Prove that what stands beside a library is compared as it is meant."""

from __future__ import annotations

from tests.bench.baselines.raw import CALLS, _confirm, _in_turn
from tests.bench.limits import at_least


def test_half_of_the_limit_meets_half():
    assert at_least("reads", 500, 1000, 0.5, note="").met
    assert not at_least("reads", 499, 1000, 0.5, note="").met


def test_no_baseline_meets_nothing():
    assert not at_least("reads", 500, 0, 0.5, note="").met


def test_confirm_of_many_closes_those_before():
    waiting = {1, 2, 3, 4}

    _confirm(waiting, 3, multiple=True)
    assert waiting == {4}
    _confirm(waiting, 4, multiple=False)

    assert not waiting


def test_callers_take_turns():
    made: list[str] = []

    ours, theirs = _in_turn(lambda: made.append("ours"), lambda: made.append("theirs"), seconds=0.0)

    assert (len(ours), len(theirs)) == (CALLS, CALLS)
    assert made == (["ours"] * CALLS + ["theirs"] * CALLS) * 2
