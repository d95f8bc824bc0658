"""Read an Excel workbook as a stream, and refuse one that would unpack into more than a machine should hold."""

from __future__ import annotations

import datetime
import itertools
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from contracts.text import fold
from services.gateway.imports.domain import UnreadableFile
from services.gateway.imports.table import HEADER_WITHIN, MAX_COLUMNS, Line, Score

MAX_PARTS = 2_000
MAX_UNPACKED = 400_000_000
MAX_STRINGS = 40_000_000
MAX_RATIO = 250
MAX_ROW_NUMBER = 1_048_576
MAX_SHEETS = 20
SMALL = 10_000_000
MAX_TAGS, MAX_TAGS_ASIDE = 10_000_000, 500_000
"""Of XML: in all, some 2 million cells; and beside sheets and strings, which alone are not read as a whole."""
BLOCK = 1 << 20

_STRINGS = "xl/sharedstrings.xml"
_STREAMED = re.compile(r"xl/(sharedstrings|worksheets/[^/]+)\.xml")
_ENCRYPTED_PART = 0x1
_DAMAGE = (zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, ValueError, IndexError, TypeError,
           AttributeError, OSError, EOFError, NotImplementedError, zlib.error)  # fmt: skip


def check(path: Path) -> None:
    """Raise :class:`UnreadableFile` for an archive that is no workbook, is locked, or unpacks into too much.

    Sizes are those that the archive declares; Python's reader gives no part more bytes than it declares. Entities that
    expand within a part are stopped by expat itself. Tags are counted, since one of four bytes takes eighty of memory.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError) as error:
        raise UnreadableFile("file_damaged", detail="zip") from error
    names = {part.filename.lower() for part in parts}
    if "content.xml" in names and "mimetype" in names:
        raise UnreadableFile("file_open_document")
    if "xl/workbook.xml" not in names:
        raise UnreadableFile("file_unknown")
    if any(part.flag_bits & _ENCRYPTED_PART for part in parts):
        raise UnreadableFile("file_encrypted")
    _check_sizes(parts, path.stat().st_size)
    _check_tags(path)


def _check_sizes(parts: list[zipfile.ZipInfo], packed: int) -> None:
    unpacked = sum(part.file_size for part in parts)
    strings = sum(part.file_size for part in parts if part.filename.lower() == _STRINGS)
    ratio = unpacked / max(packed, 1)
    if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED or strings > MAX_STRINGS:
        raise UnreadableFile("file_expands")
    if unpacked > SMALL and ratio > MAX_RATIO:
        raise UnreadableFile("file_expands")


def _check_tags(path: Path) -> None:
    tags = aside = 0
    try:
        with zipfile.ZipFile(path) as archive:
            for part in archive.infolist():
                count = _tags(archive, part)
                tags += count
                aside += 0 if _STREAMED.fullmatch(part.filename.lower()) else count
    except _DAMAGE as error:
        raise UnreadableFile("file_damaged", detail="zip") from error
    if tags > MAX_TAGS or aside > MAX_TAGS_ASIDE:
        raise UnreadableFile("file_expands")


def _tags(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    with archive.open(part) as content:
        return sum(block.count(b"<") for block in iter(lambda: content.read(BLOCK), b""))


def read(path: Path, score: Score, sheet: str = "") -> tuple[Iterator[Line], int]:
    """Return the lines of one sheet, and how many rows it says it has (0 where it does not say).

    The sheet is the one named, or the visible one whose first lines score best as a header. Merged cells hold their
    text in the first cell and nothing in the others; a formula gives the value it had when the file was saved.
    """
    check(path)
    book = _opened(path)
    chosen = _chosen(book, score, sheet)
    return _lines(book, chosen), min(chosen.max_row or 0, MAX_ROW_NUMBER)


def _opened(path: Path) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # openpyxl tells of styles and extensions that it leaves out
        file = path.open("rb")  # opened here, since openpyxl goes by the name's ending and ours may have none
        try:
            return load_workbook(file, read_only=True, data_only=True, keep_links=False)
        except (*_DAMAGE, MemoryError) as error:
            file.close()
            raise _unreadable(error) from error


def _close(book: Any) -> None:
    file = book._archive.fp
    book.close()
    file.close()


def _chosen(book: Any, score: Score, sheet: str) -> Any:
    sheets = [one for one in book.worksheets[:MAX_SHEETS] if sheet or one.sheet_state == "visible"]
    if sheet:
        sheets = [one for one in sheets if fold(one.title) == fold(sheet)]
    if not sheets:
        _close(book)
        raise UnreadableFile("sheet_missing", sheet=sheet) if sheet else UnreadableFile("file_empty")
    return sheets[0] if len(sheets) == 1 else max(sheets, key=lambda one: _best_score(one, score))


def _best_score(sheet: Any, score: Score) -> float:
    first = itertools.islice(_sheet_lines(sheet), HEADER_WITHIN)
    return max((score(cells) for _, cells in first), default=-1.0)


def _lines(book: Any, sheet: Any) -> Iterator[Line]:
    try:
        yield from _sheet_lines(sheet)
    finally:
        _close(book)


def _sheet_lines(sheet: Any) -> Iterator[Line]:
    rows = sheet.iter_rows(max_col=MAX_COLUMNS, max_row=MAX_ROW_NUMBER, values_only=True)
    try:
        for number, values in enumerate(rows, start=1):
            if values.count(None) < len(values):  # a cell set at the foot of a sheet makes a million rows
                yield number, [text_of(value) for value in values]
    except (*_DAMAGE, MemoryError) as error:
        raise _unreadable(error) from error


def _unreadable(error: Exception) -> UnreadableFile:
    if isinstance(error, MemoryError):
        return UnreadableFile("file_expands")
    return UnreadableFile("file_damaged", detail=type(error).__name__)


def text_of(value: Any) -> str:
    """Return a cell's value as the text a person would type: whole numbers without a point, dates as ISO 8601."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return str(int(value))
        case datetime.date() | datetime.time():
            return value.isoformat().removesuffix("T00:00:00")
        case _:
            return str(value)
