"""Prove that what is wrong reaches the caller as the right error, with codes that are known."""

import ast
from pathlib import Path

import pytest

from chassis.errors import Conflict, Forbidden, Invalid
from contracts.problems import PROBLEMS
from services.registry import problems
from services.registry.faults import Fault
from services.registry.organizations.schemas import load_row

FOLDER = Path(problems.__file__).parent


def codes_raised():
    """Return the code of every fault that the registry's sources name."""
    for path in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Fault":
                yield from (code.value for code in node.args[1:2] if isinstance(code, ast.Constant))


@pytest.mark.parametrize("code", sorted(set(codes_raised()) | problems.CONFLICTS | problems.FORBIDDEN))
def test_code_has_its_sentence(code):
    assert code in PROBLEMS


@pytest.mark.parametrize(
    ("code", "kind"), [("not_a_phone", Invalid), ("already_registered", Conflict), ("outside_area", Forbidden)]
)
def test_fault_becomes_error_of_its_kind(code, kind):
    error = problems.error_of([Fault("area", code)])

    assert type(error) is kind
    assert error.problems == [{"field": "area", "code": code, "message": PROBLEMS[code].en}]


def test_forbidden_outweighs_invalid():
    assert isinstance(problems.error_of([Fault("email", "not_an_email"), Fault("name", "not_yours")]), Forbidden)


def test_row_tells_ten_problems_at_most():
    told = problems.row_problems([Fault(f"phones.{number}", "not_a_phone", "ج" * 500) for number in range(30)])

    assert len(told) == 10
    assert len(told[0]["value"]) == 100


def test_schema_fault_names_field_and_value():
    _, faults = load_row({"name": "جمعية", "capabilities": [{"subject": "food"}, {"subject": "gold"}], "status": None})

    assert faults == [
        Fault("capabilities.1.subject", "not_a_choice", "gold"),
        Fault("status", "required", ""),
    ]


def test_row_that_fits_has_no_fault():
    loaded, faults = load_row({"name": "جمعية", "external_id": "17"})

    assert (loaded, faults) == ({"name": "جمعية", "external_id": "17"}, [])
