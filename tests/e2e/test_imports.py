"""Import what directorates have, again and changed, over HTTP and by command."""

from __future__ import annotations

import csv
import io
import secrets
from pathlib import Path

import pytest

from contracts.policy import Role
from demo.generate import HEADINGS
from demo.play import DATA, SPREADSHEET
from tests.e2e.client import Json
from tests.e2e.world import GOVERNORATE, World, soon

CSV = DATA / "qena-associations.csv"
MAPPING = Path("demo/mappings/unhcr-services.json")
UNHCR = Path(__file__).resolve().parents[3] / "shared" / "data" / "unhcr-jordan-services"
SERVICES = 562
HEADER = ("اسم الجمعية", "المركز", "الهاتف", "عدد الأعضاء")
KINDS = ("created", "updated", "unchanged", "rejected")


def sheet(*rows: tuple[str, ...]) -> bytes:
    """Return a CSV file as spreadsheets write it: with a byte-order mark."""
    out = io.StringIO()
    csv.writer(out).writerows([HEADER, *rows])
    return out.getvalue().encode("utf-8-sig")


def counted(ended: Json) -> tuple[int, ...]:
    """Return how many rows were created, updated, unchanged and rejected."""
    return tuple(ended["counts"][kind] for kind in KINDS)


@pytest.fixture
def name() -> str:
    """Give a name that no organization bears yet."""
    return f"جمعية الاستيراد {secrets.token_hex(4)}"


def test_guess_takes_every_column(imported: Json):
    taken = {one["column"]: one["field"] for one in imported["columns"]}

    assert set(taken) <= set(HEADINGS)
    assert [taken[heading] for heading in ("اسم الجمعية", "المركز", "الهاتف")] == ["name", "area", "phones"]


def test_import_again_changes_nothing(world: World, imported: Json):
    created, updated, unchanged, rejected = counted(world.bring_in_file(SPREADSHEET))

    assert (created, updated, rejected) == (0, 0, imported["counts"]["rejected"])
    assert unchanged == sum(counted(imported)) - rejected


def test_other_form_of_same_list_changes_nothing(world: World, imported: Json):
    created, updated, _, _ = counted(world.bring_in_file(CSV))

    assert (created, updated) == (0, 0)


def test_changed_row_updates(world: World, name: str):
    world.bring_in("first.csv", sheet((name, "دشنا", "096 5331234", "٤٠"), (f"{name} الثانية", "قوص", "", "١٢")))

    ended = world.bring_in(
        "second.csv", sheet((name, "دشنا", "096 5331234", "٤١"), (f"{name} الثانية", "قوص", "", "12"))
    )

    assert counted(ended) == (0, 1, 1, 0)
    (found,) = world.operator.items("/register/organizations", q=name, area="EG2904")
    assert (found["members_count"], found["version"]) == (41, 2)


def test_dry_run_changes_nothing(world: World, name: str):
    ended = world.bring_in("dry.csv", sheet((name, "دشنا", "", "")), dry_run="true")

    assert counted(ended) == (1, 0, 0, 0)
    assert world.operator.items("/register/organizations", q=name) == []


def test_good_rows_go_in_beside_bad_ones(world: World, name: str):
    ended = world.bring_in(
        "mixed.csv", sheet((name, "دشنا", "", ""), ("", "قوص", "", ""), (f"{name} ب", "أطلانتس", "", ""))
    )

    assert counted(ended) == (1, 0, 0, 2)


def test_rejection_names_row_column_value_and_reason(world: World, name: str):
    ended = world.bring_in("atlantis.csv", sheet((name, "أطلانتس", "", "")))

    (row,) = world.operator.items(f"/imports/{ended['id']}/rejections")
    (problem,) = row["problems"]
    assert (row["row"], problem["column"], problem["value"]) == (2, "المركز", "أطلانتس")
    assert set(problem["message"]) == {"ar", "fa", "en"}


def test_rejections_page(world: World, imported: Json):
    path = f"/imports/{imported['id']}/rejections"
    whole = [one["row"] for one in world.operator.items(path)]

    paged = [one["row"] for one in world.operator.items(path, limit=2)]

    assert len(whole) > 2
    assert paged == whole == sorted(set(whole))


def test_unreadable_file_says_why(world: World):
    ended = world.bring_in("picture.xlsx", b"\x89PNG\r\n\x1a\n")

    assert ended["status"] == "failed"
    assert set(ended["failure"]["message"]) == {"ar", "fa", "en"}


def test_given_mapping_is_used(world: World, name: str):
    mapping = '{"fields": {"name": "عنوان", "description": "اسم الجمعية", "area": {"constant": "EG2904"}}}'

    world.bring_in("mapped.csv", f"عنوان,اسم الجمعية\n{name},وصف\n".encode(), mapping=mapping)

    (found,) = world.operator.items("/register/organizations", q=name)
    assert (found["description"], found["area"]) == ("وصف", "EG2904")


def test_officer_imports_within_own_area(world: World, name: str):
    officer = world.client(Role.OFFICER, area=GOVERNORATE)
    made = officer.post("/imports", files={"file": ("own.csv", sheet((name, "نقادة", "", "")))})

    soon(lambda: officer.get(f"/imports/{made['id']}")["status"] == "completed", "the import")

    assert officer.get(f"/imports/{made['id']}")["counts"]["created"] == 1


@pytest.mark.parametrize(("language", "said"), [("ar", "لا "), ("fa", "نیست"), ("en", "There is no area")])
def test_command_reports_in_asked_language(world: World, tmp_path: Path, name: str, language: str, said: str):
    file = tmp_path / "atlantis.csv"
    file.write_bytes(sheet((name, "أطلانتس", "", "")))

    result = world.run("import", str(file), "--language", language)

    assert result.exit_code == 1
    assert said in result.output
    assert "1 rejected" in result.output


def test_command_gives_the_same(world: World, imported: Json):
    result = world.run("import", str(CSV), "--language", "en")

    assert f"0 created, 0 updated, {sum(counted(imported)) - imported['counts']['rejected']} unchanged" in result.output


def test_command_tries_without_changing(world: World, tmp_path: Path, name: str):
    file = tmp_path / "dry.csv"
    file.write_bytes(sheet((name, "دشنا", "", "")))

    result = world.run("import", str(file), "--dry-run", "--language", "en")

    assert (result.exit_code, "nothing was changed" in result.output) == (0, True)
    assert world.operator.items("/register/organizations", q=name) == []


@pytest.mark.skipif(not UNHCR.exists(), reason="the UNHCR services are not there; see the data's own terms")
@pytest.mark.parametrize("feed", ["compiled_AR.json", "compiled.json"])
def test_unhcr_services_come_in(world: World, feed: str):
    mapping = MAPPING.read_text(encoding="utf-8")

    first = world.bring_in_file(UNHCR / feed, mapping=mapping)
    again = world.bring_in_file(UNHCR / feed, mapping=mapping)

    assert first["status"] == "completed", first["failure"]
    assert sum(counted(first)) == SERVICES
    assert first["counts"]["rejected"] == 0
    assert counted(again)[:2] == (0, 0)
