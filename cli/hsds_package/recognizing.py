"""Recognize a package: which file holds which table, of which version it is, and which node wrote it, if one did."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence

from cli.hsds_package import archive
from cli.hsds_package.archive import Member, Package
from cli.hsds_package.tables import BY_FILE, UNREAD, Table, by_header
from cli.hsds_package.verdicts import NotAPackage, Verdicts

OHANA = "Ohana (1.x)"
OHANA_COLUMNS = frozenset({"date_incorporated", "number_type", "admin_emails", "accepted_payments"})
"""Columns that no version of HSDS has; ``taxonomy_ids`` is one of 1.0 and 1.1 as well."""
OHANA_TABLES: Mapping[str, frozenset[str]] = {
    "contacts": frozenset(
        {"id", "location_id", "organization_id", "service_id", "name", "title", "email", "department"}
    ),
}
NEWER_FILES = frozenset({"service_attribute", "service_attributes"})
OLD_FILES = frozenset({"physical_addresses", "postal_addresses", "regular_schedules", "holiday_schedules"})


def tables_of(package: Package, verdicts: Verdicts) -> list[tuple[Member, Table]]:
    """Return which file holds which table; tell of those that hold none."""
    found = []
    for name in package.others:
        verdicts.warn(name, 0, "", "", "is no table; left out")
    for member in package.members:
        table = BY_FILE.get(member.stem)
        if table is None and package.single:
            table = by_header(header_of(package, member))
        if table is None:
            verdicts.warn(member.name, 0, "", "", "is no table of HSDS; left out")
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


def header_of(package: Package, member: Member) -> list[str]:
    """Return the columns of a file; none where they cannot be read, which reading it tells."""
    try:
        with package.text(member) as text:
            return named(next(archive.cells(text), []))
    except csv.Error:
        return []


def named(header: Sequence[str]) -> list[str]:
    """Return the names of columns: in small letters, without blanks.

    ORServices numbers rows as ``ID``, where ``id`` is their key: the name of one written otherwise than in small
    letters is empty where another is written so.
    """
    names = ["_".join(one.strip().lower().split()) for one in header]
    written = {one.strip() for one in header}
    return ["" if one.strip() != name and name in written else name for one, name in zip(header, names, strict=True)]


def version_of(package: Package, tables: Sequence[tuple[Member, Table]], headers: Mapping[str, Sequence[str]]) -> str:
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
    if NEWER_FILES & {member.stem for member, _ in tables}:
        return "2.x"
    return "1.1" if old or "services_taxonomy" in {table.name for _, table in tables} else "3.x"


def writer_of(package: Package) -> str:
    """Return the name of the node that wrote a package; empty where it was no node."""
    said = (package.descriptor or {}).get("tashbik")
    node = said.get("node") if isinstance(said, dict) else ""
    return node if isinstance(node, str) else ""
