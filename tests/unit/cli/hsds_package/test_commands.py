"""Prove what the commands say of a package where no node is asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.main import main
from tests.unit.cli.hsds_packages import ORGANIZATION, SERVICE, a_package


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["hsds", *arguments])


def test_good_package_is_counted(tmp_path: Path):
    result = run("check", str(a_package(tmp_path / "package")))

    assert result.exit_code == 0, result.output
    assert "1 organizations" in result.output
    assert "0 errors, 0 warnings." in result.output


def test_every_verdict_is_told(tmp_path: Path):
    odd = ORGANIZATION | {"email": "[/red] nobody", "mood": "good"}

    result = run("check", str(a_package(tmp_path / "package", organizations=[odd])))

    assert result.exit_code == 1
    assert "[/red] nobody" in result.output
    assert "1 errors, 1 warnings." in result.output


def test_faulty_package_reaches_no_node(tmp_path: Path):
    result = run("import", str(a_package(tmp_path / "package", organizations=[ORGANIZATION | {"email": "nobody"}])))

    assert result.exit_code == 1
    assert "Nothing was imported: 1 errors." in result.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--source", "Harvest Bank"], "small Latin letters"),
        (["--country", "USA"], "two letters"),
        (["--subjects", "subjects.json"], "'shelter' is no subject"),
    ],
)
def test_wrong_option_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str):
    monkeypatch.chdir(tmp_path)
    Path("subjects.json").write_text('{"Roofs": "shelter"}', encoding="utf-8")

    result = run("import", str(a_package(tmp_path / "package")), *arguments)

    assert result.exit_code == 2
    assert said in result.output


def test_other_file_is_explained(tmp_path: Path):
    (tmp_path / "notes.txt").write_text("hello", encoding="utf-8")

    result = run("check", str(tmp_path / "notes.txt"))

    assert result.exit_code == 2
    assert "is no HSDS package" in " ".join(result.output.split())


def test_warnings_hide_no_error(tmp_path: Path):
    rows = [ORGANIZATION | {"id": str(one), "date_incorporated": "1/2/2014"} for one in range(100)]
    wrong = [ORGANIZATION | {"id": str(one), "email": "nobody"} for one in range(100, 400)]

    result = run("check", str(a_package(tmp_path / "package", organizations=[*rows, *wrong])))

    assert result.output.count("nobody") == len(wrong)
    assert result.output.count("read as 2014-01-02") == 3
    assert "… and 97 more like it" in result.output
    assert "300 times: organizations.csv email: is no e-mail address" in result.output


TAXONOMY = [
    {"id": "BD", "name": "Food"},
    {"id": "BD-1800", "name": "Food Pantries", "parent_id": "BD"},
    {"id": "BH-1800", "name": "Emergency Shelter"},
    {"id": "BH-1800.8500", "name": "Homeless Shelter", "parent_id": "BH-1800"},
]
BORNE = [("1", "BD-1800"), ("1", "BH-1800.8500"), ("2", "BH-1800.8500"), ("3", "BH-1800"), ("3", "BH-1800")]


def classified(folder: Path) -> str:
    """Write a package of four services: one of food, two of shelter, one of nothing."""
    rows = [{"id": f"{n}", "service_id": of, "taxonomy_id": term} for n, (of, term) in enumerate(BORNE)]
    services = [SERVICE | {"id": one, "name": f"Help {one}"} for one in "1234"]
    at = [{"id": one, "service_id": one, "location_id": "1"} for one in "1234"]
    tables = {"services": services, "services_at_location": at, "services_taxonomy": rows, "taxonomy": TAXONOMY}
    return str(a_package(folder / "package", **tables))


def test_terms_without_a_subject_are_counted(tmp_path: Path):
    result = run("check", classified(tmp_path))

    said = " ".join(result.output.split())
    assert result.exit_code == 0, result.output
    assert "2 terms mean no subject; 3 services have none" in said
    assert "BH-1800.8500 Homeless Shelter 2 BH-1800 Emergency Shelter 1" in said
    assert '{"BH-1800.8500": "SUBJECT"}' in said and "--subjects FILE" in said and "housing" in said


def test_mapped_terms_are_not_told(tmp_path: Path):
    subjects = tmp_path / "subjects.json"
    subjects.write_text('{"BH-1800": "housing"}', encoding="utf-8")

    assert "mean no subject" not in run("check", classified(tmp_path), "--subjects", str(subjects)).output
