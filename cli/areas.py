"""Load the areas of a node: ``tashbik areas load FILE``; :mod:`cli.area_files` says what a file may look like.

A file with a faulty feature changes nothing: all that is wrong is told, by feature and field, before a node is asked.
What only the registry can know holds for one batch at a time, all of its areas or none, and is told the same way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import orjson
from rich.progress import track
from rich.table import Table

from chassis import rpc_client
from chassis.errors import Conflict, Invalid
from chassis.ids import new_id
from chassis.rpc_client import RpcClient
from cli import area_files, area_rules
from cli.area_files import TARGETS, Area, Fault, NotAreas, Read
from cli.context import OPERATOR, SERVICE, Context, pass_context
from contracts.registry import BATCH_AREAS, PUT_AREAS

BATCH_BYTES = 500_000
SOURCE_LENGTH = 200
FAULTS_SHOWN = 50

Numbered = tuple[int, Area]


class Refused(Exception):
    """Say which features the registry refused, and what was loaded before it did."""

    def __init__(self, faults: list[Fault], before: Counter[str]) -> None:
        """Take both."""
        super().__init__(f"{len(faults)} faults")
        self.faults = faults
        self.before = before


def _mapping(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    mapping: dict[str, str] = {}
    for one in given:
        target, equals, source = one.partition("=")
        if not equals or not source or target not in TARGETS:
            raise click.BadParameter(f"{one!r}: write one of {', '.join(TARGETS)}, then = and the property's name.")
        mapping[target] = source
    return mapping


@click.group()
def areas() -> None:
    """Load the areas of a node."""


@areas.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--map",
    "mapping",
    multiple=True,
    callback=_mapping,
    metavar="FIELD=PROPERTY",
    help="Which property holds a field, such as names.ar=NAME_AR; FIELD==TEXT is the same for all. Once for each.",
)
@click.option("--dry-run", is_flag=True, help="Read the file and tell what is wrong with it; load nothing.")
@pass_context
def load(context: Context, file: Path, mapping: dict[str, str], dry_run: bool) -> None:
    """Load the areas of a GeoJSON FILE, with their outlines. Loading it again changes nothing.

    A file of OCHA's boundaries (adm2_pcode …) is understood as it is; for others, --map says what is what.
    """
    found = _read(file, mapping)
    _check(context, found, file)
    if dry_run:
        context.say(f"{len(found.areas)} areas, none of them faulty. Nothing was loaded.")
        return
    client = rpc_client.connect(context.config, SERVICE)
    try:
        outcomes = put(client, found.areas, file.name)
    except Refused as refused:
        _tell(context, refused.faults)
        raise click.ClickException(f"The registry refused these; before them: {_counted(refused.before)}.") from refused
    finally:
        client.stop()
    context.say(f"{len(found.areas)} areas: {_counted(outcomes)}.")


def _check(context: Context, found: Read, file: Path) -> None:
    """Tell what is wrong with a file, and end there where the register would refuse it."""
    faults = sorted([*found.faults, *area_rules.refused(found.areas)], key=lambda one: one.feature)
    if faults:
        _tell(context, faults)
        raise click.ClickException(f"Nothing was loaded: {len(faults)} faults in {file.name}.")
    if odd := area_rules.drawn_wrong(found.areas):
        context.say(f"{len(odd)} outlines are drawn wrong; maps may fill them otherwise than was meant:")
        _tell(context, odd)


def put(client: RpcClient, found: list[Numbered], source: str = "") -> Counter[str]:
    """Hand areas to the registry in batches, and return how many were created, updated or unchanged.

    The history of each names the ``source``, by its last 200 characters, and one id of all batches.
    Raises :class:`Refused` at the first batch that breaks its rules; those before it stay.
    """
    outcomes: Counter[str] = Counter()
    came = {"source": source[-SOURCE_LENGTH:], "import": new_id()}
    for batch in track(list(batches(found)), "Loading areas", transient=True):
        try:
            asked = {**came, "areas": [area for _, area in batch]}
            answer = client.call(PUT_AREAS, asked, actor=OPERATOR, key=new_id())
        except (Invalid, Conflict) as error:
            raise Refused([_fault(batch, problem) for problem in error.problems], outcomes) from error
        outcomes.update(result["outcome"] for result in answer["results"])
    return outcomes


def read_areas(file: Path) -> list[Numbered]:
    """Return the areas of a file in our own layout, each with its feature's number, parents before children.

    Raises :class:`click.BadParameter` where it is none, or has a fault.
    """
    found = _read(file, {})
    if found.faults:
        first = found.faults[0]
        raise click.BadParameter(f"{file}, feature {first.feature}, {first.field}: {first.reason}", param_hint="FILE")
    return found.areas


def batches(found: list[Numbered]) -> Iterator[list[Numbered]]:
    """Yield the areas in lists that one message carries: not too many, and not too large."""
    batch: list[Numbered] = []
    size = 0
    for number, area in found:
        weight = len(orjson.dumps(area))
        if batch and (len(batch) == BATCH_AREAS or size + weight > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append((number, area))
        size += weight
    if batch:
        yield batch


def _read(file: Path, mapping: dict[str, str]) -> Read:
    try:
        return area_files.read(file, mapping)
    except NotAreas as error:
        raise click.BadParameter(
            f"{file} is no GeoJSON FeatureCollection of areas: {error}.", param_hint="FILE"
        ) from error


def _fault(batch: list[Numbered], problem: dict[str, Any]) -> Fault:
    """Return a fault that the registry found in a batch: ``areas.<place in the batch>.<field>``."""
    _, _, rest = problem["field"].partition(".")
    place, _, field = rest.partition(".")
    number, area = batch[int(place)] if place.isdecimal() and int(place) < len(batch) else (0, {"id": ""})
    return Fault(number, area["id"], field, problem["message"])


def _tell(context: Context, faults: list[Fault]) -> None:
    table = Table("feature", "code", "field", "reason", box=None)
    for one in faults[:FAULTS_SHOWN]:
        table.add_row(str(one.feature), one.code, one.field, one.reason)
    context.console.print(table)
    if len(faults) > FAULTS_SHOWN:
        context.say(f"… and {len(faults) - FAULTS_SHOWN} more.")


def _counted(outcomes: Counter[str]) -> str:
    return ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items())) or "none"
