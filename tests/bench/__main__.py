"""Measure a node against baselines in the same minute: ``python -m tests.bench``.

Without options it does what fits two minutes. ``--only NAME`` measures one thing instead, ``--all`` everything but the
soak; docs/speed.md says what each is. Prints tables and writes ``.run/bench.json``. The exit code is 0 also where a
target is missed: the table says so.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from cli.context import Context, quiet_logs
from cli.explained import Explained
from cli.node import Node
from cli.parts import CACHE_GB
from cli.process import free_ports
from cli.running import start
from demo.play import Play
from demo.stage import Stage
from demo.timeline import Timeline
from tests.bench.beside import NAME as PEERS
from tests.bench.beside import SIZE
from tests.bench.load import NoLoad
from tests.bench.measures import SECONDS, sign_in
from tests.bench.report import Report
from tests.bench.session import NAMES, SHORT, Session

SOAK = 1_200.0
USUAL_GROWTH = [1_000, 60_000]
UNLIMITED = "10000000/minute"
SETTINGS = {
    "TASHBIK_PUBLIC_RATE": UNLIMITED,
    "TASHBIK_WRITE_RATE": UNLIMITED,
    "TASHBIK_TOKEN_RATE": UNLIMITED,
    "TASHBIK_SMSC_RATE": "1000",
}


def _sizes(_context: click.Context, _option: click.Parameter, given: str | None) -> list[int]:
    try:
        return [int(one) for one in given.split(",")] if given else []
    except ValueError as error:
        raise click.BadParameter("give numbers with commas between them") from error


@click.command(cls=Explained)
@click.option("--seconds", default=SECONDS, show_default=True, help="Length of each load.")
@click.option("--rows", default=10_000, show_default=True, help="Rows of the import.")
@click.option(
    "--only", multiple=True, type=click.Choice((*NAMES, PEERS)), help="Measure this alone; may be given again."
)
@click.option("--all", "everything", is_flag=True, help="Measure all but peers, and growth to 60,000 records.")
@click.option("--size", default=SIZE, show_default=True, help="Records of the directory beside peers.")
@click.option("--grow", callback=_sizes, metavar="SIZES", help="Measure reads of a directory of 1000,60000,… records.")
@click.option("--cache-gb", default=CACHE_GB, show_default=True, help="Gigabytes of the database's cache.")
@click.option("--soak", type=float, is_flag=False, flag_value=SOAK, help="Load it for so many seconds, or 1200.")
@click.option("--run", "home", default=".run/bench", type=click.Path(path_type=Path), help="Directory of the node.")
@click.option("--out", default=".run/bench.json", type=click.Path(path_type=Path), help="File of the report.")
def main(*, home: Path, out: Path, everything: bool, **wanted: Any) -> None:
    """Start a node of its own, measure it, and stop it. What was measured is written also where something fails."""
    quiet_logs()
    context = Context(home, Console(highlight=False, width=None if sys.stdout.isatty() else 200))
    own = {"TASHBIK_API_PORT": str(*free_ports(1))}  # the usual one may be another node's
    node, report = Node(home, demo=True, settings=SETTINGS | own, cache_gb=wanted["cache_gb"]), Report(context.console)
    try:
        start(context, node)
        with Stage(node) as stage:
            _measure(Session(_ready(context, stage), report, wanted["seconds"], wanted["rows"]), everything, wanted)
    except NoLoad as error:
        raise click.ClickException(str(error)) from error
    finally:
        node.down()
        report.write(out)


def _measure(session: Session, everything: bool, wanted: dict[str, Any]) -> None:
    others = wanted["grow"] or wanted["soak"]
    only = wanted["only"] or (() if others else (SHORT,))
    for name in NAMES if everything else [one for one in only if one != PEERS]:
        session.measure(name)
    if PEERS in only:
        session.beside(wanted["size"])
    if sizes := wanted["grow"] or (USUAL_GROWTH if everything else []):
        session.grow(sizes)
    if wanted["soak"]:
        session.soak(wanted["soak"])
    session.report.show_costs()


def _ready(context: Context, stage: Stage) -> Play:
    """Bring the demo directorate in."""
    play = Play(stage, Timeline(context.console), context)
    play.load_areas()
    play.import_associations()
    play.register_family()
    sign_in(play.worker)
    return play


if __name__ == "__main__":
    main()
