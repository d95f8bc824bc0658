"""Prove that files hold what the directory finds, whatever its size, and end with who takes them."""

from __future__ import annotations

import csv
import gc
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import closing
from io import BytesIO, StringIO
from itertools import islice
from typing import Any
from xml.etree.ElementTree import fromstring

import openpyxl
import pytest
from pymongo.database import Database

from chassis.clock import now
from services.gateway.directory import documents
from services.gateway.directory.search.query import Search
from services.gateway.directory.views import Directory
from services.gateway.downloads import delimited, kml, workbook
from services.gateway.downloads.columns import COLUMNS, headings, rows
from services.gateway.downloads.words import Wording
from tests.integration.gateway.directories import Projected, area, capable, located, organization

pytestmark = pytest.mark.integration

Json = dict[str, Any]
Write = Callable[[Iterator[Json], Wording], Iterator[bytes]]
WIDTHS = [column.width for column in COLUMNS]
WRITERS: dict[str, Write] = {
    "csv": lambda records, wording: delimited.written(headings(wording), rows(records, wording)),
    "xlsx": lambda records, wording: workbook.written(
        "a", headings(wording), WIDTHS, rows(records, wording), right_to_left=True
    ),
    "kml": lambda records, wording: kml.written(records, wording, "https://qena.example"),
}
MANY, BOUND = 6_000, 4_000_000  # organizations whose records are 9 MB of JSON, and bytes


def ids(shown: Directory, **asked: Any) -> list[str]:
    """Return the ids that a file of a search has."""
    return [record["id"] for record in shown.downloads.records(Search(**asked))]


def wording(shown: Directory) -> Wording:
    """Return Arabic."""
    return Wording("ar", shown.downloads.areas())


def put_many(database: Database[Json], count: int) -> None:
    """Put so many organizations there, without events."""
    one = documents.organization(organization("one"), version=1, accepted=0, completed=0, now=now())
    made = ({**one, "_id": f"org-{number:06}", "sort": f"{number:06}"} for number in range(count))
    while some := list(islice(made, 2_000)):
        database["directory_organizations"].insert_many(some)


def test_file_is_in_the_order_of_names(projected: Projected, shown: Directory):
    projected.organizations(organization("two", "ياسمين"), organization("one", "إحسان"), organization("three", "نور"))

    assert ids(shown) == ["one", "three", "two"]


def test_filters_narrow_as_on_the_map(projected: Projected, shown: Directory):
    projected.organizations(
        organization("one", "جمعية الرحمة", capabilities=capable("food")),
        organization("two", "جمعية النور", capabilities=capable("health"), international_cooperation=False),
        organization("gone", "جمعية الأمل", capabilities=capable("health"), status="inactive"),
    )

    assert ids(shown, subject="health") == ["two"]
    assert ids(shown, international_cooperation=True) == ["one"]
    assert ids(shown, q="رحمه جمعيه") == ["one"]
    assert ids(shown, area="EG99") == []


def test_organization_is_found_once_by_two_words(projected: Projected, shown: Directory):
    projected.organizations(organization("one", "جمعية جمعيات الرحمة"))

    assert ids(shown, q="جمع") == ["one"]


@pytest.mark.parametrize("ending", WRITERS)
def test_unlocated_organization_is_in_each(projected: Projected, shown: Directory, ending: str):
    projected.organizations(organization("one", locations=located(26.1, 32.7)), organization("two", locations=[]))

    written = b"".join(WRITERS[ending](shown.downloads.records(Search()), wording(shown)))

    assert sorted(ids_in(written, ending)) == ["one", "two"]


def test_area_is_named_by_the_directory(projected: Projected, shown: Directory):
    projected.areas(area("EG2901"))
    projected.organizations(organization("one", areas=["EG2901"]))

    (row,) = rows(shown.downloads.records(Search()), wording(shown))

    assert row[[column.key for column in COLUMNS].index("county")] == "قنا"


