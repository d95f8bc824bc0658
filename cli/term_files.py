"""Read the terms of a file, and say of each row what is wrong with it.

A CSV file has a header: ``code,ar,fa,en``, and ``retired`` where it is to be said (``yes``); between cells are commas,
semicolons or tabs. A JSON file holds what ``/register/terms`` and ``tashbik terms list --json`` tell: a list of terms,
or an object with ``items``, each with ``id`` (or ``code``), ``names`` and ``retired``.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from chassis.wire import problems_of
from cli.hsds_package import archive, values
from contracts.registry import LANGUAGES, PutTerm
from contracts.subjects import BELOW, SUBJECTS, subject_of

FILE_MOST = 5_000_000
"""Bytes of a file: many times what the terms take that a node may have."""
CODE, RETIRED = "code", "retired"
NEEDED = (CODE, *LANGUAGES)

_SCHEMA = PutTerm()

Row = dict[str, Any]


class NotTerms(ValueError):
    """Say that a file holds no terms, and why."""


@dataclass(frozen=True, slots=True)
class Given:
    """Hold a term as a file has it: its row (of CSV the header is 1; of JSON its number, from 1), code and names."""

    row: int
    code: str
    names: dict[str, str]
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """Say what is wrong with one row: the row, the code, the field and why."""

    row: int
    code: str
    field: str
    reason: str


@dataclass(slots=True)
class Read:
    """Hold the terms of a file, parents before children, and what is wrong."""

    terms: list[Given] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read(file: Path) -> Read:
    """Return what a file holds. Raises :class:`NotTerms` for one that holds none."""
    if file.stat().st_size > FILE_MOST:
        raise NotTerms(f"it is larger than {FILE_MOST:,} bytes")
    found = Read()
    rows_of: dict[str, int] = {}
    for number, row in _objects(file) if file.suffix.lower() == ".json" else _lines(file):
        wrong = list(_faults(number, row, rows_of))
        found.faults += wrong
        if not wrong:
            rows_of[row[CODE]] = number
            found.terms.append(Given(number, row[CODE], row["names"], row[RETIRED]))
    found.terms.sort(key=lambda one: one.code.count(BELOW))
    return found


def wrong(code: Any, names: Any) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a code and names, as far as no node is asked: the field, once each, and why."""
    found = {one["field"]: one["message"] for one in problems_of(_SCHEMA.validate({"id": code, "names": names}))}
    if "id" not in found and subject_of(code) not in SUBJECTS:
        found["id"] = f"{subject_of(code)!r} is no subject of needs."
    yield from ((CODE if field == "id" else field, reason) for field, reason in found.items())


def _objects(file: Path) -> Iterator[tuple[int, Row]]:
    try:
        document = orjson.loads(file.read_bytes())
    except orjson.JSONDecodeError as error:
        raise NotTerms(f"it is not JSON ({error})") from error
    items = document.get("items") if isinstance(document, dict) else document
    if not isinstance(items, list):
        raise NotTerms("it has no list of terms")
    for number, one in enumerate(items, 1):
        given = one if isinstance(one, dict) else {}
        code, retired = given.get("id", given.get(CODE, "")), given.get(RETIRED, False)
        yield number, {CODE: code, "names": _tidied(given.get("names")), RETIRED: retired}


def _lines(file: Path) -> Iterator[tuple[int, Row]]:
    header: list[str] = []
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            for number, cells in enumerate(archive.cells(text), 1):
                if number == 1:
                    header = _header(cells)
                elif any(one.strip() for one in cells):
                    yield number, _row(dict(zip(header, cells, strict=False)))
    except UnicodeDecodeError as error:
        raise NotTerms("it is not UTF-8") from error
    except csv.Error as error:
        raise NotTerms(f"it cannot be read: {error}") from error
    if not header:
        raise NotTerms("it is empty")


def _header(cells: Sequence[str]) -> list[str]:
    header = [one.strip().lower().removeprefix("names.") for one in cells]
    if lacking := [one for one in NEEDED if one not in header]:
        raise NotTerms(f"its header lacks {', '.join(lacking)}")
    if unknown := [one for one in header if one not in (*NEEDED, RETIRED)]:
        raise NotTerms(f"no term has a column {unknown[0]!r}")
    return header


def _row(cells: dict[str, str]) -> Row:
    names = {language: cells.get(language, "") for language in LANGUAGES}
    said = cells.get(RETIRED, "").strip()
    return {CODE: cells.get(CODE, "").strip(), "names": _tidied(names), RETIRED: _flag(said) if said else False}


def _flag(said: str) -> bool | str:
    """Return what a cell says; its text, where that is neither yes nor no."""
    try:
        return bool(values.flag(said))
    except values.Wrong:
        return said


def _tidied(names: Any) -> Any:
    """Return names as the registry keeps them, and whatever else stands in their place as it is."""
    if not isinstance(names, dict):
        return names
    return {name: " ".join(one.split()) if isinstance(one, str) else one for name, one in names.items()}


def _faults(number: int, row: Row, rows_of: dict[str, int]) -> Iterator[Fault]:
    """Yield what is wrong with a term; ``rows_of`` are the rows of those before it, by their codes."""
    code = str(row[CODE])
    yield from (Fault(number, code, field, reason) for field, reason in wrong(row[CODE], row["names"]))
    if code in rows_of:
        yield Fault(number, code, CODE, f"Row {rows_of[code]} has this code, too.")
    if not isinstance(row[RETIRED], bool):
        yield Fault(number, code, RETIRED, "Neither true nor false.")
