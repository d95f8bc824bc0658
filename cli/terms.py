"""Look after the terms of a node's own: ``tashbik terms list``, ``add``, ``retire``, and ``load FILE``.

:mod:`cli.term_files` says what a file may look like. One with a faulty row changes nothing: all that is wrong is told,
by row and field. What the registry refuses is told the same way; the other rows go in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import orjson
from rich.table import Table
from rich.text import Text

from chassis import rpc_client
from chassis.errors import Conflict, Invalid, NotFound
from chassis.ids import new_id
from chassis.rpc_client import RpcClient
from cli import term_files
from cli.context import OPERATOR, SERVICE, Context, pass_context
from cli.term_files import Fault, Given, NotTerms, Read
from contracts.registry import LANGUAGES, PAGE_TERMS, PUT_TERM, RETIRE_TERM
from contracts.text import seen

FAULTS_SHOWN = 50
PAGE = 200
UNKNOWN = "There is no term {}. `tashbik terms list` shows them all."

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Say what became of a row: ``created``, ``updated``, ``retired``, ``unchanged`` or ``refused``, and then why."""

    row: int
    code: str
    outcome: str
    reason: str = ""


@click.group()
def terms() -> None:
    """Look after the terms of a node's own below the subjects of needs."""


@terms.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print what `load` takes, for another node.")
@pass_context
def list_terms(context: Context, *, as_json: bool) -> None:
    """Show all terms by their codes, retired ones too."""
    with _registry(context) as client:
        found = known(client).values()
    if as_json:
        click.echo(orjson.dumps(list(found), option=orjson.OPT_INDENT_2).decode())
        return
    table = Table("code", *LANGUAGES, "retired", box=None)
    for one in found:
        names = (Text(seen(one["names"][language])) for language in LANGUAGES)
        table.add_row(one["id"], *names, "yes" if one["retired"] else "")
    context.console.print(table)


@terms.command()
@click.argument("code")
@click.option("--ar", required=True, metavar="NAME", help="Its name in Arabic.")
@click.option("--fa", required=True, metavar="NAME", help="Its name in Persian.")
@click.option("--en", required=True, metavar="NAME", help="Its name in English.")
@pass_context
def add(context: Context, code: str, **names: str) -> None:
    """Add the term CODE below what its code begins with, such as health.dialysis below health.

    A term that there is gets these names; one that was retired is offered again.
    """
    if wrong := list(term_files.wrong(code, names)):
        raise click.UsageError("; ".join(f"{field}: {reason}" for field, reason in wrong))
    with _registry(context) as client:
        told = client.call(PUT_TERM, {"id": code, "names": names}, actor=OPERATOR, key=new_id())
    context.say(f"{told['id']} is on offer, at version {told['version']}.")


@terms.command()
@click.argument("code")
@pass_context
def retire(context: Context, code: str) -> None:
    """Offer the term CODE no more. Records that bear it keep it, and are found by it."""
    with _registry(context) as client:
        try:
            client.call(RETIRE_TERM, {"id": code}, actor=OPERATOR, key=new_id())
        except NotFound as error:
            raise click.UsageError(UNKNOWN.format(code)) from error
    context.say(f"{code} is offered no more.")


@terms.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Read the file and tell what is wrong with it; load nothing.")
@pass_context
@click.pass_context
def load(click_context: click.Context, context: Context, file: Path, *, dry_run: bool) -> None:
    """Load the terms of a CSV or JSON FILE. Loading it again changes nothing; terms that it lacks stay.

    CSV has a header: code,ar,fa,en and, if wanted, retired. The exit code is 1 where a row did not go in.
    """
    found = _read(file)
    if found.faults:
        _tell(context, found.faults)
        raise click.ClickException(f"Nothing was loaded: {len(found.faults)} faults in {file.name}.")
    if dry_run:
        context.say(f"{len(found.terms)} terms, none of them faulty. Nothing was loaded.")
        return
    with _registry(context) as client:
        outcomes = put(client, found.terms)
    _report(context, outcomes)
    click_context.exit(1 if any(one.outcome == "refused" for one in outcomes) else 0)


def known(client: RpcClient) -> dict[str, Json]:
    """Return all terms of the node by their codes."""
    page = client.call(PAGE_TERMS, {"limit": PAGE}, actor=OPERATOR)
    found = {one["id"]: one for one in page["items"]}
    while page["next"]:
        page = client.call(PAGE_TERMS, {"limit": PAGE, "after": page["next"]}, actor=OPERATOR)
        found |= {one["id"]: one for one in page["items"]}
    return found


def put(client: RpcClient, given: list[Given]) -> list[Outcome]:
    """Put terms, parents first, then retire those that are to be; return what became of each row, in their order."""
    there = known(client)
    outcomes = [_put(client, one, there.get(one.code)) for one in given]
    for one, outcome in zip(given, outcomes, strict=True):
        if one.retired and outcome.outcome not in ("unchanged", "refused"):
            client.call(RETIRE_TERM, {"id": one.code}, actor=OPERATOR, key=new_id())
    return sorted(outcomes, key=lambda one: one.row)


def _put(client: RpcClient, one: Given, old: Json | None) -> Outcome:
    """Put a term that differs. One that is retired here and there stays so: to put it would offer it again."""
    if old and old["names"] == one.names and (one.retired or not old["retired"]):
        return Outcome(one.row, one.code, "unchanged" if old["retired"] == one.retired else "retired")
    try:
        told = client.call(PUT_TERM, {"id": one.code, "names": one.names}, actor=OPERATOR, key=new_id())
    except (Invalid, Conflict) as error:
        return Outcome(
            one.row, one.code, "refused", "; ".join(each["message"] for each in error.problems) or str(error)
        )
    same = old is not None and told["version"] == old["version"]
    return Outcome(one.row, one.code, "unchanged" if same else "updated" if old else "created")


@contextmanager
def _registry(context: Context) -> Iterator[RpcClient]:
    client = rpc_client.connect(context.config, SERVICE)
    try:
        yield client
    finally:
        client.stop()


def _read(file: Path) -> Read:
    try:
        return term_files.read(file)
    except NotTerms as error:
        raise click.BadParameter(f"{file} is no file of terms: {error}.", param_hint="FILE") from error


def _tell(context: Context, faults: list[Fault]) -> None:
    table = Table("row", "code", "field", "reason", box=None)
    for one in faults[:FAULTS_SHOWN]:
        table.add_row(str(one.row), Text(seen(one.code)), one.field, Text(one.reason))
    context.console.print(table)
    if len(faults) > FAULTS_SHOWN:
        context.say(f"… and {len(faults) - FAULTS_SHOWN} more.")


def _report(context: Context, outcomes: list[Outcome]) -> None:
    """Print what became of each row that is not as it was, and the counts."""
    table = Table("row", "code", "outcome", "reason", box=None)
    for one in outcomes:
        if one.outcome != "unchanged":
            table.add_row(str(one.row), one.code, one.outcome, one.reason)
    if table.row_count:
        context.console.print(table)
    counts = Counter(one.outcome for one in outcomes)
    told = ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items())) or "none"
    context.say(f"{len(outcomes)} terms: {told}.")
