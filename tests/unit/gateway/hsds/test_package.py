"""Prove what a package is made of, and how it is asked for."""

from __future__ import annotations

import csv
import io
import json
import re
import tracemalloc
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.gateway.hsds.package.archive import written
from services.gateway.hsds.package.rows import Claim, Home, Rows
from services.gateway.hsds.package.spool import Spool
from services.gateway.hsds.package.tables import BY_NAME, TABLES, Table, descriptor
from services.gateway.hsds.package.terms import area_term
from tests.hsds import HSDS, needs_schemas
from tests.unit.gateway.fake_directory import a_batch

Json = dict[str, Any]

UNDESCRIBED = {"service_capacity", "unit"}
"""Tables of which the published description of packages has no columns; the example files have them."""
HOME = Home("o", {"l"}, {"p"})
BARE: Json = {"area": "", "capabilities": [], "locations": []}
"""What the register says of an organization of which rows tell nothing but what HSDS has."""


def published() -> dict[str, Json]:
    """Return what HSDS's own package says of each table."""
    told = json.loads((HSDS / "datapackage.json").read_text(encoding="utf-8"))
    return {one["name"]: one for one in told["resources"]}


def columns(described: Json) -> dict[str, tuple[str, str | None]]:
    """Return types and formats of columns by their names."""
    return {one["name"]: (one["type"], one.get("format")) for one in described["schema"]["fields"]}


def taking() -> Rows:
    """Return what makes rows, where every id is new."""
    return Rows(lambda table, id_, content: Claim.NEW)


@needs_schemas
@pytest.mark.parametrize("table", [one for one in TABLES if one.name not in UNDESCRIBED], ids=lambda one: one.name)
def test_columns_are_the_published_ones(table: Table):
    described = published()[table.name]

    assert (table.file, list(columns(table.resource).items())) == (described["path"], list(columns(described).items()))


@needs_schemas
@pytest.mark.parametrize("table", TABLES, ids=lambda one: one.name)
def test_keys_are_the_published_ones(table: Table):
    keys = published()[table.name]["schema"].get("foreignKeys", [])

    assert table.keys == {one["fields"]: one["reference"]["resource"] for one in keys}


@needs_schemas
@pytest.mark.parametrize("name", sorted(UNDESCRIBED))
def test_other_columns_are_the_examples(name: str):
    table = next(one for one in TABLES if one.name == name)

    header = (HSDS / "examples" / "csv" / table.file).read_text(encoding="utf-8").splitlines()[0]

    assert list(table.columns) == header.split(",")


@needs_schemas
def test_every_published_table_is_there():
    assert {table.name for table in TABLES} == published().keys()


def test_package_holds_every_table_and_its_header():
    package = zipfile.ZipFile(io.BytesIO(b"".join(written(descriptor("qena", ""), [a_batch()], lambda _: {}))))

    assert package.testzip() is None
    assert package.namelist() == ["datapackage.json", *(table.file for table in TABLES)]
    for table in TABLES:
        text = package.read(table.file).decode()
        assert next(csv.reader(io.StringIO(text, newline=""))) == list(table.columns)


def test_service_names_only_what_its_organization_has():
    service = {"id": "s", "name": "x", "status": "active", "organization_id": "gone", "program_id": "gone"}

    ((table, row),) = taking().service(service, HOME)

    assert (table, row["organization_id"], row["program_id"]) == ("service", "o", "")


@pytest.mark.parametrize(("place", "count"), [("l", 1), ("gone", 0)])
def test_place_of_another_is_left_out(place: str, count: int):
    at = {"id": "a", "service_id": "s", "location_id": place}

    assert len(list(taking().at_location(at, HOME))) == count


def test_second_bearer_of_an_id_gets_another():
    with Spool(["phone"]) as spool:
        made = Rows(spool.claim)
        services = [{"id": one, "name": one, "phones": [{"id": "p", "number": "+20965331234"}]} for one in "abc"]

        phones = [row for one in services for table, row in made.service(one, HOME) if table == "phone"]

    assert phones[0]["id"] == "p"
    assert len({row["id"] for row in phones}) == 3


def test_service_names_its_renamed_programme():
    with Spool(["program"]) as spool:
        made = Rows(spool.claim)
        for one in "ab":
            told = {"id": one, "name": one, "programs": [{"id": "p", "name": one}]}
            programs = [row for table, row in made.organization(told, BARE) if table == "program"]

        (_, service), *_ = made.service({"id": "s", "program_id": "p"}, Home("b", set(), {"p"}))

    assert programs[0]["id"] != "p"
    assert service["program_id"] == programs[0]["id"]


