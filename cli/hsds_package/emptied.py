"""Empty those lists of a record of which a package speaks, and has no row.

It speaks of a list where its table is there: with rows of some such records, or with none at all, as a newer package
has it whose last row is gone. A table that is not there, has rows of other kinds of records only, or of which a row was
left out says nothing: then the register keeps what it has. A node's own package has every table, and speaks of all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from cli.hsds_package.reading import Reading
from cli.hsds_package.shelf import Row
from cli.hsds_package.tables import BY_FILE

Tables = Mapping[str, tuple[str, ...]]
ORGANIZATIONS: Tables = {
    "phones": ("phones",),
    "contacts": ("contacts",),
    "programs": ("programs",),
    "funding": ("funding",),
    "additional_websites": ("urls",),
}
SERVICES: Tables = {
    "phones": ("phones",),
    "contacts": ("contacts",),
    "schedules": ("schedules", "regular_schedules", "holiday_schedules"),
    "service_areas": ("service_areas",),
    "service_at_locations": ("services_at_location",),
    "languages": ("languages",),
    "funding": ("funding",),
    "cost_options": ("cost_options",),
    "required_documents": ("required_documents",),
    "capacities": ("service_capacity",),
    "additional_urls": ("urls",),
}
"""Lists of records, and the tables that they are made of; not those that only say what terms are taken for."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """Hold the lists of which a package speaks, of records that rows name in a column."""

    reading: Reading
    column: str
    tables: Tables

    def of(self, row: Row, made: dict[str, Any]) -> dict[str, Any]:
        """Return the record that was made of a row, its lists empty that no row tells."""
        return made | {name: [] for name in self.tables if name not in made and not self._told(name, row)}

    def _told(self, name: str, row: Row) -> bool:
        shelf = self.reading.shelf
        return any(shelf.children(table, self.column, row.id) for table in self.tables[name])


def of_organizations(reading: Reading) -> Spoken:
    """Return of which lists of organizations a package speaks."""
    return Spoken(reading, "organization_id", dict(_spoken(reading, ORGANIZATIONS, "organization_id")))


def of_services(reading: Reading) -> Spoken:
    """Return of which lists of services a package speaks."""
    return Spoken(reading, "service_id", dict(_spoken(reading, SERVICES, "service_id")))


def whole(reading: Reading, first: str, *tables: str) -> bool:
    """Tell whether a table is there, and of it and some others no row was left out."""
    return first in reading.present and not _faulty(reading) & {first, *tables}


def _faulty(reading: Reading) -> set[str]:
    stems = (PurePath(file).stem.lower() for file in reading.verdicts.faulty)
    return {BY_FILE[stem].name for stem in stems if stem in BY_FILE}


def _spoken(reading: Reading, lists: Tables, column: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    faulty = _faulty(reading)
    for name, tables in lists.items():
        if not faulty & {*tables} and any(_speaks(reading, table, column) for table in tables):
            yield name, tables


def _speaks(reading: Reading, table: str, column: str) -> bool:
    if table not in reading.present:
        return False
    return reading.exact or not reading.present[table] or reading.shelf.names(table, column)
