"""Bring in spreadsheets that are made to explode: each ends with a reason, within bounds, and the next one goes in."""

from __future__ import annotations

import csv
import io
import os
import secrets
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from tests.e2e.client import Json
from tests.e2e.test_imports import sheet
from tests.e2e.world import World, soon

pytestmark = pytest.mark.slow

MOST_MEMORY = 500_000_000  # bytes
SHEET = "xl/worksheets/sheet1.xml"
LAUGHS = b'<!DOCTYPE a [<!ENTITY a0 "ha">%b]>' % b"".join(
    b'<!ENTITY a%d "%b">' % (level, b"&a%d;" % (level - 1) * 10) for level in range(1, 12)
)
OUTSIDE = b'<!DOCTYPE a [<!ENTITY a11 SYSTEM "file:///etc/passwd">]>'
FORMULAS = ("=cmd|' /C calc'!A0", "@SUM(1+1)", '=HYPERLINK("https://evil.example")', "+1+1", "-2+3")

Change = Callable[[str, bytes], bytes]


def workbook(change: Change, noise: int = 0) -> bytes:
    """Return a workbook of one row, each part of it as ``change`` makes it, beside bytes that do not shrink."""
    plain, made = io.BytesIO(), io.BytesIO()
    book = Workbook()
    for row in (("اسم الجمعية", "المركز"), (f"جمعية {secrets.token_hex(4)}", "دشنا")):
        book.active.append(row)
    book.save(plain)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, change(name, source.read(name)))
        target.writestr("xl/media/noise.bin", os.urandom(noise))
    return made.getvalue()


def in_sheet(old: bytes, new: bytes) -> Change:
    """Return what replaces something in the sheet."""
    return lambda name, content: content.replace(old, new, 1) if name == SHEET else content


def laughing(entities: bytes) -> Change:
    """Return what puts entities before the sheet, and one of them into it."""

    def change(name: str, content: bytes) -> bytes:
        if name != SHEET:
            return content
        return entities + content.replace(b"<sheetData>", b"<sheetData><row><c><v>&a11;</v></c></row>", 1)

    return change


BOMBS: dict[str, Callable[[], bytes]] = {
    "zeros": lambda: workbook(lambda name, content: content + b" " * 60_000_000 if name == SHEET else content),
    "zip in name only": lambda: b"PK\x03\x04" + os.urandom(1_000),
    "a billion laughs": lambda: workbook(laughing(LAUGHS)),
    "an entity from outside": lambda: workbook(laughing(OUTSIDE)),
    "a million columns": lambda: b"a,b," + b",".join(b"%d" % number for number in range(1_000_000)) + b"\n1,2\n",
    "a line without end": lambda: b'name,area\n"' + b"x" * 3_000_000,
    "one deep object": lambda: b'[{"a":' + b"[" * 200_000,
    "NUL bytes": lambda: b"name\x00,area\n\x00\x00,\x00\n" * 100,
}
HARMLESS: dict[str, Callable[[], bytes]] = {
    "the last cell there is": lambda: workbook(
        in_sheet(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')
    ),
    "a row beyond the last": lambda: workbook(
        in_sheet(b"</sheetData>", b'<row r="99999999999"><c><v>1</v></c></row></sheetData>')
    ),
    "a huge dimension": lambda: workbook(in_sheet(b'ref="A1:B2"', b'ref="A1:XFD1048576"')),
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_bomb_is_refused_with_a_reason(world: World, bomb: Callable[[], bytes]):
    ended = world.bring_in("bomb.xlsx", bomb())

    assert ended["status"] == "failed"
    assert set(ended["failure"]["message"]) == {"ar", "fa", "en"}
    assert "root:" not in str(ended)
    assert_serves(world)


@pytest.mark.parametrize("content", HARMLESS.values(), ids=HARMLESS)
def test_empty_giant_is_as_small_as_it_is(world: World, content: Callable[[], bytes]):
    ended = world.bring_in("giant.xlsx", content())

    assert (ended["status"], ended["counts"]["created"]) == ("completed", 1)


def test_memory_is_bounded_whatever_grows(world: World):
    """Try 60 MB of elements in a file of 1 MB: unpacked within all limits of size, and 1.2 GB once it is read."""
    importer = world.node.pid("importer")
    bomb = workbook(in_sheet(b"<sheetData>", b"<sheetData>" + b"<a/>" * 15_000_000), noise=1_000_000)

    ended = world.bring_in("bomb.xlsx", bomb)

    assert ended["failure"]["code"] == "file_expands"
    assert world.node.pid("importer") == importer
    assert peak_memory(importer) < MOST_MEMORY
    assert_serves(world)


def peak_memory(pid: int) -> int:
    """Return the most bytes of memory that a process has ever held."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def assert_serves(world: World) -> None:
    """Check that a good file still goes in."""
    ended = world.bring_in("good.csv", sheet((f"جمعية {secrets.token_hex(4)}", "دشنا", "", "")))
    assert (ended["status"], ended["counts"]["created"]) == ("completed", 1)


# What comes out again


@pytest.mark.parametrize("formula", FORMULAS)
def test_rejected_formula_goes_out_as_json(world: World, formula: str):
    """A rejected value comes back as it was, in JSON that nothing opens by itself."""
    ended = world.bring_in("formula.csv", sheet((f"{formula} {secrets.token_hex(4)}", formula, "", "")))

    answer = world.operator.send("GET", f"/imports/{ended['id']}/rejections", headers={"Accept": "text/csv"})

    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert formula in str(values(answer.json()))


def test_files_of_the_directory_hold_no_formula(world: World):
    mark = secrets.token_hex(4)
    for formula in FORMULAS:
        world.organization(name=f"{formula} {mark}", alternate_name=formula)
    soon(lambda: len(downloaded_rows(world, mark)) == len(FORMULAS), "all of them in the directory")

    book = load_workbook(io.BytesIO(world.public.send("GET", f"/organizations.xlsx?q={mark}").content))

    assert not [cell for row in downloaded_rows(world, mark) for cell in row if cell.startswith(("=", "+", "-", "@"))]
    assert not [cell for row in book.active.iter_rows() for cell in row if cell.data_type == "f"]
    assert {cell.value for cell in book.active["B"]} >= {f"{formula} {mark}" for formula in FORMULAS}


def downloaded_rows(world: World, mark: str) -> list[list[str]]:
    """Return the rows of a CSV file of organizations."""
    text = world.public.send("GET", f"/organizations.csv?q={mark}", headers={"Cache-Control": "no-cache"}).text
    return list(csv.reader(io.StringIO(text, newline="")))[1:]


def values(page: Json) -> list[str]:
    """Return the values that are told in a page of rejections."""
    return [problem["value"] for row in page["items"] for problem in row["problems"]]
