"""Read delimited text: UTF-8 with or without a byte-order mark, UTF-16, or Windows Arabic; comma, semicolon or tab."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from services.gateway.imports.domain import UnreadableFile
from services.gateway.imports.table import MAX_COLUMNS, Line

BLOCK = 1 << 20
SAMPLE = 1 << 16
MAX_LINE = 1 << 20
DELIMITERS = ",;\t|"
WINDOWS_ARABIC = "cp1256"

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_SEPARATOR_LINE = re.compile(r"sep=(.)\s*\Z", re.IGNORECASE)


def encoding_of(path: Path) -> str:
    """Return the encoding of a text file; raise :class:`UnreadableFile` for one that is not text.

    The whole file is tried as UTF-8, block by block; a file that stops being UTF-8 after it held some is damaged, one
    that never was is taken as Windows Arabic.
    """
    with path.open("rb") as file:
        sample = file.read(SAMPLE)
    for mark, encoding in _MARKS:
        if sample.startswith(mark):
            return encoding
    if b"\0" in sample:
        return _unmarked_utf16(sample)
    if _is_utf8(path):
        return "utf-8"
    return _checked(sample, WINDOWS_ARABIC)


def open_text(path: Path, encoding: str) -> io.TextIOWrapper:
    """Open a text file as it is, line ends included."""
    return path.open(encoding=encoding, newline="")


def read(path: Path, encoding: str) -> Iterator[Line]:
    """Yield each record with its number, from 1, as a spreadsheet program would number it; empty ones too.

    A quoted cell may hold line ends. Memory is bounded by one record. Raises :class:`UnreadableFile` for a record
    longer than :data:`MAX_LINE` characters or with too many cells.
    """
    with open_text(path, encoding) as text:
        delimiter = _delimiter(text)
        reader = csv.reader(_lines(text), delimiter=delimiter)
        for number in itertools.count(1):
            try:
                cells = next(reader, None)
            except (csv.Error, UnicodeError) as error:
                raise UnreadableFile("row_too_long", row=str(number)) from error
            if cells is None:
                return
            if len(cells) > MAX_COLUMNS and any(cells[MAX_COLUMNS:]):
                raise UnreadableFile("too_many_columns", limit=str(MAX_COLUMNS))
            yield number, cells[:MAX_COLUMNS]


def count_lines(path: Path) -> int:
    """Return how many lines the file has: the number of records, where no cell holds a line end."""
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(BLOCK), b""))


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    seen = offset = 0
    with path.open("rb") as file:
        for block in iter(lambda: file.read(BLOCK), b""):
            try:
                seen += not decoder.decode(block).isascii()
            except UnicodeDecodeError as error:
                if seen or not error.object[: error.start].isascii():
                    raise UnreadableFile("file_damaged", detail=f"UTF-8, byte {offset + error.start}") from error
                return False
            offset += len(block)
    return not decoder.getstate()[0]


def _unmarked_utf16(sample: bytes) -> str:
    """Tell the byte order by where the zero bytes stand: blanks, digits and delimiters have them in every script."""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    return _checked(sample, "utf-16-le" if odd > even else "utf-16-be")


def _checked(sample: bytes, encoding: str) -> str:
    text = sample.decode(encoding, errors="replace")
    if _CONTROLS.search(text):
        raise UnreadableFile("file_unknown")
    return encoding


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    while line := text.readline(MAX_LINE):
        if len(line) == MAX_LINE:
            raise csv.Error("line too long")
        yield line


def _delimiter(text: io.TextIOWrapper) -> str:
    """Return the delimiter that cuts the first lines most evenly, and leave the file where its records start."""
    stated = _SEPARATOR_LINE.match(text.readline(MAX_LINE))
    if stated:
        return stated[1]
    text.seek(0)
    sample = text.read(SAMPLE).splitlines(keepends=True)[:50]
    text.seek(0)
    return max(DELIMITERS, key=lambda delimiter: _evenness(sample, delimiter))


def _evenness(sample: list[str], delimiter: str) -> int:
    """Return how many cells stand in lines of the commonest width above one."""
    try:
        widths = Counter(len(cells) for cells in csv.reader(sample, delimiter=delimiter))
    except csv.Error:
        return 0
    widths.pop(0, None)
    widths.pop(1, None)
    return max((width * lines for width, lines in widths.items()), default=0)
