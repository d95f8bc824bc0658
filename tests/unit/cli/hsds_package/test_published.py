"""Prove that what publishers of HSDS 1.x write, and HSDS would not, is read; and that what is wrong stays so."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.hsds_package import reading
from cli.hsds_package.tables import BY_FILE
from tests.unit.cli.hsds_made import Make, organization, service
from tests.unit.cli.hsds_packages import LOCATION, ORGANIZATION, SERVICE, Table, a_package
from tests.unit.cli.hsds_read import faults, warnings

OLD: dict[str, Table] = {"regular_schedules": [{"id": "1", "service_id": "1", "weekday": "Monday"}]}
"""A table of HSDS 1.1, by which a package is known as one."""
OHANA = ORGANIZATION | {"date_incorporated": "2014-01-02"}
SPOKEN = [{"id": "1", "service_id": "1", "language": one} for one in ("English", "Spanish", "Creole")]
OTHERS = LOCATION | {"organization_id": "7"}
THEIRS = "there is no such row in organizations; taken for a place of those whose services are given there"
NONE = "left out, in 1 rows: it says that there is none"
PHONE = {"id": "1", "service_id": "1"}
HOME = {"id": "1", "location_id": "1", "city": "Fairfax"}
BRANCH = "there is no such row in organizations; taken for a service of those who give another at this branch"
BRANCHES: dict[str, Table] = {
    "locations": [LOCATION | {"id": one, "organization_id": one} for one in ("1", "2", "3", "4")],
    "services": [
        SERVICE | {"id": "4", "organization_id": "3", "name": "Rides"},
        SERVICE | {"id": "3", "organization_id": "2", "name": "Clothes"},
        SERVICE,
        SERVICE | {"id": "2", "name": "Pantry"},
    ],
    "services_at_location": [{"id": one, "service_id": one, "location_id": one} for one in ("1", "2", "3", "4")],
}
"""A service of a branch, and one of a branch below it; each place is numbered as one whose branch it is."""


def test_parts_with_one_id_stand_each_for_itself(make: Make, tmp_path: Path):
    folder = a_package(tmp_path / "package", **OLD, languages=SPOKEN)

    assert not faults(folder)
    assert warnings(folder) == [("languages.csv", 0, "id", "read without it, in 2 rows: a row before has the same")]
    said = service(make(languages=SPOKEN))["languages"]
    assert [one["name"] for one in said] == ["English", "Spanish", "Creole"]


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        ("services", [SERVICE, SERVICE | {"name": "Cold meals"}]),
        ("phones", [PHONE | {"number": "703-555-1212"}, PHONE | {"number": "703-555-1213"}]),
    ],
)
def test_one_id_of_what_keys_lead_to_is_wrong(tmp_path: Path, table: str, rows: Table):
    folder = a_package(tmp_path / "package", **OLD, **{table: rows})

    assert faults(folder) == [(f"{table}.csv", 3, "id", "row 2 has this id already")]


def test_one_id_is_wrong_in_ohanas(tmp_path: Path):
    folder = a_package(tmp_path / "package", organizations=[OHANA], languages=SPOKEN)

    assert [(row, column) for _, row, column, _ in faults(folder)] == [(3, "id"), (4, "id")]


def test_one_id_that_attributes_may_mean_is_wrong(tmp_path: Path):
    said = [{"id": "1", "link_id": "1", "link_entity": "language", "value": "fluent"}]
    folder = a_package(tmp_path / "package", languages=SPOKEN, attributes=said)

    assert [(row, column) for _, row, column, _ in faults(folder)] == [(3, "id"), (4, "id")]


def test_place_of_nobody_is_theirs_who_give_a_service_there(make: Make, tmp_path: Path):
    folder = a_package(tmp_path / "package", **OLD, locations=[OTHERS])

    assert not faults(folder)
    assert warnings(folder) == [("locations.csv", 2, "organization_id", THEIRS)]
    made = organization(make(locations=[OTHERS], **OLD))
    assert [one["external_id"] for one in made["locations"]] == ["1"]
    assert made["all_locations"]


@pytest.mark.parametrize(
    "tables",
    [
        {"services_at_location": []},
        {"services": [SERVICE | {"organization_id": "8"}]},
        {"organizations": [OHANA]},
    ],
    ids=["nothing is given there", "by nobody who is there", "Ohana's"],
)
def test_other_places_of_nobody_are_wrong(tmp_path: Path, tables: dict[str, Table]):
    folder = a_package(tmp_path / "package", **OLD, locations=[OTHERS], **tables)

    assert ("locations.csv", 2, "organization_id", "there is no such row in organizations") in faults(folder)


@pytest.mark.parametrize(
    ("table", "row", "column"),
    [
        ("phones", PHONE | {"number": "NULL"}, "number"),
        ("physical_addresses", HOME | {"address_1": "N/A"}, "address_1"),
        ("required_documents", PHONE | {"document": "NULL"}, "document"),
    ],
)
def test_part_that_says_there_is_none_is_left_out(tmp_path: Path, table: str, row: dict[str, str], column: str):
    folder = a_package(tmp_path / "package", **OLD, **{table: [row]})

    assert not faults(folder)
    assert warnings(folder) == [(f"{table}.csv", 0, column, NONE)]
    with reading.read(folder) as found:
        assert found.present[BY_FILE[table].name] == 1
        assert not list(found.shelf.rows(BY_FILE[table].name))


@pytest.mark.parametrize(
    ("table", "row", "column"),
    [
        ("phones", PHONE | {"number": "", "type": "fax"}, "number"),
        ("physical_addresses", HOME | {"address_1": ""}, "address_1"),
    ],
)
def test_part_that_says_nothing_is_wrong(tmp_path: Path, table: str, row: dict[str, str], column: str):
    folder = a_package(tmp_path / "package", **OLD, **{table: [row]})

    assert faults(folder) == [(f"{table}.csv", 2, column, "is missing")]


def test_further_line_of_an_address_is_its_first(make: Make):
    row = HOME | {"address_1": "NULL", "address_2": "PO Box 1", "country": "US"}

    (made,) = organization(make(physical_addresses=[row]))["locations"]

    assert made["addresses"][0]["address_1"] == "PO Box 1"
    assert "address_2" not in made["addresses"][0]


@pytest.mark.parametrize(
    ("written", "kind"),
    [("Postal Address", "postal"), ("physical_address", "physical"), ("mailing", "postal"), ("virtual", "virtual")],
)
def test_kind_of_an_address_may_say_that_it_is_one(make: Make, written: str, kind: str):
    maker = make(addresses=[HOME | {"address_1": "1 Main Street", "address_type": written}])

    assert organization(maker)["locations"][0]["addresses"][0]["address_type"] == kind
    assert not maker.verdicts.warnings


def test_number_of_a_row_is_not_its_id(tmp_path: Path):
    folder = a_package(tmp_path / "package", **OLD)
    (folder / "phones.csv").write_text("ID,id,service_id,number\n1,77,1,703-555-1212\n", encoding="utf-8")

    assert not faults(folder)
    said = "left out: the column of this name in small letters is taken"
    assert warnings(folder) == [("phones.csv", 1, "ID", said)]
    with reading.read(folder) as found:
        assert [row.id for row in found.shelf.rows("phones")] == ["77"]


def test_column_that_stands_twice_is_wrong(tmp_path: Path):
    folder = a_package(tmp_path / "package", **OLD)
    (folder / "phones.csv").write_text("ID,Id,service_id,number\n1,77,1,703-555-1212\n", encoding="utf-8")

    assert ("phones.csv", 1, "id", "this column is there twice") in faults(folder)


def test_what_an_address_of_no_place_lacks_is_no_fault(make: Make, tmp_path: Path):
    mail = [{"id": "", "organization_id": "1", "address_1": "PO Box 1Fairfax", "city": "", "state_province": "VA"}]

    assert not faults(a_package(tmp_path / "package", **OLD, postal_addresses=mail))
    maker = make(postal_addresses=mail)
    organization(maker)
    assert [(one.row, one.reason) for one in maker.verdicts] == [(2, "left out: an address is a place's")]


@pytest.mark.parametrize(
    ("written", "behind"),
    [
        ("1-703-555-1212 (Spanish)", "Spanish"),
        ("703-555-1212 or 703-555-1213", "or 703-555-1213"),
        ("703-555-1212/13", "13"),
        ("(703) 555-1212 - Hotline", "Hotline"),
        ("703.555.1212 press 2", "press 2"),
        ("703-555-1212; 703-555-1213", "703-555-1213"),
    ],
)
def test_what_follows_a_number_is_its_description(make: Make, written: str, behind: str):
    made = service(make(phones=[PHONE | {"number": written}]))

    assert made["phones"] == [{"number": "+17035551212", "description": behind}]


@pytest.mark.parametrize("written", ["703-555-1212, ext 12", "703-555-1212 extn 12"])
def test_extension_is_no_description(make: Make, written: str):
    made = service(make(phones=[PHONE | {"number": written}]))

    assert made["phones"] == [{"number": "+17035551212", "extension": 12}]


@pytest.mark.parametrize(("written", "short"), [("000-000-0211", "211"), ("000-074-1741", "741741")])
def test_short_number_filled_up_is_a_short_one(make: Make, tmp_path: Path, written: str, short: str):
    phones = [PHONE | {"number": written}]

    assert service(make(phones=phones))["phones"] == [{"number": short}]
    said = ("phones.csv", 2, "number", f"read as {short}; write it so")
    assert warnings(a_package(tmp_path / "package", **OLD, phones=phones)) == [said]


def test_noughts_fill_up_no_other_countrys_numbers(tmp_path: Path):
    place = HOME | {"address_1": "1 High Street", "country": "EG"}
    phones = [PHONE | {"number": "000-001-9828"}]
    folder = a_package(tmp_path / "package", **OLD, physical_addresses=[place], phones=phones)

    assert faults(folder) == [("phones.csv", 2, "number", "is no telephone number")]


@pytest.mark.parametrize("written", ["call us", "000-555-1212", "000-000-0000", "555-12 or 13", "(office)"])
def test_number_that_is_none_stays_wrong(tmp_path: Path, written: str):
    folder = a_package(tmp_path / "package", **OLD, phones=[PHONE | {"number": written}])

    assert faults(folder) == [("phones.csv", 2, "number", "is no telephone number")]


def test_service_of_a_branch_is_its_organizations(make: Make, tmp_path: Path):
    folder = a_package(tmp_path / "package", **OLD, **BRANCHES)

    assert not faults(folder)
    told = [one for one in warnings(folder) if one[0] == "services.csv"]
    assert told == [("services.csv", row, "organization_id", BRANCH) for row in (3, 2)]
    maker = make(**OLD, **BRANCHES)
    assert [row.id for row in maker.reading.shelf.children("services", "organization_id", "1")] == ["4", "3", "1", "2"]
    assert [one["external_id"] for one in organization(maker)["locations"]] == ["1", "2", "3", "4"]


@pytest.mark.parametrize(
    "tables",
    [
        {"services": [SERVICE, SERVICE | {"id": "3", "organization_id": "2"}]},
        {
            "organizations": [ORGANIZATION, ORGANIZATION | {"id": "9"}],
            "services": [
                SERVICE | {"id": one, "organization_id": of} for one, of in (("2", "1"), ("3", "2"), ("4", "9"))
            ],
            "services_at_location": [{"id": one, "service_id": one, "location_id": "2"} for one in ("2", "4")],
        },
        {"organizations": [OHANA]},
    ],
    ids=["nobody gives another there", "several give another there", "Ohana's"],
)
def test_other_services_of_nobody_are_wrong(tmp_path: Path, tables: dict[str, Table]):
    folder = a_package(tmp_path / "package", **OLD, **(BRANCHES | tables))

    assert ("services.csv", "organization_id") in {(file, column) for file, _, column, _ in faults(folder)}


@pytest.mark.parametrize(
    ("column", "written", "reason"),
    [
        ("url", "ourpage", "left out: is no web address"),
        ("url", "see our page", "left out: is no web address"),
        ("email", "info at example", "left out: is no e-mail address"),
        ("email", "a@example.org or b@example.org", "several addresses; all but the first left out"),
    ],
)
def test_cell_without_an_address_costs_no_row(make: Make, tmp_path: Path, column: str, written: str, reason: str):
    organizations = [ORGANIZATION | {"email": "", column: written}]

    folder = a_package(tmp_path / "package", **OLD, organizations=organizations)
    assert not faults(folder)
    assert warnings(folder) == [("organizations.csv", 2, column, reason)]
    assert organization(make(**OLD, organizations=organizations)).get("email", "") in ("", "a@example.org")


def test_row_is_nothing_without_its_address(tmp_path: Path):
    folder = a_package(tmp_path / "package", **OLD, urls=[{"id": "1", "service_id": "1", "url": "see our page"}])

    assert faults(folder) == [("urls.csv", 2, "url", "is no web address")]


def test_address_may_say_that_it_has_no_city(make: Make, tmp_path: Path):
    homes = [HOME | {"address_1": "1 Main Street", "city": "NULL"}]

    assert warnings(a_package(tmp_path / "package", physical_addresses=homes)) == [
        ("physical_addresses.csv", 0, "city", NONE)
    ]
    (made,) = organization(make(physical_addresses=homes))["locations"]
    assert made["addresses"] == [{"address_1": "1 Main Street", "address_type": "physical"}]


def test_address_whose_city_is_empty_is_wrong(tmp_path: Path):
    homes = [HOME | {"address_1": "1 Main Street", "city": ""}]

    folder = a_package(tmp_path / "package", physical_addresses=homes)
    assert faults(folder) == [("physical_addresses.csv", 2, "city", "is missing")]


@pytest.mark.parametrize("written", ["000-000-*347", "*347"])
def test_code_of_mobile_networks_is_left_out(tmp_path: Path, written: str):
    folder = a_package(tmp_path / "package", **OLD, phones=[PHONE | {"number": written}])

    assert not faults(folder)
    assert warnings(folder) == [("phones.csv", 2, "number", "left out: a code of mobile networks")]
    with reading.read(folder) as found:
        assert not list(found.shelf.rows("phones"))
