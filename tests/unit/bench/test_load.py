"""Prove that what wrk prints is read as it is meant."""

from __future__ import annotations

from tests.bench.figures import Latencies
from tests.bench.load import latencies_of, read_off

PRINTED = """Running 2s test @ http://127.0.0.1:8080
  2 threads and 32 connections
  Latency Distribution
     50%   17.81ms
     75%   25.01ms
     90%   38.00ms
     99%    1.02s
  3348 requests in 2.02s, 5.01MB read
  Socket errors: connect 0, read 1, write 0, timeout 2
  Non-2xx or 3xx responses: 4
Requests/sec:   1660.61
Transfer/sec:      2.48MB
Quantile 50: 17810 us
Quantile 95: 45002 us
Quantile 99: 1020000 us
Quantile 100: 1229600 us
"""


def test_every_kind_of_failure_counts():
    assert read_off(PRINTED).failed == 7


def test_units_are_minded():
    assert (read_off(PRINTED).p50, read_off(PRINTED).p99) == (17.81, 1020)


def test_quantiles_of_the_script():
    assert latencies_of(PRINTED) == Latencies(3348, 7, 1660.61, 17.81, 45.0, 1020.0, 1229.6)
