"""Prove that a package holds the directory, all of it and whole: what it says is what comes back of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from chassis.config import Config
from cli.hsds_package import reading
from services.gateway.hsds.package.tables import BY_NAME, TABLES
from services.gateway.hsds.package.views import UNDER_WAY
from services.gateway.problems import Refused
from tests.hsds import needs_schemas, row_faults
from tests.integration.gateway.lands import EHSAN, Json, Land, a_land, put, register, tables, told, written


@pytest.fixture(scope="module")
def land(config: Config) -> Iterator[Land]:
    """Give a node's land in which one organization does everything, and another little."""
    with a_land(config, "qena") as made:
        register(made.house)
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
        "organization": sorted([EHSAN["name"], "جمعية الرحمة"]),
        "service": sorted(["كشف طبي", "دواء شهري", "دروس"]),
    }
    assert len(rows["service_at_location"]) == 2


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
    assert (dict(report.organizations), dict(report.services)) == ({"unchanged": 2}, {"unchanged": 3})


def test_empty_node_tells_the_same(config: Config, land: Land, package: Path):
    with a_land(config, "copy") as copy:
        report = put(copy, package)
        again = put(copy, package)
        copy.show()

        assert list(report.problems) == []
        assert (dict(again.organizations), dict(again.services)) == ({"unchanged": 2}, {"unchanged": 3})
        assert told(copy) == told(land)


def test_shared_ids_are_told_apart(config: Config, tmp_path: Path):
    with a_land(config, "qena") as land:
        owner = land.house.register(name="جمعية", area="EG2901")
        contact = {"id": str(uuid.uuid4()), "name": "أ. منى", "attributes": [{"id": str(uuid.uuid4()), "label": "x"}]}
        for number in range(3):
            land.house.register_service(owner, name=f"خدمة {number}", contacts=[contact])
        land.show()

        rows = tables(written(land, tmp_path / "a.zip"))

    ids = {row["id"] for row in rows["contact"]}
    assert len(ids) == 3
    assert {row["link_id"] for row in rows["attribute"] if row["label"] == "x"} == ids


def test_vanished_place_takes_no_service_along(land: Land, tmp_path: Path, package: Path):
    organizations = land.projected.database["directory_organizations"]
    before = organizations.find_one({"record.name": EHSAN["name"]})
    less = orjson.loads(before["hsds_full"])
    less["locations"], less["programs"] = less["locations"][1:], []
    organizations.update_one({"_id": before["_id"]}, {"$set": {"hsds_full": orjson.dumps(less)}})

    rows = tables(written(land, tmp_path / "a.zip"))

    organizations.replace_one({"_id": before["_id"]}, before)
    assert len(rows["service_at_location"]) == 1
    assert {row["program_id"] for row in rows["service"]} == {""}


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
