"""Prove that a term's code is no longer than an id may be, wherever one is given, and what the register is asked by."""

from __future__ import annotations

from typing import Any

import pytest
from marshmallow import Schema

from contracts.registry import CapabilityFields, PutTerm, SearchOrganizations, SearchServices

NAMES = {"ar": "غسيل كلوي", "fa": "دیالیز", "en": "Dialysis"}
LONGEST = ".".join(["health", "a" * 40, "b" * 40, "c" * 11])
LONGER = f"{LONGEST}c"


def test_code_is_no_longer_than_an_id():
    assert len(LONGEST) == 100
    assert PutTerm().validate({"id": LONGEST, "names": NAMES}) == {}
    assert [one["code"] for one in PutTerm().validate({"id": LONGER, "names": NAMES})["id"]] == ["too_long"]


def test_capability_bears_no_longer_code():
    wrong = CapabilityFields().validate({"subject": "health", "terms": [LONGEST, LONGER]})

    assert [*wrong["terms"]] == [1]


@pytest.mark.parametrize("search", [SearchOrganizations, SearchServices])
@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("health", ""),
        ("health.dialysis", ""),
        ("nonsense", "not_a_choice"),
        ("nonsense.dialysis", "not_a_choice"),
        ("health..dialysis", "malformed"),
        ({"$ne": ""}, "wrong_type"),
        ("health." + "x" * 200, "too_long"),
    ],
)
def test_register_is_searched_by_subjects_and_terms(search: type[Schema], asked: Any, code: str):
    faults = search().validate({"subject": asked}).get("subject", [])

    codes = {one["code"] for one in (faults if isinstance(faults, list) else [faults])}
    assert (code in codes) if code else codes == set()
