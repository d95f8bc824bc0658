"""Run a steady mixed load for long, and see whether anything grows that should not.

Every few seconds each process's memory and open files are read, the connections of broker and database, and what waits
in queues and outboxes. A line is laid through each after a warm-up; it fails where it rises by more than is allowed an
hour, beyond what chance explains. Memory of broker and database is shown only: they hold what was stored.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import cycle, islice
from typing import Any

import httpx
import psutil

from chassis import mongo
from cli.makeup import USER
from cli.node import Node
from tests.bench import drive
from tests.bench.drive import Outcome, Request
from tests.bench.figures import Trend, quantile, trend
from tests.bench.measures import SHOWN, Measure
from tests.bench.speeds import Speed, speed
from tests.bench.tables import PARTS
from tests.bench.traffic import READS, Traffic
from tests.bench.usage import MEGABYTE, Meter
from tests.outboxes import waiting

RATE = 50.0  # requests a second
ROUND = 50  # requests in which each kind has its turn
NEEDS, REFERRALS, CHANGES = 2, 1, 1  # of a round; all others read
SAMPLES = 240
LEAST_PAUSE = 0.5
WARM_UP = 0.25  # share of the time
OWNERS = ("registry", "referrals", "notifications", "gateway")
MEMORY, FILES, CONNECTIONS, WAITING = "memory, MB", "open files", "connections", "waiting"
ALLOWED = {MEMORY: 12.0, FILES: 3.0, CONNECTIONS: 3.0, WAITING: 60.0}  # an hour
SLOWER_MOST = 1.5

Samples = dict[tuple[str, str], list[tuple[float, float]]]
"""Seconds since the start and value, by what it is of and what was read."""


class Sampler:
    """Read a node again and again. Use :meth:`running`."""

    def __init__(self, node: Node) -> None:
        """Take a node that is up."""
        self._node = node
        self._meter = Meter.of(node)
        self._databases = [mongo.connect(node.config, name) for name in OWNERS]
        self._http = httpx.Client(base_url=node.management_url, auth=(USER, node.layout.secret("broker")), timeout=10)
        self.samples: Samples = defaultdict(list)

    @contextmanager
    def running(self, pause: float) -> Iterator[Samples]:
        """Sample while the block runs, and close everything then."""
        stop, began = threading.Event(), time.monotonic()

        def run() -> None:
            while not stop.wait(pause):
                with suppress(httpx.HTTPError, psutil.NoSuchProcess):
                    self._sample(time.monotonic() - began)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        try:
            yield self.samples
        finally:
            stop.set()
            thread.join()
            self._http.close()
            for database in self._databases:
                database.client.close()

    def _sample(self, at: float) -> None:
        for key, value in self._values():
            self.samples[key].append((at, value))

    def _values(self) -> Iterator[tuple[tuple[str, str], float]]:
        for name, processes in self._meter.trees().items():
            yield (name, MEMORY), sum(one.memory_info().rss for one in processes) / MEGABYTE
            yield (name, FILES), sum(one.num_fds() for one in processes)
        totals = self._http.get("/api/overview").raise_for_status().json()
        yield ("broker", CONNECTIONS), totals["object_totals"]["connections"]
        yield ("queues", WAITING), totals["queue_totals"].get("messages", 0)
        server = self._databases[0].client.admin.command("serverStatus")
        yield ("database", CONNECTIONS), server["connections"]["current"]
        yield ("outboxes", WAITING), sum(map(waiting, self._databases))


class Soak:
    """Load a node that runs with the demo directorate on it."""

    def __init__(self, node: Node, traffic: Traffic) -> None:
        """Take the node and its traffic."""
        self._node = node
        self._traffic = traffic

    def run(self, seconds: float) -> tuple[Speed, list[Measure], list[dict[str, Any]]]:
        """Load for so many seconds; return how fast it was, what grew, and all samples."""
        requests = self._mixed(seconds)
        sampling = Sampler(self._node).running(max(LEAST_PAUSE, seconds / SAMPLES))
        with sampling as samples, Meter.of(self._node).reading() as used:
            outcomes = drive.open_loop(
                self._node.config.public_url, requests, seconds, rate=RATE, connections=drive.CONNECTIONS
            )
        line = speed("soak", f"open, {RATE:g}/s", drive.figures_of(outcomes), used)
        return line, [*judged(samples, seconds), slower(outcomes)], _as_json(samples)

    def _mixed(self, seconds: float) -> Iterator[Request]:
        """Prepare what has to be there beforehand, and return the requests, each made when it is due."""
        families = self._traffic.families(50)
        referrals = iter(self._traffic.cases(int(seconds * RATE / ROUND * REFERRALS) + 1))
        reads = cycle([path for name in READS for path in READS[name](self._traffic)[:20]])
        return self._rounds(families, referrals, reads)

    def _rounds(self, families: list[str], referrals: Iterator[Any], reads: Iterator[str]) -> Iterator[Request]:
        """Yield rounds of requests. Organizations change and none is added: what there is more of may take more."""
        changes = self._traffic.changes()
        while True:
            yield from self._traffic.needs(families, NEEDS)
            yield from islice(changes, CHANGES)
            for case, _ in zip(referrals, range(REFERRALS), strict=False):
                yield self._traffic.referral(*case)
            for _ in range(ROUND - NEEDS - CHANGES - REFERRALS):
                yield Request(next(reads))


def judged(samples: Samples, seconds: float) -> list[Measure]:
    """Return a line for each thing that was read, the fastest growing first of its kind."""
    lines = [_judged(name, kind, found, seconds * WARM_UP) for (name, kind), found in samples.items()]
    return sorted(lines, key=lambda one: (one.name.partition(": ")[2], -one.ours))


def _judged(name: str, kind: str, found: list[tuple[float, float]], warm: float) -> Measure:
    line = trend([one for one in found if one[0] >= warm])
    shown_only = kind in {MEMORY, FILES} and name in PARTS
    target = SHOWN if shown_only else f"<= {ALLOWED[kind]:g} an hour"
    note = f"± {2 * line.error:.1f}; {found[0][1]:.0f} at first, {found[-1][1]:.0f} at last, {_most(found):.0f} at most"
    met = shown_only or not grows(line, kind)
    return Measure(f"{name}: {kind}", "an hour", round(line.per_hour, 1), None, None, target, met, note)


def grows(line: Trend, kind: str) -> bool:
    """Tell whether something grows by more than it may."""
    return line.exceeds(ALLOWED[kind])


def slower(outcomes: list[Outcome]) -> Measure:
    """Compare the p95 of the last third of the requests with that of the first."""
    took = [one.ended - one.due for one in sorted(outcomes, key=lambda one: one.number)]
    third = len(took) // 3
    first, last = (quantile(sorted(part), 0.95) * 1000 for part in (took[:third], took[-third:] if third else []))
    ratio, failed = round(last / first, 2) if first else 0.0, sum(not one.good for one in outcomes)
    met, note = ratio <= SLOWER_MOST and not failed, f"{failed} of {len(outcomes)} failed"
    name, target = "p95 of the last third beside the first", f"<= {SLOWER_MOST} x"
    return Measure(name, "ms", round(last, 1), round(first, 1), ratio, target, met, note)


def _most(found: list[tuple[float, float]]) -> float:
    return max(value for _, value in found)


def _as_json(samples: Samples) -> list[dict[str, Any]]:
    return [
        {"name": name, "kind": kind, "samples": [(round(at, 1), round(value, 2)) for at, value in found]}
        for (name, kind), found in samples.items()
    ]
