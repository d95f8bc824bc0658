"""Measure a node against baselines in the same minute: ``python -m tests.bench``.

Prints a table and writes ``.run/bench.json``: for each measure its name, unit, ours, baseline, ratio, target and
whether it is met. The exit code is 0 also where a target is missed: the table says so.
"""

from __future__ import annotations

import platform
import sys
from pathlib import Path
from typing import Any

import click
import orjson
import psutil
from rich.console import Console
from rich.table import Table

from cli.context import Context, quiet_logs
from cli.explained import Explained
from cli.node import Node
from cli.running import start
from demo.play import Play
from demo.stage import Stage
from demo.timeline import Timeline
from tests.bench.load import CONNECTIONS, NoLoad
from tests.bench.measures import SECONDS, Bench, Measure, sign_in

UNLIMITED = "10000000/minute"
SETTINGS = {
    "TASHBIK_PUBLIC_RATE": UNLIMITED,
    "TASHBIK_WRITE_RATE": UNLIMITED,
    "TASHBIK_TOKEN_RATE": UNLIMITED,
    "TASHBIK_SMSC_RATE": "1000",
}


@click.command(cls=Explained)
@click.option("--seconds", default=SECONDS, show_default=True, help="Length of each load.")
@click.option("--rows", default=10_000, show_default=True, help="Rows of the import.")
@click.option("--run", "home", default=".run/bench", type=click.Path(path_type=Path), help="Directory of the node.")
@click.option("--out", default=".run/bench.json", type=click.Path(path_type=Path), help="File of the report.")
def main(seconds: float, rows: int, home: Path, out: Path) -> None:
    """Start a node of its own, measure it, and stop it."""
    quiet_logs()
    context = Context(home, Console(highlight=False, width=None if sys.stdout.isatty() else 200))
    node = Node(home, demo=True, settings=SETTINGS)
    try:
        start(context, node)
        with Stage(node) as stage:
            measures = _measure(context, stage, seconds, rows)
    except NoLoad as error:
        raise click.ClickException(str(error)) from error
    finally:
        node.down()
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(orjson.dumps(_report(measures), option=orjson.OPT_INDENT_2))
    show(context.console, measures)


def _measure(context: Context, stage: Stage, seconds: float, rows: int) -> list[Measure]:
    play = Play(stage, Timeline(context.console), context)
    play.load_areas()
    play.import_associations()
    play.register_family()
    sign_in(play.worker)
    bench = Bench(stage.node, play, context.home, seconds)
    try:
        return [
            bench.event_latency(),
            *bench.reads(),
            bench.imports(rows),
            bench.referrals(),
            *bench.memory(),
        ]
    finally:
        bench.close()


def _report(measures: list[Measure]) -> dict[str, Any]:
    return {
        "machine": {"cores": psutil.cpu_count(), "python": platform.python_version()},
        "connections": CONNECTIONS,
        "measures": [measure.as_json() for measure in measures],
    }


def show(console: Console, measures: list[Measure]) -> None:
    """Print the measures as a table."""
    table = Table("measure", "ours", "baseline", "ratio", "target", "", "note", box=None)
    for one in measures:
        baseline = "" if one.baseline is None else f"{one.baseline:g}"
        ratio = "" if one.ratio is None else f"{one.ratio:.2f} x"
        mark = "[green]met[/]" if one.met else "[red]missed[/]"
        table.add_row(one.name, f"{one.ours:g} {one.unit}", baseline, ratio, one.target, mark, one.note)
    console.print(table)


if __name__ == "__main__":
    main()
