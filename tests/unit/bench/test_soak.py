"""Prove that a soak fails for what grows, and for nothing else."""

from __future__ import annotations

import random

from tests.bench.drive import Outcome
from tests.bench.soak import CONNECTIONS, MEMORY, Samples, judged, slower

SECONDS = 1200.0


def sampled(name: str, kind: str, per_hour: float, noise: float = 0.5, first: float = 80.0) -> Samples:
    chance = random.Random(3)
    times = range(0, int(SECONDS), 5)
    return {(name, kind): [(at, first + per_hour * at / 3600 + chance.gauss(0, noise)) for at in times]}


def test_leak_of_memory_fails():
    assert [one.met for one in judged(sampled("registry", MEMORY, 30), SECONDS)] == [False]


def test_steady_memory_passes():
    assert [one.met for one in judged(sampled("registry", MEMORY, 0), SECONDS)] == [True]


def test_start_is_not_growth():
    samples = sampled("registry", MEMORY, 0)
    samples["registry", MEMORY] = [(at, value - max(0, 40 - at / 5)) for at, value in samples["registry", MEMORY]]

    assert [one.met for one in judged(samples, SECONDS)] == [True]


def test_database_may_hold_more():
    assert [one.met for one in judged(sampled("mongo", MEMORY, 500), SECONDS)] == [True]
    assert [one.met for one in judged(sampled("database", CONNECTIONS, 10), SECONDS)] == [False]


def test_requests_that_get_slower_fail():
    quick = [Outcome(number, number, number + 0.01, 200) for number in range(300)]
    slow = [Outcome(number, number, number + 0.05, 200) for number in range(300, 450)]

    assert slower(quick).met
    assert not slower(quick + slow).met


def test_refused_request_fails():
    outcomes = [Outcome(number, number, number + 0.01, 200) for number in range(300)]

    assert not slower([*outcomes, Outcome(300, 300, 300.01, 503)]).met
