"""Do the arithmetic of the benchmarks: quantiles of latencies, and lines through samples."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import linear_regression

QUANTILES = (0.5, 0.95, 0.99)
HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Latencies:
    """Hold what became of many operations: how many, how many failed, successes a second, quantiles in milliseconds."""

    count: int
    failed: int
    rate: float
    p50: float
    p95: float
    p99: float
    worst: float


@dataclass(frozen=True, slots=True)
class Trend:
    """Hold a line through samples: its growth an hour, and the growth's standard error."""

    per_hour: float
    error: float

    def exceeds(self, allowed: float) -> bool:
        """Tell whether it grows by more than is allowed an hour, beyond what chance explains (two standard errors)."""
        return self.per_hour - 2 * self.error > allowed


def quantile(ordered: Sequence[float], share: float) -> float:
    """Return the least value that so large a share of the values does not exceed; 0 where there is none."""
    if not ordered:
        return 0.0
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def latencies(seconds: Sequence[float], *, failed: int, lasted: float) -> Latencies:
    """Return the figures of operations that took so many seconds each, failed ones left out, in a time."""
    ordered = sorted(seconds)
    p50, p95, p99, worst = (round(quantile(ordered, share) * 1000, 2) for share in (*QUANTILES, 1.0))
    rate = round(len(ordered) / lasted, 1) if lasted else 0.0
    return Latencies(len(ordered) + failed, failed, rate, p50, p95, p99, worst)


def trend(samples: Sequence[tuple[float, float]]) -> Trend:
    """Return the line of least squares through (seconds, value); fewer than three samples show none."""
    if len(samples) <= 2:
        return Trend(0.0, 0.0)
    times, values = zip(*samples, strict=True)
    line = linear_regression(times, values)
    spread = sum((time - sum(times) / len(times)) ** 2 for time in times)
    left = sum((value - line.slope * time - line.intercept) ** 2 for time, value in samples)
    error = math.sqrt(left / (len(samples) - 2) / spread)
    return Trend(line.slope * HOUR, error * HOUR)
