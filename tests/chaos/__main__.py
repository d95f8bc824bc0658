"""Run a node, a small stream of main jobs on it, and kill every process of it once: ``python -m tests.chaos``.

The order of the kills comes from a seed that is printed; the same seed gives the same order. The report says what the
auditor found; the exit code is 0 only where nothing was lost, doubled or left undelivered.
"""

from __future__ import annotations

import random
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import orjson
from rich.console import Console
from rich.table import Table

from cli.context import Context, quiet_logs
from cli.explained import Explained
from cli.node import Node
from cli.running import start
from contracts.policy import Role
from demo.play import Play
from demo.stage import Stage
from demo.timeline import Timeline
from tests.chaos.audit import Auditor
from tests.chaos.faults import PARTS, SERVICES, Breaker
from tests.chaos.workload import Agency, Caller, Ledger, Workload, wait_while

SETTLE_SECONDS = 120.0
WARM_UP = 3.0
AGENCIES = 8
SETTINGS = {"TASHBIK_RETRY_DELAYS": "0.5,1,2,4,8,15", "TASHBIK_WRITE_RATE": "100000/minute", "TASHBIK_SMSC_RATE": "200"}

Report = dict[str, Any]


@click.command(cls=Explained)
@click.option("--seed", type=int, default=None, help="Repeat the order of an earlier run.")
@click.option("--rate", default=1.0, show_default=True, help="Jobs started a second.")
@click.option("--pause", default=3.0, show_default=True, help="Seconds between a recovery and the next fault.")
@click.option("--run", "home", default=".run/chaos", type=click.Path(path_type=Path), help="Directory of the node.")
@click.option("--out", default=".run/chaos.json", type=click.Path(path_type=Path), help="File of the report.")
def main(seed: int | None, rate: float, pause: float, home: Path, out: Path) -> None:
    """Kill each part of a node once while it works, and report what the auditor found."""
    quiet_logs()
    seed = random.SystemRandom().randrange(10**6) if seed is None else seed
    console = Console(highlight=False)
    console.print(f"seed {seed}")
    node = Node(home, demo=True, settings=SETTINGS)
    context = Context(home, console)
    try:
        start(context, node)
        with Stage(node) as stage:
            report = _run(context, stage, seed=seed, rate=rate, pause=pause)
    finally:
        node.down()
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(orjson.dumps(report, option=orjson.OPT_INDENT_2))
    _show(console, report)
    sys.exit(0 if clean(report) else 1)


def clean(report: Report) -> bool:
    """Tell whether a run kept what the node promises."""
    return report["accepted"] > 0 and not any(
        report[name] for name in ("lost", "doubled", "undelivered", "parked", "given_up", "refused", "texts_missing")
    )


def _run(context: Context, stage: Stage, *, seed: int, rate: float, pause: float) -> Report:
    began, console = time.monotonic(), context.console
    ledger = Ledger()
    workload = _prepare(context, stage, ledger, seed)
    breaker = Breaker(stage.node, lambda moment: bool(ledger.answered_at) and ledger.answered_at[-1] > moment)
    workload.start(rate)
    time.sleep(WARM_UP)
    for name in _order(seed):
        fault = breaker.kill(name)
        console.print(f"  {fault.at:6.1f} s  {fault.kind:24} works again after {fault.recovery:4.1f} s")
        time.sleep(pause)
    workload.finish()
    auditor = Auditor(stage.node.config, ledger, stage.node.texts)
    try:
        wait_while(lambda: auditor.waiting() > 0, SETTLE_SECONDS)
        return _report(auditor, ledger, breaker, seed, began)
    finally:
        auditor.close()


def _order(seed: int) -> list[str]:
    names = [*SERVICES, *PARTS]
    random.Random(seed).shuffle(names)
    return names


def _prepare(context: Context, stage: Stage, ledger: Ledger, seed: int) -> Workload:
    play = Play(stage, Timeline(context.console), context)
    play.load_areas()
    play.import_associations()
    county = play.county("Qena")
    url = stage.node.config.public_url
    worker = stage.credentials("Chaos case worker", Role.CASE_WORKER, area=county["parent"])
    organizations = [
        one for one in play.operator.get("/organizations", limit=100)["items"] if one["capabilities"] and one["email"]
    ][:AGENCIES]
    agencies = [
        Agency(
            one["id"],
            one["capabilities"][0]["subject"],
            Caller(url, stage.credentials(f"Chaos agency {n}", Role.ASSOCIATION, organization=one["id"]), ledger),
        )
        for n, one in enumerate(organizations)
    ]
    return Workload(Caller(url, worker, ledger), agencies, county["id"], ledger, seed)


def _report(auditor: Auditor, ledger: Ledger, breaker: Breaker, seed: int, began: float) -> Report:
    texts, texts_doubled = auditor.texts()
    return {
        "seed": seed,
        "duration": round(time.monotonic() - began, 1),
        "faults": [asdict(fault) for fault in breaker.faults],
        "recovery_seconds": {fault.kind: fault.recovery for fault in breaker.faults},
        "accepted": ledger.accepted,
        "repeated": ledger.repeated,
        "jobs": len(ledger.families),
        "lost": auditor.lost(),
        "doubled": auditor.doubled(),
        "undelivered": auditor.undelivered(),
        "parked": auditor.parked(),
        "given_up": ledger.given_up,
        "refused": ledger.refused,
        "texts": texts,
        "texts_missing": max(0, auditor.texts_expected() - (texts - texts_doubled)),
        "texts_doubled": texts_doubled,
    }


def _show(console: Console, report: Report) -> None:
    table = Table(box=None, show_header=False)
    for name, value in report.items():
        if name in {"faults", "recovery_seconds"}:
            continue
        shown = value if not isinstance(value, (list, dict)) else (f"{len(value)} {list(value)[:3]}" if value else 0)
        table.add_row(name.replace("_", " "), str(shown))
    console.print(table)
    recoveries = sorted(report["recovery_seconds"].values())
    console.print(f"recovery: median {recoveries[len(recoveries) // 2]} s, worst {recoveries[-1]} s")
    console.print("[green]Nothing was lost or doubled.[/]" if clean(report) else "[red]The node broke a promise.[/]")


if __name__ == "__main__":
    main()
