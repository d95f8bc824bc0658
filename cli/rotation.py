"""Exchange the keys of a node while it runs: ``tashbik keys rotate master | data | lookup`` and ``keys next-master``.

What is done, and why in this order, stands in :mod:`chassis.rotation`. Each command may be killed and given again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Column, Table

from chassis import masters
from chassis.crypto import STATE, STATES, FieldVault, Tokened
from chassis.rotation import data, look_ups, master
from chassis.rotation.turn import Report, Stopped, Turn
from cli import keys as keys_of_node
from cli.context import OPERATOR, Context, pass_context
from services.referrals.families.store import TOKENED

VAULTS: Mapping[str, tuple[Tokened, ...]] = {"referrals": (TOKENED,), "notifications": ()}
"""Services that encrypt, and where they keep tokens."""
MASTER, DATA, LOOK_UP = "master", "data", "lookup"
QUIET = "looking through"
NO_NEXT = "There is no {path}. `tashbik keys next-master {keys}` makes one."
READ_ONLY = "Data keys are wrapped by {next}, but the files cannot be renamed ({why}). Give the command where they can."


@dataclass(frozen=True)
class Rotation:
    """Hold the services to rotate the keys of, and the directory of the master keys."""

    turns: Mapping[str, Turn]
    keys: Path

    def data(self) -> str:
        """Exchange data keys."""
        for turn in self.turns.values():
            with turn.held():
                data.rotate(turn)
        return "Every value is encrypted by a new data key; the old ones are deleted."

    def lookup(self) -> str:
        """Exchange look-up keys."""
        for service, turn in self.turns.items():
            if VAULTS[service]:
                with turn.held():
                    look_ups.rotate(turn, VAULTS[service])
        return "Every look-up goes by a new key; the old ones and their tokens are deleted."

    def master(self) -> str:
        """Exchange the master key, or finish what was begun."""
        wrapped = self._rewrapped()
        try:
            before = master.put_in(self.keys)
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise Stopped(READ_ONLY.format(next=masters.NEXT, why=why)) from error
        if not before:
            nothing = NO_NEXT.format(path=self.keys / masters.NEXT, keys=self.keys)
            return "Every data key is wrapped by master.key now." if wrapped else nothing
        self._rewrapped()  # a service that was set up meanwhile
        return f"master.key is exchanged. The one before is {before}: move it to where older backups are kept."

    def counts(self, kind: str) -> Iterator[tuple[str, str, int]]:
        """Yield what a rotation would change: service, part of it, and how much. Changes nothing."""
        for service, turn in self.turns.items():
            if kind == MASTER:
                yield service, "data keys", master.plan(turn, master.following(self.keys))
            parts = data.plan(turn) if kind == DATA else {}
            parts |= look_ups.plan(turn, VAULTS[service]) if kind == LOOK_UP else {}
            yield from ((service, part, number) for part, number in parts.items())

    def _rewrapped(self) -> int:
        known, following = masters.read(self.keys), master.following(self.keys)
        wrapped = 0
        for turn in self.turns.values():
            with turn.held():
                wrapped += master.rewrap(turn, known, following)
        return wrapped


@click.command()
@click.argument("kind", type=click.Choice([MASTER, DATA, LOOK_UP]))
@click.option("--dry-run", is_flag=True, help="Only count what would be changed.")
@pass_context
def rotate(context: Context, kind: str, *, dry_run: bool) -> None:
    r"""Exchange keys while the services run. It may be killed, and given again to go on.

    \b
    master  wrap data keys by master.next.key, and make that the master key
    data    encrypt every value anew by new data keys
    lookup  make every look-up token anew by new look-up keys
    """
    with _shown(context) as report:
        try:
            rotation = open_rotation(context, report)
            if dry_run:
                context.console.print(_table(rotation, kind))
            else:
                context.say(getattr(rotation, kind)())
        except Stopped as error:
            raise click.ClickException(str(error)) from error


@click.command("next-master")
@click.argument("directory", type=click.Path(file_okay=False, exists=True, path_type=Path))
@pass_context
def next_master(context: Context, directory: Path) -> None:
    """Make DIRECTORY/master.next.key, by which `keys rotate master` is to wrap data keys.

    Keep a copy of it where the database's backups are not, and put it on every machine that runs a service.
    """
    made = keys_of_node.create_next_master(directory)
    path = directory / masters.NEXT
    context.say(f"  made {path}" if made else f"{path} is there already.")


def open_rotation(context: Context, report: Report, pause: Callable[[float], None] = time.sleep) -> Rotation:
    """Open the vault of each service that has one; raise :class:`chassis.config.ConfigError` where a key is missing."""
    keys, turns = context.config.keys, {}
    for service in VAULTS:
        database = context.database(service)
        if database[STATES].find_one({"_id": STATE}):
            vault = FieldVault(database, keys)
            vault.check()
            turns[service] = Turn(vault, OPERATOR.label, report=report, pause=pause)
    return Rotation(turns, keys)


@contextmanager
def _shown(context: Context) -> Iterator[Report]:
    """Show each step as a line, and how far it is beside a spinner."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    said = ""
    with Progress(*columns, console=context.console, transient=True) as progress:
        task = progress.add_task("", total=None)

        def report(what: str, done: int, total: int) -> None:
            nonlocal said
            far = f" {done}/{max(done, total)}" if total else f" {done}" if done else ""
            progress.update(task, description=what + far)
            if what != said and not what.startswith(QUIET):
                said = what
                context.say(f"  {what}", style="dim")

        yield report


def _table(rotation: Rotation, kind: str) -> Table:
    table = Table(Column("service", no_wrap=True), Column("what", no_wrap=True), "to change", box=None)
    for service, what, number in rotation.counts(kind):
        if number:
            table.add_row(service, what, str(number))
    return table
