"""Prove that spellings of one name compare as equal, and that folding is safe on any text."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.text import fold, fold_digits, index_terms, query_terms, seen


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("جمعية أبو تشت الخيرية", "جمعيه ابو تشت الخيريه"),
        ("إدارة الأسرة والآباء", "اداره الاسره والاباء"),
        ("مستشفى قنا", "مستشفي قنا"),
        ("کمک نقدی", "كمك نقدي"),
        ("جَمْعِيَّة", "جمعية"),
        ("جمعـــية", "جمعية"),
        ("حرفه‌ای", "حرفهای"),
        ("مسؤول شؤون", "مسوول شوون"),
        ("ﻻﻧﺠﺎﺯ", "لانجاز"),
        ("هاتف ٠١٢٣", "هاتف 0123"),
        ("شماره ۱۲۳", "شماره 123"),
        ("  Harvest   Food-Bank ", "harvest food bank"),
        ("Café Society", "CAFE society"),
        ("\ufeffالاسم:", "الاسم"),
        ("السماء", "السما"),
    ],
)
def test_fold_joins_spellings(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("قنا", "قفط"), ("پارس", "بارس"), ("گل", "كل")])
def test_fold_keeps_different_names_apart(one, other):
    assert fold(one) != fold(other)


def test_fold_of_signs_is_empty():
    assert fold(" — … ‌ـ ") == ""


def test_fold_is_idempotent_for_every_code_point():
    changed_twice = [code for code in range(sys.maxunicode + 1) if fold(fold(chr(code))) != fold(chr(code))]

    assert changed_twice == []


@given(st.text())
def test_fold_is_idempotent(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(), st.text())
def test_fold_goes_letter_by_letter(one, other):
    assert fold(one + other).replace(" ", "") == (fold(one) + fold(other)).replace(" ", "")


@given(st.text(st.characters()))
def test_fold_never_raises(text):
    assert isinstance(fold(text), str)


def test_fold_digits_keeps_all_else():
    assert fold_digits("أبو تشت ٢٠٢٤/۰۵ م") == "أبو تشت 2024/05 م"


@given(st.text(st.characters()))
def test_fold_digits_is_idempotent_and_keeps_length(text):
    folded = fold_digits(text)

    assert fold_digits(folded) == folded
    assert len(folded) == len(text)


def found(query, *texts):
    return all(any(term.startswith(word) for term in index_terms(*texts)) for word in query_terms(query))


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("جمعيه الاحسان", "جمعية الإحسان الخيرية"),
        ("إحسان", "جمعية الإحسان الخيرية"),
        ("الاحسان", "جمعية إحسان"),
        ("الا", "جمعية الإحسان"),
        ("کانون", "كانون المعلمين"),
        ("جمعية۱۲", "جمعية١٢"),
        ("char", "Charité-Verein"),
    ],
)
def test_other_spelling_is_found(query, name):
    assert found(query, name)


def test_every_word_must_match():
    assert not found("جمعية الهلال", "جمعية الإحسان")


@given(st.text(max_size=60), st.integers(min_value=0, max_value=20))
def test_beginning_of_word_is_found(text, cut):
    words = fold(text).split()
    query = " ".join(word[: max(2, cut)] for word in words[:8])

    assert found(query, text)


def test_terms_are_words_and_their_beginnings():
    assert index_terms("الإحسان ab") == sorted(["ال", "الا", "الاحسان", "اح", "احس", "احسان", "ab"])


def test_terms_are_bounded():
    words = " ".join(f"word{number}" for number in range(1000))

    assert len(index_terms(words)) == 300
    assert len(query_terms(words)) == 8


@pytest.mark.parametrize("unseen", ["\x00", "\x1b", "\x85", "\u200b", "\u200f", "\u202e", "\u2066", "\ufeff", "\ud800"])
def test_unseen_is_dropped(unseen):
    assert seen(f"جمعية{unseen} النور{unseen}") == "جمعية النور"


def test_spelling_and_lines_stay():
    assert seen("حرفه\u200cای\r\n\tدوم") == "حرفه\u200cای\r\n\tدوم"
