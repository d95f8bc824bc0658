"""Write CSV (RFC 4180) in UTF-8 with a byte-order mark, by which spreadsheet programs know it.

A spreadsheet takes a text that begins with ``=``, ``+``, ``-`` or ``@`` for a formula, and runs it. Such a text gets an
apostrophe in front, after any blank, line end or tab, and also behind a semicolon, since there a program of another
country's begins a cell. Numbers are numbers.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from io import StringIO

from services.gateway.downloads.columns import Value

MEDIA_TYPE = "text/csv"
_FORMULA = re.compile(r"((?:^|[;\t\r\n])[\s\x00-\x1f\u00a0\u200b-\u200f\ufeff]*)(?=[=+\-@＝＋－＠])")
_BLANK_FIRST = re.compile(r"^[\t\r\n]")


def written(headings: Iterable[str], rows: Iterable[Iterable[Value]]) -> Iterator[bytes]:
    """Give a table in pieces, a row each; times as ISO 8601 in UTC."""
    buffer = StringIO(newline="")
    lines = csv.writer(buffer, lineterminator="\r\n")
    lines.writerow(map(safe, headings))
    yield codecs.BOM_UTF8 + _taken(buffer)
    for row in rows:
        lines.writerow(map(_cell, row))
        yield _taken(buffer)


def safe(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return _BLANK_FIRST.sub(r"'\g<0>", _FORMULA.sub(r"\1'", text).replace("\0", ""))


def _cell(value: Value) -> str | int | float:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return safe(value) if isinstance(value, str) else value


def _taken(buffer: StringIO) -> bytes:
    taken = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return taken
