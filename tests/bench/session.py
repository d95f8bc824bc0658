"""Measure a running node by the names of what is wanted."""

from __future__ import annotations

from collections.abc import Sequence

from demo.play import Play
from tests.bench.beside import Beside
from tests.bench.growth import Growth, growth_of
from tests.bench.limits import NAMES as LIMITS
from tests.bench.limits import Limits
from tests.bench.measures import Bench, Measure
from tests.bench.report import Report
from tests.bench.soak import Soak
from tests.bench.speeds import NAMES as SPEEDS
from tests.bench.speeds import Speeds
from tests.bench.traffic import Traffic

SHORT, REPLICAS = "short", "replicas"
NAMES = (SHORT, *SPEEDS, *LIMITS, REPLICAS)
"""What is measured by its name alone; beside peers, the size of the directory has to be said."""


class Session:
    """Hold a node with the demo directorate on it, and the report that all goes to."""

    def __init__(self, play: Play, report: Report, seconds: float, rows: int) -> None:
        """Take whom to act as, how long each load lasts, and how many rows are imported."""
        self.report = report
        self._play = play
        self._seconds = seconds
        self._rows = rows
        self._node = play.stage.node
        self._scratch = self._node.home / "tmp"  # which goes with the node
        self._traffic = Traffic(play, self._node.config.public_url)
        self._speeds = Speeds(self._node, play, self._scratch, seconds)
        self._growth = Growth(self._node, self._traffic, report.console, seconds)

    def measure(self, name: str) -> None:
        """Measure one of :data:`NAMES`."""
        if name in LIMITS:
            limits = Limits(self._node, self._traffic, self._speeds, self._scratch, self._seconds)
            self.report.take(limits.of(name))
        elif name == SHORT:
            self.report.take(self._short())
        else:
            self.report.take_speeds(self._growth.replicas() if name == REPLICAS else self._speeds.of(name))

    def grow(self, sizes: Sequence[int]) -> None:
        """Measure reads at these sizes of the directory."""
        found = list(self._growth.sizes(sizes))
        self.report.more["growth"] = found
        self.report.take(growth_of(found))

    def beside(self, size: int) -> None:
        """Measure a directory of this size, and others' programs beside it."""
        for lines in Beside(self._node, self._growth, self.report.console, self._scratch, self._seconds).of(size):
            self.report.take(lines)

    def soak(self, seconds: float) -> None:
        """Load the node for so long, and see what grows."""
        line, measures, samples = Soak(self._node, self._traffic).run(seconds)
        self.report.more["samples"] = samples
        self.report.take_speeds([line])
        self.report.take(measures)
        verdict = "[green]passed[/]" if all(one.met for one in measures) else "[red]failed[/]"
        self.report.console.print(f" soak of {seconds:g} s: {verdict}")

    def _short(self) -> list[Measure]:
        bench = Bench(self._node, self._play, self._scratch, self._seconds)
        try:
            return [
                bench.event_latency(),
                *bench.reads(),
                bench.imports(self._rows),
                bench.referrals(),
                *bench.memory(),
            ]
        finally:
            bench.close()
