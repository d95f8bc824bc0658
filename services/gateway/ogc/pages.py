"""Make the resources as HTML: one template, which any resource fills with facts, tables and links. No scripts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

HERE = Path(__file__).resolve().parent
STYLE = "style.css"
NOTHING = "—"

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Cell:
    """Hold a text, and where it leads, if it does."""

    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Hold a table: its caption, the names of its columns, and its rows, each headed by its first cell."""

    caption: str
    columns: list[str]
    rows: list[list[Cell]]


@dataclass(frozen=True, slots=True)
class View:
    """Hold what a page shows."""

    title: str
    lead: str
    links: list[Json]
    tables: list[Table]
    trail: list[Cell]


def render(view: View) -> bytes:
    """Return a page. Whatever comes from a record is escaped, and is written in the direction of its own letters."""
    return _template().render(view=view).encode()


def facts(caption: str, named: dict[str, Any]) -> Table:
    """Return a table of names and values."""
    return Table(caption, ["Name", "Value"], [[Cell(name), cell(value)] for name, value in named.items()])


def features(caption: str, columns: dict[str, str], shown: Iterable[Json], path: str) -> Table:
    """Return a table of features: a row each, with the properties of ``columns`` by their titles."""
    rows = []
    for one in shown:
        properties = one["properties"]
        first, *others = [cell(properties.get(name)) for name in columns]
        rows.append([Cell(first.text, f"{path}/{one['id']}"), *others, Cell(place(one["geometry"]))])
    return Table(caption, [*columns.values(), "Geometry"], rows)


def cell(value: Any) -> Cell:
    """Return a value as people read it."""
    if value is None or value in ("", []):
        return Cell(NOTHING)
    if isinstance(value, bool):
        return Cell("yes" if value else "no")
    if isinstance(value, list):
        return Cell(", ".join(map(str, value)))
    return Cell(str(value))


def place(geometry: Json | None) -> str:
    """Return where a point is, or what kind of geometry it is."""
    if geometry is None:
        return NOTHING
    if geometry["type"] == "Point":
        longitude, latitude = geometry["coordinates"][:2]
        return f"{latitude}, {longitude}"
    return str(geometry["type"])


@lru_cache(maxsize=1)
def _template() -> Any:
    loader = FileSystemLoader(HERE)
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined).get_template("page.html")
