"""Run a node, a small stream of main jobs on it, and break its parts at random: ``python -m tests.chaos``.

What is broken, and in which order, comes from a seed that is printed; the same seed gives the same order. The report
says what the auditor found; the exit code is 0 only where nothing was lost, doubled or left undelivered.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import click
import orjson
from rich.console import Console

from cli.context import Context, quiet_logs
from cli.explained import Explained
from cli.makeup import NodeError
from cli.running import start
from contracts.policy import Role
from demo.play import Play
from demo.stage import Stage
from demo.timeline import Timeline
from tests.chaos import report
from tests.chaos.audit import Auditor
from tests.chaos.breaker import Breaker
from tests.chaos.faults import Verb, World, deck, fitting, once
from tests.chaos.node import ChaosNode
from tests.chaos.replay import Replay
from tests.chaos.report import Report
from tests.chaos.workload import Agency, Caller, Ledger, Staff, Workload, wait_while

SETTLE_SECONDS = 180.0
WARM_UP = 3.0
AGENCIES = 8


@click.command(cls=Explained)
@click.option("--seconds", default=600.0, show_default=True, help="How long faults come at random.")
@click.option("--once", "each_once", is_flag=True, help="Kill each process once instead, and end.")
@click.option("--only", default="", help="Break only what has this in its name.")
@click.option("--seed", type=int, default=None, help="Repeat the faults of an earlier run.")
@click.option("--members", default=1, show_default=True, help="Members of the database's replica set.")
@click.option("--rate", default=1.0, show_default=True, help="Jobs started a second.")
@click.option("--pause", default=3.0, show_default=True, help="Seconds between a recovery and the next fault, at most.")
@click.option("--run", "home", default=".run/chaos", type=click.Path(path_type=Path), help="Directory of the node.")
@click.option("--out", default=".run/chaos.json", type=click.Path(path_type=Path), help="File of the report.")
def main(*, seed: int | None, only: str, members: int, each_once: bool, home: Path, out: Path, **pace: float) -> None:
    """Break a node's parts at random while it works, and report what the auditor found."""
    quiet_logs()
    seed = random.SystemRandom().randrange(10**6) if seed is None else seed
    rng = random.Random(seed)
    verbs = once(rng) if each_once else deck(rng, _chosen(members, only))
    console = Console(highlight=False)
    console.print(f"seed {seed}")
    node = ChaosNode(home, members)
    context = Context(home, console)
    try:
        start(context, node)
        with Stage(node) as stage, closing(Replay(replace(node.config, amqp_url=node.broker_url))) as replay:
            run = Run(context, stage, World(node, replay, rng), seed)
            found = run.suffer(verbs, **pace)
    finally:
        node.down()
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(orjson.dumps(found, option=orjson.OPT_INDENT_2))
    report.show(console, found)
    sys.exit(0 if report.clean(found) else 1)


def _chosen(members: int, only: str) -> list[Verb]:
    if chosen := fitting(members, only):
        return chosen
    names = ", ".join(each.name for each in fitting(members))
    raise click.BadParameter(f"no fault has {only!r} in its name; there are: {names}", param_hint="--only")


class Run:
    """Let a node work and suffer, then have it audited."""

    def __init__(self, context: Context, stage: Stage, world: World, seed: int) -> None:
        """Take a node that is up, and load what the jobs need."""
        self._console = context.console
        self._world = world
        self._seed = seed
        self._began = time.monotonic()
        self._ledger = Ledger()
        self._not_back: list[str] = []
        self._workload = _prepare(context, stage, self._ledger, seed)
        self._breaker = Breaker(world, self._ledger)

    def suffer(self, verbs: Iterator[Verb], *, seconds: float, rate: float, pause: float) -> Report:
        """Start jobs at a rate, break what the verbs say for so long, and return what the auditor found."""
        until = time.monotonic() + seconds
        self._workload.start(rate)
        time.sleep(WARM_UP)
        for verb in verbs:
            if time.monotonic() > until:
                break
            try:
                fault = self._breaker.suffer(verb)
            except (TimeoutError, NodeError) as late:
                self._not_back.append(f"{verb.name}: {late}")
                break
            what = f"{fault.kind} {fault.chosen}"
            self._console.print(f"  {fault.at:6.1f} s  {what:46} works again after {fault.recovery:5.1f} s")
            time.sleep(self._world.rng.uniform(0, pause))
        self._workload.finish()
        return self._audited()

    def _audited(self) -> Report:
        node = self._world.node
        with closing(Auditor(node.config, self._ledger)) as auditor:
            wait_while(lambda: auditor.waiting() > 0, SETTLE_SECONDS)
            poisoned = self._world.replay.poisoned
            wait_while(lambda: bool(auditor.parked(poisoned)[1]), SETTLE_SECONDS)
            return report.of(auditor, self._ledger, self._breaker.faults, poisoned, node) | {
                "seed": self._seed,
                "duration": round(time.monotonic() - self._began, 1),
                "not_back": self._not_back,
            }


def _prepare(context: Context, stage: Stage, ledger: Ledger, seed: int) -> Workload:
    play = Play(stage, Timeline(Console(quiet=True)), context)
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
    operator = Caller(url, stage.credentials("Chaos operator", Role.OPERATOR), ledger)
    return Workload(Staff(operator, Caller(url, worker, ledger), agencies), county, ledger, seed)


if __name__ == "__main__":
    main()
