"""Prove the import of HSDS packages on a whole node: what goes in, what does not, and that twice is once."""

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
from tests.unit.cli.hsds_packages import a_package

ORGANIZATIONS, SERVICES_EACH = 60, 4
SERVICES = ORGANIZATIONS * SERVICES_EACH
Run = Callable[..., Result]

pytestmark = pytest.mark.slow


def a_directory(folder: Path, greeting: str = "Hot meals") -> Path:
    """Write a package as HSDS 1.1 has it: organizations with two places each, and services at both."""
    owners = range(1, ORGANIZATIONS + 1)
    services = [(f"{owner}-{number}", owner) for owner in owners for number in range(SERVICES_EACH)]
    return a_package(
        folder,
        organizations=[
            {
                "id": f"{one}",
                "name": f"Harvest Food Bank {one}",
                "url": f"http://bank{one}.example.org",
                "tax_id": "none",
            }
            for one in owners
        ],
        programs=[{"id": f"p{one}", "organization_id": f"{one}", "name": "Meals"} for one in owners],
        locations=[
            {"id": f"{one}{side}", "organization_id": f"{one}", "name": side, "latitude": "37.7", "longitude": "-122.4"}
            for one in owners
            for side in ("east", "west")
        ],
        physical_addresses=[
            {
                "id": f"{one}",
                "location_id": f"{one}east",
                "address_1": f"{one} Main Street",
                "city": "X",
                "country": "US",
            }
            for one in owners
        ],
        services=[
            {
                "id": one,
                "organization_id": f"{owner}",
                "program_id": f"p{owner}",
                "name": f"{greeting} {one}",
                "status": "active",
            }
            for one, owner in services
        ],
        services_at_location=[
            {"id": f"{one}{side}", "service_id": one, "location_id": f"{owner}{side}"}
            for one, owner in services
            for side in ("east", "west")
        ],
        regular_schedules=[
            {"id": f"{one}{day}", "service_id": one, "weekday": day, "opens_at": "9:30", "closes_at": "5:00 PM"}
            for one, _ in services
            for day in ("Monday", "Tuesday")
        ],
        phones=[
            {"id": f"{one}{kind}", "service_id": one, "number": number, "type": kind}
            for one, _ in services
            for kind, number in (("voice", "(703) 555-1212"), ("hotline", "2-1-1"))
        ],
        taxonomy=[{"id": "BD", "name": "Food"}, {"id": "BD-1", "name": "Pantries", "parent_id": "BD"}],
        services_taxonomy=[{"id": one, "service_id": one, "taxonomy_id": "BD-1"} for one, _ in services],
    )


@pytest.fixture(scope="module")
def run(node: Node) -> Run:
    """Give a function that imports a package into the node."""

    def invoke(*arguments: str) -> Result:
        words = ("hsds", "import", *arguments, "--source", "harvest", "--language", "en")
        return CliRunner().invoke(main, words, obj=Context(node.home))

    return invoke


@pytest.fixture(scope="module")
def imported(run: Run, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result, Result]:
    """Give a package, what a dry run said of it, and what its import said."""
    folder = a_directory(tmp_path_factory.mktemp("harvest"))
    return folder, run(str(folder), "--dry-run"), run(str(folder))


def counts(result: Result) -> dict[str, tuple[int, ...]]:
    """Return how many organizations and services were created, updated, unchanged and rejected."""
    told = re.findall(r"(\w+): (\d+) created, (\d+) updated, (\d+) unchanged, (\d+) rejected", result.output)
    return {kind: tuple(map(int, numbers)) for kind, *numbers in told}


def untouched(counted: tuple[int, ...]) -> bool:
    """Tell whether nothing was created, updated or rejected."""
    created, updated, _, rejected = counted
    return not (created or updated or rejected)


def test_dry_run_changes_nothing(imported: tuple[Path, Result, Result]):
    _, tried, result = imported

    assert counts(tried) == {"organizations": (ORGANIZATIONS, 0, 0, 0), "services": (0, 0, 0, 0)}, tried.output
    assert f"{SERVICES} services were not tried" in tried.output
    assert counts(result)["organizations"] == (ORGANIZATIONS, 0, 0, 0)


def test_everything_goes_in(imported: tuple[Path, Result, Result]):
    _, _, result = imported

    assert result.exit_code == 0, result.output
    assert counts(result) == {"organizations": (ORGANIZATIONS, 0, 0, 0), "services": (SERVICES, 0, 0, 0)}


def test_again_changes_nothing(run: Run, imported: tuple[Path, Result, Result]):
    again = run(str(imported[0]))

    assert counts(again) == {"organizations": (0, 0, ORGANIZATIONS, 0), "services": (0, 0, SERVICES, 0)}, again.output


def test_rows_in_another_order_change_nothing(run: Run, imported: tuple[Path, Result, Result], tmp_path: Path):
    for table in imported[0].iterdir():
        header, *rows = table.read_text(encoding="utf-8").splitlines(keepends=True)
        (tmp_path / table.name).write_text("".join([header, *reversed(rows)]), encoding="utf-8")

    turned = run(str(tmp_path))

    assert counts(turned) == {"organizations": (0, 0, ORGANIZATIONS, 0), "services": (0, 0, SERVICES, 0)}


