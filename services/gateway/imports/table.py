"""Turn numbered lines of cells into a table: find the header below title rows, skip what is empty, name the columns."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from contracts.text import fold, seen
from services.gateway.imports.domain import UnreadableFile

MAX_COLUMNS = 256
MAX_ROWS = 200_000
HEADER_WITHIN = 30

_LETTER = re.compile(r"[^\W\d_]")

Line = tuple[int, Sequence[str]]
Score = Callable[[Sequence[str]], float]


@dataclass(frozen=True, slots=True)
class Row:
    """Hold one row: its number as the user sees it in the sheet, from 1, and the text of its cells by column."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """Hold a file being read: its columns, and its rows as an iterator that can be run through once.

    ``estimate`` is the number of rows that the file seems to have, 0 where nobody knows. ``open_columns`` is true where
    later rows may have columns that ``columns`` does not name (JSON).
    """

    columns: tuple[str, ...]
    rows: Iterator[Row]
    estimate: int = 0
    header_row: int = 0
    open_columns: bool = False


def clean(text: str) -> str:
    """Return a cell's text without marks of direction, control characters, and blanks around it."""
    return seen(text).replace("\u00a0", " ").strip()


def tabulate(lines: Iterable[Line], score: Score, estimate: int = 0) -> Table:
    """Return the table whose header is the line that scores best among the first ones.

    ``score`` tells how many cells of a line are headings that somebody knows. Where no line has any, the header is the
    first line of at least two different texts. Raises :class:`UnreadableFile` where there is neither.
    """
    filled = (line for line in map(_cleaned, lines) if any(line[1]))
    first = list(itertools.islice(filled, HEADER_WITHIN))
    if not first:
        raise UnreadableFile("file_empty")
    at = _header(first, score)
    number, headings = first[at]
    columns = _names(headings)
    rows = _rows(itertools.chain(first[at + 1 :], filled), columns)
    return Table(tuple(filter(None, columns)), rows, max(0, estimate - number), number)


def _cleaned(line: Line) -> Line:
    number, cells = line
    return number, [clean(cell) for cell in cells]


def _header(first: list[Line], score: Score) -> int:
    scores = [score(cells) for _, cells in first]
    best = max(scores)
    if best > 0:
        return scores.index(best)
    for position, (_, cells) in enumerate(first):
        texts = {fold(cell) for cell in cells if _LETTER.search(cell)}
        if len(texts) > 1:
            return position
    raise UnreadableFile("no_header")


def _names(headings: Sequence[str]) -> list[str]:
    """Name each column by its heading; a repeated heading gets its count, a missing one stays empty."""
    if len(headings) > MAX_COLUMNS:
        raise UnreadableFile("too_many_columns", limit=str(MAX_COLUMNS))
    names: list[str] = []
    for heading in headings:
        name, count = heading, 1
        while name and name in names:
            count += 1
            name = f"{heading} ({count})"
        names.append(name)
    return names


def _rows(lines: Iterable[Line], columns: Sequence[str]) -> Iterator[Row]:
    for count, (number, cells) in enumerate(lines, start=1):
        if count > MAX_ROWS:
            raise UnreadableFile("too_many_rows", limit=str(MAX_ROWS))
        yield Row(number, {column: cell for column, cell in zip(columns, cells, strict=False) if column and cell})
