"""Prove that files are read whatever they are, from the right header, with the user's row numbers."""

import csv
import itertools
import struct
import tracemalloc
import zipfile
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from services.gateway.imports import delimited, table
from services.gateway.imports import workbook as workbooks
from services.gateway.imports.domain import UnreadableFile
from tests.unit.gateway.imports.builders import opened, text_file, workbook

ARABIC = "اسم الجمعية,المركز,الهاتف\nجمعية النور,قنا,٠٩٦٠٠٠٠٠٠١\n"


SEEN = datetime(2005, 6, 1, 10, 30)  # noqa: DTZ001 - a cell knows no zone


def code_of(path, sheet=""):
    with pytest.raises(UnreadableFile) as refused:
        list(opened(path, sheet).rows)
    return refused.value.code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1256"])
def test_encodings_read_alike(tmp_path, encoding):
    text = ARABIC if encoding != "cp1256" else ARABIC.replace("٠٩٦٠٠٠٠٠٠١", "0960000001")

    rows = list(opened(text_file(tmp_path, text, encoding)).rows)

    assert rows[0].cells["اسم الجمعية"] == "جمعية النور"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_told_apart(tmp_path, delimiter):
    lines = [["name", "notes", "city"], ["Light", "food, cash; rent", "Qena"], ["Hope", "a, b", "Qus"]]
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in line) for line in lines)

    rows = list(opened(text_file(tmp_path, text)).rows)

    assert rows[0].cells == {"name": "Light", "notes": "food, cash; rent", "city": "Qena"}


def test_separator_line_of_excel_is_heeded(tmp_path):
    rows = list(opened(text_file(tmp_path, "sep=;\r\nname;city\r\nLight;Qena\r\n")).rows)

    assert rows[0].cells == {"name": "Light", "city": "Qena"}


def test_header_is_found_below_titles(tmp_path):
    found = opened(
        workbook(
            tmp_path,
            [["كشف الجمعيات"], ["محافظة قنا", None], [], ["م", "اسم الجمعية", "المركز"], [1, "جمعية النور", "قنا"]],
            merged=("A1:C1", "A2:C2"),
        )
    )

    assert found.header_row == 4
    assert next(found.rows).number == 5


def test_row_numbers_count_empty_and_broken_lines(tmp_path):
    text = 'name,city\n\n"Light\nof Qena",Qena\n,\nHope,Qus\n'

    rows = list(opened(text_file(tmp_path, text)).rows)

    assert [(row.number, row.cells["name"]) for row in rows] == [(3, "Light\nof Qena"), (5, "Hope")]


def test_row_numbers_of_workbook_count_gaps(tmp_path):
    rows = list(opened(workbook(tmp_path, [["name", "city"], [], ["Light", "Qena"]])).rows)

    assert rows[0].number == 3


def test_unknown_headings_still_make_a_header(tmp_path):
    found = opened(text_file(tmp_path, "Report\nalpha,beta\n1,2\n"))

    assert found.columns == ("alpha", "beta")


def test_repeated_headings_are_numbered(tmp_path):
    found = opened(text_file(tmp_path, "name,phone,phone\nLight,1,2\n"))

    assert next(found.rows).cells == {"name": "Light", "phone": "1", "phone (2)": "2"}


def test_values_become_what_a_person_types(tmp_path):
    rows = [["name", "phone", "founded", "seen", "active", "share"]]
    rows.append(["Light", 960000001.0, date(2005, 6, 1), SEEN, True, 0.5])

    cells = next(opened(workbook(tmp_path, rows)).rows).cells

    assert cells == {
        "name": "Light",
        "phone": "960000001",
        "founded": "2005-06-01",
        "seen": "2005-06-01T10:30:00",
        "active": "true",
        "share": "0.5",
    }