def test_children_follow_the_second_place():
    with Spool(["service_at_location"]) as spool:
        made = Rows(spool.claim)
        places = [
            {"id": "at", "service_id": one, "location_id": "l", "phones": [{"id": one, "number": "+20965331234"}]}
            for one in "ab"
        ]

        _, (ids, (_, place), (_, phone)) = [list(made.at_location(one, HOME)) for one in places]

    assert place["id"] != "at"
    assert ids == ("tashbik_id", {"id": place["id"], "registered": "at"})
    assert phone["service_at_location_id"] == place["id"]


@pytest.mark.parametrize(("second", "units"), [("beds", 1), ("places", 2)])
def test_equal_units_are_one_row(second: str, units: int):
    with Spool(["unit"]) as spool:
        made = Rows(spool.claim)
        names = {"a": "beds", "b": second}
        services = [
            {"id": one, "capacities": [{"id": one, "unit": {"id": "u", "name": name}, "available": 1}]}
            for one, name in names.items()
        ]

        told = [found for one in services for found in made.service(one, HOME)]

    rows_of = {kind: [row for table, row in told if table == kind] for kind in ("unit", "service_capacity")}
    assert len(rows_of["unit"]) == units
    assert {row["unit_id"] for row in rows_of["service_capacity"]} == {row["id"] for row in rows_of["unit"]}


@pytest.mark.parametrize("codes", [["EG", "EG26"], ["EG26"], []])
def test_area_named_by_an_attribute_is_one_term(codes: list[str]):
    said = {"id": "a", "link_type": "subject", "taxonomy_term_id": area_term("EG26"), "label": "Near"}
    owner = {"id": "o", "name": "x"}
    batch = ([(owner, BARE | {"area": "EG26"})], [("o", {"id": "s", "name": "x", "attributes": [said]}, [])])
    areas = {code: {"names": {"en": code}, "path": ["EG", "EG26"][: number + 1]} for number, code in enumerate(codes)}

    package = zipfile.ZipFile(io.BytesIO(b"".join(written(descriptor("qena", ""), [batch], lambda _: areas, codes))))

    terms = list(csv.DictReader(io.StringIO(package.read(BY_NAME["taxonomy_term"].file).decode())))
    assert [one["code"] for one in terms if one["id"] == area_term("EG26")] == (["EG26"] if codes else [""])


def test_memory_holds_few_long_rows():
    owner, extent = {"id": "o", "name": "x"}, "32.7 26.1 " * 5_000

    def served(count: int) -> Iterator[tuple[str, Json, list[Json]]]:
        for number in range(count):
            area = {"id": f"a{number}", "name": "x", "extent": f"{number} {extent}"}
            yield "o", {"id": f"s{number}", "name": "x", "service_areas": [area]}, []

    def peak(count: int) -> int:
        batch = ([(owner, BARE)], served(count))
        tracemalloc.start()
        for _ in written(descriptor("qena", ""), [batch], lambda _: {}):
            pass
        try:
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(400) < peak(40) + 1_000_000


def test_waiting_text_is_given_in_pieces():
    with Spool(["phone"]) as spool:
        spool.tables["phone"].write(b"0" * 10_000_000)

        assert max(map(len, spool.tables["phone"].read())) < 1_000_000


def test_waiting_text_comes_back_whole():
    text = "صحة,".encode() * 100_000

    with Spool(["phone"]) as spool:
        for _ in range(3):
            spool.tables["phone"].write(text)

        assert b"".join(spool.tables["phone"].read()) == text * 3


def test_file_has_type_name_and_tag(http: FlaskClient):
    answer = http.get("/hsds/package.zip")

    named = answer.headers["Content-Disposition"]
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/zip")
    assert re.fullmatch(r'attachment; filename="hsds-3\.1-qena-\d{4}-\d\d-\d\d\.zip"', named)
    again = http.get("/hsds/package.zip", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("asked", ["version=1.1", "version=3", "search=x"])
def test_other_wishes_are_refused(http: FlaskClient, asked: str):
    answer = http.get(f"/hsds/package.zip?{asked}")

    assert answer.status_code == 422


def test_refusal_says_why(http: FlaskClient):
    told = http.get("/hsds/package.zip?version=1.1").json

    assert "Packages are of HSDS 3.1" in json.dumps(told)
