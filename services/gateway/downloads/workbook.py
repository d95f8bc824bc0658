"""Write XLSX (ECMA-376) while it is read: no temporary file, and no more in memory than a few rows.

A workbook is a zip of XML files. Its sheet is written row by row into a zip that is sent as it grows; sizes follow
what they are sizes of, as zip allows. Texts stand in their cells ("inline strings") and are never formulas; numbers,
days and times are real ones. Equal rows give equal bytes, so that a small file has a tag.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import chain, islice
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from services.gateway.downloads.columns import Value
from services.gateway.downloads.markup import escaped

STYLES = Path(__file__).resolve().with_name("styles.xml")
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHEET_ROWS = 500_000  # a sheet has room for 1,048,576; this many are less than the 2 GB that a part of a zip may have
CELL_LONGEST = 32_767  # characters
ROWS_AT_ONCE = 200
TITLE_LONGEST = 25  # of the 31 characters of a sheet's name; a number may follow

_EPOCH, _FIRST_DAY = date(1899, 12, 30), date(1900, 3, 1)  # earlier days are counted otherwise by each program
_SECONDS_A_DAY = 86_400
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_GENERAL, _HEADING, _TEXT, _DAY, _TIME = range(5)

_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml"


class Sent:
    """Take what a zip writes, until it is sent. It cannot be sought, so the zip looks back at nothing."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._held: list[bytes] = []

    def write(self, piece: bytes) -> int:
        """Take a piece."""
        self._held.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Do nothing: a piece is there when it is written."""

    def take(self) -> bytes:
        """Give what was written since."""
        taken, self._held = b"".join(self._held), []
        return taken


def written(
    title: str,
    headings: Sequence[str],
    widths: Sequence[int],
    rows: Iterator[list[Value]],
    *,
    right_to_left: bool,
    sheet_rows: int = SHEET_ROWS,
) -> Iterator[bytes]:
    """Give a workbook in pieces: a sheet whose first row stays in sight, and further ones where it is full."""
    sent, sheets = Sent(), 0
    with ZipFile(sent, "w", ZIP_DEFLATED) as archive:  # type: ignore[call-overload] # it needs no more of a file
        following: list[list[Value]] = []
        while following or not sheets:
            sheets += 1
            held = chain(following, islice(rows, sheet_rows - len(following)))
            with archive.open(_part(f"xl/worksheets/sheet{sheets}.xml"), "w") as sheet:
                for piece in _sheet(headings, widths, held, right_to_left=right_to_left):
                    sheet.write(piece.encode())
                    yield sent.take()
            following = list(islice(rows, 1))
        for name, text in _parts(title, sheets):
            archive.writestr(_part(name), _DECLARATION + text)
    yield sent.take()


def _part(name: str) -> ZipInfo:
    part = ZipInfo(name)  # of 1980, whenever it is written
    part.compress_type = ZIP_DEFLATED
    return part


def _sheet(
    headings: Sequence[str], widths: Sequence[int], rows: Iterator[list[Value]], *, right_to_left: bool
) -> Iterator[str]:
    letters = [_letter(number) for number in range(len(headings))]
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
        for number, width in enumerate(widths, start=1)
    )
    direction = ' rightToLeft="1"' if right_to_left else ""
    first = "".join(_text(f"{letter}1", one, _HEADING) for letter, one in zip(letters, headings, strict=True))
    yield (
        f'{_DECLARATION}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView{direction} workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f'<cols>{columns}</cols><sheetData><row r="1">{first}</row>'
    )
    number = 2
    while some := list(islice(rows, ROWS_AT_ONCE)):
        yield "".join(_row(at, letters, row) for at, row in enumerate(some, start=number))
        number += len(some)
    yield "</sheetData></worksheet>"


def _row(number: int, letters: Sequence[str], row: Iterable[Value]) -> str:
    cells = (_cell(f"{letter}{number}", value) for letter, value in zip(letters, row, strict=True))
    return f'<row r="{number}">{"".join(cells)}</row>'


def _cell(at: str, value: Value) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        return _text(at, value, _TEXT)
    if isinstance(value, date):
        return _day(at, value)
    return f'<c r="{at}" s="{_GENERAL}"><v>{value!r}</v></c>'


def _day(at: str, value: date) -> str:
    """Return a day or a time as programs count them: days since 1899, with a fraction."""
    timed = isinstance(value, datetime)
    day = value.date() if isinstance(value, datetime) else value
    if day < _FIRST_DAY:
        return _text(at, value.isoformat(), _TEXT)
    seconds = value.hour * 3600 + value.minute * 60 + value.second if isinstance(value, datetime) else 0
    serial = (day - _EPOCH).days + (round(seconds / _SECONDS_A_DAY, 10) if timed else 0)
    return f'<c r="{at}" s="{_TIME if timed else _DAY}"><v>{serial}</v></c>'


def _text(at: str, text: str, style: int) -> str:
    plain = escaped(_ESCAPE.sub("_x005F_", text[:CELL_LONGEST]))
    return f'<c r="{at}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{plain}</t></is></c>'


def _letter(number: int) -> str:
    """Return what a column is called: A to Z, then AA."""
    before, last = divmod(number, 26)
    return (_letter(before - 1) if before else "") + chr(ord("A") + last)


def _parts(title: str, sheets: int) -> Iterator[tuple[str, str]]:
    """Give the other files of a workbook, by their names."""
    numbers = range(1, sheets + 1)
    named = {number: escaped(title[:TITLE_LONGEST] + (f" {number}" if number > 1 else "")) for number in numbers}
    listed = "".join(f'<sheet name="{named[number]}" sheetId="{number}" r:id="s{number}"/>' for number in numbers)
    related = "".join(_relation(f"s{number}", "worksheet", f"worksheets/sheet{number}.xml") for number in numbers)
    typed = "".join(_override(f"xl/worksheets/sheet{number}.xml", "worksheet") for number in numbers)
    yield "xl/styles.xml", STYLES.read_text(encoding="utf-8")
    yield "xl/workbook.xml", f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>{listed}</sheets></workbook>'
    yield "xl/_rels/workbook.xml.rels", _relations(related + _relation("styles", "styles", "styles.xml"))
    yield "_rels/.rels", _relations(_relation("workbook", "officeDocument", "xl/workbook.xml"))
    yield (
        "[Content_Types].xml",
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f"{_override('xl/workbook.xml', 'sheet.main')}{_override('xl/styles.xml', 'styles')}{typed}</Types>",
    )


def _relations(relations: str) -> str:
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>'


def _relation(id_: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{id_}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'


def _override(name: str, kind: str) -> str:
    return f'<Override PartName="/{name}" ContentType="{_CONTENT}.{kind}+xml"/>'
