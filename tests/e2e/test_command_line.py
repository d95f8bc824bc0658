"""Prove the command line on a whole node: load areas, import, rebuild, let clients in and out."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner, Result

from cli.context import Context
from cli.main import main
from cli.node import Node
from cli.process import wait_until
from cli.roster import ROOT

Run = Callable[..., Result]

AREAS = str(ROOT / "demo" / "data" / "qena-areas.geojson")
SPREADSHEET = str(ROOT / "demo" / "data" / "qena-associations.xlsx")


@pytest.fixture(scope="module")
def run(node: Node) -> Run:
    """Give a function that runs ``tashbik`` beside the node."""

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(main, arguments, obj=Context(node.home))

    return invoke


@pytest.fixture(scope="module")
def imported(run: Run) -> Result:
    """Give an import of the demo directorate's spreadsheet, in English; others may have imported it before."""
    assert run("areas", "load", AREAS).exit_code == 0
    return run("import", SPREADSHEET, "--language", "en")


def counts(result: Result) -> dict[str, int]:
    """Return the counts that an import ended with."""
    last = result.output.rstrip().splitlines()[-1]
    return {name: int(count) for count, name in re.findall(r"(\d+) (created|updated|unchanged|rejected)", last)}


def token(node: Node, client_id: str, secret: str) -> httpx.Response:
    """Ask for a token."""
    form = {"grant_type": "client_credentials"}
    return httpx.post(f"{node.config.public_url}/oauth/token", data=form, auth=(client_id, secret))


def test_status_is_well(run: Run):
    result = run("status")

    assert result.exit_code == 0, result.output


def test_import_puts_good_rows_in(imported: Result):
    assert counts(imported)["created"] + counts(imported)["unchanged"] >= 100


def test_import_reports_bad_rows(imported: Result):
    assert imported.exit_code == 1
    assert "This is not a valid e-mail address;" in imported.output


def test_second_import_changes_nothing(run: Run, imported: Result):
    again = counts(run("import", SPREADSHEET))

    assert again["unchanged"] == counts(imported)["created"] + counts(imported)["unchanged"]
    assert again["created"] == again["updated"] == 0


def test_second_load_of_areas_changes_nothing(run: Run, imported: Result):
    assert re.search(r"^(\d+) areas: \1 unchanged", run("areas", "load", AREAS).output, re.MULTILINE)


def test_dry_run_says_so(run: Run, imported: Result):
    assert "dry run: nothing was changed" in run("import", SPREADSHEET, "--dry-run").output


def test_file_that_is_none_is_told(run: Run, tmp_path: Path, imported: Result):
    file = tmp_path / "list.xlsx"
    file.write_bytes(b"PK\x03\x04 not a workbook")

    result = run("import", str(file), "--language", "en")

    assert result.exit_code == 1
    assert "failed" in result.output


def test_directory_is_rebuilt(run: Run, imported: Result):
    result = run("directory", "rebuild", "--timeout", "60")

    assert result.exit_code == 0, result.output
    assert "The directory is rebuilt" in result.output


def test_client_comes_and_goes(run: Run, node: Node):
    added = run("clients", "add", "Qena portal", "--role", "operator").output
    client_id, secret = (line.split()[1] for line in added.splitlines())
    access = token(node, client_id, secret).json()["access_token"]

    run("clients", "revoke", client_id)

    imports, header = f"{node.config.public_url}/imports", {"Authorization": f"Bearer {access}"}
    wait_until(lambda: httpx.get(imports, headers=header).status_code == httpx.codes.UNAUTHORIZED, "the refusal", 10)
    assert token(node, client_id, secret).status_code == httpx.codes.UNAUTHORIZED


def test_killed_api_leaves_no_worker(node: Node):
    before = workers(node.pid("api"))

    killed = node.kill("api")

    wait_until(lambda: node.pid("api") not in (0, killed) if running(node) else False, "another main process")
    node.wait_ready("api")
    wait_until(lambda: not [pid for pid in before if Path(f"/proc/{pid}").exists()], "the end of the old workers", 10)


def running(node: Node) -> bool:
    """Tell whether the API's main process runs."""
    return any(each.name == "api" and each.pid for each in node.status())


def workers(pid: int) -> list[int]:
    """Return the children of a process."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
