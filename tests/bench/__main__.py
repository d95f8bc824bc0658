"""Measure a node against baselines in the same minute: ``python -m tests.bench``.

Without options it does what fits two minutes. ``--only NAME`` measures one thing instead, ``--all`` everything but the
soak; docs/speed.md says what each is. Prints tables and writes ``.run/bench.json``. The exit code is 0 also where a
target is missed: the table says so.
"""

from __future__ import annotations

import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import orjson
import psutil
from rich.console import Console

from cli.context import Context, quiet_logs
from cli.explained import Explained
from cli.node import Node
from cli.running import start
from demo.play import Play
from demo.stage import Stage
from demo.timeline import Timeline
from tests.bench import plot, tables
from tests.bench.growth import Grown, Growth, growth_of
from tests.bench.limits import NAMES as LIMITS
from tests.bench.limits import Limits
from tests.bench.load import CONNECTIONS, NoLoad
from tests.bench.measures import SECONDS, Bench, Measure, sign_in
from tests.bench.speeds import NAMES as SPEEDS
from tests.bench.speeds import Speed, Speeds
from tests.bench.traffic import Traffic

SHORT = "short"
REPLICAS = "replicas"
NAMES = (SHORT, *SPEEDS, *LIMITS, REPLICAS)
USUAL_GROWTH = [1_000, 60_000]
UNLIMITED = "10000000/minute"
SETTINGS = {
    "TASHBIK_PUBLIC_RATE": UNLIMITED,
    "TASHBIK_WRITE_RATE": UNLIMITED,
    "TASHBIK_TOKEN_RATE": UNLIMITED,
    "TASHBIK_SMSC_RATE": "1000",
}


@dataclass(frozen=True)
class Wanted:
    """Say what to measure: which of :data:`NAMES`, growth at which sizes, and for how long each."""

    names: Sequence[str]
    sizes: Sequence[int]
    seconds: float
    rows: int


def _sizes(_context: click.Context, _option: click.Parameter, given: str | None) -> list[int]:
    try:
        return [int(one) for one in given.split(",")] if given else []
    except ValueError as error:
        raise click.BadParameter("give numbers with commas between them") from error


@click.command(cls=Explained)
@click.option("--seconds", default=SECONDS, show_default=True, help="Length of each load.")
@click.option("--rows", default=10_000, show_default=True, help="Rows of the import.")
@click.option("--only", multiple=True, type=click.Choice(NAMES), help="Measure this alone; may be given again.")
@click.option("--all", "everything", is_flag=True, help="Measure all of these, and growth to 60,000 records.")
@click.option("--grow", callback=_sizes, metavar="SIZES", help="Measure reads of a directory of 1000,60000,… records.")
@click.option("--run", "home", default=".run/bench", type=click.Path(path_type=Path), help="Directory of the node.")
@click.option("--out", default=".run/bench.json", type=click.Path(path_type=Path), help="File of the report.")
def main(
    *, seconds: float, rows: int, only: tuple[str, ...], everything: bool, grow: list[int], home: Path, out: Path
) -> None:
    """Start a node of its own, measure it, and stop it."""
    quiet_logs()
    context = Context(home, Console(highlight=False, width=None if sys.stdout.isatty() else 200))
    node = Node(home, demo=True, settings=SETTINGS)
    names = NAMES if everything else only or (() if grow else (SHORT,))
    wanted = Wanted(names, grow or (USUAL_GROWTH if everything else []), seconds, rows)
    try:
        start(context, node)
        with Stage(node) as stage:
            report = _measured(context, _ready(context, stage), wanted)
    except NoLoad as error:
        raise click.ClickException(str(error)) from error
    finally:
        node.down()
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(orjson.dumps(report, option=orjson.OPT_INDENT_2))
    if report["speeds"]:
        out.with_suffix(".svg").write_text(plot.draw(report["speeds"]), "utf-8")


def _ready(context: Context, stage: Stage) -> Play:
    """Bring the demo directorate in."""
    play = Play(stage, Timeline(context.console), context)
    play.load_areas()
    play.import_associations()
    play.register_family()
    sign_in(play.worker)
    return play


def _measured(context: Context, play: Play, wanted: Wanted) -> dict[str, Any]:
    node, seconds = play.stage.node, wanted.seconds
    scratch, traffic = node.home / "tmp", Traffic(play, node.config.public_url)
    measures, speeds, found = list[Measure](), list[Speed](), list[Grown]()
    measuring = Speeds(node, play, scratch, seconds)
    limits = Limits(node, traffic, measuring, scratch, seconds)
    growing = Growth(node, traffic, context.console, seconds)
    for name in (name for name in NAMES if name in wanted.names):
        if name in (*SPEEDS, REPLICAS):
            lines = growing.replicas() if name == REPLICAS else measuring.of(name)
            tables.show_speeds(context.console, lines)
            speeds += lines
        else:
            met = _short(play, scratch, seconds, wanted.rows) if name == SHORT else limits.of(name)
            tables.show_measures(context.console, met)
            measures += met
    tables.show_costs(context.console, speeds)
    if wanted.sizes:
        found += growing.sizes(wanted.sizes)
        measures += growth_of(found)
        tables.show_measures(context.console, growth_of(found))
    return {
        "machine": {"cores": psutil.cpu_count(), "python": platform.python_version()},
        "connections": CONNECTIONS,
        "measures": [measure.as_json() for measure in measures],
        "speeds": speeds,
        "growth": found,
    }


def _short(play: Play, home: Path, seconds: float, rows: int) -> list[Measure]:
    bench = Bench(play.stage.node, play, home, seconds)
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


if __name__ == "__main__":
    main()
