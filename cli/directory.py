"""Rebuild the public directory from its owners' records: ``tashbik directory rebuild``."""

from __future__ import annotations

import time
from typing import Any

import click
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from chassis import clock
from cli.context import OPERATOR, Context, pass_context
from services.gateway.directory.rebuild_store import RebuildStore

LOOK_SECONDS = 0.5
DONE = "done"


@click.group()
def directory() -> None:
    """Look after the public directory."""


@directory.command()
@click.option("--wait/--no-wait", default=True, show_default=True, help="Wait until it is done.")
@click.option("--timeout", default=600.0, show_default=True, help="Seconds to wait, at most.")
@pass_context
def rebuild(context: Context, timeout: float, *, wait: bool) -> None:
    """Rebuild the directory from its owners' records. It can be read meanwhile, and events go on being applied."""
    store = RebuildStore(context.database("gateway"))
    asked = store.request(OPERATOR.label, clock.now())
    if not wait:
        context.say("A projector will rebuild the directory.")
        return
    done = _watch(context, store, asked["_id"], timeout)
    context.say(f"The directory is rebuilt: {done['seen']} records read, {done['removed']} removed.")


def _watch(context: Context, store: RebuildStore, rebuild_id: str, timeout: float) -> dict[str, Any]:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    deadline = time.monotonic() + timeout
    with Progress(*columns, console=context.console, transient=True) as progress:
        task = progress.add_task("Waiting for a projector", total=None)
        while time.monotonic() < deadline:
            found = store.find(rebuild_id) or {}
            if found.get("status") == DONE:
                return found
            progress.update(task, description=f"{found.get('status', '')}: {found.get('seen', 0)} records read")
            time.sleep(LOOK_SECONDS)
    raise click.ClickException(f"The directory is not rebuilt after {timeout:.0f} s; it goes on. Is the projector up?")
