"""Read, import and write HSDS tabular packages: ``tashbik hsds check PACKAGE``, ``hsds import``, ``hsds export``.

A package is a folder or a zip of CSV files; :mod:`cli.hsds_package` reads it. What is wrong is told by file, row and
column, and keeps the whole package out unless ``--good-rows`` is given.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import NamedTemporaryFile

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from chassis import rpc_client
from cli import terms
from cli.context import SERVICE, Context, pass_context
from cli.hsds_package import organizations, reading
from cli.hsds_package import services as service_rows
from cli.hsds_package.making import Maker
from cli.hsds_package.reading import Reading
from cli.hsds_package.services import Home
from cli.hsds_package.unmeant import UnmeantTerms
from cli.hsds_package.verdicts import NotAPackage, Verdict, Verdicts
from cli.hsds_putting import Importer, Report
from cli.imports import LANGUAGES
from contracts.subjects import SUBJECTS
from contracts.text import fold, seen
from services.gateway.hsds.package.views import Packages

LIKE_SHOWN = 3
"""Warnings of one kind that are shown."""
ERRORS_READ = 50
"""Errors that somebody reads; of more it is said what they are in sum, too."""
UNMEANT_SHOWN = 40
SAY_SUBJECTS = (
    "Write a JSON file that says which subject a term means, and with it all terms below it: {example}. "
    "Then import again with --subjects FILE. Subjects are {subjects}."
)
COUNTRY = "US"
ASK_WHOSE = (
    "This package says that this node wrote it. Give --own to take its ids as those of this register, "
    "or --source to name the list that they belong to."
)
NOT_OURS = "This package does not say that this node wrote it, so its ids are not those of this register."
SOURCE = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}\Z")

Subjects = dict[str, str]


def _source(_: click.Context, __: click.Parameter, given: str) -> str:
    if given and not SOURCE.match(given):
        raise click.BadParameter("write small Latin letters, digits, points and dashes, 40 at most.")
    return given


def _subjects(_: click.Context, __: click.Parameter, file: Path | None) -> Subjects:
    if file is None:
        return {}
    try:
        mapping = json.loads(file.read_text(encoding="utf-8-sig"))
        wrong = sorted(str(one) for one in mapping.values() if one not in SUBJECTS)
    except (ValueError, AttributeError, TypeError) as error:
        raise click.BadParameter(f"{file} is no JSON object of terms and subjects.") from error
    if wrong:
        raise click.BadParameter(f"{wrong[0]!r} is no subject: {', '.join(SUBJECTS)}.")
    return {fold(term): subject for term, subject in mapping.items()}


def _country(_: click.Context, __: click.Parameter, given: str) -> str:
    if given and not re.match(r"[A-Za-z]{2}\Z", given):
        raise click.BadParameter("write two letters, such as US.")
    return given.upper()


package = click.argument("package", type=click.Path(exists=True, path_type=Path))
subjects_option = click.option(
    "--subjects",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    callback=_subjects,
    help='JSON that says which subject a term means: {"Food Pantry": "food"}, by its id, code or name.',
)
country_option = click.option(
    "--country",
    default="",
    callback=_country,
    metavar="CC",
    help="Country of telephone numbers without a code, where no address says it; the node's, or US, if not given.",
)


@click.group()
def hsds() -> None:
    """Read, import and write HSDS tabular packages."""


@hsds.command()
@package
@subjects_option
@country_option
@pass_context
@click.pass_context
def check(click_context: click.Context, context: Context, *, package: Path, subjects: Subjects, country: str) -> None:
    """Say what is wrong with a PACKAGE, row by row; no node is asked.

    A single CSV file is checked as the table that its name or its columns tell. The exit code is 1 where there is an
    error; warnings say what was guessed or left out.
    """
    with _read(context, package, country) as found:
        maker = Maker(found, subjects)
        _rehearse(maker)
        show(context, found.verdicts)
        _say_found(context, found)
        _say_unmeant(context, maker.unmeant)
        click_context.exit(1 if found.verdicts.errors else 0)


@hsds.command("import")
@package
@click.option(
    "--source",
    default="",
    callback=_source,
    help="Name of the list that the ids belong to; the package's, or that of the node which wrote it.",
)
@subjects_option
@click.option("--own", is_flag=True, help="Take the package's ids as those of this register, which wrote it.")
@click.option("--good-rows", is_flag=True, help="Import what is good of a package that has errors.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Language of what the registry says.")
@country_option
@pass_context
@click.pass_context
def import_package(
    click_context: click.Context,
    context: Context,
    *,
    package: Path,
    source: str,
    subjects: Subjects,
    own: bool,
    good_rows: bool,
    dry_run: bool,
    language: str | None,
    country: str,
) -> None:
    """Import the organizations and services of a PACKAGE. Importing it again changes nothing.

    Where a row is wrong nothing is imported, unless --good-rows is given. The exit code is 1 where a row was left out.
    """
    with _read(context, package, country) as found:
        if found.verdicts.errors and not good_rows:
            show(context, found.verdicts)
            raise click.ClickException(
                f"Nothing was imported: {found.verdicts.errors} errors. Give --good-rows to import the rest."
            )
        maker = Maker(found, subjects)
        named, said_in = source or _named(found.node or package.resolve().stem), language or context.config.language
        ours = found.node == context.config.node
        if ours and not (source or own):
            raise click.UsageError(ASK_WHOSE)
        if own and not ours:
            raise click.UsageError(NOT_OURS)
        report = _put(context, maker, named, said_in, dry_run=dry_run, own_ids=own)
        show(context, found.verdicts)
        show(context, report.problems)
        _say_done(context, named, report, dry_run=dry_run)
        _say_unmeant(context, maker.unmeant)
        click_context.exit(1 if found.verdicts.errors or report.rejected else 0)


@hsds.command("export")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@pass_context
def export_package(context: Context, file: Path) -> None:
    """Write the public directory into FILE, a package of HSDS 3.1. It says what /hsds/package.zip does.

    A FILE that is there already is replaced once the new one is whole.
    """
    config = context.config
    source = Packages(context.database("gateway"))
    with NamedTemporaryFile(dir=file.parent, prefix=f"{file.name}.", suffix=".part", delete=False) as written:
        unfinished = Path(written.name)
        try:
            for piece in source.written(config.node, config.public_url):
                written.write(piece)
            written.flush()
            os.fsync(written.fileno())
            unfinished.chmod(0o644)  # what is in it is public
            unfinished.replace(file)
        finally:
            unfinished.unlink(missing_ok=True)
    context.say(f"Written: {file}, {file.stat().st_size:,} bytes.")


def show(context: Context, verdicts: Verdicts) -> None:
    """Print verdicts: errors that are kept, the first warnings of each kind, and how many there are of what is many."""
    table = Table("file", "row", "column", "value", "reason", box=None)
    kinds = verdicts.kinds()
    for first, found in kinds.items():
        for one in found if not first.warning else found[:LIKE_SHOWN]:
            _add(table, one)
        if first.warning and len(found) > LIKE_SHOWN:
            like = f"… and {len(found) - LIKE_SHOWN:,} more like it"
            _add(table, Verdict(first.file, 0, first.column, "", like, warning=True))
    if kinds:
        context.console.print(table)
    if verdicts.errors > ERRORS_READ:
        for first, found in sorted(kinds.items(), key=lambda kind: -len(kind[1])):
            if not first.warning:
                context.say(f"{len(found):,} times: {seen(first.file)} {seen(first.column)}: {seen(first.reason)}")
    if (beyond := verdicts.errors + verdicts.warnings - len(verdicts.kept)) > 0:
        context.say(f"… and {beyond} more.")


def _add(table: Table, one: Verdict) -> None:
    cells = (one.file, str(one.row or ""), one.column, one.value, one.reason)
    table.add_row(*(Text(seen(cell)) for cell in cells), style="yellow" if one.warning else "red")


@contextmanager
def _read(context: Context, package: Path, country: str) -> Iterator[Reading]:
    node = context.node
    usual = country or (node.config.country if node.exists else COUNTRY)
    try:
        with reading.read(package, usual) as found:
            yield found
    except NotAPackage as error:
        raise click.BadParameter(f"{package} is no HSDS package: {error}.", param_hint="PACKAGE") from error


def _rehearse(maker: Maker) -> None:
    """Make all rows as an import would, for the warnings that this brings."""
    for row, _ in organizations.rows(maker):
        here = {place.id: place.id for place in organizations.places(maker, row.id)}
        for _ in service_rows.rows(maker, row.id, Home(row.id, here)):
            pass


def _put(context: Context, maker: Maker, source: str, language: str, *, dry_run: bool, own_ids: bool) -> Report:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    shelf = maker.reading.shelf
    client = rpc_client.connect(context.config, SERVICE)
    try:
        with Progress(*columns, console=context.console, transient=True) as progress:
            task = progress.add_task("Importing", total=shelf.count("organizations") + shelf.count("services"))
            moved = partial(progress.advance, task)
            maker.own.codes = terms.known(client).keys()
            report = Importer(client, maker, source, language, dry_run, own_ids, moved).run()
            maker.own.tell(maker.verdicts)
            return report
    finally:
        client.stop()


def _say_found(context: Context, found: Reading) -> None:
    rows = ", ".join(f"{count} {table}" for table, count in found.present.items())
    context.say(f"HSDS {found.version}: {rows}. {found.verdicts.errors} errors, {found.verdicts.warnings} warnings.")


def _say_done(context: Context, source: str, report: Report, *, dry_run: bool) -> None:
    would = " (dry run: nothing was changed)" if dry_run else ""
    context.say(f"List {source}{would}:")
    for kind, counts in (("organizations", report.organizations), ("services", report.services)):
        told = ", ".join(f"{counts[one]} {one}" for one in ("created", "updated", "unchanged", "rejected"))
        context.say(f"  {kind}: {told}")
    if report.untried:
        context.say(f"  {report.untried} services were not tried: their organizations are not there yet")
    if report.left:
        context.say(f"  {report.left} services were left out with their organizations", style="red")


def _say_unmeant(context: Context, unmeant: UnmeantTerms) -> None:
    """Say which terms mean no subject, by how many services bear them, and how to say what they mean."""
    terms = list(unmeant)
    if not terms:
        return
    table = Table("term", "name", "services", box=None)
    for one in terms[:UNMEANT_SHOWN]:
        table.add_row(Text(seen(one.term)), Text(seen(one.name)), f"{one.services:,}")
    context.say(
        f"{len(terms):,} terms mean no subject; {unmeant.services:,} services have none, so no need finds them:"
    )
    context.console.print(table)
    if beyond := terms[UNMEANT_SHOWN:]:
        context.say(f"… and {len(beyond):,} more.")
    context.say(SAY_SUBJECTS.format(example=json.dumps({seen(terms[0].term): "SUBJECT"}), subjects=", ".join(SUBJECTS)))


def _named(name: str) -> str:
    """Return a list's name made of a package's or a node's."""
    plain = re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-._")[:40]
    return plain if SOURCE.match(plain) else "hsds"
