"""Read a JSON array of objects element by element; what lies within an object is reached by a dotted path.

``{"properties": {"name": "…", "days": {"Sun": true, "Mon": false}, "tags": ["a", "b"]}}`` has the columns
``properties.name``, ``properties.days.Sun``, ``properties.days.Mon``, ``properties.tags.0``, ``properties.tags.1``, and
two that gather: ``properties.days.*`` (the names of the members that are true or not zero) and ``properties.tags.*``
(the values), one a line.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from services.gateway.imports.delimited import open_text
from services.gateway.imports.domain import UnreadableFile
from services.gateway.imports.table import MAX_ROWS, Row, Table, clean

BLOCK = 1 << 16
MAX_ELEMENT = 1 << 20
MAX_DEPTH = 8
MAX_PATHS = 2_000
COLUMNS_FROM = 50

_FALSE = ("", "0", "0.0", "false", "null")
_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=lambda _: None)


def read(path: Path, encoding: str) -> Table:
    """Return the table of a JSON file; columns are those of its first objects.

    Row numbers count the elements from 1. Numbers stay the text they were. Memory is bounded by one element of at most
    :data:`MAX_ELEMENT` characters.
    """
    rows = _rows(path, encoding)
    first = list(itertools.islice(rows, COLUMNS_FROM))
    if not first:
        raise UnreadableFile("file_empty")
    columns = dict.fromkeys(itertools.chain.from_iterable(row.cells for row in first))
    return Table(tuple(columns), itertools.chain(first, rows), open_columns=True)


def flatten(element: dict[str, Any]) -> dict[str, str]:
    """Return the texts of an object by dotted path; nothing below :data:`MAX_DEPTH` levels."""
    cells = {}
    for path, value in itertools.islice(_paths(element, "", 0), MAX_PATHS):
        text = clean(value)
        if text:
            cells[path] = text
    return cells


def _rows(path: Path, encoding: str) -> Iterator[Row]:
    for number, element in enumerate(_elements(path, encoding), start=1):
        if number > MAX_ROWS:
            raise UnreadableFile("too_many_rows", limit=str(MAX_ROWS))
        if not isinstance(element, dict):
            raise UnreadableFile("json_not_rows")
        yield Row(number, flatten(element))


def _elements(path: Path, encoding: str) -> Iterator[Any]:
    with open_text(path, encoding) as text:
        window = _Window(text)
        window.expect("[")
        while window.peek() != "]":
            yield window.element()
            if window.peek() == ",":
                window.expect(",")


class _Window:
    """Hold the part of the text that is being looked at."""

    def __init__(self, text: Any) -> None:
        self._text = text
        self._held = ""
        self._at = 0

    def peek(self) -> str:
        """Return the next character that is not blank."""
        while True:
            while self._at < len(self._held):
                if not self._held[self._at].isspace():
                    return self._held[self._at]
                self._at += 1
            self._more()

    def expect(self, character: str) -> None:
        """Step over a character that must come next."""
        if self.peek() != character:
            raise UnreadableFile("json_not_rows")
        self._at += 1

    def element(self) -> Any:
        """Return the next value and step over it."""
        if self.peek() != "{":
            raise UnreadableFile("json_not_rows")
        while True:
            try:
                value, self._at = _DECODER.raw_decode(self._held, self._at)
            except json.JSONDecodeError:
                self._more()
            except (ValueError, RecursionError) as error:
                raise UnreadableFile("file_damaged", detail="JSON") from error
            else:
                return value

    def _more(self) -> None:
        held = self._held[self._at :]
        try:
            block = self._text.read(BLOCK)
        except UnicodeError as error:
            raise UnreadableFile("file_damaged", detail="JSON") from error
        if not block or len(held) > MAX_ELEMENT:
            raise UnreadableFile("file_damaged", detail="JSON")
        self._held, self._at = held + block, 0


def _paths(value: Any, path: str, depth: int) -> Iterator[tuple[str, str]]:
    if depth > MAX_DEPTH:
        return
    match value:
        case dict() | list():
            members = list(value.items() if isinstance(value, dict) else enumerate(value))
            for name, member in members:
                yield from _paths(member, f"{path}.{name}" if path else str(name), depth + 1)
            if path:
                yield f"{path}.*", "\n".join(_gathered(value))
        case bool():
            yield path, "true" if value else "false"
        case None:
            return
        case _:
            yield path, str(value)


def _gathered(value: dict[str, Any] | list[Any]) -> Iterator[str]:
    """Yield the names of members that hold, or a list's own values."""
    if isinstance(value, list):
        yield from (str(member) for member in value if not isinstance(member, dict | list | None))
        return
    for name, member in value.items():
        if not isinstance(member, dict | list) and str(member).lower() not in _FALSE and member is not None:
            yield name
