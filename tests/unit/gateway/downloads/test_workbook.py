"""Prove what a workbook holds, by reading it back with a library that knows nothing of us."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO
from itertools import islice
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from services.gateway.downloads.workbook import SHEET_ROWS, written


def made(*rows: list[Any], headings: tuple[str, ...] = ("a",), right_to_left: bool = False, **options: int) -> bytes:
    """Return the file of a table."""
    widths = [12] * len(headings)
    return b"".join(written("المنظمات", headings, widths, iter(rows), right_to_left=right_to_left, **options))


def opened(*rows: list[Any], **options: Any) -> Workbook:
    """Return the workbook of a table, as it is read back."""
    return openpyxl.load_workbook(BytesIO(made(*rows, **options)))


@pytest.mark.parametrize("right_to_left", [True, False])
def test_sheet_has_its_direction(right_to_left: bool):
    sheet = opened(right_to_left=right_to_left).active

    assert bool(sheet.sheet_view.rightToLeft) is right_to_left


def test_headings_stay_in_sight():
    sheet = opened(headings=("الاسم", "العنوان")).active

    assert [cell.value for cell in sheet[1]] == ["الاسم", "العنوان"]
    assert sheet["A1"].font.bold
    assert sheet.freeze_panes == "A2"
    assert sheet.column_dimensions["B"].width == 12


@pytest.mark.parametrize(
    "text", ["=1+1", "+20965331234", "-1", "@SUM(1)", "=cmd|' /C calc'!A0", "'x", " lead", "00123"]
)
def test_text_is_never_a_formula(text: str):
    cell = opened([text]).active["A2"]

    assert (cell.value, cell.data_type) in ((text, "s"), (text, "inlineStr"))
    assert cell.number_format == "@"


@pytest.mark.parametrize("text", ['<b>&"', "two\nlines", "😀 جمعية", "]]>"])
def test_text_is_read_back(text: str):
    assert opened([text]).active["A2"].value == text


def test_characters_that_xml_lacks_are_left_out():
    assert opened(["a\x00b\x0bc\uffff"]).active["A2"].value == "abc"


def test_escapes_of_the_format_are_escaped():
    with ZipFile(BytesIO(made(["_x0041_"]))) as archive:
        assert b"_x005F_x0041_" in archive.read("xl/worksheets/sheet1.xml")


def test_numbers_are_numbers():
    sheet = opened([120, -32.727], headings=("a", "b")).active

    assert [(cell.value, cell.data_type) for cell in sheet[2]] == [(120, "n"), (-32.727, "n")]


def test_days_and_times_are_real():
    sheet = opened([date(2026, 3, 1), datetime(2026, 11, 2, 8, 15, tzinfo=UTC)], headings=("a", "b")).active

    day, moment = sheet[2]
    assert (day.value, day.is_date, day.number_format) == (datetime(2026, 3, 1), True, r"yyyy\-mm\-dd")  # noqa: DTZ001
    assert (moment.value, moment.is_date) == (datetime(2026, 11, 2, 8, 15), True)  # noqa: DTZ001


def test_day_that_programs_count_otherwise_is_text():
    assert opened([date(1899, 5, 1)]).active["A2"].value == "1899-05-01"


def test_nothing_is_an_empty_cell():
    assert [cell.value for cell in opened([None, "", 1], headings=("a", "b", "c")).active[2]] == [None, None, 1]


def test_full_sheet_is_followed_by_another():
    book = opened(*([number] for number in range(5)), sheet_rows=2)

    assert book.sheetnames == ["المنظمات", "المنظمات 2", "المنظمات 3"]
    assert [[cell.value for (cell,) in sheet.iter_rows(min_row=2)] for sheet in book] == [[0, 1], [2, 3], [4]]


def test_full_last_sheet_is_followed_by_none():
    assert len(opened([1], [2], sheet_rows=2).sheetnames) == 1


def test_equal_rows_give_equal_bytes():
    assert made(["x"]) == made(["x"])


def test_columns_beyond_z_have_names():
    headings = tuple(map(str, range(30)))

    assert [cell.value for cell in opened([*range(30)], headings=headings).active[2]] == [*range(30)]


def test_archive_is_sound():
    with ZipFile(BytesIO(made(["x"]))) as archive:
        assert archive.testzip() is None


def test_rows_are_sent_as_they_are_read():
    read = []

    def rows() -> Any:
        for number in range(SHEET_ROWS):
            read.append(number)
            yield ["جمعية", number]

    pieces = written("a", ["a", "b"], [1, 1], rows(), right_to_left=True)
    list(islice(pieces, 3))

    assert len(read) < 1000
    pieces.close()  # type: ignore[attr-defined]


def test_no_file_is_left_where_nobody_takes_it():
    closed = []

    def rows() -> Any:
        try:
            yield from ([number] for number in range(100_000))
        finally:
            closed.append(True)

    pieces = written("a", ["a"], [1], rows(), right_to_left=False)
    next(pieces)
    next(pieces)
    pieces.close()  # type: ignore[attr-defined]
    del pieces

    assert closed
