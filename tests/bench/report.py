"""Gather what was measured: show each thing as it comes, and write all of it at the end."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import psutil
from rich.console import Console

from tests.bench import plot, tables
from tests.bench.load import CONNECTIONS
from tests.bench.measures import Measure
from tests.bench.speeds import Speed


@dataclass
class Report:
    """Hold what was measured so far; ``more`` are figures that no table shows."""

    console: Console
    measures: list[Measure] = field(default_factory=list)
    speeds: list[Speed] = field(default_factory=list)
    more: dict[str, Sequence[Any]] = field(default_factory=dict)

    def take(self, measures: Sequence[Measure]) -> None:
        """Take what has a baseline or a target."""
        self.measures += measures
        tables.show_measures(self.console, measures)

    def take_speeds(self, speeds: Sequence[Speed]) -> None:
        """Take what has a throughput and latencies."""
        self.speeds += speeds
        tables.show_speeds(self.console, speeds)

    def show_costs(self) -> None:
        """Print what each operation cost."""
        tables.show_costs(self.console, self.speeds)

    def write(self, out: Path) -> None:
        """Write all of it, with a picture beside it where there is something to draw."""
        found = {
            "machine": {"cores": psutil.cpu_count(), "python": platform.python_version()},
            "connections": CONNECTIONS,
            "measures": self.measures,
            "speeds": self.speeds,
            **self.more,
        }
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(orjson.dumps(found, option=orjson.OPT_INDENT_2))
        if self.speeds:
            out.with_suffix(".svg").write_text(plot.draw(self.speeds), "utf-8")
