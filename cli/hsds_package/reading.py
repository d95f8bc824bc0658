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

from cli.hsds_package import archive, keys, numbers, values
from cli.hsds_package.archive import Member, Package
from cli.hsds_package.recognizing import OHANA, header_of, named, tables_of, version_of, writer_of
from cli.hsds_package.shelf import Row, Shelf
from cli.hsds_package.tables import HOMES, LOOSE, PARTS, Table
from cli.hsds_package.verdicts import Verdicts

NEEDED = frozenset({"organizations", "services"})
MIDNIGHT = "00:00"
DAYS = ("regular_schedules", "holiday_schedules")
LOCATED, NOUGHT = ("latitude", "longitude"), ("0", "-0")
SPARED = frozenset({"email", "web"})
"""Kinds of cells that a row may do without, where they hold no address."""
ID = frozenset({"id"})
"""What a row of a node's package has to say: in the register, all else may be empty but for what it tells itself."""


@dataclass(slots=True)
class Reading:
    """Hold what was read of a package. ``node`` is the node that wrote it, if one did.

    ``present`` are its tables, each with its rows, and ``called`` says how their files are.
    """

    shelf: Shelf
    version: str = ""
    node: str = ""
    country: str = ""
    verdicts: Verdicts = field(default_factory=Verdicts)
    present: dict[str, int] = field(default_factory=dict)
    called: dict[str, str] = field(default_factory=dict)

    @property
    def exact(self) -> bool:
        """Tell whether it is to be read to the letter: a node wrote it, and nothing has to be guessed."""
        return bool(self.node)

    @property
    def published(self) -> bool:
        """Tell whether it is of HSDS 1.0 or 1.1, as 211s and cities publish it."""
        return self.version.startswith("1.") and not self.exact


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
    tables = tables_of(package, reading.verdicts)
    headers = {member.name: header_of(package, member) for member, _ in tables}
    reading.version = version_of(package, tables, headers)
    reading.node = writer_of(package)
    for member, table in tables:
        _File(package, member, table, reading).read()
    reading.shelf.index()
    keys.repeated(reading)
    keys.orphans(reading, alone=package.single)
    if not package.single:
        _belonging(reading)
        _placed(reading)
    reading.country = numbers.country_of(reading.shelf) or country
    _dialled(reading)


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
    broken: Counter[str] = field(default_factory=Counter)
    loose: int = 0
    none: int = 0
    cityless: int = 0
    bad: bool = False
    """Tell that a column is missing which each row needs."""

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
            self._error(number + 1, "", "", f"this row and all below it cannot be read: {error}")
        else:
            self._ended()
        for header, count in self.unkept.items():
            self._warn(0, header, "", f"left out, in {count} rows: the register has no place for it")
        for column, count in self.broken.items():
            self._warn(0, column, values.LINE_END, f"read as the end of a line, in {count} rows")
        if self.none:
            self._warn(0, PARTS[self.table.name], "", f"left out, in {self.none} rows: it says that there is none")
        if self.cityless:
            self._warn(0, "city", "", f"left out, in {self.cityless} rows: it says that there is none")
        if self.loose:
            self._warn(0, " or ".join(self._keys), "", f"left out, in {self.loose} rows: they belong to nothing")

    def _ended(self) -> None:
        needed = self.table.name in NEEDED or self.package.single
        if not self.headers:
            (self._error if needed else self._warn)(0, "", "", "is empty: it lacks a header")

    def _head(self, cells: Sequence[str]) -> None:
        self.headers = named(cells)
        for cell, header in zip(cells, self.headers, strict=True):
            if cell.strip() and not header:
                self._warn(1, cell.strip(), "", "left out: the column of this name in small letters is taken")
        self.columns = self.table.named(self.headers)
        self.reading.present.setdefault(self.table.name, 0)
        self.reading.called.setdefault(self.table.name, self.member.stem)
        for column in self.table.required:
            if column not in self.columns:
                self._error(1, column, "", "this column is missing")
                self.bad = True
        counts = Counter(self.headers)
        for header, column in zip(self.headers, self.columns, strict=True):
            if not (header and column):
                continue
            if column not in self.table.columns:
                self._warn(1, header, "", "is no column of HSDS; left out")
            if counts.pop(header, 0) > 1:
                self._error(1, header, "", "this column is there twice")

    def _row(self, number: int, written: Sequence[str]) -> None:
        before = self.reading.verdicts.errors
        read = self._letters if self.reading.exact else self._plain
        cells = [read(number, *one) for one in enumerate(written)]
        if len(cells) > len(self.columns):
            extra = len(self.columns) + 1
            self._error(number, f"({extra})", cells[extra - 1], "the row has more cells than the header has columns")
        row = Row(self.member.name, number, {})
        for header, column, cell in zip(self.headers, self.columns, cells, strict=False):
            value = self._cell(number, header, column, cell.strip())
            if value and column and not row.cells.get(column):
                row.cells[column] = value
                self.unkept.update([header] if column in self.table.unkept and not self.reading.exact else ())
        if self._says_none(row, written):
            self.none += 1
            self.reading.present[self.table.name] += 1
            return
        self._nowhere(row)
        self._whole(row, dict(zip(self.headers, cells, strict=False)) | self._without_city(row, written))
        bad = self.bad or self.reading.verdicts.errors > before
        self.reading.present[self.table.name] += 1
        self.reading.shelf.put(self.table.name, row, self.table.parents.items(), bad=bad)

    def _letters(self, number: int, place: int, text: str) -> str:
        """Return what a cell of a node's package says, to the letter."""
        if values.is_utf8(text):
            return text
        self._error(number, self._column(place), text, "is not UTF-8")
        return ""

    def _column(self, place: int) -> str:
        return self.columns[place] if place < len(self.columns) else ""

    def _plain(self, number: int, place: int, text: str) -> str:
        """Return what a cell says: bytes as letters, and words for nothing as nothing."""
        column = self._column(place)
        typed = bool(self.table.columns.get(column)) or column.endswith("id")
        if values.LINE_END in text and (lines := values.in_lines(text)) != text:
            self.broken[column] += 1
            text = lines
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
            if kind in SPARED and self.reading.published and column not in self.table.required:
                self._warn(number, header, text, f"left out: {wrong}")
            else:
                self._error(number, header, text, str(wrong))
        except values.Guessed as guessed:
            self._warn(number, header, text, str(guessed))
            return guessed.value
        return ""

    def _says_none(self, row: Row, written: Sequence[str]) -> bool:
        """Tell whether a row says in a word that there is none of what it is: a number ``NULL``, an address ``N/A``.

        What a further line of such an address says is its first.
        """
        what = PARTS.get(self.table.name)
        if not what or row[what] or self.reading.exact or self.reading.version == OHANA:
            return False
        if not any(cell.strip() for column, cell in zip(self.columns, written, strict=False) if column == what):
            return False
        if self.table.name in HOMES and row["address_2"]:
            row.cells[what] = row.cells.pop("address_2")
        return not row[what]

    def _without_city(self, row: Row, written: Sequence[str]) -> dict[str, str]:
        """Return the city of an address, by its header, where that says in a word that there is none."""
        if self.table.name not in HOMES or row["city"] or not self.reading.published:
            return {}
        there = zip(self.headers, self.columns, written, strict=False)
        said = {header: cell for header, column, cell in there if column == "city" and cell.strip()}
        self.cityless += bool(said)
        return said

    def _nowhere(self, row: Row) -> None:
        """Leave out a point of noughts, as programs write one that nobody knows."""
        if all(row[name] in NOUGHT for name in LOCATED) and not self.reading.exact:
            self._warn(row.number, LOCATED[0], row[LOCATED[0]], "left out: nothing is at 0, 0")
            del row.cells[LOCATED[0]], row.cells[LOCATED[1]]

    def _whole(self, row: Row, written: Mapping[str, str]) -> None:
        """Tell what is wrong with a row as a whole: what it lacks, whose it is not, and what does not go together."""
        for header, column in zip(self.headers, self.columns, strict=True):
            if column in self._needed(row) and not row[column] and not written.get(header, "").strip():
                self._error(row.number, header, "", "is missing")
        if not any(row[column] for column in self.table.parents):
            self.loose += self.table.name in LOOSE and not self.reading.exact
            if self.table.child:
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

    def _needed(self, row: Row) -> frozenset[str]:
        """Return the columns that a row has to fill: hours told in words have no day, what no place has is left out."""
        if self.table.name in HOMES and row["organization_id"] and not row["location_id"]:
            return self._required & ID
        return self._required - {"weekday"} if row["original_text"] else self._required

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
    """Tell of telephone numbers that nobody could dial, and of short ones that are filled up."""
    for row, short in numbers.filled_up(reading.shelf, reading.country):
        reading.verdicts.warn(row.file, row.number, "number", row["number"], f"read as {short}; write it so")
    for row in numbers.undialled(reading.shelf, reading.country):
        code = reading.published and numbers.is_starred(row)
        tell = reading.verdicts.warn if code else reading.verdicts.error
        reason = "left out: a code of mobile networks" if code else "is no telephone number"
        tell(row.file, row.number, "number", row["number"], reason)
        reading.shelf.spoil("phones", row.file, row.number)
