"""Keep the rows of a package on disk while it is read, found by table, id and parent: memory stays small.

A SQLite file without a name, gone with the process.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

TABLES = """
CREATE TABLE row (
    tab TEXT, number INTEGER, file TEXT, id TEXT, bad INTEGER, cells TEXT, PRIMARY KEY (tab, file, number)
);
CREATE TABLE link (tab TEXT, file TEXT, number INTEGER, column_name TEXT, parent TEXT, parent_id TEXT);
"""
INDEXES = """
CREATE INDEX by_id ON row (tab, id);
CREATE INDEX by_parent ON link (tab, column_name, parent_id);
"""


@dataclass(frozen=True, slots=True)
class Row:
    """Hold one row: where it stands, and its cells that are not empty."""

    file: str
    number: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        """Return a cell; an empty text where there is none."""
        return self.cells.get(column, "")

    @property
    def id(self) -> str:
        """Return the row's id in the package."""
        return self["id"]


@dataclass(slots=True)
class Shelf:
    """Keep rows. Whoever makes one closes it."""

    _database: sqlite3.Connection = field(default_factory=lambda: sqlite3.connect("", isolation_level=None))

    def __post_init__(self) -> None:
        """Make its tables."""
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.executescript(TABLES)
        self._database.execute("BEGIN")

    def put(self, table: str, row: Row, parents: Iterable[tuple[str, str]], *, bad: bool) -> None:
        """Keep a row, and what it belongs to: each a column, and the table that it names."""
        place = (table, row.number, row.file)
        self._database.execute(
            "INSERT INTO row VALUES (?, ?, ?, ?, ?, ?)", (*place, row.id, bad, orjson.dumps(row.cells).decode())
        )
        links = [
            (table, row.file, row.number, column, parent, row[column]) for column, parent in parents if row[column]
        ]
        self._database.executemany("INSERT INTO link VALUES (?, ?, ?, ?, ?, ?)", links)

    def index(self) -> None:
        """Make rows quick to find, once all are there."""
        self._database.executescript(INDEXES)

    def spoil(self, table: str, file: str, number: int) -> None:
        """Mark a row as bad."""
        self._database.execute(
            "UPDATE row SET bad = 1 WHERE tab = ? AND file = ? AND number = ?", (table, file, number)
        )

    def unname(self, table: str, file: str, number: int) -> None:
        """Take its id from a row."""
        query = "UPDATE row SET id = '', cells = json_remove(cells, '$.id') WHERE tab = ? AND file = ? AND number = ?"
        self._database.execute(query, (table, file, number))

    def close(self) -> None:
        """Drop everything."""
        self._database.close()

    def count(self, table: str) -> int:
        """Return how many good rows a table has."""
        return int(self._one("SELECT count(*) FROM row WHERE tab = ? AND NOT bad", table))

    def rows(self, table: str) -> Iterator[Row]:
        """Yield the good rows of a table, in the order of its file."""
        return self._rows("SELECT file, number, cells FROM row WHERE tab = ? AND NOT bad ORDER BY file, number", table)

    def get(self, table: str, row_id: str) -> Row | None:
        """Return the good row of an id, or None."""
        query = "SELECT file, number, cells FROM row WHERE tab = ? AND id = ? AND NOT bad LIMIT 1"
        return next(self._rows(query, table, row_id), None)

    def id_of(self, table: str, file: str, number: int) -> str:
        """Return the id of the row at a place; empty where it has none."""
        return str(self._one("SELECT id FROM row WHERE tab = ? AND file = ? AND number = ?", table, file, number))

    def children(self, table: str, column: str, parent_id: str) -> list[Row]:
        """Return the good rows of a table that name a parent in a column, in the order of their file."""
        query = (
            "SELECT row.file, row.number, cells FROM link JOIN row USING (tab, file, number)"
            " WHERE tab = ? AND column_name = ? AND parent_id = ? AND NOT bad ORDER BY row.file, row.number"
        )
        return list(self._rows(query, table, column, parent_id))

    def names(self, table: str, column: str) -> bool:
        """Tell whether any row of a table names a parent in a column."""
        return bool(self._one("SELECT EXISTS (SELECT 1 FROM link WHERE tab = ? AND column_name = ?)", table, column))

    def repeated(self, table: str) -> Iterator[tuple[str, int, str, bool, str, int]]:
        """Yield each row whose id one before it bears: file, number, id, if it says the same, and that one's place."""
        query = (
            "SELECT file, number, id, cells = first, first_file, first_number FROM (SELECT file, number, id, cells,"
            " row_number() OVER same AS turn, first_value(cells) OVER same AS first,"
            " first_value(file) OVER same AS first_file, first_value(number) OVER same AS first_number"
            " FROM row WHERE tab = ? AND id != ''"
            " WINDOW same AS (PARTITION BY id ORDER BY file, number)) WHERE turn > 1 ORDER BY file, number"
        )
        yield from self._database.execute(query, (table,)).fetchall()

    def orphans(self, present: Iterable[str]) -> Iterator[tuple[str, str, int, str, str]]:
        """Yield table, file, number, column and value of each key to a row that is not there, of ``present`` tables."""
        names = list(present)
        query = (
            "SELECT tab, file, number, column_name, parent_id FROM link"
            " WHERE parent IN (SELECT value FROM json_each(?))"
            " AND NOT EXISTS (SELECT 1 FROM row WHERE row.tab = parent AND row.id = parent_id)"
            " ORDER BY tab, file, number"
        )
        yield from self._database.execute(query, (orjson.dumps(names).decode(),)).fetchall()

    def of_none(self, table: str, parent: str) -> int:
        """Return how many good rows of a table name rows of another that are all bad."""
        query = (
            "SELECT count(DISTINCT number) FROM link JOIN row USING (tab, file, number) WHERE tab = ? AND parent = ?"
            " AND NOT bad AND NOT EXISTS"
            " (SELECT 1 FROM row AS one WHERE one.tab = parent AND one.id = parent_id AND NOT one.bad)"
        )
        return int(self._database.execute(query, (table, parent)).fetchone()[0])

    def adopt(self, place: tuple[str, str, int], column: str, parent: str, parent_id: str) -> None:
        """Say whose the row at a place (table, file and number) is, which did not say so itself."""
        query = "UPDATE row SET cells = json_set(cells, ?, ?) WHERE tab = ? AND file = ? AND number = ?"
        self._database.execute(query, (f"$.{column}", parent_id, *place))
        self._database.execute("INSERT INTO link VALUES (?, ?, ?, ?, ?, ?)", (*place, column, parent, parent_id))

    def part(self, place: tuple[str, str, int], column: str, parent: str = "", parent_ids: Sequence[str] = ()) -> None:
        """Let the row at a place (table, file and number) name other rows in a column than it says, or none."""
        query = "DELETE FROM link WHERE tab = ? AND file = ? AND number = ? AND column_name = ?"
        self._database.execute(query, (*place, column))
        links = [(*place, column, parent, one) for one in parent_ids]
        self._database.executemany("INSERT INTO link VALUES (?, ?, ?, ?, ?, ?)", links)
        if not links:
            query = "UPDATE row SET cells = json_remove(cells, ?) WHERE tab = ? AND file = ? AND number = ?"
            self._database.execute(query, (f"$.{column}", *place))

    def belongs(self, place: tuple[str, str, int]) -> bool:
        """Tell whether the row at a place (table, file and number) names any other."""
        query = "SELECT EXISTS (SELECT 1 FROM link WHERE tab = ? AND file = ? AND number = ?)"
        return bool(self._one(query, *place))

    def doubled(self, table: str, column: str) -> frozenset[str]:
        """Return the values of a column that several good rows have."""
        query = (
            "SELECT json_extract(cells, ?) AS value FROM row WHERE tab = ? AND NOT bad AND value IS NOT NULL"
            " GROUP BY value HAVING count(*) > 1"
        )
        return frozenset(value for (value,) in self._database.execute(query, (f"$.{column}", table)))

    def _one(self, query: str, *values: Any) -> Any:
        return self._database.execute(query, values).fetchone()[0]

    def _rows(self, query: str, *values: Any) -> Iterator[Row]:
        for file, number, cells in self._database.execute(query, values):
            yield Row(file, number, orjson.loads(cells))
