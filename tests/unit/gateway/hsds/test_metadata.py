"""Prove what HSDS's metadata says of a record, and what it keeps to itself."""

from __future__ import annotations

from typing import Any

import orjson

from services.gateway.api.examples.hsds import FULL, PLACES, SERVICE
from services.gateway.api.examples.organizations import ORGANIZATION
from services.gateway.hsds.metadata import FIELDS, of_place, of_record
from services.gateway.hsds.organizations import rendered
from services.gateway.hsds.package.tables import TABLES
from tests.hsds import faults, needs_schemas

RECORD: dict[str, Any] = {
    "id": "01932f6e-7c00-7b10-8a3e-2f64b0a9c111",
    "version": 3,
    "last_modified": "2026-11-02T08:15:00+00:00",
    "assured_date": "",
    "assurer_email": "",
}
PLACE: dict[str, Any] = {"id": "01932f6e-8a00-7c21-9d5e-2f64b0a9c112", "name": "المقر"}


def test_last_change_is_told():
    (told,) = of_record("organization", RECORD)

    assert (told["resource_type"], told["resource_id"]) == ("organization", RECORD["id"])
    assert (told["last_action_date"], told["last_action_type"]) == ("2026-11-02", "update")
    assert (told["field_name"], told["replacement_value"]) == ("last_modified", RECORD["last_modified"])


def test_first_version_is_its_creation():
    (told,) = of_record("service", {**RECORD, "version": 1})

    assert told["last_action_type"] == "create"


def test_assurance_names_who_assured():
    assured = {"assured_date": "2026-10-01", "assurer_email": "registry@qena.example"}

    _, told = of_record("organization", RECORD | assured)

    assert (told["last_action_type"], told["last_action_date"]) == ("assure", "2026-10-01")
    assert told["updated_by"] == "registry@qena.example"


def test_staff_and_former_values_are_nobodys():
    told = of_record("organization", {**RECORD, "updated_by": "officer:oidc-1", "name": "جمعية"})

    assert {(one["updated_by"], one["previous_value"]) for one in told} == {("", "")}
    assert set(RECORD) == set(FIELDS)


def test_each_entry_has_an_id_of_its_own():
    before = of_record("organization", RECORD)
    after = of_record("organization", {**RECORD, "last_modified": "2026-11-03T08:15:00+00:00"})

    assert before[0]["id"] != after[0]["id"]
    assert of_record("organization", RECORD) == before


def test_place_tells_its_own_change():
    (told,) = of_place({**PLACE, "last_modified": "2026-11-02T08:15:00+00:00"})

    assert (told["resource_type"], told["resource_id"]) == ("location", PLACE["id"])


def test_place_from_before_tells_nothing():
    assert of_place(PLACE) == of_place({**PLACE, "last_modified": ""}) == []


def test_records_show_it_with_all_their_parts():
    assert {one["resource_type"] for one in FULL["metadata"]} == {"organization"}
    assert {one["resource_type"] for one in SERVICE["metadata"]} == {"service"}


def test_place_shows_its_own():
    changed = {**ORGANIZATION["locations"][0], "last_modified": "2026-11-02T08:15:00+00:00"}

    told = orjson.loads(rendered({**ORGANIZATION, "locations": [changed]}, PLACES))["locations"][0]["metadata"]

    assert told == of_place(changed)


def test_package_has_no_room_for_it():
    assured = {"assured_date": "2026-10-01", "assurer_email": "registry@qena.example"}
    (table,) = (one for one in TABLES if one.name == "metadata")

    told = [*of_record("organization", RECORD | assured), *of_place({**PLACE, "last_modified": "2026-11-02T08:15:00"})]

    assert all({name for name, cell in one.items() if not cell} & table.filled for one in told)


@needs_schemas
def test_schema_of_hsds_is_obeyed():
    assured = {"assured_date": "2026-10-01", "assurer_email": "registry@qena.example"}
    told = [*of_record("organization", RECORD | assured), *of_place({**PLACE, "last_modified": "2026-11-02T08:15:00"})]

    assert [fault for one in told for fault in faults("metadata", one)] == []
