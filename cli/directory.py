"""Rebuild the public directory from its owners' records: ``tashbik directory rebuild``."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import click
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from chassis import clock
from cli.context import OPERATOR, Context, pass_context
from services.gateway.directory.rebuild_store import READ, STAGES, RebuildStore

LOOK_SECONDS = 0.5
PATIENCE = 30.0
"""Seconds: longer than it takes until another projector takes over from one that died."""
WAITING, DONE = "waiting", "done"
MOVED = ("status", "step", "after", "removed")
STANDS_STILL = """The directory is not rebuilt: nothing has moved for {seconds:.0f} s, while {stage}.
It can be read as before, and goes on by itself once what holds it up is mended.
{look}"""
NOBODY = (
    """No projector has taken it up. Look whether one runs and is ready: `tashbik status`, or `docker-compose ps`."""
)
LOOK = """Look at the projector's log for `timer_failed`: `tashbik logs projector`, or `docker-compose logs projector`.
The registry and the referrals service must answer, and the database: `tashbik status`, or `docker-compose ps`."""

Rebuild = dict[str, Any]


@click.group()
def directory() -> None:
    """Look after the public directory."""


@directory.command()
@click.option("--wait/--no-wait", default=True, show_default=True, help="Wait until it is done.")
@click.option("--timeout", default=PATIENCE, show_default=True, help="Seconds without progress after which to give up.")
@pass_context
def rebuild(context: Context, timeout: float, *, wait: bool) -> None:
    """Rebuild the directory from its owners' records. It can be read meanwhile, and events go on being applied."""
    store = RebuildStore(context.database("gateway"))
    asked = store.request(OPERATOR.label, clock.now())
    if not wait:
        context.say("A projector will rebuild the directory.")
        return
    done = _watch(context, store, asked, timeout)
    context.say(f"The directory is rebuilt: {done['seen']} records read, {done['removed']} removed.")


def _watch(context: Context, store: RebuildStore, asked: Rebuild, patience: float) -> Rebuild:
    """Show each stage as a line, and the counts beside a spinner; return the rebuild once it is done."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    stage, stands = "", asked
    with Progress(*columns, console=context.console, transient=True) as progress:
        task = progress.add_task("", total=None)
        for stands in _looks(store, asked, patience):
            if stage != (stage := _stage(stands)):
                context.say(stage[0].upper() + stage[1:])
            progress.update(task, description=f"{stands['seen']} records read, {stands['removed']} removed")
    return stands


def _looks(store: RebuildStore, stands: Rebuild, patience: float) -> Iterator[Rebuild]:
    """Yield how a rebuild stands, every now and then until it is done, as long as it moves."""
    moved_at = time.monotonic()
    yield stands
    while stands["status"] != DONE:
        time.sleep(LOOK_SECONDS)
        before, stands = stands, store.find(stands["_id"]) or stands
        if any(stands[name] != before[name] for name in MOVED):
            moved_at = time.monotonic()
        elif time.monotonic() - moved_at > patience:
            look = NOBODY if stands["status"] == WAITING else LOOK
            raise click.ClickException(STANDS_STILL.format(seconds=patience, stage=_stage(stands), look=look))
        yield stands


def _stage(stands: Rebuild) -> str:
    """Say what a rebuild is at."""
    if stands["status"] == WAITING:
        return "waiting for a projector"
    if stands["step"] == len(STAGES):
        return "coming to its end"
    work, kind = STAGES[stands["step"]]
    return f"reading {kind}" if work == READ else f"removing {kind} that no owner has"
