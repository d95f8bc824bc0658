"""Hold what a package has no room for in memory: rows of tables whose turn is still to come, and ids that are taken.

Rows wait as packed text in files without a name (``TMPDIR``), a tenth of what they take in the end; ids in SQLite.
"""

from __future__ import annotations

import sqlite3
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from types import TracebackType

from services.gateway.hsds.package.rows import Claim

PIECE = 65_536  # bytes
QUICK = 1  # level of packing


class Waiting:
    """Hold the text of one table until it is asked for. Write all of it, then read it once."""

    def __init__(self) -> None:
        """Begin with nothing; a file is made when there is something."""
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the spool
        self._packer = zlib.compressobj(QUICK)
        self.size = 0

    def write(self, text: bytes) -> None:
        """Add to it."""
        self.size += len(text)
        self._file.write(self._packer.compress(text))

    def read(self) -> Iterator[bytes]:
        """Give all of it, in pieces."""
        self._file.write(self._packer.flush())
        self._file.seek(0)
        unpacker = zlib.decompressobj()
        while packed := unpacker.unconsumed_tail or self._file.read(PIECE):
            yield unpacker.decompress(packed, PIECE)
        yield unpacker.flush()

    def close(self) -> None:
        """Drop it."""
        self._file.close()


class Spool:
    """Hold tables and ids for as long as one package is written."""

    def __init__(self, tables: Iterable[str]) -> None:
        """Take which tables there are."""
        self._ids = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._ids.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
        self._ids.execute("CREATE TABLE taken (id TEXT PRIMARY KEY, content TEXT) WITHOUT ROWID")
        self._ids.execute("BEGIN")
        self.tables = {table: Waiting() for table in tables}

    def claim(self, table: str, id_: str, content: str = "") -> Claim:
        """Take an id for a table, or tell what it was taken for."""
        key = f"{table}/{id_}"
        if self._ids.execute("INSERT OR IGNORE INTO taken VALUES (?, ?)", (key, content)).rowcount:
            return Claim.NEW
        (before,) = self._ids.execute("SELECT content FROM taken WHERE id = ?", (key,)).fetchone()
        return Claim.SAME if content and before == content else Claim.TAKEN

    def close(self) -> None:
        """Drop everything."""
        self._ids.close()
        for table in self.tables.values():
            table.close()

    def __enter__(self) -> Spool:
        """Return itself."""
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        """Drop everything."""
        self.close()