def test_best_sheet_is_taken(tmp_path):
    path = workbook(tmp_path, [["غلاف"], ["تقرير سنوي"]])
    book = load_workbook(path)
    sheet = book.create_sheet("الجمعيات")
    sheet.append(["اسم الجمعية", "المركز"])
    sheet.append(["جمعية النور", "قنا"])
    book.save(path)

    assert next(opened(path).rows).cells["المركز"] == "قنا"
    assert opened(path, "الجمعيات").columns == ("اسم الجمعية", "المركز")
    assert code_of(path, "أخرى") == "sheet_missing"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b" \n\t\n", "file_empty"),
        (b"\xef\xbb\xbf", "file_empty"),
        (b",,,\n,,\n", "file_empty"),
        (b"%PDF-1.7\n\xe2\xe3", "file_unknown"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0", "file_unknown"),
        (b"<html><body><table><tr><td>name</td></tr></table>", "file_web_page"),
        (b"just one line of prose", "no_header"),
        (b"1,2,3\n4,5,6\n", "no_header"),
        (b'{"rows": []}', "json_not_rows"),
        (b"[]", "file_empty"),
        (b"PK\x03\x04 broken", "file_damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "file_old_excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "file_encrypted"),
        ("الاسم,المدينة\nنور,قنا\n".encode() + b"\xff\xfe,x\n", "file_damaged"),
        (b'name,city\nLight,"never closed' + b" x" * 200_000, "row_too_long"),
        (b"name,city\n" + b"x" * 2_000_000, "row_too_long"),
        (b"name,city\n" + b"a," * 100_000 + b"z\n", "too_many_columns"),
    ],
)
def test_unreadable_file_says_why(tmp_path, content, code):
    path = tmp_path / "file"
    path.write_bytes(content)

    assert code_of(path) == code


def archive(path, parts):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return path


def parts_of(path):
    with zipfile.ZipFile(path) as made:
        return {name: made.read(name) for name in made.namelist()}


def test_other_archives_are_named(tmp_path):
    assert code_of(archive(tmp_path / "a.zip", {"letter.txt": "hello"})) == "file_unknown"
    assert code_of(archive(tmp_path / "a.ods", {"mimetype": "x", "content.xml": "<a/>"})) == "file_open_document"


def test_locked_archive_is_refused(tmp_path):
    path = workbook(tmp_path, [["name", "city"], ["Light", "Qena"]])
    content = bytearray(path.read_bytes())
    at = content.index(b"PK\x01\x02")
    while at >= 0:
        content[at + 8 : at + 10] = struct.pack("<H", 1)
        at = content.find(b"PK\x01\x02", at + 4)
    path.write_bytes(bytes(content))

    assert code_of(path) == "file_encrypted"


def test_archive_bomb_is_refused_unopened(tmp_path):
    path = archive(tmp_path / "b.xlsx", {"xl/workbook.xml": "<a/>", "xl/worksheets/sheet1.xml": b"\0" * 30_000_000})
    tracemalloc.start()

    assert code_of(path) == "file_expands"
    assert tracemalloc.get_traced_memory()[1] < 5_000_000

    tracemalloc.stop()


def test_strings_bomb_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(workbooks, "MAX_STRINGS", 10)
    path = archive(tmp_path / "a.xlsx", {"xl/workbook.xml": "<a/>", "xl/sharedStrings.xml": "<sst>long</sst>"})

    assert code_of(path) == "file_expands"


@pytest.mark.parametrize(
    ("limit", "part"),
    [
        ("MAX_TAGS", "xl/worksheets/sheet1.xml"),
        ("MAX_TAGS_ASIDE", "xl/styles.xml"),
    ],
)
def test_many_small_elements_are_refused(tmp_path, monkeypatch, limit, part):
    monkeypatch.setattr(workbooks, limit, 1_000)
    path = workbook(tmp_path, [["name", "city"], ["Light", "Qena"]])
    parts = parts_of(path)
    archive(path, parts | {part: parts[part].replace(b"</", b"<a/>" * 1_000 + b"</", 1)})

    assert code_of(path) == "file_expands"


