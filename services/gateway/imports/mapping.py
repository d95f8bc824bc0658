r"""Say which column means which field: guessed from the headings, or given as a document.

A mapping document::

    {
      "source": "moss-qena",            the list that external_id belongs to; without it external_id is not sent
      "sheet": "الجمعيات",               of a workbook; without it the sheet with the best header
      "country": "JO",                  for telephone numbers and dates; without it the node's own
      "unreadable": "leave_out",        what to do about an optional value that cannot be read; else "reject" its row
      "fields": {
        "name": "اسم الجمعية",                                          a column
        "name": {"column": ["partner", "activity"], "join": " — "},     several columns
        "organization_type": {"constant": "community"},                 the same in every row
        "capabilities": {"column": "indicators.*", "split": "\n",        several values in one cell
                         "values": {"Remedial Tutoring": "schooling", "Other": null}, "default": "psychosocial"},
        "capability:housing": "سكن"                                     a column for one subject: yes, or how many
      }
    }

Columns are the file's headings in any spelling, or dotted paths in JSON. ``values`` replaces a value (null leaves it
out); ``default`` stands for a value that ``values`` does not name.
"""

from __future__ import annotations

from collections.abc import Mapping as Mappable
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from rapidfuzz import fuzz, process

from contracts.subjects import SUBJECTS
from contracts.text import fold
from services.gateway.imports import words
from services.gateway.imports.domain import UnreadableFile
from services.gateway.imports.table import Table

CAPABILITY = "capability:"
FIELDS: tuple[str, ...] = (*words.HEADINGS, *(CAPABILITY + code for code in SUBJECTS))
SEVERAL = frozenset({"phones"})
"""Fields that may have several columns by guess."""
SURE = 0.8
ARTICLE = "ال"
SHORTEST_STEM = 4
EXACT, CLOSE, PERSON_OR_NOTE, NO_HEADING = "same_words", "similar_words", "not_imported", "unknown_heading"
GIVEN = "given"


@dataclass(frozen=True, slots=True)
class Source:
    """Say where a field's text comes from: columns, or a constant; how it is cut, and which values it stands for."""

    columns: tuple[str, ...] = ()
    constant: Any = None
    join: str = " "
    split: str = ""
    values: Mappable[str, Any] = field(default_factory=dict)
    default: Any = None
    _folded: dict[str, Any] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Fold the values once."""
        self._folded.update({fold(value): meaning for value, meaning in self.values.items()})

    @property
    def translates(self) -> bool:
        """Tell whether values stand for others here."""
        return bool(self._folded) or self.default is not None

    def meaning(self, text: str) -> Any:
        """Return what a text stands for: by ``values``, else ``default``, else the text itself where there is none."""
        return self._folded.get(fold(text), text if self.default is None else self.default)

    def as_document(self) -> Any:
        """Return the source as it stands in a mapping document."""
        if self.constant is not None:
            return {"constant": self.constant}
        column = self.columns[0] if len(self.columns) == 1 else list(self.columns)
        more = {"join": self.join} if len(self.columns) > 1 else {}
        more |= {name: getattr(self, name) for name in ("split", "values", "default") if getattr(self, name)}
        return {"column": column, **more} if more or isinstance(column, list) else column


@dataclass(frozen=True, slots=True)
class Mapping:
    """Hold the source of each field, and how a file is to be read."""

    fields: dict[str, Source]
    source: str = ""
    sheet: str = ""
    country: str = ""
    leave_out: bool = False

    def as_document(self) -> dict[str, Any]:
        """Return the document that gives this mapping."""
        options = {"source": self.source, "sheet": self.sheet, "country": self.country}
        document: dict[str, Any] = {name: option for name, option in options.items() if option}
        if self.leave_out:
            document["unreadable"] = "leave_out"
        return document | {"fields": {name: source.as_document() for name, source in self.fields.items()}}


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """Say what one column is taken for: a field or nothing, how surely (0 to 1), why, and the heading it resembles."""

    column: str
    field: str
    confidence: float
    why: str
    like: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            "column": self.column,
            "field": self.field,
            "confidence": self.confidence,
            "why": self.why,
            "like": self.like,
        }


def load(document: Mappable[str, Any]) -> Mapping:
    """Return the mapping of a document that fits ``schemas.MappingDocument``."""
    return Mapping(
        fields={name: _source(given) for name, given in document["fields"].items()},
        source=document.get("source", ""),
        sheet=document.get("sheet", ""),
        country=document.get("country", ""),
        leave_out=document.get("unreadable") == "leave_out",
    )


def guess(columns: Sequence[str]) -> list[ColumnGuess]:
    """Return a guess for each column, in the file's order; a field goes to the column that fits it best."""
    guesses = [_likeliest(column) for column in columns]
    taken: set[str] = set()
    order = sorted(range(len(guesses)), key=lambda at: (-guesses[at].confidence, at))
    for at in order:
        name = guesses[at].field
        if name in taken and name not in SEVERAL:
            guesses[at] = ColumnGuess(columns[at], "", 0.0, NO_HEADING, guesses[at].like)
        elif name:
            taken.add(name)
    return guesses


