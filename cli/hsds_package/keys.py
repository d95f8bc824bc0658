"""Judge the keys of a package: of several rows, or of none, and what programs write for no key or for several."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from cli.hsds_package.recognizing import OHANA
from cli.hsds_package.tables import BY_NAME, UNNAMED

if TYPE_CHECKING:
    from cli.hsds_package.reading import Reading
    from cli.hsds_package.shelf import Row

NOBODY = "0"
"""What some databases write for no key."""
AT = "services_at_location"
NO_ROW = "there is no such row in"
THEIRS = "taken for a place of those whose services are given there"
BRANCHS = "taken for a service of those who give another at this branch"
ONE_EACH = frozenset({"services", "locations", AT})
"""Tables whose rows belong to one of a kind at most."""


def repeated(reading: Reading) -> None:
    """Tell of ids that several rows have. Those of parts that no key can mean are none: each row stands by itself."""
    unnamed: Counter[str] = Counter()
    for table in reading.present:
        alone = table in UNNAMED and _lenient(reading) and "attributes" not in reading.present
        for file, number, row_id, same, first, row in list(reading.shelf.repeated(table)):
            if alone and not same:
                unnamed[file] += 1
                reading.shelf.unname(table, file, number)
                continue
            tell = reading.verdicts.warn if same else reading.verdicts.error
            earlier = f"row {row}" if file == first else f"row {row} of {first}"
            tell(file, number, "id", row_id, f"left out: {earlier} again" if same else f"{earlier} has this id already")
            reading.shelf.spoil(table, file, number)
    for file, count in unnamed.items():
        reading.verdicts.warn(file, 0, "id", "", f"read without it, in {count} rows: a row before has the same")


def _lenient(reading: Reading) -> bool:
    """Tell whether a package may be read other than to the letter, and was not written for Ohana, which is strict."""
    return not reading.exact and reading.version != OHANA


def orphans(reading: Reading, *, alone: bool) -> None:
    """Tell of keys to rows that are not there.

    Of one table ``alone`` nobody knows; and many packages name the terms of a taxonomy that they do not bring, or bring
    a part of it, whose topmost terms name others.
    """
    tables = reading.present if alone else {**BY_NAME, **reading.present}
    judged = [one for one in tables if one != "taxonomy_terms" or one in reading.present]
    if not alone and _lenient(reading):
        _of_branches(reading)
    none: Counter[tuple[str, str]] = Counter()
    for table, file, number, column, value in list(reading.shelf.orphans(judged)):
        place = (table, file, number)
        if value == NOBODY and _lenient(reading):
            none[file, column] += 1
            reading.shelf.part(place, column)
            _belongs(reading, place)
        elif not _spread(reading, place, column, value):
            _judge(reading, place, column, value)
    for (file, column), count in none.items():
        reading.verdicts.warn(file, 0, column, NOBODY, f"read as none, in {count} rows: there is no such row")


def _of_branches(reading: Reading) -> None:
    """Find whose services are that name a branch which is none of the organizations, or one below such a branch."""
    orphans = reading.shelf.orphans(["organizations"])
    lost = [(file, number, value) for table, file, number, _, value in orphans if table == "services"]
    lost = [one for one in lost if one[2] != NOBODY]
    while lost:
        owners = {branch: _owner(reading, branch) for _, _, branch in lost}
        for file, number, branch in lost:
            if owners[branch]:
                _adopt(reading, file, number, branch, owners[branch])
        lost = [one for one in lost if not owners[one[2]]] if any(owners.values()) else []


def _adopt(reading: Reading, file: str, number: int, branch: str, owner: str) -> None:
    """Give a service of a branch to its organization, and tell of it."""
    place, column = ("services", file, number), "organization_id"
    reading.verdicts.warn(file, number, column, branch, f"{NO_ROW} {_called(reading, 'organizations')}; {BRANCHS}")
    reading.shelf.part(place, column)
    reading.shelf.adopt(place, column, "organizations", owner)


def _owner(reading: Reading, branch: str) -> str:
    """Return the one organization whose services are given at the places of a branch; empty for several or none."""
    shelf = reading.shelf
    places = shelf.children("locations", "organization_id", branch)
    given = {one["organization_id"] for place in places for one in _given(reading, place.id)}
    found = {one for one in given if shelf.get("organizations", one)}
    return found.pop() if len(found) == 1 else ""


def _given(reading: Reading, location_id: str) -> list[Row]:
    """Return the services that are given at a place."""
    shelf = reading.shelf
    named = [shelf.get("services", one["service_id"]) for one in shelf.children(AT, "location_id", location_id)]
    return [one for one in named if one] + shelf.children("services", "location_id", location_id)


def _judge(reading: Reading, place: tuple[str, str, int], column: str, value: str) -> None:
    table, file, number = place
    parent = BY_NAME[table].parents[column]
    if parent == "organizations" and table == "locations" and _given_there(reading, file, number):
        reading.verdicts.warn(file, number, column, value, f"{NO_ROW} {_called(reading, parent)}; {THEIRS}")
        reading.shelf.part(place, column)
        return
    part = table == parent and reading.version != OHANA
    tell = reading.verdicts.warn if part else reading.verdicts.error
    tell(file, number, column, value, f"{NO_ROW} {_called(reading, parent)}")
    if not part:
        reading.shelf.spoil(*place)


def _given_there(reading: Reading, file: str, number: int) -> bool:
    """Tell whether the place of a row belongs to somebody even so: whose service is given there."""
    if not _lenient(reading):
        return False
    given = _given(reading, reading.shelf.id_of("locations", file, number))
    return any(reading.shelf.get("organizations", one["organization_id"]) for one in given)


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
            reading.verdicts.warn(file, number, column, one, f"left out: {NO_ROW} {_called(reading, parent)}")
    return True
