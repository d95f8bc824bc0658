"""Write a package while it is read: the organizations into the zip that is being sent, all else once they are through.

Texts stand as they are, also those that a spreadsheet would take for a formula: a package is for programs, and what
comes back has to be what went out. Equal records give equal bytes, so that a small package has a tag.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from io import StringIO
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import orjson

from services.gateway.downloads.workbook import Sent
from services.gateway.hsds.package.rows import Claim, Home, Rows
from services.gateway.hsds.package.spool import Spool
from services.gateway.hsds.package.tables import BY_NAME, IDS, TABLES, Table
from services.gateway.hsds.package.terms import Row, above, area_term, of_areas, ours
from services.gateway.hsds.taxonomies import Json, Term

MEDIA_TYPE = "application/zip"
DESCRIPTOR = "datapackage.json"
FIRST, *OTHERS = TABLES
SMALL = 100_000  # organizations; so many rows, of 18 kB at most, are less than the 2 GB of a plain part of a zip
LARGE = 1_900_000_000  # bytes
ROWS_AT_ONCE = 2_000
CHARACTERS_AT_ONCE = 500_000
"""What rows are held until they are written, by their number and by their texts: a row may have tens of thousands."""

Batch = tuple[list[tuple[Json, Json]], Iterable[tuple[str, Json, list[Json]]]]
"""Organizations, each as HSDS has it and as the register does; and their services: whose, the service, its places."""
AreasOf = Callable[[Iterable[str]], Mapping[str, Json]]


def written(
    descriptor: Json,
    batches: Iterable[Batch],
    areas_of: AreasOf,
    codes: Iterable[str] = (),
    *,
    own: Iterable[Term] = (),
    most: int = 0,
) -> Iterator[bytes]:
    """Give the package in pieces.

    ``codes`` are those of all areas, ``own`` the terms of the node's own; ``most`` is about how many organizations
    there are.

    The term of an area that comes into being meanwhile stays as an attribute told it.
    """
    sent = Sent()
    with Spool(table.name for table in (*OTHERS, IDS)) as spool, ZipFile(sent, "w", ZIP_DEFLATED) as archive:  # type: ignore[call-overload] # it needs no more of a file
        archive.writestr(_member(DESCRIPTOR), orjson.dumps(descriptor, option=orjson.OPT_INDENT_2))
        with archive.open(_member(FIRST.file), "w", force_zip64=most > SMALL) as first:
            for _ in _sorted_out(batches, areas_of, _rows_of(codes, own, spool), first, spool):
                yield sent.take()
        for table in (*OTHERS, *([IDS] if spool.tables[IDS.name].size else [])):
            yield from _told(archive, table, spool, sent)
    yield sent.take()


def _sorted_out(
    batches: Iterable[Batch], areas_of: AreasOf, rows: Rows, first: IO[bytes], spool: Spool
) -> Iterator[None]:
    """Write rows where they belong: those of the first table into the zip, all others aside."""
    for table in TABLES:
        _head(table, first, spool)
    for batch in batches:
        yield from _put_all(_rows(batch, rows), first, spool)
    known = areas_of(rows.areas)
    named = {code for code in rows.areas | above(known.values()) if _is_new(spool, code)}
    yield from _put_all(ours(rows.own.values()), first, spool)
    yield from _put_all(of_areas(named, areas_of(named)), first, spool)


def _rows_of(codes: Iterable[str], own: Iterable[Term], spool: Spool) -> Rows:
    return Rows(spool.claim, {area_term(code): code for code in codes}, {term.id: term for term in own})


def _is_new(spool: Spool, code: str) -> bool:
    return spool.claim("taxonomy_term", area_term(code)) is Claim.NEW


def _rows(batch: Batch, rows: Rows) -> Iterator[Row]:
    organizations, services = batch
    homes = {}
    for told, record in organizations:
        homes[told["id"]] = _home(told)
        yield from rows.organization(told, record)
    for owner, service, places in services:
        yield from rows.service(service, homes[owner])
        for place in places:
            yield from rows.at_location(place, homes[owner])


def _home(told: Json) -> Home:
    places, programs = (frozenset(one["id"] for one in told.get(name, ())) for name in ("locations", "programs"))
    return Home(told["id"], places, programs)


def _put_all(rows: Iterable[Row], first: IO[bytes], spool: Spool) -> Iterator[None]:
    held: defaultdict[str, list[Json]] = defaultdict(list)
    number = size = 0
    for table, row in rows:
        held[table].append(row)
        number, size = number + 1, size + sum(len(cell) for cell in row.values() if isinstance(cell, str))
        if number >= ROWS_AT_ONCE or size >= CHARACTERS_AT_ONCE:
            yield from _let_go(held, first, spool)
            number = size = 0
    yield from _let_go(held, first, spool)


def _let_go(held: defaultdict[str, list[Json]], first: IO[bytes], spool: Spool) -> Iterator[None]:
    for name, rows in held.items():
        if name == IDS.name and not spool.tables[name].size:
            _head(IDS, first, spool)
        _put(BY_NAME[name], rows, first, spool)
    held.clear()
    yield


def _head(table: Table, first: IO[bytes], spool: Spool) -> None:
    _put(table, [dict(zip(table.columns, table.columns, strict=True))], first, spool)


def _put(table: Table, rows: Iterable[Json], first: IO[bytes], spool: Spool) -> None:
    buffer = StringIO(newline="")
    columns = list(table.columns)
    csv.writer(buffer).writerows([row.get(column) for column in columns] for row in rows)
    text = buffer.getvalue().encode()
    if table is FIRST:
        first.write(text)
    else:
        spool.tables[table.name].write(text)


def _told(archive: ZipFile, table: Table, spool: Spool, sent: Sent) -> Iterator[bytes]:
    waiting = spool.tables[table.name]
    with archive.open(_member(table.file), "w", force_zip64=waiting.size > LARGE) as file:
        for piece in waiting.read():
            file.write(piece)
            yield sent.take()


def _member(name: str) -> ZipInfo:
    member = ZipInfo(name)  # of 1980, whenever it is written
    member.compress_type = ZIP_DEFLATED
    return member