def of_guesses(guesses: Sequence[ColumnGuess]) -> Mapping:
    """Return the mapping that guesses amount to; columns of one field are joined by line ends."""
    fields: dict[str, Source] = {}
    for one in guesses:
        if one.field:
            before = fields[one.field].columns if one.field in fields else ()
            fields[one.field] = Source((*before, one.column), join="\n" if before else " ")
    return Mapping(fields)


def heading_score(cells: Sequence[str]) -> float:
    """Return how many different fields a line's cells are headings of; for finding the header."""
    known = {found.field or found.like for found in map(_likeliest, cells) if found.why in (EXACT, CLOSE)}
    notes = any(found.why == PERSON_OR_NOTE for found in map(_likeliest, cells))
    return len(known) + (0.5 if notes and known else 0.0)


def wanted_score(mapping: Mapping) -> Any:
    """Return a score for lines by how many of a given mapping's columns they name."""
    wanted = {fold(column) for source in mapping.fields.values() for column in source.columns}
    return lambda cells: float(len(wanted & {fold(cell) for cell in cells}))


def settle(mapping: Mapping, table: Table) -> Mapping:
    """Return the mapping with its columns spelt as the table spells them.

    Raises :class:`UnreadableFile` for columns that the table does not have, and where nothing gives a name.
    """
    if "name" not in mapping.fields:
        raise UnreadableFile("name_not_found")
    spelt = {fold(column): column for column in reversed(table.columns)}
    missing: list[str] = []
    fields = {name: _settled(source, table, spelt, missing) for name, source in mapping.fields.items()}
    if missing:
        raise UnreadableFile("columns_missing", columns="، ".join(missing))
    return Mapping(fields, mapping.source, mapping.sheet, mapping.country, mapping.leave_out)


def _settled(source: Source, table: Table, spelt: dict[str, str], missing: list[str]) -> Source:
    columns = []
    for column in source.columns:
        found = column if column in table.columns or table.open_columns else spelt.get(fold(column))
        if found is None:
            missing.append(column)
        else:
            columns.append(found)
    return Source(tuple(columns), source.constant, source.join, source.split, source.values, source.default)


def _source(given: Any) -> Source:
    if isinstance(given, str):
        return Source((given,))
    if "constant" in given:
        return Source(constant=given["constant"])
    column = given["column"]
    return Source(
        columns=(column,) if isinstance(column, str) else tuple(column),
        join=given.get("join", " "),
        split=given.get("split", ""),
        values=given.get("values", {}),
        default=given.get("default"),
    )


@cache
def _likeliest(column: str) -> ColumnGuess:
    """Return the field whose headings are most like a column's, with no regard to the other columns."""
    key = heading_key(column)
    if not key or len(key) > 100:  # noqa: PLR2004 - a sentence is no heading
        return ColumnGuess(column, "", 0.0, NO_HEADING)
    if key in _known():
        field_, like = _known()[key]
        return ColumnGuess(column, field_, 1.0, EXACT if field_ else PERSON_OR_NOTE, like)
    like_key, score, _ = process.extractOne(key, _known().keys(), scorer=fuzz.ratio)
    field_, like = _known()[like_key]
    if score / 100 < SURE + _doubt(key):
        return ColumnGuess(column, "", 0.0, NO_HEADING)
    return ColumnGuess(column, field_, round(score / 100, 2), CLOSE if field_ else PERSON_OR_NOTE, like)


def _doubt(key: str) -> float:
    """Ask more of short headings: in four letters one letter is another word."""
    return max(0.0, 0.02 * (10 - len(key)))


def heading_key(text: str) -> str:
    """Return a heading folded, without what stands in brackets at its end, and without articles."""
    bare = text.split("(", maxsplit=1)[0] if text.split("(", maxsplit=1)[0].strip() else text
    return " ".join(_without_article(word) for word in fold(bare).split())


def _without_article(word: str) -> str:
    return word[len(ARTICLE) :] if word.startswith(ARTICLE) and len(word) >= SHORTEST_STEM else word


@cache
def _known() -> dict[str, tuple[str, str]]:
    """Return each known heading's key with its field (empty for what is not ours) and how it is written."""
    known: dict[str, tuple[str, str]] = {}
    for code, subject in SUBJECTS.items():
        for heading in (subject.ar, subject.fa, subject.en, code):
            known[heading_key(heading)] = (CAPABILITY + code, heading)
    for heading in words.NOT_OURS:
        known[heading_key(heading)] = ("", heading)
    for name, headings in words.HEADINGS.items():
        for heading in (*headings, name):
            known[heading_key(heading)] = (name, heading)
    return known
