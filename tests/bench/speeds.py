"""Measure one way through the node each, in a closed and in an open loop, with what each process spent on it.

The closed loop says how much goes through. The open loop then offers :data:`SHARE` of that at a fixed rate, and says
how long callers wait.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any

from chassis import mongo
from cli.node import Node
from cli.process import wait_until
from cli.roster import API
from demo.play import Play
from tests.bench import drive, effects, load
from tests.bench.drive import Outcome, Request
from tests.bench.effects import Moments
from tests.bench.figures import Latencies
from tests.bench.processes import gateway
from tests.bench.traffic import FILE_ROWS, KEPT, READS, Traffic, id_in
from tests.bench.usage import Meter, Used

SHARE = 0.7
WARM_UP = 1.0
WAITERS = 16  # connections that each wait for the effect of their request
IMPORTERS = 4
SETTLE = 60.0
QUIET = 2.0
LEAST_RATE, MOST_RATE = 0.2, 1_500.0  # beyond that the generator would measure itself
WRITES_MOST, TEXTS_MOST, FILES_MOST = 120, 60, 12  # more than a second of a closed loop needs

Effect = Callable[[list[Request]], drive.Effects]
"""Tell, for the requests that are sent, when what each asked for is there."""


@dataclass(frozen=True)
class Speed:
    """Hold one line: what was done, in which loop, how fast, and what each operation cost.

    ``database_ops`` is the database's own count; each inserted document is one.
    """

    name: str
    loop: str
    figures: Latencies
    cpu_ms: dict[str, float] = field(default_factory=dict)
    memory_mb: dict[str, float] = field(default_factory=dict)
    database_ops: float = 0.0


def offered(most: float) -> float:
    """Return the rate that the open loop offers where so many went through the closed one."""
    return min(MOST_RATE, max(LEAST_RATE, most * SHARE))


def speed(name: str, loop: str, figures: Latencies, used: Used) -> Speed:
    """Return the line of a run."""
    good = max(1, figures.count - figures.failed)
    return Speed(name, loop, figures, used.milliseconds_each(good), used.megabytes, round(used.database_ops / good, 1))


class Speeds:
    """Measure a node that runs with the demo directorate on it."""

    def __init__(self, node: Node, play: Play, home: Path, seconds: float) -> None:
        """Take the node, whom to act as, and how long each load lasts."""
        self._node = node
        self._home = home
        self._seconds = seconds
        self._url = node.config.public_url
        self._meter = Meter.of(node)
        self._traffic = Traffic(play, self._url)

    def of(self, name: str) -> list[Speed]:
        """Measure one of :data:`NAMES`."""
        return self.read(name) if name in READS else list(getattr(self, f"_{name}")())

    # Reads

    def read(self, name: str) -> list[Speed]:
        """Read many different addresses of one kind, from a gateway that keeps no answers; ``kept`` from the node's."""
        paths = READS[name](self._traffic)
        if name == KEPT:
            return self._read(name, paths, self._url, self._meter)
        with gateway(self._node, self._node.config.api_processes, cache_seconds="0") as (url, pid):
            return self._read(name, paths, url, self._meter.with_(API, pid))

    def _read(self, name: str, paths: list[str], url: str, meter: Meter) -> list[Speed]:
        file = self._home / "paths.txt"
        file.write_text("\n".join(paths) + "\n", "utf-8")
        load.each(url, WARM_UP, file)
        with meter.reading() as used:
            most = load.each(url, self._seconds, file)
        rate = offered(most.rate)
        with meter.reading() as used_open:
            outcomes = drive.open_loop(url, map(Request, cycle(paths)), self._seconds, rate=rate)
        return [
            speed(name, f"closed, {load.CONNECTIONS}", most, used),
            speed(name, f"open, {rate:.3g}/s", drive.figures_of(outcomes), used_open),
        ]

    # Changes, until they are answered

    def _need(self) -> list[Speed]:
        families = self._traffic.families(50)
        return self._both("need", lambda count: self._traffic.needs(families, count), WRITES_MOST)

    def _referral(self) -> list[Speed]:
        lines = self._both("referral", self._traffic.referrals, WRITES_MOST)
        self._wait_for_texts()
        return lines

    def _wait_for_texts(self) -> None:
        """Return when the SMSC has got no text for a while, so that nothing is left to be done."""
        sizes = [-1]

        def quiet() -> bool:
            sizes.append(self._node.texts.stat().st_size)
            return sizes[-1] == sizes[-2]

        with suppress(TimeoutError):
            wait_until(quiet, "the texts", SETTLE, interval=QUIET)

    # Changes, until their effect is there

    def _event(self) -> list[Speed]:
        directory = mongo.connect(self._node.config, "gateway")["directory_organizations"]
        with directory.database.client, effects.inserts(directory, lambda one: one["_id"]) as seen:
            return self._both("event", self._traffic.organizations, WRITES_MOST, _by_id(seen))

    def _import(self) -> list[Speed]:
        directory = mongo.connect(self._node.config, "gateway")["directory_organizations"]
        watching = effects.inserts(directory, _file_of, FILE_ROWS, ("record.identifiers",))
        with directory.database.client, watching as seen:
            return self._both("import", self._traffic.files, FILES_MOST, _by_mark(seen), IMPORTERS)

    def _text(self) -> list[Speed]:
        with effects.texts(self._node.texts) as seen:
            return self._both("text", self._traffic.referrals, TEXTS_MOST, _by_mark(seen))

    # Both loops

    def _both(
        self,
        name: str,
        make: Callable[[int], list[Request]],
        most_a_second: int,
        effect: Effect | None = None,
        connections: int = WAITERS,
    ) -> list[Speed]:
        """Run both loops; with ``effect`` an operation lasts until that is seen."""
        connections = connections if effect else drive.CONNECTIONS
        requests = make(int(self._seconds * most_a_second))
        ended = effect and effect(requests)
        with self._meter.reading() as used:
            outcomes = drive.closed_loop(
                self._url, requests, self._seconds, connections=connections, keep=bool(effect), effects=ended
            )
        most = drive.figures_of(outcomes, ended)
        due = make(int(self._seconds * most.rate * SHARE) + 1)
        opened = self._open(name, due, most.rate, effect and effect(due))
        return [speed(name, f"closed, {connections}", most, used), opened]

    def _open(self, name: str, requests: Iterable[Request], most: float, ended: drive.Effects | None = None) -> Speed:
        rate = offered(most)
        with self._meter.reading() as used:
            outcomes = drive.open_loop(self._url, requests, self._seconds, rate=rate, keep=bool(ended))
            with suppress(TimeoutError):
                wait_until(lambda: not ended or all(map(ended, filter(_good, outcomes))), "the effects", SETTLE)
        return speed(name, f"open, {rate:.3g}/s", drive.figures_of(outcomes, ended), used)


def _good(outcome: Outcome) -> bool:
    return outcome.good


def _by_id(seen: Moments) -> Effect:
    """Find an effect by the id that the answer named."""
    return lambda _: lambda outcome: seen.of(id_in(outcome.body))


def _by_mark(seen: Moments) -> Effect:
    """Find an effect by what the request was about."""
    return lambda requests: lambda outcome: seen.of(requests[outcome.number].about)


def _file_of(document: dict[str, Any]) -> str:
    return str(document["record"]["identifiers"][0]["identifier"]).partition("/")[0]


NAMES = (*READS, "need", "referral", "event", "import", "text")
