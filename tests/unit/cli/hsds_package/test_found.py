"""Prove what becomes of packages as 211s and directories publish them, where these are not as HSDS wants them.

The shapes are those of Open211 Miami (HSDS 1.1), of ORServices, and of Ohana before it had its present names.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.hsds_package import reading
from tests.unit.cli.hsds_made import Make, organization, service, warnings
from tests.unit.cli.hsds_packages import AT_LOCATION, LOCATION, ORGANIZATION, SERVICE, a_package

HOURS = {"id": "", "service_id": "1", "weekday": "", "opens_at": "", "closes_at": ""}
EVERYWHERE = {"id": "1", "location_id": "1", "service_id": "1", "service_at_location_id": "1"}


def errors(path: Path) -> list[tuple[str, int, str]]:
    with reading.read(path) as found:
        return [(one.file, one.row, one.reason) for one in found.verdicts if not one.warning]


def test_hours_in_words_are_kept(make: Make):
    said = ["8:00am-5:00pm, Mon-Fri", "Call for hours", "Call for hours"]

    made = service(make(regular_schedules=[HOURS | {"original_text": one} for one in said]))

    assert made["schedules"] == [{"description": one} for one in said[:2]]


def test_hours_in_words_stand_beside_others(make: Make):
    day = {"weekday": "Monday", "opens_at": "9:00", "closes_at": "17:00", "original_text": "Mondays"}

    made = service(make(regular_schedules=[HOURS | day]))

    assert made["schedules"] == [
        {"freq": "WEEKLY", "byday": "MO", "opens_at": "09:00", "closes_at": "17:00"},
        {"description": "Mondays"},
    ]


def test_day_is_missing_where_nothing_tells_it(tmp_path: Path):
    rows = [HOURS | {"original_text": ""}, HOURS | {"opens_at": "9:00", "closes_at": "17:00"}]

    path = a_package(tmp_path / "package", regular_schedules=rows)

    assert errors(path) == [("regular_schedules.csv", number, "is missing") for number in (2, 3)]


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("eligibility", {"id": "", "service_id": "", "eligibility": "Open to the public"}),
        ("accessibility_for_disabilities", {"id": "", "location_id": "", "accessibility": "ramp"}),
    ],
)
def test_row_of_nothing_is_told(make: Make, table: str, row: dict[str, str]):
    maker = make(**{table: [row, row]})

    assert warnings(maker) == ["left out, in 2 rows: they belong to nothing"]


def test_row_that_says_nothing_is_no_part(make: Make):
    empty = {"id": "1fdf4d39-3d80-484d-9f92-a8ffa08621e7", "location_id": "1", "accessibility": "", "details": ""}
    maker = make(accessibility_for_disabilities=[empty], languages=[{"location_id": "1", "language": ""}])

    (place,) = organization(maker)["locations"]

    assert (place["accessibility"], place["languages"]) == ([], [])


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r"Monday\n\nTuesday", "Monday\n\nTuesday"),
        (r"Monday\r\nTuesday", "Monday\nTuesday"),
        (r"C:\new\docs", r"C:\new\docs"),
        (r"\n", None),
    ],
)
def test_written_ends_of_lines_are_read(make: Make, written: str, read: str | None):
    maker = make(services=[SERVICE | {"description": written}])

    assert service(maker).get("description") == read
    assert warnings(maker) == (["read as the end of a line, in 1 rows"] if read and "\n" in read else [])


@pytest.mark.parametrize(
    ("number", "extension", "description"),
    [("305-891-8850 xOPT2", None, "OPT2"), ("Phone No: (202) 797-8806 Ext: 1041", 1041, None)],
)
def test_what_follows_a_number_is_kept(make: Make, number: str, extension: int | None, description: str | None):
    (phone,) = service(make(phones=[{"id": "1", "service_id": "1", "number": number}]))["phones"]

    assert phone["number"] in ("+13058918850", "+12027978806")
    assert (phone.get("extension"), phone.get("description")) == (extension, description)


def test_organization_is_reached_by_what_is_at_its_places(make: Make):
    maker = make(services_at_location=[AT_LOCATION], phones=[EVERYWHERE | {"number": "703-555-1212"}])

    assert [one["number"] for one in organization(maker)["phones"]] == ["+17035551212"]
    assert [one["number"] for one in service(maker)["service_at_locations"][0]["phones"]] == ["+17035551212"]


def test_nought_is_no_key(make: Make):
    contact = {"id": "1", "organization_id": "1", "service_id": "0", "name": "Ann"}
    maker = make(contacts=[contact], locations=[LOCATION | {"organization_id": "0"}])

    assert [one["name"] for one in organization(maker)["contacts"]] == ["Ann"]
    assert warnings(maker) == ["read as none, in 1 rows: there is no such row"] * 2


def test_nought_may_be_a_key(make: Make):
    rows = {"organizations": [ORGANIZATION | {"id": "0"}], "services": [SERVICE | {"organization_id": "0"}]}

    maker = make(**rows, locations=[LOCATION | {"organization_id": "0"}])

    assert warnings(maker) == []
    assert organization(maker)["external_id"] == "0"


def test_row_of_nought_alone_belongs_to_nothing(tmp_path: Path):
    path = a_package(tmp_path / "package", contacts=[{"id": "1", "organization_id": "0", "name": "Ann"}])

    assert errors(path) == [("contacts.csv", 2, "the row belongs to nothing")]


def test_several_keys_in_one_cell_are_read_one_by_one(make: Make):
    services = [SERVICE, SERVICE | {"id": "2", "name": "Cold meals"}]
    number = {"id": "1", "service_id": "1, 2,9", "number": "703-555-1212"}
    maker = make(services=services, phones=[number])

    assert [len(maker.phones("service_id", one)) for one in "12"] == [1, 1]
    assert warnings(maker) == ["left out: there is no such row in services"]


def test_keys_of_the_numbered_are_those_beside(make: Make):
    """As ORServices exports its tables: ``id`` is a number that no key means."""
    maker = make(
        organizations=[{"id": "7", "organization_recordid": "1", "name": "Harvest"}],
        services=[{"id": "9", "service_recordid": "1", "organization_id": "1", "name": "Hot meals"}],
        locations=[{"ID": "8", "location_recordid": "1", "organization_id": "1", "name": "Belmont"}],
        service_attributes=[{"id": "1", "service_id": "1", "taxonomy_term_id": "BD"}],
        taxonomy_terms=[{"id": "BD", "name": "Food"}],
    )

    made = organization(maker)

    assert (made["external_id"], made["locations"][0]["external_id"]) == ("1", "1")
    assert service(maker)["subjects"] == ["food"]
    assert (maker.reading.version, warnings(maker)) == ("2.x", [])


@pytest.mark.parametrize(("said", "byday"), [("monday", "MO"), ("Friday,Saturday", "FR,SA")])
def test_days_may_be_called_by_their_names(make: Make, said: str, byday: str):
    made = service(make(schedules=[{"service_id": "1", "byday": said, "opens_at": "09:00"}]))

    assert made["schedules"] == [{"byday": byday, "freq": "WEEKLY", "opens_at": "09:00"}]


def test_older_names_of_ohana_are_known(make: Make):
    maker = make(services=[SERVICE | {"how_to_apply": "Walk in"}])

    assert service(maker)["application_process"] == "Walk in"
    assert warnings(maker) == []
