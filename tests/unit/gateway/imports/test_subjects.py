"""Prove that words for capabilities and types are understood in three languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.subjects import SUBJECTS
from services.gateway.imports import subjects, words
from services.gateway.imports.domain import BadValue


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("رعاية أيتام وتدريب مهني", ["training", "child_care"]),
        ("والصحة، والتعليم", ["health", "schooling"]),
        ("صحة نفسية", ["psychosocial"]),
        ("دعم نفسي واجتماعي / استشارات قانونية", ["psychosocial", "legal_aid"]),
        ("سلامت روان؛ آموزش حرفه‌ای", ["training", "psychosocial"]),
        ("کمک‌های نقدی", ["cash_assistance"]),
        ("Food parcels & legal advice", ["food", "legal_aid"]),
        ("lasting_work", ["lasting_work"]),
        ("مساعدات نقديه", ["cash_assistance"]),
        ("مساعدات نقدبة", ["cash_assistance"]),
    ],
)
def test_capabilities_are_understood(text, codes):
    assert [code for code in SUBJECTS if code in subjects.capabilities(text).capacities] == codes


def test_capacity_stands_beside_its_capability():
    assert subjects.capabilities("سكن (١٠ أسر)، غذاء").capacities == {"housing": 10, "food": None}


def test_unknown_parts_are_told():
    understood = subjects.capabilities("غذاء، طيران شراعي\nصحة")

    assert set(understood.capacities) == {"food", "health"}
    assert understood.unknown == ("طيران شراعي",)


def test_own_meaning_comes_first():
    meanings = {"remedial tutoring": ["schooling", "child_care"], "other": None, "5574": "cash_assistance"}

    understood = subjects.capabilities("remedial tutoring|other|5574", "|", lambda part: meanings.get(part, part))

    assert understood.capacities == {"schooling": None, "child_care": None, "cash_assistance": None}
    assert understood.unknown == ()


@pytest.mark.parametrize("subject", SUBJECTS.values(), ids=SUBJECTS)
def test_every_subject_is_known_by_its_names(subject):
    for name in (subject.ar, subject.fa, subject.en, subject.code):
        assert subject.code in subjects.codes_in(name)


@pytest.mark.parametrize("code", words.SUBJECTS)
def test_every_word_means_its_subject(code):
    assert [word for word in words.SUBJECTS[code] if code not in subjects.codes_in(word)] == []


@pytest.mark.parametrize("kind", words.TYPES)
def test_every_word_means_its_type(kind):
    assert [word for word in words.TYPES[kind] if subjects.organization_type(word) != kind] == []


def test_longest_phrase_decides_the_type():
    assert subjects.organization_type("جمعية مركزية للخدمات") == "central"


def test_unknown_type_is_refused():
    with pytest.raises(BadValue) as refused:
        subjects.organization_type("لا ينطبق")

    assert refused.value.code == "organization_type_unknown"


@given(st.text(max_size=60))
def test_any_text_names_known_subjects_only(text):
    assert set(subjects.capabilities(text).capacities) <= set(SUBJECTS)
