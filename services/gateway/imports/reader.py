"""Open a spreadsheet that somebody really has, whatever it is, as a table of text.

CSV, XLSX and JSON are told apart by what they contain, never by their name. Everything is read as a stream: memory is
bounded by one row (and, in XLSX, by the workbook's table of strings, whose size is limited).
"""

from __future__ import annotations

import mmap
from pathlib import Path

from services.gateway.imports import delimited, feed, workbook
from services.gateway.imports.domain import UnreadableFile
from services.gateway.imports.table import Row, Score, Table, tabulate

__all__ = ["Row", "Table", "open_table"]

_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_HEAD = 4_096


def open_table(path: Path, score: Score, sheet: str = "") -> Table:
    """Return the table in a file.

    ``score`` tells how many cells of a line are known headings; the best of the first lines is the header (not in
    JSON, which names its columns itself). ``sheet`` names a workbook's sheet; empty takes the best. The file is opened
    again for each table and closed when its rows are run through. Raises :class:`UnreadableFile`, here or while rows
    are read, for a file that is empty, locked, damaged, too large, without a header, or of another kind.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head.strip():
        raise UnreadableFile("file_empty")
    if head.startswith((_ZIP, _EMPTY_ZIP)):
        lines, rows = workbook.read(path, score, sheet)
        return tabulate(lines, score, rows)
    if head.startswith(_COMPOUND):
        raise UnreadableFile("file_encrypted" if _holds(path, _ENCRYPTED_STREAM) else "file_old_excel")
    return _open_text(path, score)


def _open_text(path: Path, score: Score) -> Table:
    encoding = delimited.encoding_of(path)
    start = _start(path, encoding)
    if start.startswith("<"):
        raise UnreadableFile("file_web_page" if "<html" in start or "<table" in start else "file_unknown")
    if start.startswith("%pdf"):
        raise UnreadableFile("file_unknown")
    if start.startswith("{"):
        raise UnreadableFile("json_not_rows")
    if start.startswith("[") and start[1:].lstrip()[:1] in ("{", "]", ""):
        return feed.read(path, encoding)
    return tabulate(delimited.read(path, encoding), score, delimited.count_lines(path))


def _start(path: Path, encoding: str) -> str:
    with delimited.open_text(path, encoding) as text:
        try:
            return text.read(_HEAD).lstrip().lower()
        except UnicodeError as error:
            raise UnreadableFile("file_unknown") from error


def _holds(path: Path, needle: bytes) -> bool:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find(needle) >= 0