def test_directory_tells_the_whole_service(node: Node, imported: tuple[Path, Result, Result]):
    address = f"{node.config.public_url}/hsds/services"
    found: dict = {}

    def is_there() -> bool:
        found.update(httpx.get(address, params={"search": "Hot meals 7-2", "full": "true"}).json())
        return any(one["name"] == "Hot meals 7-2" for one in found.get("contents", ()))

    wait_until(is_there, "the service in the directory", 30)

    service = next(one for one in found["contents"] if one["name"] == "Hot meals 7-2")
    assert [one["number"] for one in service["phones"]] == ["+17035551212", "211"]
    assert [(one["byday"], one["opens_at"], one["closes_at"]) for one in service["schedules"]] == [
        ("MO,TU", "09:30", "17:00")
    ]
    assert sorted(one["location"]["name"] for one in service["service_at_locations"]) == ["east", "west"]
    told = {one["link_type"]: one for one in service["attributes"]}
    assert told["subject"]["taxonomy_term"]["code"] == "food"
    assert told["taxonomy"]["label"] == "Pantries"


def test_written_package_changes_nothing(node: Node, imported: tuple[Path, Result, Result], tmp_path: Path):
    file, context = tmp_path / "qena.zip", Context(node.home)
    answers: list[Result] = []

    def is_unchanged() -> bool:
        words = (
            ("export", str(file)),
            ("check", str(file)),
            ("import", str(file), "--own", "--dry-run", "--language", "en"),
        )
        answers[:] = [CliRunner().invoke(main, ("hsds", *one), obj=context) for one in words]
        return bool(counts(answers[-1])) and all(untouched(one) for one in counts(answers[-1]).values())

    wait_until(is_unchanged, "the directory to tell what the register has", 60)

    assert [one.exit_code for one in answers] == [0, 0, 0], answers[-1].output
    assert "0 errors, 0 warnings" in answers[1].output
    assert counts(answers[-1])["organizations"][2] >= ORGANIZATIONS
    unsaid = CliRunner().invoke(main, ("hsds", "import", str(file)), obj=context)
    assert (unsaid.exit_code, "--own" in unsaid.output) == (2, True)


def test_foreign_package_is_not_our_own(node: Node, tmp_path: Path):
    package = a_directory(tmp_path / "foreign", "Warm meals")

    claimed = CliRunner().invoke(main, ("hsds", "import", str(package), "--own"), obj=Context(node.home))

    assert (claimed.exit_code, "says that this node wrote it" in " ".join(claimed.output.split())) == (2, False)
    assert "Usage" in claimed.output


def test_package_is_served_as_it_is_written(node: Node, imported: tuple[Path, Result, Result], tmp_path: Path):
    served = tmp_path / "served.zip"
    served.write_bytes(httpx.get(f"{node.config.public_url}/hsds/package.zip", timeout=60).content)

    checked = CliRunner().invoke(main, ("hsds", "check", str(served)), obj=Context(node.home))

    assert (checked.exit_code, "0 errors" in checked.output) == (0, True), checked.output


def test_changed_services_are_updated(run: Run, imported: tuple[Path, Result, Result], tmp_path: Path):
    changed = run(str(a_directory(tmp_path / "changed", "Warm meals")))

    assert counts(changed) == {"organizations": (0, 0, ORGANIZATIONS, 0), "services": (0, SERVICES, 0, 0)}


def test_wrong_package_stays_out(run: Run, tmp_path: Path):
    rows = [{"id": "901", "name": "Fresh Start"}, {"id": "902", "name": ""}]
    services = [{"id": f"{one}", "organization_id": f"{one}", "name": "Advice"} for one in (901, 902)]
    folder = a_package(tmp_path / "wrong", organizations=rows, locations=[], services_at_location=[], services=services)

    refused, taken = run(str(folder)), run(str(folder), "--good-rows")

    assert (refused.exit_code, taken.exit_code) == (1, 1)
    assert "Nothing was imported: 1 errors" in refused.output
    assert re.search(r"organizations\.csv\s+3\s+name\s+is missing", refused.output)
    assert counts(taken) == {"organizations": (1, 0, 0, 0), "services": (1, 0, 0, 0)}, taken.output


def test_rejection_tells_file_and_row(run: Run, tmp_path: Path):
    owner = [{"id": "911", "name": "Fresh Start Again"}]
    services = [{"id": "911", "organization_id": "911", "name": "A" * 201}]
    schedules = [{"id": "1", "service_id": "911", "freq": "WEEKLY", "byday": "Mondays"}]
    folder = a_package(
        tmp_path / "odd",
        organizations=owner,
        locations=[],
        services_at_location=[],
        services=services,
        schedules=schedules,
    )

    result = run(str(folder))

    assert result.exit_code == 1
    assert re.search(r"services\.csv\s+2\s+schedules\.0\.byday\s+(Mondays|MONDAYS)", result.output), result.output
