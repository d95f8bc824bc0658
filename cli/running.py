"""Start, stop and watch a node without Docker: ``up``, ``down``, ``status``, ``logs``."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from chassis.config import PREFIX
from cli.context import Context, pass_context
from cli.makeup import USER
from cli.node import Node, Status


@click.command()
@click.option("--demo", is_flag=True, help="Add an SMSC and a mail server that write down what they receive.")
@pass_context
def up(context: Context, *, demo: bool) -> None:
    """Start a node, and return when every process is ready.

    TASHBIK_* variables of the environment are its settings, and are remembered; `tashbik config` lists them. Where the
    node runs already, only what is missing or changed is started.
    """
    node = Node(context.home, demo=demo, settings=given())
    start(context, node)
    show_addresses(context, node)


def given() -> dict[str, str]:
    """Return the settings of a node that the environment names. They are passed on, not read."""
    return {name: text for name, text in os.environ.items() if name.startswith(PREFIX)}


def start(context: Context, node: Node) -> None:
    """Start a node, and show each process as it gets ready."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=context.console, transient=True) as progress:
        task = progress.add_task(f"Starting in {_near(node.home)}", total=None)

        def tell(name: str, seconds: float) -> None:
            progress.update(task, total=len(node.parts), advance=1)
            progress.console.print(f"  [green]✓[/] {name:14} ready after {seconds:5.1f} s")

        node.up(tell, lambda text: progress.console.print(text, soft_wrap=True, markup=False))


def show_addresses(context: Context, node: Node) -> None:
    """Print the addresses that a person opens."""
    context.say(f"The node [bold]{node.config.node}[/] runs.")
    for what, address in node.addresses.items():
        context.say(f"  {what:17} {address}")
    password = _near(node.home / "secrets" / "broker")
    context.say(f"  {'':17} (the console's user is {USER}, its password lies in {password})")


@click.command()
@click.option("--keep-data", is_flag=True, help="Keep the database, the broker's queues, keys and logs.")
@pass_context
def down(context: Context, *, keep_data: bool) -> None:
    """Stop every process of the node and remove all that it wrote, its data too unless told otherwise."""
    node = context.node
    if not node.exists and not node.left():
        context.say(f"No node runs in {_near(node.home)}.")
        return
    with context.console.status("Stopping all processes"):
        node.down(keep_data=keep_data)
    kept = "its data is kept" if keep_data else "nothing is left of it"
    context.say(f"The node in {_near(node.home)} has stopped; {kept}.")


@click.command()
@pass_context
@click.pass_context
def status(click_context: click.Context, context: Context) -> None:
    """Show every process of the node. The exit code is 0 only where all are ready."""
    node = context.node
    if not node.runs():
        context.say(f"No node runs in {_near(node.home)}. `tashbik up` starts one.")
        click_context.exit(1)
    states = node.status()
    context.console.print(_table(states))
    for what, address in node.addresses.items():
        context.say(f"  {what:17} {address}")
    click_context.exit(0 if all(state.ready for state in states) else 1)


def _table(states: list[Status]) -> Table:
    table = Table("process", "state", "pid", "up for", "ready", box=None)
    for each in states:
        running = each.pid > 0
        ready = "[green]yes[/]" if each.ready else "[red]no[/]"
        table.add_row(
            each.name, each.state.lower(), str(each.pid or ""), _for(time.time() - each.since) if running else "", ready
        )
    return table


def _for(seconds: float) -> str:
    hours, rest = divmod(int(seconds), 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"


@click.command()
@click.argument("names", nargs=-1, metavar="[PROCESS]…")
@click.option("-f", "--follow", is_flag=True, help="Go on showing what is written, until interrupted.")
@click.option("-n", "--lines", default=20, show_default=True, help="Lines of each log.")
@pass_context
def logs(context: Context, names: tuple[str, ...], *, follow: bool, lines: int) -> None:
    """Show the last lines of the logs of all processes, or of those named."""
    node = context.node
    if not node.exists:
        raise click.ClickException(f"There is no node in {_near(node.home)}.")
    files = [str(node.log(node.part(name).name)) for name in names] or sorted(
        str(path) for path in node.supervisor.logs.glob("*.log")
    )
    command = ["tail", "-n", str(lines), *(["-F"] if follow else []), *(["-v"] if len(files) == 1 else []), *files]
    try:
        subprocess.run(command, check=False)  # noqa: S603 - files of our own
    except KeyboardInterrupt:
        context.console.print()


def _near(path: Path) -> str:
    """Return a path as it is shortest to read from here."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
