"""Read a package: recognize its version, put its rows on a shelf, and say of each row what is wrong with it.

An error keeps its row out; what hangs on a row that is out is out with it. A warning tells what was guessed or left.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cli.hsds_package import archive, numbers, values
from cli.hsds_package.archive import Member, Package
from cli.hsds_package.shelf import Row, Shelf
from cli.hsds_package.tables import BY_FILE, BY_NAME, UNREAD, Table, by_header
from cli.hsds_package.verdicts import NotAPackage, Verdicts

OHANA = "Ohana (1.x)"
OHANA_COLUMNS = frozenset({"date_incorporated", "number_type", "admin_emails", "accepted_payments"})
"""Columns that no version of HSDS has; ``taxonomy_ids`` is one of 1.0 and 1.1 as well."""
OHANA_TABLES: Mapping[str, frozenset[str]] = {
    "contacts": frozenset(
        {"id", "location_id", "organization_id", "service_id", "name", "title", "email", "department"}
    ),
}
OLD_FILES = frozenset({"physical_addresses", "postal_addresses", "regular_schedules", "holiday_schedules"})
NEEDED = frozenset({"organizations", "services"})
MIDNIGHT = "00:00"
DAYS = ("regular_schedules", "holiday_schedules")
LOCATED, NOUGHT = ("latitude", "longitude"), ("0", "-0")
ID = frozenset({"id"})
"""What a row of a node's package has to say: in the register, all else may be empty but for what it tells itself."""


@dataclass(slots=True)
class Reading:
    """Hold what was read of a package. ``present`` are its tables, ``node`` is the node that wrote it, if one did."""

    shelf: Shelf
    version: str = ""
    node: str = ""
    country: str = ""
    verdicts: Verdicts = field(default_factory=Verdicts)
    present: dict[str, int] = field(default_factory=dict)

    @property
    def exact(self) -> bool:
        """Tell whether it is to be read to the letter: a node wrote it, and nothing has to be guessed."""
        return bool(self.node)


@contextmanager
def read(path: Path, country: str = "US") -> Iterator[Reading]:
    """Read a package; its rows last as long as the context. Raises :class:`NotAPackage`.

    ``country`` says how telephone numbers without a country's code are read where no address of the package says it.
    """
    shelf = Shelf()
    try:
        with archive.opened(path) as package:
            reading = Reading(shelf)
            _read(package, reading, country)
        yield reading
    finally:
        shelf.close()


def _read(package: Package, reading: Reading, country: str) -> None:
    tables = _tables(package, reading)
    headers = {member.name: _header(package, member) for member, _ in tables}
    reading.version = _version(package, tables, headers)
    reading.node = _writer(package)
    for member, table in tables:
        _File(package, member, table, reading).read()
    reading.shelf.index()
    _repeated(reading)
    _orphans(package, reading)
    if not package.single:
        _belonging(reading)
        _placed(reading)
    reading.country = numbers.country_of(reading.shelf) or country
    _dialled(reading)


def _tables(package: Package, reading: Reading) -> list[tuple[Member, Table]]:
    """Return which file holds which table; tell of those that hold none."""
    found = []
    for name in package.others:
        reading.verdicts.warn(name, 0, "", "", "is no table; left out")
    for member in package.members:
        table = BY_FILE.get(member.stem)
        if table is None and package.single:
            table = by_header(_header(package, member))
        if table is None:
            reading.verdicts.warn(member.name, 0, "", "", "is no table of HSDS; left out")
        elif table.name not in UNREAD:
            found.append((member, table))
    if not found:
        raise NotAPackage("none of its files is a table of HSDS")
    if not package.single and "organizations" not in {table.name for _, table in found}:
        raise NotAPackage("it has no organizations.csv")
    _once(found)
    return found


def _once(found: Sequence[tuple[Member, Table]]) -> None:
    names = [member.name for member, _ in found]
    if again := {name for name in names if names.count(name) > 1}:
        raise NotAPackage(f"it holds {min(again)} twice")


def _header(package: Package, member: Member) -> list[str]:
    try:
        with package.text(member) as text:
            return _named(next(archive.cells(text), []))
    except csv.Error:
        return []


def _named(header: Sequence[str]) -> list[str]:
    return ["_".join(one.strip().lower().split()) for one in header]


def _version(package: Package, tables: Sequence[tuple[Member, Table]], headers: Mapping[str, Sequence[str]]) -> str:
    """Return the version: as the package says, or else by its files and columns."""
    columns = {one for header in headers.values() for one in header}
    if columns & OHANA_COLUMNS or any(
        frozenset(headers[member.name]) == OHANA_TABLES.get(table.name) for member, table in tables
    ):
        return OHANA
    said = str((package.descriptor or {}).get("version", ""))
    if said[:1].isdecimal():
        return said
    old = OLD_FILES & {member.stem for member, _ in tables}
    return "1.1" if old or "services_taxonomy" in {table.name for _, table in tables} else "3.x"


