"""Collect what one row becomes: its fields, and the problems met on the way, each with its column and value."""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Mapping as Mappable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from services.gateway.imports import values
from services.gateway.imports.areas import AreaIndex
from services.gateway.imports.domain import BadValue, Problem, Severity
from services.gateway.imports.mapping import Mapping, Source
from services.gateway.imports.messages import reason
from services.gateway.imports.table import Row

_QUOTED_FORMULA = re.compile(r'="([^"]*)"\Z')
_ERRORS = frozenset({"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"})

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Plan:
    """Hold all that decides what a row becomes; kept with the import, so that a resumed one decides alike."""

    mapping: Mapping
    areas: AreaIndex
    country: str
    terms: Mappable[str, str] = field(default_factory=dict)
    """Codes of the node's own terms by their names, folded."""


class Draft:
    """Collect the fields and problems of one row."""

    def __init__(self, row: Row, plan: Plan) -> None:
        """Take the row, and what decides how it is read."""
        self.plan = plan
        self.organization: dict[str, Any] = {}
        self.problems: list[Problem] = []
        self._cells = row.cells
        self._sources = plan.mapping.fields

    def source(self, field: str) -> Source:
        """Return where a field that is mapped comes from."""
        return self._sources[field]

    def maps(self, *fields: str) -> bool:
        """Tell whether the mapping names any of these fields."""
        return any(field in self._sources for field in fields)

    def written(self, field: str) -> str:
        """Return the text of a field as it was written, empty where there is nothing."""
        source = self._sources.get(field)
        if source is None:
            return ""
        if source.constant is not None:
            return _plain(source.constant)
        texts = (self._cells.get(column, "") for column in source.columns)
        try:
            return source.join.join(_checked(text) for text in texts if not values.is_nothing(text))
        except BadValue as error:
            self.note(field, error)
            return ""

    def text(self, field: str) -> str:
        """Return what the text of a field stands for."""
        written = self.written(field)
        source = self._sources.get(field)
        if not source or not source.translates or not written:
            return written
        return _plain(source.meaning(written))

    def read(self, field: str, reader: Callable[[str], T]) -> T | None:
        """Return the value of a field; None where there is none, or it cannot be read and that is noted."""
        text = self.text(field)
        return self.value(field, text, reader) if text else None

    def value(self, field: str, text: str, reader: Callable[[str], T]) -> T | None:
        """Return the value of a text; None where it cannot be read and that is noted."""
        try:
            return reader(text)
        except BadValue as error:
            self.note(field, error, text)
            return None

    def note(self, field: str, error: BadValue, value: str = "", severity: Severity | None = None) -> None:
        """Note a problem; by default an error, unless the mapping leaves out what it cannot read."""
        leave_out = self.plan.mapping.leave_out and field != "name"
        default = Severity.WARNING if leave_out else Severity.ERROR
        self.problems.append(
            Problem(
                field,
                error.code,
                reason(error.code, **error.details),
                column_of(field, self.plan.mapping),
                value or self._raw(field),
                severity or default,
            )
        )

    def _raw(self, field: str) -> str:
        source = self._sources.get(field)
        return " | ".join(filter(None, (self._cells.get(column, "") for column in source.columns))) if source else ""


def column_of(field: str, mapping: Mapping) -> str:
    """Return the columns that a field comes from, as the file names them."""
    source = mapping.fields.get(field) or mapping.fields.get(
        {"latitude": "coordinates", "longitude": "coordinates"}.get(field, "")
    )
    return "، ".join(source.columns) if source else ""


def _checked(text: str) -> str:
    """Return a cell's text; raise :class:`BadValue` for a formula or a spreadsheet's error."""
    if text in _ERRORS:
        raise BadValue("cell_error")
    if not text.startswith("="):
        return text
    quoted = _QUOTED_FORMULA.match(text)
    if not quoted:
        raise BadValue("formula")
    return quoted[1]


def _plain(meaning: Any) -> str:
    if isinstance(meaning, bool):
        return "yes" if meaning else "no"
    if isinstance(meaning, list | tuple):
        return "\n".join(map(_plain, meaning))
    return "" if meaning is None else str(meaning)
