"""Prove that a number written in many ways is one number, and that a short one is only shown."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.phones import e164, short_number, shown_number

ROOT = Path(__file__).resolve().parents[3]


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


@pytest.mark.parametrize(
    ("written", "country", "digits"),
    [
        ("19828", "EG", "19828"),
        ("١٦٥٢٨", "EG", "16528"),
        ("15335", "EG", "15335"),  # the library does not know it
        ("۱۲۳", "IR", "123"),
        ("1480", "IR", "1480"),
        ("121", "PS", "121"),  # the library does not know it
        ("\u202a101\u202c", "PS", "101"),
        ("211", "US", "211"),
        ("2-1-1", "US", "211"),
        ("9 1 1", "US", "911"),
        ("741741", "US", "741741"),
        ("211 ext. 4", "US", "211"),
    ],
)
def test_short_number_is_shown(written, country, digits):
    assert shown_number(written, country) == short_number(written, country) == digits


@pytest.mark.parametrize(
    ("written", "country"),
    [
        ("12", "EG"),
        ("1982", "EG"),  # no short number has four digits there
        ("09612", "EG"),
        ("19828", ""),
        ("19828", "XX"),
        ("123456789012", "EG"),
        ("234567", "IR"),  # of a subscriber, without its area
        ("19 828", "EG"),
        ("16528 / 19828", "EG"),
        ("شارع 123", "EG"),
        ("123 Main St", "US"),
        ("call 211", "US"),
        ("x211", "US"),
        ("+211", "US"),
        ("1" * 60, "EG"),
    ],
)
def test_what_is_no_short_number(written, country):
    assert short_number(written, country) is None


@pytest.mark.parametrize(
    ("written", "country"),
    [("19828", "EG"), ("16528", "EG"), ("123", "IR"), ("1480", "IR"), ("121", "PS"), ("211", "US")],
)
def test_nothing_is_sent_to_a_short_number(written, country):
    assert e164(written, country) is None


def test_shown_number_prefers_the_whole():
    assert shown_number("096 5331234", "EG") == "+20965331234"


@pytest.mark.parametrize("service", ["referrals", "notifications"])
def test_who_sends_reads_no_shown_number(service):
    sources = (ROOT / "services" / service).rglob("*.py")

    assert not [
        path for path in sources if {"shown_number", "short_number"} & set(re.findall(r"\w+", path.read_text("utf-8")))
    ]


@given(st.text("0123456789 -x#+/٠١۱", max_size=45), st.sampled_from(["EG", "IR", "PS", "US", ""]))
def test_shown_number_is_stable(text, country):
    number = shown_number(text, country)

    assert number is None or shown_number(number, country) == number