def _writer(package: Package) -> str:
    """Return the name of the node that wrote a package; empty where it was no node."""
    said = (package.descriptor or {}).get("tashbik")
    node = said.get("node") if isinstance(said, dict) else ""
    return node if isinstance(node, str) else ""


@dataclass(slots=True)
class _File:
    """Read one file of a package into the shelf."""

    package: Package
    member: Member
    table: Table
    reading: Reading
    columns: list[str] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)
    unkept: Counter[str] = field(default_factory=Counter)

    def read(self) -> None:
        """Read all rows; what makes the whole file unreadable is told once."""
        number = 0
        try:
            with self.package.text(self.member) as text:
                for number, cells in enumerate(archive.cells(text), 1):
                    if number == 1:
                        self._head(cells)
                    elif any(one.strip() for one in cells):
                        self._row(number, cells)
        except csv.Error as error:
            self._error(number + 1, "", "", f"cannot be read: {error}")
        if not self.headers:
            needed = self.table.name in NEEDED or self.package.single
            (self._error if needed else self._warn)(0, "", "", "is empty: it lacks a header")
        for header, count in self.unkept.items():
            self._warn(0, header, "", f"left out, in {count} rows: the register has no place for it")

    def _head(self, cells: Sequence[str]) -> None:
        self.headers = _named(cells)
        self.columns = self.table.named(self.headers)
        self.reading.present.setdefault(self.table.name, 0)
        for column in self.table.required:
            if column not in self.columns:
                self._error(1, column, "", "this column is missing")
        for header, column in zip(self.headers, self.columns, strict=True):
            if not header:
                continue
            if column not in self.table.columns:
                self._warn(1, header, "", "is no column of HSDS; left out")
            if self.headers.count(header) > 1:
                self._error(1, header, "", "this column is there twice")

    def _row(self, number: int, written: Sequence[str]) -> None:
        before = self.reading.verdicts.errors
        cells = written if self.reading.exact else [self._plain(number, *one) for one in enumerate(written)]
        if len(cells) > len(self.columns):
            extra = len(self.columns) + 1
            self._error(number, f"({extra})", cells[extra - 1], "the row has more cells than the header has columns")
        row = Row(self.member.name, number, {})
        for header, column, cell in zip(self.headers, self.columns, cells, strict=False):
            value = self._cell(number, header, column, cell.strip())
            if value and not row.cells.get(column):
                row.cells[column] = value
                self.unkept.update([header] if column in self.table.unkept and not self.reading.exact else ())
        self._nowhere(row)
        self._whole(row, dict(zip(self.headers, cells, strict=False)))
        bad = self.reading.verdicts.errors > before
        self.reading.present[self.table.name] += 1
        self.reading.shelf.put(self.table.name, row, self.table.parents.items(), bad=bad)

    def _plain(self, number: int, place: int, text: str) -> str:
        """Return what a cell says: bytes as letters, and words for nothing as nothing."""
        column = self.columns[place] if place < len(self.columns) else ""
        typed = bool(self.table.columns.get(column)) or column.endswith("id")
        try:
            return values.plain(values.decoded(text), word=typed)
        except values.Wrong as wrong:
            self._error(number, column, text, str(wrong))
        except values.Guessed as guessed:
            self._warn(number, column, guessed.value, str(guessed))
            return values.plain(guessed.value, word=typed)
        return ""

    def _cell(self, number: int, header: str, column: str, text: str) -> str:
        if not text or column not in self.table.columns:
            return ""
        kind = self.table.columns[column]
        try:
            read = values.READERS[kind](text)
            return text if kind == "time" and self.reading.exact else read
        except values.Wrong as wrong:
            self._error(number, header, text, str(wrong))
        except values.Guessed as guessed:
            self._warn(number, header, text, str(guessed))
            return guessed.value
        return ""

    def _nowhere(self, row: Row) -> None:
        """Leave out a point of noughts, as programs write one that nobody knows."""
        if all(row[name] in NOUGHT for name in LOCATED) and not self.reading.exact:
            self._warn(row.number, LOCATED[0], row[LOCATED[0]], "left out: nothing is at 0, 0")
            del row.cells[LOCATED[0]], row.cells[LOCATED[1]]

    def _whole(self, row: Row, written: Mapping[str, str]) -> None:
        """Tell what is wrong with a row as a whole: what it lacks, whose it is not, and what does not go together."""
        for header, column in zip(self.headers, self.columns, strict=True):
            if column in self._required and not row[column] and not written.get(header, "").strip():
                self._error(row.number, header, "", "is missing")
        if self.table.child and not any(row[column] for column in self.table.parents):
            self._error(row.number, " or ".join(self._keys), "", "the row belongs to nothing")
        for one, other in (LOCATED, LOCATED[::-1]):
            if row[one] and not row[other] and not written.get(other, "").strip():
                self._error(row.number, other, "", f"is missing beside {one}")
        self._hours(row, written)

    @property
    def _required(self) -> frozenset[str]:
        if self.reading.exact:
            return ID
        ohana = self.table.ohana if self.reading.version == OHANA else ()
        return frozenset({*self.table.required, *ohana} & set(self.columns))

    @property
    def _keys(self) -> list[str]:
        return [column for column in self.table.parents if column in self.columns] or list(self.table.parents)

    def _hours(self, row: Row, written: Mapping[str, str]) -> None:
        """Tell of hours that do not end, or end before they begin, and of a holiday that is open at no hours."""
        if self.table.name not in DAYS:
            return
        if row["opens_at"] > row["closes_at"] > MIDNIGHT:
            self._warn(row.number, "closes_at", row["closes_at"], "before it opens; read as on the next day")
        opens, closes = (written.get(name, "").strip() for name in ("opens_at", "closes_at"))
        open_day = self.table.name == "holiday_schedules" and "closed" in written and not row["closed"]
        for name, mine, other in (("opens_at", opens, closes), ("closes_at", closes, opens)):
            if name in self.columns and not mine and (other or (open_day and written["closed"].strip())):
                self._error(row.number, name, "", "is missing for a day that is open")

    def _error(self, number: int, column: str, value: str, reason: str) -> None:
        self.reading.verdicts.error(self.member.name, number, column, value, reason)

    def _warn(self, number: int, column: str, value: str, reason: str) -> None:
        self.reading.verdicts.warn(self.member.name, number, column, value, reason)


