"""Read packages, and return what is said of them."""

from __future__ import annotations

from pathlib import Path

from cli.hsds_package import reading


def faults(path: Path) -> list[tuple[str, int, str, str]]:
    """Return file, row, column and reason of each error."""
    with reading.read(path) as found:
        return [(one.file, one.row, one.column, one.reason) for one in found.verdicts if not one.warning]


def warnings(path: Path) -> list[tuple[str, int, str, str]]:
    """Return file, row, column and reason of each warning."""
    with reading.read(path) as found:
        return [(one.file, one.row, one.column, one.reason) for one in found.verdicts if one.warning]
