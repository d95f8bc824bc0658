"""Prove what the commands for terms do with a node's, and what they say of wrong arguments and rows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner, Result

from chassis.errors import Invalid
from cli import terms
from cli.main import main
from cli.term_files import Given
from contracts.registry import PAGE_TERMS, PUT_TERM
from contracts.subjects import SUBJECTS, parent_of

NAMES = {"ar": "غسيل كلوي", "fa": "دیالیز", "en": "Dialysis"}
OTHER = {**NAMES, "en": "Renal dialysis"}
DIALYSIS, AT_HOME = "health.dialysis", "health.dialysis.home"


class FakeRegistry:
    """Keep terms as the registry does, one on each page."""

    def __init__(self, *records: dict[str, Any]) -> None:
        self.terms = {one["id"]: one for one in records}

    def call(self, contract: Any, request: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        if contract is PAGE_TERMS:
            later = sorted(code for code in self.terms if code > request.get("after", ""))
            return {"items": [self.terms[code] for code in later[:1]], "next": later[0] if later[1:] else ""}
        return self._put(**request) if contract is PUT_TERM else self._kept(request["id"], retired=True)

    def stop(self) -> None:
        """Close nothing."""

    def _put(self, id: str, names: dict[str, str]) -> dict[str, Any]:  # noqa: A002 - the field's name
        if parent_of(id) not in {*SUBJECTS, *self.terms}:
            raise Invalid("No.", [{"field": "id", "code": "unknown_parent", "message": "Below nothing."}])
        return self._kept(id, names=names, retired=False)

    def _kept(self, code: str, **fields: Any) -> dict[str, Any]:
        old = self.terms.get(code, {"id": code, "version": 0})
        new = {**old, **fields}
        self.terms[code] = old if new == old else {**new, "version": old["version"] + 1}
        return self.terms[code]


def a_term(code: str = DIALYSIS, version: int = 1, *, retired: bool = False) -> dict[str, Any]:
    return {"id": code, "version": version, "names": NAMES, "retired": retired}


def outcomes(node: FakeRegistry, *given: Given) -> list[str]:
    return [one.outcome for one in terms.put(node, [*given])]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Give a function that runs a command beside a node, which only its broker would tell from a real one."""
    node = FakeRegistry(a_term(), a_term(AT_HOME, retired=True))
    monkeypatch.setattr(terms.rpc_client, "connect", lambda *_: node)
    monkeypatch.setattr(terms.Context, "config", None)
    return lambda *words: CliRunner().invoke(main, ["--run", str(tmp_path / "run"), "terms", *words])


def a_file(folder: Path, *terms: dict[str, Any]) -> str:
    file = folder / "terms.json"
    file.write_bytes(orjson.dumps([*terms]))
    return str(file)


def test_terms_are_created_updated_and_left():
    node = FakeRegistry(a_term(), a_term("health.teeth"))
    given = [Given(1, DIALYSIS, OTHER), Given(2, "health.teeth", NAMES), Given(3, AT_HOME, NAMES)]

    assert outcomes(node, *given) == ["updated", "unchanged", "created"]
    assert outcomes(node, *given) == ["unchanged"] * 3


def test_retired_terms_are_retired_once():
    node = FakeRegistry(a_term("health.teeth"))
    given = [Given(one, code, NAMES, retired=True) for one, code in enumerate((DIALYSIS, "health.teeth", AT_HOME))]

    assert outcomes(node, *given) == ["created", "retired", "created"]
    assert all(one["retired"] for one in node.terms.values())
    assert outcomes(node, *given) == ["unchanged"] * 3


def test_refused_row_is_told_and_others_go_in():
    node = FakeRegistry()

    refused, created = terms.put(node, [Given(2, "food.x.y", NAMES), Given(3, DIALYSIS, NAMES)])

    assert (refused.outcome, refused.reason, created.outcome) == ("refused", "Below nothing.", "created")


def test_list_is_what_load_takes(run, tmp_path: Path):
    (tmp_path / "terms.json").write_text(run("list", "--json").output, encoding="utf-8")

    again = run("load", str(tmp_path / "terms.json"))

    assert (again.exit_code, again.output) == (0, "2 terms: 2 unchanged.\n")


def test_list_shows_names_and_what_is_retired(run):
    _, first, second = run("list").output.splitlines()

    assert first.split() == ["health.dialysis", "غسيل", "كلوي", "دیالیز", "Dialysis"]
    assert second.split()[-1] == "yes"


def test_rows_are_reported(run, tmp_path: Path):
    given = [a_term("food.x.y"), {**a_term(), "names": OTHER}]

    result = run("load", a_file(tmp_path, *given))

    assert result.exit_code == 1
    assert [line.split()[:3] for line in result.output.splitlines()[1:3]] == [
        ["1", "food.x.y", "refused"],
        ["2", "health.dialysis", "updated"],
    ]
    assert result.output.endswith("2 terms: 1 refused, 1 updated.\n")


def test_term_is_added_and_retired(run):
    added = run("add", "food.kitchen", "--ar", "مطبخ", "--fa", "آشپزخانه", "--en", "Kitchen")
    retired = run("retire", "food.kitchen")

    assert added.output == "food.kitchen is on offer, at version 1.\n"
    assert retired.output == "food.kitchen is offered no more.\n"


def test_faulty_file_changes_nothing(run, tmp_path: Path):
    result: Result = run("load", a_file(tmp_path, a_term("health.teeth"), a_term("cars.vans")))

    assert result.exit_code == 1
    assert "Nothing was loaded: 1 faults in terms.json." in result.output
    assert "teeth" not in run("list").output


def test_dry_run_loads_nothing(run, tmp_path: Path):
    result = run("load", a_file(tmp_path, a_term("health.teeth")), "--dry-run")

    assert result.output == "1 terms, none of them faulty. Nothing was loaded.\n"
    assert "teeth" not in run("list").output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["add", "health"], "Missing option"),
        (["add", "Health!", "--ar", "أ", "--fa", "ب", "--en", "c"], "code: "),
        (["add", "cars.vans", "--ar", "أ", "--fa", "ب", "--en", "c"], "'cars' is no subject"),
        (["add", "health.beds", "--ar", "أ", "--fa", " ", "--en", "c"], "names.fa: "),
        (["load", "nowhere.csv"], "does not exist"),
        (["load", __file__], "is no file of terms"),
    ],
)
def test_wrong_arguments_are_explained(run, words: list[str], said: str):
    result = run(*words)

    assert result.exit_code == 2
    assert said in " ".join(result.output.split())
