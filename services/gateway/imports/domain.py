"""Hold an import, its states and legal moves, and what may be wrong with a file or a row.

::

    received ──▶ reading ──▶ running ──▶ completed
        │           │           ├──────▶ failed
        └───────────┴───────────┴──────▶ cancelled     (failed is reached from received and reading too)

*reading* finds the header and the mapping; *running* sends batches. A batch is made of the rows of the file by number
alone, so the same file and mapping give the same batches after a crash.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

BATCH_ROWS = 500
BATCH_BYTES = 800_000
VALUE_SHOWN = 200


class Status(StrEnum):
    """Name where an import stands."""

    RECEIVED = "received"
    READING = "reading"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


MOVES: dict[Status, frozenset[Status]] = {
    Status.RECEIVED: frozenset({Status.READING, Status.FAILED, Status.CANCELLED}),
    Status.READING: frozenset({Status.RUNNING, Status.FAILED, Status.CANCELLED}),
    Status.RUNNING: frozenset({Status.COMPLETED, Status.FAILED, Status.CANCELLED}),
    Status.COMPLETED: frozenset(),
    Status.FAILED: frozenset(),
    Status.CANCELLED: frozenset(),
}
OPEN = tuple(status for status, onward in MOVES.items() if onward)


class IllegalMove(Exception):
    """Say that an import cannot go from where it stands to where it was sent."""


class Severity(StrEnum):
    """Say what a problem does: an error rejects its row, a warning leaves a value out or mends it."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """Say what is wrong in one cell: the field meant, the column as the file names it, and the value as written.

    ``message`` holds the reason in ``ar``, ``fa`` and ``en``.
    """

    field: str
    code: str
    message: dict[str, str]
    column: str = ""
    value: str = ""
    severity: Severity = Severity.ERROR

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON types; a long value is cut to :data:`VALUE_SHOWN` characters."""
        shown = self.value if len(self.value) <= VALUE_SHOWN else self.value[: VALUE_SHOWN - 1] + "…"
        return {
            "field": self.field,
            "code": self.code,
            "message": dict(self.message),
            "column": self.column,
            "value": shown,
            "severity": str(self.severity),
        }


class BadValue(ValueError):
    """Say that a cell's text is not what its field needs; ``code`` is a key of the messages."""

    def __init__(self, code: str, **details: str) -> None:
        """Take the code, and the details that its message shows."""
        super().__init__(code)
        self.code = code
        self.details = details


class UnreadableFile(Exception):
    """Say that a file as a whole cannot be imported; ``code`` is a key of the messages."""

    def __init__(self, code: str, **details: str) -> None:
        """Take the code, and the details that its message shows."""
        super().__init__(code)
        self.code = code
        self.details = details


@dataclass(frozen=True, slots=True)
class Creator:
    """Say who made an import. ``area`` and ``organization`` are ids that bound what the import may touch."""

    id: str
    role: str
    organization: str = ""
    area: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """Count rows by what became of them; ``warned`` counts accepted rows that have a warning."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    warned: int = 0

    def plus(self, other: Counts) -> Counts:
        """Return the sum."""
        return Counts(
            self.created + other.created,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
            self.rejected + other.rejected,
            self.warned + other.warned,
        )

    @property
    def rows(self) -> int:
        """Return how many rows were dealt with."""
        return self.created + self.updated + self.unchanged + self.rejected


@dataclass(frozen=True, slots=True)
class Finding:
    """Report one row: its number as the user sees it in the sheet, whether it was rejected, and its problems."""

    row: int
    rejected: bool
    problems: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Import:
    """Describe one import.

    ``mapping`` is the mapping in use as a document (given, or guessed once the file was read) and ``columns`` says
    column by column what was guessed and why. ``total`` is the number of rows in the file: an estimate until it has
    completed, 0 while unknown. ``next_batch`` is the number of the first batch that registry has not acknowledged.
    ``failure`` is ``{code, message}`` where it failed.
    """

    id: str
    filename: str
    size: int
    creator: Creator
    language: str
    created_at: datetime
    dry_run: bool = False
    status: Status = Status.RECEIVED
    version: int = 1
    mapping: dict[str, Any] | None = None
    mapping_given: bool = False
    columns: tuple[dict[str, Any], ...] = ()
    total: int = 0
    counts: Counts = field(default_factory=Counts)
    next_batch: int = 0
    failure: dict[str, Any] | None = None
    finished_at: datetime | None = None

    def move(self, status: Status, at: datetime) -> Import:
        """Return the import in another state; raise :class:`IllegalMove` where the table has no such move."""
        if status not in MOVES[self.status]:
            raise IllegalMove(f"An import that is {self.status} cannot become {status}.")
        finished = None if MOVES[status] else at
        return replace(self, status=status, finished_at=finished, version=self.version + 1)
