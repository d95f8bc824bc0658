"""Judge the keys of a package: those to rows that are not there, and what programs write for none or for several."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from cli.hsds_package.recognizing import OHANA
from cli.hsds_package.tables import BY_NAME

if TYPE_CHECKING:
    from cli.hsds_package.reading import Reading

NOBODY = "0"
"""What some databases write for no key."""
ONE_EACH = frozenset({"services", "locations", "services_at_location"})
"""Tables whose rows belong to one of a kind at most."""


def orphans(reading: Reading, *, alone: bool) -> None:
    """Tell of keys to rows that are not there.

    Of one table ``alone`` nobody knows; and many packages name the terms of a taxonomy that they do not bring, or bring
    a part of it, whose topmost terms name others.
    """
    tables = reading.present if alone else {**BY_NAME, **reading.present}
    judged = [one for one in tables if one != "taxonomy_terms" or one in reading.present]
    none: Counter[tuple[str, str]] = Counter()
    for table, file, number, column, value in list(reading.shelf.orphans(judged)):
        place = (table, file, number)
        if value == NOBODY and not reading.exact and reading.version != OHANA:
            none[file, column] += 1
            reading.shelf.part(place, column)
            _belongs(reading, place)
        elif not _spread(reading, place, column, value):
            _judge(reading, place, column, value)
    for (file, column), count in none.items():
        reading.verdicts.warn(file, 0, column, NOBODY, f"read as none, in {count} rows: there is no such row")


def _judge(reading: Reading, place: tuple[str, str, int], column: str, value: str) -> None:
    table, file, number = place
    parent = BY_NAME[table].parents[column]
    part = table == parent and reading.version != OHANA
    tell = reading.verdicts.warn if part else reading.verdicts.error
    tell(file, number, column, value, f"there is no such row in {_called(reading, parent)}")
    if not part:
        reading.shelf.spoil(*place)


def _called(reading: Reading, table: str) -> str:
    """Return what the package calls a table, by its file; HSDS's name for one that it does not have."""
    return reading.called.get(table, table)


def _belongs(reading: Reading, place: tuple[str, str, int]) -> None:
    """Tell of a row that belonged to nobody alone."""
    table, file, number = place
    if BY_NAME[table].child and not reading.shelf.belongs(place):
        reading.verdicts.error(file, number, " or ".join(BY_NAME[table].parents), "", "the row belongs to nothing")
        reading.shelf.spoil(*place)


def _spread(reading: Reading, place: tuple[str, str, int], column: str, value: str) -> bool:
    """Read several keys in one cell one by one, where there is a row of any; tell of the others."""
    table, file, number = place
    parent = BY_NAME[table].parents[column]
    parts = list(dict.fromkeys(one.strip() for one in value.split(",") if one.strip()))
    found = [one for one in parts if reading.shelf.get(parent, one)]
    if reading.exact or table in ONE_EACH or len(parts) == 1 or not found:
        return False
    reading.shelf.part(place, column, parent, found)
    for one in parts:
        if one not in found:
            reading.verdicts.warn(
                file, number, column, one, f"left out: there is no such row in {_called(reading, parent)}"
            )
    return True
