"""Prove how single cells are read."""

from __future__ import annotations

import pytest

from cli.hsds_package import values


@pytest.mark.parametrize("text", ["2014-11-27", "2014-11-27T10:00:00Z", "2014-11-27 00:00:00"])
def test_day_is_read(text: str):
    assert values.day(text) == "2014-11-27"


@pytest.mark.parametrize("text", ["11/27/2014", "11/27/14", "November 27, 2014", "Nov 27, 2014", "27 November 2014"])
def test_spoken_day_is_guessed(text: str):
    with pytest.raises(values.Guessed) as guessed:
        values.day(text)

    assert guessed.value.value == "2014-11-27"


@pytest.mark.parametrize("text", ["13/27/2014", "24/2/70", "2014-02-30", "soon", "27"])
def test_other_day_is_wrong(text: str):
    with pytest.raises(values.Wrong):
        values.day(text)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("9:30", "09:30"),
        ("3:00 PM", "15:00"),
        ("12:00 am", "00:00"),
        ("12 p.m.", "12:00"),
        ("0900", "09:00"),
        ("17:00:00", "17:00"),
        ("17:00:00Z", "17:00Z"),
        ("24:00", "24:00"),
    ],
)
def test_time_is_read(text: str, read: str):
    assert values.time(text) == read


@pytest.mark.parametrize("text", ["25:00", "9:75", "13:00 PM", "noon", "24:30"])
def test_other_time_is_wrong(text: str):
    with pytest.raises(values.Wrong):
        values.time(text)


@pytest.mark.parametrize(
    ("text", "read"),
    [("Monday", "MO"), ("tue", "TU"), ("Thurs.", "TH"), ("1", "MO"), ("7", "SU"), ("0", "SU"), ("Mon, Wed", "MO,WE")],
)
def test_weekday_is_read(text: str, read: str):
    assert values.weekday(text) == read


@pytest.mark.parametrize("text", ["T", "someday", "8", ","])
def test_other_weekday_is_wrong(text: str):
    with pytest.raises(values.Wrong):
        values.weekday(text)


@pytest.mark.parametrize(("text", "read"), [("2011", "2011"), ("2011.0", "2011"), ("1/24/70", "1970")])
def test_year_is_read(text: str, read: str):
    assert values.year(text) == read


@pytest.mark.parametrize("text", ["0", "2011" + "9" * 5_000])
def test_year_of_no_time_is_left_out(text: str):
    with pytest.raises(values.Guessed) as guessed:
        values.year(text)

    assert guessed.value.value == ""


@pytest.mark.parametrize(
    ("text", "read"), [("1,234", "1234"), ("-12,345,678.5", "-12345678.5"), ("٣٥", "35"), ("0.5", "0.5"), ("3.0", "3")]
)
def test_number_is_read(text: str, read: str):
    assert values.number(text) == read


@pytest.mark.parametrize(("text", "read"), [("30,0444", "30.0444"), ("-0,5", "-0.5"), ("0,500", "0.5")])
def test_decimal_comma_is_guessed(text: str, read: str):
    with pytest.raises(values.Guessed) as guessed:
        values.latitude(text)

    assert guessed.value.value == read


@pytest.mark.parametrize("text", ["1_000", "1,23,456", "1,2.5", "nan", "inf", "9" * 5_000, "1e400"])
def test_other_number_is_wrong(text: str):
    with pytest.raises(values.Wrong):
        values.number(text)


def test_guessed_degrees_are_bounded():
    with pytest.raises(values.Wrong):
        values.latitude("97,5")
