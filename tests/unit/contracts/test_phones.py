"""Prove that a number written in many ways is one number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.phones import e164


@pytest.mark.parametrize(
    ("written", "country", "number"),
    [
        ("٠١٠٠ ١٢٣ ٤٥٦٧", "EG", "+201001234567"),
        ("+20 100 123 4567", "IR", "+201001234567"),
        ("096 5331234", "EG", "+20965331234"),
        ("۰۹۱۲۳۴۵۶۷۸۹", "IR", "+989123456789"),
        ("025-37741010", "IR", "+982537741010"),
        ("\u202a0599123456\u202c", "PS", "+970599123456"),
        ("+972 59 912 3456", "PS", "+970599123456"),
        ("00972569123456", "PS", "+970569123456"),
    ],
)
def test_number_is_read(written, country, number):
    assert e164(written, country) == number


@pytest.mark.parametrize("written", ["", "12", "قنا", "لا يوجد", "0100 123 4567 0100 123 4568"])
def test_what_nobody_can_dial_is_none(written):
    assert e164(written, "EG") is None


@given(st.text(max_size=60), st.sampled_from(["EG", "IR", "PS"]))
def test_any_text_is_safe_and_stable(text, country):
    number = e164(text, country)

    assert number is None or e164(number, country) == number
