"""Verify that audit trails stand as they were sealed: ``tashbik audit verify`` and ``audit head``.

What a seal is, and what is found, stands in :mod:`chassis.trail`. Verifying needs the databases and public keys only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

import click
from pymongo.database import Database

from chassis import audit as trail
from chassis import clock
from chassis.errors import Conflict
from chassis.trail import seals
from chassis.trail.check import INDEX, Check, Counts, Head
from chassis.trail.sealer import last_seal
from chassis.trail.seals import PUBLIC_FOLDER, TrustedKeys
from cli.context import Context, pass_context

TRAILS = ("registry", "referrals", "notifications", "gateway")
"""Services whose databases hold a trail."""
HEAD = re.compile(r"(?:([a-z]+):)?([1-9][0-9]{0,15}):([0-9a-f]{64})")
WHOSE = "Say whose head it is, as {}:{}:…, or name the one service to verify."

Noted = tuple[str, Head]


class HeadType(click.ParamType):
    """Take a head as ``audit head`` prints it; the service may be left out."""

    name = "head"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Noted:
        """Return the service, or nothing, and the head."""
        found = HEAD.fullmatch(value.strip())
        if found is None:
            self.fail(f"{value!r} is no head: give SERVICE:NUMBER:HASH, as `tashbik audit head` prints it.", param, ctx)
        service, number, hash_ = found.groups(default="")
        if service and service not in TRAILS:
            self.fail(f"{service} has no audit trail: there are {', '.join(TRAILS)}.", param, ctx)
        return service, Head(int(number), hash_)


services_argument = click.argument("services", nargs=-1, type=click.Choice(TRAILS), metavar="[SERVICE]...")


@click.group()
def audit() -> None:
    """Verify that nobody has changed the audit trails."""


@audit.command()
@services_argument
@pass_context
def head(context: Context, services: tuple[str, ...]) -> None:
    """Print the last seal of each trail, to be kept where nobody of the node can change it.

    Without one that is kept elsewhere nobody can tell that the end of a trail was cut off. `audit verify --heads` reads
    these lines.
    """
    for service in services or TRAILS:
        if last := last_seal(context.database(service)):
            click.echo(f"{service}:{last['_id']}:{seals.hash_of(last)}")
        else:
            click.echo(f"{service} has no seal yet.", err=True)


@audit.command()
@services_argument
@click.option(
    "--head", "given", type=HeadType(), multiple=True, metavar="[SERVICE:]N:HASH", help="This seal must stand."
)
@click.option("--heads", type=click.File(), help="File of such lines, oldest first or not; - for standard input.")
@click.option(
    "--trusted",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Directory of the public keys that may have signed; by default `audit` in the directory of keys.",
)
@pass_context
def verify(
    context: Context,
    services: tuple[str, ...],
    *,
    given: tuple[Noted, ...],
    heads: TextIO | None,
    trusted: Path | None,
) -> None:
    """Go through the audit trails of the SERVICEs, of all if none is named, and say what is not as it was sealed.

    Changes nothing, and the node goes on working. Ends with 0 where everything is as sealed, with 1 otherwise.
    """
    chosen = services or TRAILS
    noted = [*_owned(given, chosen), *(one for one in _lines(heads) if one[0] in chosen)]
    keys = _trusted(trusted or context.config.keys / PUBLIC_FOLDER)
    whole = [_verify(context, service, keys, (head for whose, head in noted if whose == service)) for service in chosen]
    if not all(whole):
        raise click.exceptions.Exit(1)


def _verify(context: Context, service: str, keys: TrustedKeys, heads: Iterable[Head]) -> bool:
    """Verify one trail, tell of it, and return whether it is whole."""
    database = context.database(service)
    _see_index(database)
    check, faults = Check(database, service, keys, heads), 0
    for finding in check.findings():
        faults += finding.fault
        where = f"seal {finding.seal} " if finding.seal else ""
        context.say(f"{service}: {where}{finding.found}", markup=False)
    state = f"NOT AS SEALED, {faults} findings" if faults else "OK"
    context.say(f"{service}: {state}; {_counted(check.counts)}", style="bold red" if faults else "green", markup=False)
    return not faults


def _counted(counts: Counts) -> str:
    head = f", head {counts.head.number}:{counts.head.hash}" if counts.head else ""
    waiting = f"{counts.waiting} wait to be sealed" + (
        f", the oldest since {_told(counts.oldest)}" if counts.oldest else ""
    )
    return f"{counts.entries} entries under {counts.seals} seals{head}; {waiting}"


def _told(moment: datetime) -> str:
    return clock.truncate(moment).isoformat(timespec="seconds")


def _trusted(folder: Path) -> TrustedKeys:
    try:
        keys = TrustedKeys.read(folder)
    except (OSError, ValueError) as error:
        raise click.UsageError(f"{folder} holds a file that is no public key of a seal: {error}") from error
    if not keys:
        raise click.UsageError(f"There is no public key (*.pem) in {folder}; --trusted names another directory.")
    return keys


def _see_index(database: Database[dict[str, Any]]) -> None:
    """Raise :class:`Conflict` where entries cannot be gone through in order."""
    entries = database[trail.COLLECTION]
    if INDEX not in entries.index_information() and entries.find_one({}, {"_id": 1}):
        raise Conflict(f"Index {INDEX} of {database.name}.audit is missing: the service makes it when it starts.")


def _owned(given: Iterable[Noted], chosen: tuple[str, ...]) -> Iterable[Noted]:
    for service, noted in given:
        if not service and len(chosen) != 1:
            raise click.UsageError(WHOSE.format(chosen[0], noted.number))
        if service and service not in chosen:
            raise click.UsageError(f"The head given is of {service}, which is not to be verified.")
        yield service or chosen[0], noted


def _lines(heads: TextIO | None) -> Iterable[Noted]:
    for number, line in enumerate(heads or (), 1):
        if line.strip():
            service, noted = HeadType().convert(line, None, None)
            if not service:
                raise click.UsageError(f"Line {number} of the file of heads names no service.")
            yield service, noted