def test_broken_packing_is_damage(tmp_path):
    path = archive(tmp_path / "a.xlsx", {"xl/workbook.xml": "<a/>", "xl/worksheets/sheet1.xml": "<b/>" * 5_000})
    content = path.read_bytes()
    at = content.rindex(b"xl/worksheets/sheet1.xml", 0, content.index(b"PK\x01\x02")) + 24
    path.write_bytes(content[:at] + b"\xff" * 10 + content[at + 10 :])

    assert code_of(path) == "file_damaged"


def test_expanding_entities_are_stopped(tmp_path):
    path = workbook(tmp_path, [["name", "city"], ["Light", "Qena"]])
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    doctype = f'<!DOCTYPE worksheet [<!ENTITY l0 "{"lol" * 100}">{levels}]>'.encode()
    parts = parts_of(path)
    sheet = parts["xl/worksheets/sheet1.xml"].replace(b"<worksheet", doctype + b"<worksheet").replace(b"Light", b"&l9;")
    archive(path, parts | {"xl/worksheets/sheet1.xml": sheet})

    assert code_of(path) == "file_damaged"


def test_absurd_row_number_is_survived(tmp_path):
    path = workbook(tmp_path, [["name", "city"], ["Light", "Qena"], ["Hope", "Qus"]])
    parts = parts_of(path)
    sheet = parts["xl/worksheets/sheet1.xml"].replace(b'<row r="3"', b'<row r="99999999"').replace(b'r="A3"', b"")
    archive(path, parts | {"xl/worksheets/sheet1.xml": sheet})

    assert [row.number for row in opened(path).rows] == [2]


def test_too_many_rows_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(table, "MAX_ROWS", 3)

    assert code_of(text_file(tmp_path, "name,city\n" + "Light,Qena\n" * 4)) == "too_many_rows"


def test_marks_of_direction_are_dropped():
    assert table.clean("\u200fجمعية\u00a0النور\u202c\x00 ") == "جمعية النور"


def test_long_file_is_read_in_bounded_memory(tmp_path):
    path = tmp_path / "long.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("name,city,notes\n")
        file.writelines(f"جمعية رقم {number},قنا,{'س' * 200}\n" for number in range(60_000))
    tracemalloc.start()

    count = sum(1 for _ in opened(path).rows)

    assert count == 60_000
    assert tracemalloc.get_traced_memory()[1] < 12_000_000
    tracemalloc.stop()


cells = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=12)


@settings(max_examples=60)
@given(st.lists(st.lists(cells, min_size=3, max_size=3), max_size=8), st.sampled_from(["utf-8-sig", "utf-8", "utf-16"]))
def test_what_csv_was_written_is_read(tmp_path_factory, rows, encoding):
    path = tmp_path_factory.mktemp("csv") / "file.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([["اسم الجمعية", "المركز", "الهاتف"], *rows])

    found = [list(row.cells.values()) for row in opened(path).rows]

    assert found == [[cell for cell in map(table.clean, row) if cell] for row in rows if any(map(table.clean, row))]


@settings(max_examples=150)
@given(
    st.binary(max_size=400), st.sampled_from([b"", b"name,city\n", b"[{", b"PK\x03\x04", b"\xff\xfe", b"\xef\xbb\xbf"])
)
def test_any_bytes_are_read_or_refused(tmp_path_factory, content, start):
    path = tmp_path_factory.mktemp("any") / "file"
    path.write_bytes(start + content)

    try:
        rows = list(itertools.islice(opened(path).rows, 1_000))
    except UnreadableFile:
        return

    assert all(row.number > 0 for row in rows)


def test_lines_are_estimated(tmp_path):
    path = text_file(tmp_path, "title\nname,city\n" + "Light,Qena\n" * 20)

    assert opened(path).estimate == 20
    assert delimited.count_lines(path) == 22
