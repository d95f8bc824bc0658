"""Import organizations from a spreadsheet: ``tashbik import FILE``.

The same as ``POST /imports`` of the API, with a progress bar, and with every rejected row printed in the user's
language.
"""

from __future__ import annotations

import mimetypes
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from cli.api import Api, Credentials, own_credentials
from cli.context import Context, pass_context
from services.gateway.auth.store import ClientStore

ENDED = ("completed", "failed", "cancelled")
LOOK_SECONDS = 0.3
LANGUAGES = ("ar", "fa", "en")


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--mapping", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Mapping, as JSON.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Language of what is reported.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
@click.option("--url", default="", help="Address of the API; that of the node if not given.")
@click.option("--client-id", envvar="TASHBIK_CLIENT_ID", default="", help="Client to import as.")
@click.option("--client-secret", envvar="TASHBIK_CLIENT_SECRET", default="", help="Its secret; better by environment.")
@pass_context
@click.pass_context
def import_file(
    click_context: click.Context,
    context: Context,
    *,
    file: Path,
    mapping: Path | None,
    language: str | None,
    url: str,
    client_id: str,
    client_secret: str,
    dry_run: bool,
) -> None:
    """Import the organizations of a CSV, XLSX or JSON FILE.

    The mapping of columns is guessed and shown; give --mapping for another. Good rows go in, each other row is
    reported. Importing the same file again changes nothing. The exit code is 1 where a row was rejected.
    """
    language = language or context.config.language
    with Api(url or context.config.public_url, _credentials(context, client_id, client_secret)) as api:
        ended = run(context, api, file, _form(mapping, language, dry_run=dry_run))
        show_columns(context, ended)
        show_rejections(context, rejections(api, ended["id"]), language)
    show_counts(context, ended, language)
    click_context.exit(0 if ended["status"] == "completed" and not ended["counts"]["rejected"] else 1)


def run(context: Context, api: Api, file: Path, form: dict[str, str]) -> dict[str, Any]:
    """Send a file, show how far it has come, and return the import once it has ended."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    with Progress(*columns, console=context.console, transient=True) as progress, file.open("rb") as content:
        task = progress.add_task("Sending", total=None)
        started, _ = api.post("/imports", files={"file": (file.name, content, kind)}, data=form)
        return _watch(api, started, progress, task)


def _watch(api: Api, state: dict[str, Any], progress: Progress, task: TaskID) -> dict[str, Any]:
    while state["status"] not in ENDED:
        progress.update(task, description=state["status"], total=state["total"] or None, completed=_rows(state))
        time.sleep(LOOK_SECONDS)
        state = api.get(f"/imports/{state['id']}")
    return state


def _rows(state: dict[str, Any]) -> int:
    counts = state["counts"]
    return sum(counts[name] for name in ("created", "updated", "unchanged", "rejected"))


def _form(mapping: Path | None, language: str, *, dry_run: bool) -> dict[str, str]:
    form = {"language": language, "dry_run": "true" if dry_run else "false"}
    return form | ({"mapping": mapping.read_text(encoding="utf-8")} if mapping else {})


def _credentials(context: Context, client_id: str, secret: str) -> Credentials:
    if bool(client_id) != bool(secret):
        raise click.UsageError("Give --client-id and --client-secret together, or neither.")
    if client_id:
        return Credentials(client_id, secret)
    return own_credentials(context.config, ClientStore(context.database("gateway")))


def rejections(api: Api, import_id: str) -> Iterator[dict[str, Any]]:
    """Yield the report of each row that was rejected or mended, page by page."""
    cursor = ""
    while True:
        page = api.get(f"/imports/{import_id}/rejections", limit=200, **({"cursor": cursor} if cursor else {}))
        yield from page["items"]
        cursor = page.get("next") or ""
        if not cursor:
            return


def show_columns(context: Context, ended: dict[str, Any]) -> None:
    """Print which column was taken for which field."""
    table = Table("column", "field", title="Mapping", title_justify="left", box=None)
    for column in ended.get("columns") or []:
        table.add_row(str(column.get("column", "")), str(column.get("field") or "(left out)"))
    if table.row_count:
        context.console.print(table)


def show_rejections(context: Context, reported: Iterator[dict[str, Any]], language: str) -> None:
    """Print row, column, value and reason of every problem."""
    table = Table("row", "column", "value", "reason", title="Problems", title_justify="left", box=None)
    for row in reported:
        for problem in row["problems"]:
            reason = problem["message"]
            said = reason.get(language, "") if isinstance(reason, dict) else str(reason)
            style = "red" if problem.get("severity") != "warning" else "yellow"
            table.add_row(str(row["row"]), problem.get("column", ""), problem.get("value", ""), said, style=style)
    if table.row_count:
        context.console.print(table)


def show_counts(context: Context, ended: dict[str, Any], language: str) -> None:
    """Print what became of the rows, and why the import failed where it did."""
    counts = ", ".join(f"{count} {name}" for name, count in ended["counts"].items())
    would = " (dry run: nothing was changed)" if ended.get("dry_run") else ""
    context.say(f"Import {ended['id']} {ended['status']}: {counts}{would}.")
    if failure := ended.get("failure"):
        context.say(f"  {failure['message'].get(language) or failure['code']}", style="red")
