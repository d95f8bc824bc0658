"""Print what was measured."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Column, Table

from tests.bench.measures import SHOWN, Measure
from tests.bench.speeds import Speed
from tests.bench.usage import LOAD

PARTS = ("mongo", "rabbitmq", "epmd", "smsc", "mailbox")


def show_measures(console: Console, measures: Sequence[Measure]) -> None:
    """Print what has a baseline or a target."""
    table = Table("measure", "ours", "baseline", "ratio", "target", "", "note", box=None)
    for one in measures:
        baseline = "" if one.baseline is None else f"{one.baseline:g}"
        ratio = "" if one.ratio is None else f"{one.ratio:.2f} x"
        mark = "" if one.target == SHOWN else "[green]met[/]" if one.met else "[red]missed[/]"
        table.add_row(one.name, f"{one.ours:g} {one.unit}", baseline, ratio, one.target, mark, one.note)
    console.print(table)


def show_speeds(console: Console, speeds: Sequence[Speed]) -> None:
    """Print throughput, and latencies in milliseconds."""
    table = Table("what", "loop", "a second", "p50 ms", "p95 ms", "p99 ms", "worst ms", "failed", box=None)
    for one in speeds:
        found = one.figures
        numbers = (found.rate, found.p50, found.p95, found.p99, found.worst)
        table.add_row(one.name, one.loop, *(f"{number:,.1f}" for number in numbers), f"{found.failed} of {found.count}")
    console.print(table)


def show_costs(console: Console, speeds: Sequence[Speed]) -> None:
    """Print what one operation cost: processor time by process, operations of the database; and the largest process."""
    names = list(dict.fromkeys(name for one in speeds for name in one.cpu_ms if name != LOAD))
    first = [Column(title, no_wrap=True) for title in ("CPU ms each", "loop")]
    table = Table(*first, *names, LOAD, "database ops", "largest of ours, MB", box=None)
    for one in speeds:
        sizes = {name: size for name, size in one.memory_mb.items() if name not in PARTS}
        largest = max(sizes, key=lambda name: sizes[name], default="")
        costs = [f"{one.cpu_ms[name]:.2f}" if name in one.cpu_ms else "" for name in (*names, LOAD)]
        table.add_row(one.name, one.loop, *costs, f"{one.database_ops:.1f}", f"{largest} {sizes.get(largest, 0):.0f}")
    if speeds:
        console.print(table)