def test_areas_are_those_asked_for(projected: Projected, shown: Directory):
    projected.areas(area("EG2901"), area("EG2905"))

    assert {*shown.downloads.areas()} == {"EG2901", "EG2905"}
    assert {*shown.downloads.areas({"EG2905", "", "EG77"})} == {"EG2905"}


def test_areas_to_choose_are_few(projected: Projected, shown: Directory):
    localities = (area(f"EG2901{number:02}", level="locality") for number in range(9))
    projected.areas(area("EG29", level="governorate"), area("EG2901"), *localities)

    found = shown.downloads.areas_to_choose(["governorate", "county"], {"EG290103", "EG77"}, "2026-11-02")

    assert {*found} == {"EG29", "EG2901", "EG290103"}
    assert {code for code, one in found.items() if one.get("offered")} == {"EG29", "EG2901"}
    assert found["EG2901"]["aliases"] == ["بندر قنا"]


@pytest.mark.parametrize(("day", "code"), [("2024-02-29", "EG2810"), ("2024-03-01", "EG2910")])
def test_areas_to_choose_are_those_of_the_day(projected: Projected, shown: Directory, day: str, code: str):
    projected.areas(area("EG2810", valid_to="2024-02-29"), area("EG2910", valid_from="2024-03-01"))

    found = shown.downloads.areas_to_choose(["county"], ("EG2810", "EG2910"), day)

    assert [one for one, area in found.items() if area.get("offered")] == [code]


def test_file_reads_an_index(database: Database[Json], projected: Projected):
    projected.organizations(organization("one"))

    found = database["directory_organizations"].find(Search(area="EG29").conditions()).sort([("sort", 1), ("_id", 1)])
    plan = str(found.explain()["queryPlanner"]["winningPlan"])

    assert "'facets'" in plan
    assert "'SORT'" not in plan


@pytest.mark.parametrize("ending", WRITERS)
def test_query_ends_with_its_file(database: Database[Json], shown: Directory, ending: str):
    put_many(database, 1_500)
    records = shown.downloads.records(Search())
    before = open_cursors(database)

    with closing(records):
        pieces = WRITERS[ending](records, wording(shown))
        list(islice(pieces, 3))
        during = open_cursors(database)
        pieces.close()  # type: ignore[attr-defined]

    assert (during - before, open_cursors(database) - before) == (1, 0)


@pytest.mark.slow
@pytest.mark.parametrize("ending", WRITERS)
def test_long_file_takes_little_memory(database: Database[Json], shown: Directory, ending: str):
    put_many(database, MANY)
    words = wording(shown)
    gc.collect()

    tracemalloc.start()
    try:
        pieces = WRITERS[ending](shown.downloads.records(Search()), words)
        size = sum(map(len, pieces))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert most < BOUND, f"{most} bytes for a file of {size}"


def open_cursors(database: Database[Json]) -> int:
    """Return how many cursors of ours the server holds open."""
    idle = database.client.admin.aggregate(
        [
            {"$currentOp": {"idleCursors": True, "allUsers": False}},
            {"$match": {"type": "idleCursor", "ns": f"{database.name}.directory_organizations"}},
        ]
    )
    return len(list(idle))


def ids_in(written: bytes, ending: str) -> list[str]:
    """Return the ids that a file has."""
    if ending == "csv":
        return [row[0] for row in csv.reader(StringIO(written.decode("utf-8-sig"), newline=""))][1:]
    if ending == "xlsx":
        sheet = openpyxl.load_workbook(BytesIO(written), read_only=True).active
        return [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)]
    found = fromstring(written).iter("{http://www.opengis.net/kml/2.2}Placemark")
    return [(one.get("id") or "").removeprefix("organization-") for one in found]


def test_sitemap_is_read_in_parts(projected: Projected, shown: Directory):
    projected.organizations(
        organization("two", "ب"),
        organization("one", "أ"),
        organization("gone", status="inactive"),
        organization("x", "ج"),
    )

    assert shown.downloads.count() == 3
    assert [id_ for id_, _ in shown.downloads.listed(0, 2)] == ["one", "two"]
    assert [id_ for id_, _ in shown.downloads.listed(2, 2)] == ["x"]
