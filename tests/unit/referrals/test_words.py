"""Prove that the service's own words are those it publishes, and that each of its codes has its sentences."""

import ast
from pathlib import Path

import pytest

from contracts import referrals as contract
from contracts.problems import PROBLEMS
from services.referrals.families import domain as families
from services.referrals.families.national_id import READERS
from services.referrals.needs import domain as needs

PACKAGE = Path(__file__).resolve().parents[3] / "services" / "referrals"
RAISERS = {"NotValid", "NotAllowed", "conflict"}


@pytest.mark.parametrize(
    ("own", "published"),
    [
        (families.Status, contract.FAMILY_STATUSES),
        (families.Purpose, contract.PURPOSES),
        (needs.Status, contract.NEED_STATUSES),
        (READERS, contract.COUNTRIES),
    ],
)
def test_words_agree(own, published):
    assert tuple(own) == published


def codes_raised():
    """Yield the codes that the service's sources raise."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in RAISERS:
                code = node.args[0]
                if isinstance(code, ast.Constant):
                    yield code.value


def test_every_code_has_its_sentences():
    codes = set(codes_raised())

    assert len(codes) > 15
    assert codes <= set(PROBLEMS)
