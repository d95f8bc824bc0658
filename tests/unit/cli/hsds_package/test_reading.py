"""Prove what is said of a package's tables, rows and cells that are wrong, and what is read all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.hsds_package import archive, reading
from cli.hsds_package.making import IDS
from cli.hsds_package.tables import BY_NAME, UNREAD
from tests.hsds import HSDS, needs_schemas
from tests.unit.cli.hsds_packages import AT_LOCATION, LOCATION, ORGANIZATION, SERVICE, a_package
from tests.unit.cli.hsds_read import faults, warnings

NO_DAY = "is no day of the calendar; write 2014-11-27"
OLDER = {
    "mail_addresses",
    "regular_schedules",
    "holiday_schedules",
    "eligibility",
    "payments_accepted",
    "services_taxonomy",
}
"""Tables that 3.x has no more."""
NO_ROW = "there is no such row in"


@pytest.mark.parametrize(
    ("tables", "version"),
    [
        ({}, "3.x"),
        ({"regular_schedules": [{"id": "1", "service_id": "1", "weekday": "1"}]}, "1.1"),
        ({"organizations": [ORGANIZATION | {"date_incorporated": "2014-01-02"}]}, reading.OHANA),
    ],
)
def test_version_is_recognized(tmp_path: Path, tables: dict, version: str):
    with reading.read(a_package(tmp_path / "package", **tables)) as found:
        assert found.version == version


def test_point_of_noughts_is_none(tmp_path: Path):
    folder = a_package(tmp_path / "package", locations=[LOCATION | {"latitude": "0.0", "longitude": "0"}])

    with reading.read(folder) as found:
        assert "latitude" not in next(found.shelf.rows("locations")).cells
    assert warnings(folder) == [("locations.csv", 2, "latitude", "left out: nothing is at 0, 0")]


def test_services_of_wrong_organization_are_counted(tmp_path: Path):
    wrong = ORGANIZATION | {"id": "2", "email": "nobody"}
    services = [SERVICE, SERVICE | {"id": "2", "organization_id": "2"}, SERVICE | {"id": "3", "organization_id": "2"}]

    with reading.read(a_package(tmp_path / "package", organizations=[ORGANIZATION, wrong], services=services)) as found:
        assert found.shelf.of_none("services", "organizations") == 2


@pytest.mark.parametrize("mark", ["utf-16-le", "utf-16-be"])
def test_text_in_two_bytes_a_letter_is_read(tmp_path: Path, mark: str):
    folder = a_package(tmp_path / "package")
    file = folder / "organizations.csv"
    file.write_bytes(f"\ufeff{file.read_text(encoding='utf-8')}1,\u202fPe\u00f1a\n".encode(mark))

    with reading.read(folder) as found:
        assert [row["name"] for row in found.shelf.rows("organizations")] == [ORGANIZATION["name"]]
        assert [(one.row, one.reason) for one in found.verdicts] == [(3, "row 2 has this id already")]


def test_mark_at_beginning_is_no_column(tmp_path: Path):
    folder = a_package(tmp_path / "package")
    (folder / "organizations.csv").write_bytes(b"\xef\xbb\xbfid,name\r\n1,Harvest Food Bank\r\n")

    assert not faults(folder)


@pytest.mark.parametrize("between", [";", "\t"])
def test_other_separators_are_read(tmp_path: Path, between: str):
    folder = a_package(tmp_path / "package")
    rows = [["id", "name"], ["1", '"Harvest, Food\nBank"']]
    (folder / "organizations.csv").write_text("\r\n".join(map(between.join, rows)), encoding="utf-8")

    with reading.read(folder) as found:
        assert next(found.shelf.rows("organizations"))["name"] == "Harvest, Food\nBank"
        assert not found.verdicts.kept


def test_western_bytes_are_read(tmp_path: Path):
    folder = a_package(tmp_path / "package", contacts=[{"id": "1", "organization_id": "1", "name": "Jane"}])
    (folder / "contacts.csv").write_bytes("id,organization_id,name\n1,1,Zoë’s\n".encode("cp1252"))

    with reading.read(folder) as found:
        assert [row["name"] for row in found.shelf.rows("contacts")] == ["Zoë’s"]
    assert warnings(folder) == [("contacts.csv", 2, "name", "is not UTF-8; read as Windows-1252")]


def test_other_alphabet_keeps_rows_out(tmp_path: Path):
    folder = a_package(tmp_path / "package", contacts=[{"id": "1", "organization_id": "1", "name": "Jane"}])
    (folder / "contacts.csv").write_bytes("id,organization_id,name\n1,1,محمود\n2,1,Jane\n".encode("cp1256"))

    assert faults(folder) == [("contacts.csv", 2, "name", "is not UTF-8")]


def test_words_for_nothing_are_empty(tmp_path: Path):
    odd = SERVICE | {"email": "None", "url": "N/A", "program_id": "NULL", "alternate_name": "n/a", "fees": "None"}

    with reading.read(a_package(tmp_path / "package", services=[odd])) as found:
        assert not found.verdicts.kept
        assert next(found.shelf.rows("services")).cells == SERVICE | {"fees": "None"}


def test_required_cell_needs_a_word(tmp_path: Path):
    folder = a_package(tmp_path / "package", organizations=[ORGANIZATION | {"name": "NULL"}])

    assert faults(folder) == [("organizations.csv", 2, "name", "is missing")]


def test_first_of_several_addresses_is_taken(tmp_path: Path):
    folder = a_package(tmp_path / "package", organizations=[ORGANIZATION | {"email": "a@example.org; b@example.org"}])

    with reading.read(folder) as found:
        assert next(found.shelf.rows("organizations"))["email"] == "a@example.org"
    assert warnings(folder) == [("organizations.csv", 2, "email", "several addresses; all but the first left out")]


def test_empty_file_is_warned(tmp_path: Path):
    folder = a_package(tmp_path / "package")
    (folder / "programs.csv").touch()

    assert not faults(folder)
    assert warnings(folder) == [("programs.csv", 0, "", "is empty: it lacks a header")]


def test_what_is_not_kept_is_told_once(tmp_path: Path):
    places = [LOCATION | {"id": str(one), "admin_emails": "a@example.org"} for one in (1, 2)]

    told = warnings(a_package(tmp_path / "package", locations=places))

    assert told == [("locations.csv", 0, "admin_emails", "left out, in 2 rows: the register has no place for it")]


def test_list_of_terms_is_no_ohana(tmp_path: Path):
    unnamed = LOCATION | {"name": ""}

    with reading.read(
        a_package(tmp_path / "package", services=[SERVICE | {"taxonomy_ids": "1"}], locations=[unnamed])
    ) as found:
        assert found.version != reading.OHANA
        assert not found.verdicts.errors


def test_topmost_term_may_name_another(tmp_path: Path):
    terms = [{"id": "BD-1", "name": "Food", "parent_id": "BD"}, {"id": "BD-1.2", "name": "Soup", "parent_id": "BD-1"}]
    said = [{"id": "1", "service_id": "1", "taxonomy_id": "BD-1"}]

    folder = a_package(tmp_path / "package", taxonomy=terms, services_taxonomy=said)

    assert not faults(folder)
    assert warnings(folder) == [("taxonomy.csv", 2, "parent_id", f"{NO_ROW} taxonomy")]


def test_missing_column_is_told(tmp_path: Path):
    folder = a_package(tmp_path / "package", organizations=[{"id": "1", "alternate_name": "HFB"}])

    assert faults(folder) == [("organizations.csv", 1, "name", "this column is missing")]


def test_missing_column_keeps_rows_out(tmp_path: Path):
    hours = [{"service_id": "1", "opens_at": "9:00", "closes_at": "17:00"}]

    with reading.read(a_package(tmp_path / "package", regular_schedules=hours)) as found:
        assert found.verdicts.errors == 1
        assert not list(found.shelf.rows("regular_schedules"))


def test_columns_are_bounded(tmp_path: Path):
    folder = a_package(tmp_path / "package")
    (folder / "programs.csv").write_text("x," * archive.MOST_COLUMNS + "x\n", encoding="utf-8")

    assert faults(folder) == [
        ("programs.csv", 1, "", "this row and all below it cannot be read: it has more than 1,000 columns")
    ]


def test_long_line_is_told(tmp_path: Path):
    folder = a_package(tmp_path / "package")
    (folder / "programs.csv").write_text("id,name\n" + "x," * archive.LONGEST_LINE, encoding="utf-8")

    (told,) = faults(folder)
    assert told[3].endswith("a line is longer than 4,194,304 characters")


@pytest.mark.parametrize(
    ("rows", "row"),
    [('1,"One\n2,Two\n3,Three\n', 2), ('1,One\n2,"T"wo\n3,Three\n', 3), ('1,One\n2,"Two\n3,"Three"\n', 3)],
)
def test_lost_quote_is_told(tmp_path: Path, rows: str, row: int):
    folder = a_package(tmp_path / "package", locations=(), services=(), services_at_location=())
    (folder / "organizations.csv").write_text(f"id,name\n{rows}", encoding="utf-8")

    assert faults(folder) == [
        ("organizations.csv", row, "", f"this row and all below it cannot be read: {archive.QUOTE}")
    ]


def test_nodes_package_is_utf8(tmp_path: Path):
    folder = a_package(tmp_path / "package")
    (folder / "datapackage.json").write_text('{"tashbik": {"node": "qena"}}', encoding="utf-8")
    (folder / "organizations.csv").write_bytes("id,name\n1,Zoë\n".encode("cp1252"))

    assert faults(folder) == [("organizations.csv", 2, "name", "is not UTF-8")]


def test_id_in_two_files_is_told(tmp_path: Path):
    other = [ORGANIZATION | {"name": "Another"}]

    told = faults(a_package(tmp_path / "package", organization=other))

    assert told == [("organizations.csv", 2, "id", "row 2 of organization.csv has this id already")]


def test_unknown_column_is_warned(tmp_path: Path):
    folder = a_package(tmp_path / "package", organizations=[ORGANIZATION | {"mood": "good"}])

    assert not faults(folder)
    assert warnings(folder) == [("organizations.csv", 1, "mood", "is no column of HSDS; left out")]


def test_second_row_of_id_is_told(tmp_path: Path):
    folder = a_package(tmp_path / "package", organizations=[ORGANIZATION, ORGANIZATION | {"name": "Another"}])

    assert faults(folder) == [("organizations.csv", 3, "id", "row 2 has this id already")]


@pytest.mark.parametrize(("closes", "told"), [("4:00", 1), ("00:00", 0), ("24:00", 0), ("17:00", 0)])
def test_end_before_its_beginning_is_told(tmp_path: Path, closes: str, told: int):
    hours = {"service_id": "1", "weekday": "MO", "opens_at": "10:00", "closes_at": closes}

    found = warnings(a_package(tmp_path / "package", regular_schedules=[hours]))

    assert found == [("regular_schedules.csv", 2, "closes_at", "before it opens; read as on the next day")] * told


def test_same_row_again_is_warned(tmp_path: Path):
    folder = a_package(tmp_path / "package", organizations=[ORGANIZATION, ORGANIZATION])

    assert not faults(folder)
    assert warnings(folder) == [("organizations.csv", 3, "id", "left out: row 2 again")]


@pytest.mark.parametrize(
    ("table", "row", "column", "reason"),
    [
        ("organizations", ORGANIZATION | {"email": "info at example"}, "email", "is no e-mail address"),
        ("organizations", ORGANIZATION | {"url": "see our page"}, "url", "is no web address"),
        ("locations", LOCATION | {"latitude": "97.77"}, "latitude", "is not between -90 and 90 degrees"),
        ("locations", LOCATION | {"longitude": ""}, "longitude", "is missing beside latitude"),
        ("locations", LOCATION | {"latitude": "north"}, "latitude", "is no number"),
        ("services", SERVICE | {"assured_date": "2014-13-27"}, "assured_date", NO_DAY),
        ("services_at_location", AT_LOCATION | {"location_id": "7"}, "location_id", f"{NO_ROW} locations"),
        ("phones", {"id": "1", "service_id": "1", "number": "call us"}, "number", "is no telephone number"),
        ("programs", {"id": "1", "organization_id": "9", "name": "F"}, "organization_id", f"{NO_ROW} organizations"),
        ("regular_schedules", {"id": "1", "service_id": "1", "weekday": "Someday"}, "weekday", "is no day of the week"),
    ],
)  # fmt: skip
def test_wrong_cell_is_told(tmp_path: Path, table: str, row: dict[str, str], column: str, reason: str):
    folder = a_package(tmp_path / "package", **{table: [row]})

    assert faults(folder) == [(f"{table}.csv", 2, column, reason)]


def test_service_finds_its_organization(tmp_path: Path):
    folder = a_package(tmp_path / "package", services=[{"id": "1", "location_id": "1", "name": "Hot meals"}])

    with reading.read(folder) as found:
        assert [row["organization_id"] for row in found.shelf.rows("services")] == ["1"]


def test_place_of_nobody_is_warned(tmp_path: Path):
    folder = a_package(tmp_path / "package", locations=[LOCATION, LOCATION | {"id": "2", "organization_id": ""}])

    assert not faults(folder)
    assert warnings(folder) == [("locations.csv", 3, "organization_id", "left out: the place is nobody's")]


def test_terms_from_elsewhere_are_no_orphans(tmp_path: Path):
    folder = a_package(tmp_path / "package", services_taxonomy=[{"id": "1", "service_id": "1", "taxonomy_id": "BD"}])

    assert not faults(folder)


def test_one_file_is_judged_alone(tmp_path: Path):
    file = a_package(tmp_path / "package") / "locations.csv"

    assert not faults(file)


@pytest.mark.parametrize(
    ("address", "number"),
    [
        ({"city": "Leeds", "country": "GB"}, "0113 496 0000"),
        ({"city": "Leeds", "country": "UK"}, "0113 496 0000"),
        ({"city": "Miami", "country": "U.S.A."}, "305-373-1234"),
        ({"city": "Miami", "state_province": "FL", "postal_code": "33101-0001"}, "305-373-1234"),
    ],
)
def test_address_tells_country_of_numbers(tmp_path: Path, address: dict[str, str], number: str):
    place = {"id": "1", "location_id": "1", "address_1": "1 High Street"} | address
    phone = {"id": "1", "service_id": "1", "number": number}

    with reading.read(a_package(tmp_path / "package", physical_addresses=[place], phones=[phone]), "EG") as found:
        assert not found.verdicts.errors


@pytest.mark.parametrize(
    ("several", "one", "country"),
    [
        ({"state_province": "CA", "postal_code": "94301"}, {"country": "MX"}, "US"),
        ({"country": "MX"}, {"state_province": "CA", "postal_code": "94301"}, "MX"),
        ({"country": "--"}, {"country": "ZZ"}, "EG"),
        ({"country": "--"}, {"country": "Mexico"}, "MX"),
    ],
)
def test_most_addresses_tell_the_country(tmp_path: Path, several: dict[str, str], one: dict[str, str], country: str):
    place = {"location_id": "1", "address_1": "1 High Street", "city": "Palo Alto"}
    rows = [place | several] * 50 + [place | one]

    with reading.read(a_package(tmp_path / "package", physical_addresses=rows), "EG") as found:
        assert found.country == country


@needs_schemas
def test_tables_of_the_standard_are_known():
    with reading.read(HSDS / "examples" / "csv") as found:
        assert not [one.reason for one in found.verdicts if one.reason.startswith("is no ")]
        assert found.present.keys() == BY_NAME.keys() - UNREAD - OLDER - {IDS}


def test_hours_of_3x_need_no_end(tmp_path: Path):
    assert not faults(a_package(tmp_path / "package", schedules=[{"service_id": "1", "opens_at": "09:00:00"}]))