def _repeated(reading: Reading) -> None:
    for table in reading.present:
        for file, number, row_id, same in list(reading.shelf.repeated(table)):
            tell = reading.verdicts.warn if same else reading.verdicts.error
            tell(file, number, "id", row_id, "left out: the same row again" if same else "an earlier row has this id")
            reading.shelf.spoil(table, file, number)


def _orphans(package: Package, reading: Reading) -> None:
    """Tell of keys to rows that are not there.

    Of one table alone nobody knows; and many packages name the terms of a taxonomy that they do not bring, or bring a
    part of it, whose topmost terms name others.
    """
    tables = reading.present if package.single else {**BY_NAME, **reading.present}
    judged = [one for one in tables if one != "taxonomy_terms" or one in reading.present]
    for table, file, number, column, value in list(reading.shelf.orphans(judged)):
        parent = BY_NAME[table].parents[column]
        part = table == parent and reading.version != OHANA
        tell = reading.verdicts.warn if part else reading.verdicts.error
        tell(file, number, column, value, f"there is no such row in {parent}")
        if not part:
            reading.shelf.spoil(table, file, number)


def _belonging(reading: Reading) -> None:
    """Find whose a service is that names only its programme or place, and tell of those that are nobody's."""
    found: list[tuple[str, int, str]] = []
    lost: list[tuple[str, int]] = []
    for row in reading.shelf.rows("services"):
        if not row["organization_id"]:
            if owner := _owner(reading.shelf, row):
                found.append((row.file, row.number, owner))
            else:
                lost.append((row.file, row.number))
    for file, number, owner in found:
        reading.shelf.adopt(("services", file, number), "organization_id", "organizations", owner)
    for file, number in lost:
        reading.verdicts.error(file, number, "organization_id", "", "the service is no organization's")
        reading.shelf.spoil("services", file, number)


def _placed(reading: Reading) -> None:
    """Tell of places that are no organization's and at which nothing is given."""
    for row in reading.shelf.rows("locations"):
        tables = () if row["organization_id"] else ("services_at_location", "services")
        if tables and not any(reading.shelf.children(table, "location_id", row.id) for table in tables):
            reading.verdicts.warn(row.file, row.number, "organization_id", "", "left out: the place is nobody's")


def _owner(shelf: Shelf, service: Row) -> str:
    """Return the id of the organization whose programme or place a service names; empty where there is none."""
    for table, column in (("programs", "program_id"), ("locations", "location_id")):
        named = shelf.get(table, service[column])
        if named and named["organization_id"]:
            return named["organization_id"]
    return ""


def _dialled(reading: Reading) -> None:
    """Tell of telephone numbers that nobody could dial."""
    for row in numbers.undialled(reading.shelf, reading.country):
        reading.verdicts.error(row.file, row.number, "number", row["number"], "is no telephone number")
        reading.shelf.spoil("phones", row.file, row.number)
