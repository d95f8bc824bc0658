"""Prove that a package holds the directory, all of it and whole: what it says is what comes back of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from chassis.config import Config
from cli.hsds_package import reading
from services.gateway.hsds.asked import OrganizationsAsked, ServicesAsked
from services.gateway.hsds.package.tables import BY_NAME, TABLES
from services.gateway.hsds.package.views import UNDER_WAY
from services.gateway.problems import Refused
from tests.hsds import faults, needs_schemas, row_faults
from tests.integration.gateway.lands import EHSAN, Json, Land, a_land, put, register, tables, told, written
from tests.unit.cli.hsds_packages import HARVEST, a_package

STREET = {name: cell for name, cell in HARVEST["physical_addresses"][0].items() if name not in ("id", "location_id")}


@pytest.fixture(scope="module")
def land(config: Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Land]:
    """Give a node's land in which one organization does everything, another little, and one came from HSDS 1.1."""
    with a_land(config, "qena") as made:
        register(made.house)
        put(made, a_package(tmp_path_factory.mktemp("harvest"), **HARVEST))
        made.show()
        yield made


@pytest.fixture(scope="module")
def package(land: Land, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the package of that land."""
    return written(land, tmp_path_factory.mktemp("package") / "qena.zip")


def test_check_finds_nothing_wrong(package: Path):
    with reading.read(package, "EG") as found:
        verdicts = list(found.verdicts)

    assert (found.version, found.node, verdicts) == ("3.1", "qena", [])


def test_all_active_records_are_in_it(land: Land, package: Path):
    rows = tables(package)

    names = {table: sorted(one["name"] for one in rows[table]) for table in ("organization", "service")}
    assert names == {
        "organization": sorted([EHSAN["name"], "جمعية الرحمة", HARVEST["organizations"][0]["name"]]),
        "service": sorted(["كشف طبي", "دواء شهري", "دروس", HARVEST["services"][0]["name"]]),
    }
    assert len(rows["service_at_location"]) == 3


def test_keys_lead_to_rows(package: Path):
    rows = tables(package)

    ids = {name: {row["id"] for row in some} for name, some in rows.items()}
    assert [
        (table.name, column, row[column])
        for table in TABLES
        for row in rows[table.name]
        for column, target in table.keys.items()
        if row[column] and row[column] not in ids[target]
    ] == []
    linked = {row["link_id"] for row in rows["attribute"]}
    assert linked <= set().union(*ids.values())


def test_ids_stand_once(package: Path):
    assert [name for name, rows in tables(package).items() if len({row["id"] for row in rows}) < len(rows)] == []


@needs_schemas
def test_rows_obey_the_schemas(package: Path):
    wrong = {
        name: [fault for row in rows for fault in row_faults(name, stated(name, row))]
        for name, rows in tables(package).items()
    }

    assert {name: some for name, some in wrong.items() if some} == {}


def stated(table: str, row: dict[str, str]) -> Json:
    """Return a row's cells that say something, with numbers as such, and empty texts of what has to be there."""
    kinds, required = (
        BY_NAME[table].columns,
        {"description", "address_1", "city", "state_province", "postal_code", "country"},
    )
    return {
        name: float(cell) if kinds[name] == "number" else cell
        for name, cell in row.items()
        if cell or (name in required and kinds[name] == "")
    }


def test_same_node_finds_all_unchanged(land: Land, package: Path):
    report = put(land, package, dry_run=True, own_ids=True)

    assert list(report.problems) == []
    assert (dict(report.organizations), dict(report.services)) == ({"unchanged": 3}, {"unchanged": 4})


def test_empty_node_tells_the_same(config: Config, land: Land, package: Path):
    with a_land(config, "copy") as copy:
        report = put(copy, package)
        again = put(copy, package)
        copy.show()

        assert list(report.problems) == []
        assert (dict(again.organizations), dict(again.services)) == ({"unchanged": 3}, {"unchanged": 4})
        assert told(copy) == told(land)


def test_older_package_keeps_its_places(land: Land):
    (service,) = (one for one in answers(land)["service"] if one["name"] == HARVEST["services"][0]["name"])

    (place,) = (one["location"] for one in service["service_at_locations"])
    street, box = place["addresses"]
    assert {name: street[name] for name in STREET} == STREET
    assert (box["address_1"], box["address_type"], box["postal_code"]) == ("PO Box 1", "postal", "")
    assert (place["alternate_name"], place["transportation"]) == ("Harvest West", "Bus 24")
    assert [(one["description"], one["details"]) for one in place["accessibility"]] == [("ramp", "at the back")]
    assert [(one["byday"], one["opens_at"]) for one in place["schedules"]] == [("MO", "09:30")]
    assert [(one["extension"], one["description"]) for one in service["phones"]] == [(7, "Kitchen")]
    assert (service["licenses"], service["accreditations"]) == ("State Board", "BBB")


@needs_schemas
@pytest.mark.parametrize("kind", ["organization", "service"])
def test_answers_obey_the_schemas(land: Land, kind: str):
    assert [fault for one in answers(land)[kind] for fault in faults(kind, one)] == []


def answers(land: Land) -> dict[str, list[Json]]:
    """Return what the API answers for all organizations and services, with all their parts."""
    organizations = land.hsds.all_organizations(OrganizationsAsked(full=True, full_service=True))
    services = land.hsds.all_services(ServicesAsked(full=True))
    return {"organization": list(map(orjson.loads, organizations)), "service": list(map(orjson.loads, services))}


def test_shared_ids_are_told_apart(config: Config, tmp_path: Path):
    with a_land(config, "qena") as land:
        owner = land.house.register(name="جمعية", area="EG2901")
        attribute = {"id": str(uuid.uuid4()).upper(), "label": "x"}
        contact = {"id": str(uuid.uuid4()), "name": "أ. منى", "attributes": [attribute]}
        for number in range(3):
            land.house.register_service(owner, name=f"خدمة {number}", contacts=[contact])
        land.show()

        package = written(land, tmp_path / "a.zip")
        rows, report = tables(package), put(land, package, dry_run=True, own_ids=True)

    ids = {row["id"] for row in rows["contact"]}
    assert len(ids) == 3
    assert (dict(report.organizations), dict(report.services)) == ({"unchanged": 1}, {"unchanged": 3})
    assert {row["link_id"] for row in rows["attribute"] if row["label"] == "x"} == ids


def test_places_are_known_by_their_ids(config: Config, tmp_path: Path):
    first, second = HARVEST["locations"]
    at = [{"id": one["id"], "service_id": "1", "location_id": one["id"]} for one in (first, second)]
    usual = {**HARVEST, "services_at_location": at}
    with a_land(config, "qena") as land:
        put(land, a_package(tmp_path / "first", **usual))
        [before] = land.house.organizations.page("", 9)
        mine: list[Json] = [{"id": one.id} for one in before.locations]
        land.house.change(before.id, locations=[*mine, {"name": "Added here"}])
        [before] = land.house.organizations.page("", 9)
        land.house.change(before.id, locations=[{"id": one.id} for one in before.locations[::-1]])

        again = put(land, a_package(tmp_path / "turned", **usual | {"locations": [second, first]}))
        less = put(
            land, a_package(tmp_path / "less", **usual | {"locations": [second], "services_at_location": at[1:]})
        )
        [after] = land.house.organizations.page("", 9)
        [service] = land.house.services.page("", 9)

    assert (dict(again.organizations), dict(again.services)) == ({"unchanged": 1}, {"unchanged": 1})
    assert (dict(less.organizations), list(less.problems)) == ({"updated": 1}, [])
    assert [one.name for one in after.locations] == ["Added here", second["name"]]
    assert after.locations[1].id == before.locations[1].id
    assert [one.location_id for one in service.service_at_locations] == [after.locations[1].id]


def test_vanished_place_takes_no_service_along(land: Land, tmp_path: Path, package: Path):
    organizations = land.projected.database["directory_organizations"]
    before = organizations.find_one({"record.name": EHSAN["name"]})
    less = {"record.locations": before["record"]["locations"][1:], "record.programs": []}
    organizations.update_one({"_id": before["_id"]}, {"$set": less})

    rows = tables(written(land, tmp_path / "a.zip"))

    organizations.replace_one({"_id": before["_id"]}, before)
    own = {row["id"]: row["program_id"] for row in rows["service"] if row["organization_id"] == before["_id"]}
    assert len([row for row in rows["service_at_location"] if row["service_id"] in own]) == 1
    assert {*own.values()} == {""}


def test_equal_records_give_equal_bytes(land: Land, package: Path, tmp_path: Path):
    assert written(land, tmp_path / "a.zip").read_bytes() == package.read_bytes()


@pytest.mark.parametrize("another", ["203.0.113.0", "203.0.113.9"])
def test_only_few_are_written_at_once(land: Land, another: str):
    hsds = land.hsds
    under_way = [hsds.packages.written("qena", "", f"203.0.113.{number}") for number in range(UNDER_WAY)]
    for one in under_way:
        next(one)

    with pytest.raises(Refused) as refused:
        next(hsds.packages.written("qena", "", another))

    assert refused.value.kind == "unavailable"
    for one in under_way:
        one.close()
    assert next(hsds.packages.written("qena", "", another))


def test_address_is_given_one_at_a_time(land: Land):
    hsds = land.hsds
    next(slow := hsds.packages.written("qena", "", "203.0.113.1"))

    with pytest.raises(Refused):
        next(hsds.packages.written("qena", "", "203.0.113.1"))

    assert next(hsds.packages.written("qena", "", "203.0.113.2"))
    slow.close()
