"""Prove the arithmetic of the benchmarks."""

from __future__ import annotations

import random

import pytest

from tests.bench.figures import Trend, latencies, quantile, trend


@pytest.mark.parametrize(("share", "expected"), [(0.5, 50), (0.95, 95), (0.99, 99), (1.0, 100), (0.001, 1)])
def test_quantile_is_a_value(share: float, expected: int):
    assert quantile(range(1, 101), share) == expected


def test_quantile_of_nothing():
    assert quantile([], 0.99) == 0


def test_one_slow_operation_shows():
    found = latencies([0.010] * 98 + [2.0] * 2, failed=0, lasted=10.0)

    assert (found.p50, found.p95, found.p99, found.worst) == (10, 10, 2000, 2000)


def test_failed_operations_are_no_throughput():
    found = latencies([0.01] * 90, failed=10, lasted=9.0)

    assert (found.count, found.failed, found.rate) == (100, 10, 10.0)


def test_line_is_found():
    found = trend([(second, 100 + second / 360) for second in range(0, 1200, 5)])

    assert found.per_hour == pytest.approx(10)
    assert found.error == pytest.approx(0, abs=1e-6)


def test_noise_is_no_growth():
    chance = random.Random(7)

    found = trend([(second, 100 + chance.gauss(0, 3)) for second in range(0, 1200, 5)])

    assert not found.exceeds(1.0)


def test_growth_shows_in_noise():
    chance = random.Random(7)

    found = trend([(second, 100 + second / 60 + chance.gauss(0, 1)) for second in range(0, 1200, 5)])

    assert found.per_hour == pytest.approx(60, rel=0.1)
    assert found.exceeds(50)


def test_two_samples_show_nothing():
    assert trend([(0, 1), (5, 9)]) == Trend(0, 0)
