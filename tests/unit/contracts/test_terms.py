"""Prove that a term's code is no longer than an id may be, wherever one is given."""

from __future__ import annotations

from contracts.registry import CapabilityFields, PutTerm

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
