"""Make the files, areas and plans that the tests of imports need."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from services.gateway.imports import mapping, reader
from services.gateway.imports.areas import Area, AreaIndex
from services.gateway.imports.draft import Plan
from services.gateway.imports.rows import Built, build
from services.gateway.imports.table import Row, Table

ROOT = Path(__file__).resolve().parents[4]
SHARED_DATA = Path(os.environ.get("TASHBIK_TEST_DATA", ROOT.parent / "shared" / "data"))
NO_SHARED_DATA = f"no test data at {SHARED_DATA}; set TASHBIK_TEST_DATA"

AREAS = AreaIndex(
    [
        Area("EG", "country", ("مصر", "Egypt"), ("EG",)),
        Area("EG29", "governorate", ("قنا", "Qena"), ("EG", "EG29"), (32.48, 26.08)),
        Area("EG2901", "county", ("أبو تشت", "ابوتشت", "Abu Tesht"), ("EG", "EG29", "EG2901"), (32.09, 26.12)),
        Area("EG2904", "county", ("دشنا", "Deshna"), ("EG", "EG29", "EG2904"), (32.475, 26.125)),
        Area("EG2906", "county", ("قنا", "Qena"), ("EG", "EG29", "EG2906"), (32.727, 26.164)),
        Area("EG26", "governorate", ("سوهاج", "Sohag"), ("EG", "EG26"), (31.7, 26.55)),
        Area("EG2601", "county", ("العرابة", "El Araba"), ("EG", "EG26", "EG2601"), (31.9, 26.2)),
        Area("EG2905", "county", ("العرابة", "El Araba"), ("EG", "EG29", "EG2905"), (32.4, 26.1)),
    ]
)


TERMS = {"غسيل كلوي": "health.dialysis", "eye care": "health.eyes"}


def text_file(folder: Path, text: str, encoding: str = "utf-8", name: str = "file.csv") -> Path:
    """Write a text file."""
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def workbook(folder: Path, rows: list[list[Any]], merged: tuple[str, ...] = ()) -> Path:
    """Write a workbook of one sheet."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for cells in merged:
        book.active.merge_cells(cells)
    path = folder / "file.xlsx"
    book.save(path)
    return path


def opened(path: Path, sheet: str = "") -> Table:
    """Open a table as an import without a mapping does."""
    return reader.open_table(path, mapping.heading_score, sheet)


def fields_by_column(columns: list[str]) -> dict[str, str]:
    """Return what each column is guessed to be."""
    return {one.column: one.field for one in mapping.guess(columns)}


def plan_of(fields: dict[str, Any], **options: Any) -> Plan:
    """Return a plan for rows whose columns are as ``fields`` says."""
    country = options.pop("country", "EG")
    return Plan(mapping.load({"fields": fields, **options}), AREAS, country, TERMS)


def built(fields: dict[str, Any], cells: dict[str, str] | None = None, **options: Any) -> Built:
    """Build one row. Without ``cells``, ``fields`` gives each field its cell's text, and columns bear fields' names."""
    if cells is None:
        cells = dict(fields)
        fields = {name: name for name in cells}
    cells = {"name": "جمعية النور", **cells}
    return build(Row(7, cells), plan_of({"name": "name", **fields}, **options))


def codes(one: Built) -> list[tuple[str, str]]:
    """Return field and code of each problem."""
    return [(problem.field, problem.code) for problem in one.problems]
