"""Prove what the open loop is offered."""

from __future__ import annotations

import pytest

from tests.bench.figures import latencies
from tests.bench.speeds import offered, speed
from tests.bench.usage import Used


@pytest.mark.parametrize(("most", "rate"), [(100, 70), (0, 0.2), (9_000, 1_500)])
def test_open_loop_is_offered_less(most: float, rate: float):
    assert offered(most) == pytest.approx(rate)


def test_failures_cost_those_that_went_well():
    line = speed("need", "open, 70/s", latencies([0.01] * 5, failed=5, lasted=1.0), Used({"api": 0.05}, {}, 100))

    assert (line.cpu_ms, line.database_ops) == ({"api": 10.0}, 20.0)
