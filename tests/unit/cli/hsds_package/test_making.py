"""Prove what becomes of a package's rows: which part of which record, and how they are bounded."""

from __future__ import annotations

from typing import Any

import pytest

from cli.hsds_package import organizations
from services.gateway.hsds.ids import part_id
from services.gateway.hsds.package.rows import _counted
from services.gateway.hsds.package.terms import area_term
from services.gateway.hsds.taxonomies import NEEDS, NEEDS_TAXONOMY, term_id
from tests.unit.cli.hsds_made import Make, organization, service, warnings
from tests.unit.cli.hsds_packages import AT_LOCATION, LOCATION, ORGANIZATION, SERVICE

FOOD = term_id(NEEDS_TAXONOMY, "food")


def test_empty_cells_say_nothing(make: Make):
    made = organization(make())

    assert made.keys() == {"external_id", "name", "email", "locations", "all_locations"}


def test_day_without_a_name_is_none(exact: Make):
    hours = [{"id": "1", "service_id": "1", "weekday": "", "opens_at": "9:00"}]

    made = service(exact(organizations=[ORGANIZATION], services=[SERVICE], regular_schedules=hours))

    assert "schedules" not in made


def test_days_without_hours_are_closed(make: Make):
    week = [("Friday", "9am", "5pm"), ("Saturday", "", ""), ("Sunday", "", "")]
    rows = [{"service_id": "1", "weekday": day, "opens_at": opens, "closes_at": ends} for day, opens, ends in week]

    made = service(make(regular_schedules=rows))

    assert made["schedules"] == [{"freq": "WEEKLY", "byday": "FR", "opens_at": "09:00", "closes_at": "17:00"}]


@pytest.mark.parametrize("said", ["Spanish", "es", "spanish"])
def test_language_is_named_either_way(make: Make, said: str):
    spoken = [{"id": "1", "location_id": "1", "language": said}, {"id": "2", "service_id": "1", "language": said}]

    maker = make(languages=spoken)

    assert organization(maker)["languages"] == ["es"]
    assert service(maker)["languages"][0]["code"] == "es"


def test_licence_is_an_accreditation(make: Make):
    maker = make(organizations=[ORGANIZATION | {"accreditations": "BBB", "licenses": "BBB, State Board"}])

    assert organization(maker)["accreditations"] == [{"accreditor": "BBB"}, {"accreditor": "State Board"}]


def test_shared_tax_number_names_nobody(make: Make):
    maker = make(organizations=[ORGANIZATION | {"id": one, "tax_id": "pending"} for one in ("1", "2")])

    assert "identifiers" not in organization(maker)
    assert warnings(maker) == ["left out: another organization has it too"]


def test_long_text_is_cut(make: Make):
    maker = make(organizations=[ORGANIZATION | {"description": "a" * 2_001}])

    assert len(organization(maker)["description"]) == organizations.DESCRIPTION
    assert warnings(maker) == ["cut to 2000 characters"]


CODE = "left out: the register knows no such"
MANY = ",".join(f"Tongue {one}" for one in range(11))
TONGUES = ("ar", "fa", "en", "fr", "de", "es", "it", "pt", "ru", "tr", "ku")
ELEVEN = {
    "locations": [LOCATION, LOCATION | {"id": "2"}],
    "languages": [{"location_id": f"{number % 2 + 1}", "language": one} for number, one in enumerate(TONGUES)],
}


@pytest.mark.parametrize(
    ("tables", "column", "reason"),
    [
        (
            {"services": [SERVICE | {"fees_description": "5", "fees": "6"}]},
            "fees",
            "left out: fees_description says it",
        ),
        ({"services": [SERVICE | {"fees": "a" * 10_001}]}, "fees", "cut to 10000 characters"),
        (
            {"services": [SERVICE | {"eligibility_description": "a" * 10_001}]},
            "eligibility_description",
            "cut to 10000 characters",
        ),
        ({"services": [SERVICE | {"maximum_age": "999"}]}, "maximum_age", "left out: no age from 0 to 150"),
        ({"cost_options": [{"service_id": "1", "currency": "Euro"}]}, "currency", f"{CODE} currency"),
        ({"schedules": [{"location_id": "1", "freq": "DAILY"}]}, "freq", f"{CODE} freq"),
        ({"schedules": [{"service_id": "1", "wkst": "Monday"}]}, "wkst", f"{CODE} wkst"),
        (
            {
                "units": [{"id": "u", "name": "beds"}],
                "service_capacity": [{"service_id": "1", "unit_id": "u", "available": "1", "updated": "2026-11-02"}],
            },
            "updated",
            "left out: no moment with a zone; write 2026-11-02T08:15:00Z",
        ),
        (
            {"phones": [{"service_id": "1", "number": "703-555-1212", "language": MANY}]},
            "language",
            "1 left out: there are 10 at most",
        ),
        (ELEVEN, "languages", "1 left out: there are 10 at most"),
        (
            {"organizations": [ORGANIZATION | {"accreditations": "a" * 201}]},
            "accreditations",
            "cut to 200 characters",
        ),
        ({"services": [SERVICE | {"required_documents": "a" * 2_001}]}, "required_documents", "cut to 2000 characters"),
        ({"services": [SERVICE | {"keywords": "a" * 2_001}]}, "keywords", "cut to 2000 characters"),
        (
            {"payments_accepted": [{"service_id": "1", "payment": "a" * 2_001}]},
            "payment",
            "cut to 2000 characters",
        ),
        (
            {"attributes": [{"link_id": "1", "link_entity": "service", "taxonomy_term_id": "t", "label": "a" * 201}]},
            "label",
            "cut to 200 characters",
        ),
    ],
)
def test_nothing_is_cut_in_silence(make: Make, tables: dict[str, Any], column: str, reason: str):
    maker = make(**tables)

    organization(maker)
    service(maker)
    service(maker)

    assert [(one.column, one.reason) for one in maker.verdicts] == [(column, reason)]


def test_days_of_equal_hours_stand_together(make: Make):
    days = [("Tuesday", "9:30", "5 pm"), ("Monday", "9:30", "5 pm"), ("Friday", "8:00", "12:00")]
    hours = [{"service_id": "1", "weekday": day, "opens_at": opens, "closes_at": closes} for day, opens, closes in days]

    made = service(make(regular_schedules=hours))

    assert [(one["byday"], one["opens_at"], one["closes_at"]) for one in made["schedules"]] == [
        ("MO,TU", "09:30", "17:00"),
        ("FR", "08:00", "12:00"),
    ]


def test_night_becomes_two_schedules(make: Make):
    night = {"service_id": "1", "weekday": "Sunday", "opens_at": "22:00", "closes_at": "06:00"}

    made = service(make(regular_schedules=[night]))

    assert [(one["byday"], one["opens_at"], one["closes_at"]) for one in made["schedules"]] == [
        ("SU", "22:00", "24:00"),
        ("MO", "00:00", "06:00"),
    ]


def test_closed_holiday_is_a_note(make: Make):
    holiday = {"service_id": "1", "start_date": "2014-12-24", "end_date": "2014-12-26", "closed": "TRUE"}

    made = service(make(holiday_schedules=[holiday]))

    assert made["schedules"] == [{"valid_from": "2014-12-24", "valid_to": "2014-12-26", "notes": "closed"}]


def test_hours_of_the_place_hold_there(make: Make):
    hours = {"location_id": "1", "weekday": "Monday", "opens_at": "9:30", "closes_at": "17:00"}

    made = service(make(regular_schedules=[hours]))

    assert "schedules" not in made
    assert made["service_at_locations"][0]["location_id"] == "L-1"
    assert [one["byday"] for one in made["service_at_locations"][0]["schedules"]] == ["MO"]


def test_unknown_place_is_left_out(make: Make):
    maker = make(
        locations=[LOCATION, LOCATION | {"id": "3"}], services_at_location=[AT_LOCATION | {"location_id": "3"}]
    )

    assert "service_at_locations" not in service(maker)


def test_programme_is_the_registers(make: Make):
    programs = [{"id": "p1", "organization_id": "1", "name": "Meals"}]

    assert service(make(programs=programs, services=[SERVICE | {"program_id": "p1"}]))["program_id"] == "P-1"


def test_capacity_beyond_maximum_is_left_out(make: Make):
    maker = make(
        units=[{"id": "u", "name": "beds"}],
        service_capacity=[{"service_id": "1", "unit_id": "u", "available": "12", "maximum": "10"}],
    )

    assert "capacities" not in service(maker)
    assert warnings(maker) == ["left out: more than there is, or of nothing"]


def test_row_belongs_to_the_nearest(make: Make):
    contact = {"id": "c", "service_id": "1", "organization_id": "1", "name": "Ann"}
    phone = {"id": "t", "contact_id": "c", "service_id": "1", "number": "703-555-1212"}

    maker = make(contacts=[contact], phones=[phone])

    assert "contacts" not in organization(maker)
    assert "phones" not in service(maker)
    assert [one["phones"][0]["number"] for one in service(maker)["contacts"]] == ["+17035551212"]


def test_ids_of_3x_are_kept(make: Make):
    kept = "1fdf4d39-3d80-484d-9f92-a8ffa08621e7"
    costs = [{"id": kept, "service_id": "1", "option": "Children", "amount": "35", "currency": "gbp"}]

    made = service(make(cost_options=costs))

    assert made["cost_options"] == [{"id": kept, "option": "Children", "amount": 35, "currency": "GBP"}]


def test_attribute_means_a_row_of_its_table(exact: Make):
    one = "1fdf4d39-3d80-484d-9f92-a8ffa08621e7"
    term = {"id": area_term("EG.26"), "code": "EG.26", "name": "Qena"}
    said = {
        "id": "a",
        "link_id": one,
        "link_entity": "organization",
        "link_type": "area",
        "taxonomy_term_id": term["id"],
    }
    others = said | {"id": "b", "link_entity": "contact", "link_type": "capability", "taxonomy_term_id": FOOD}
    contact = {"id": one, "organization_id": "2", "name": "Ann"}

    maker = exact(
        organizations=[{"id": one, "name": "Harvest"}, {"id": "2", "name": "Fresh Start"}],
        contacts=[contact],
        attributes=[others, said],
        taxonomy_terms=[term, {"id": FOOD, "code": "food", "name": "Food"}],
    )

    (_, first), (_, second) = organizations.rows(maker)
    assert (first["area"], first["capabilities"]) == ("EG.26", [])
    assert [one["link_type"] for one in second["contacts"][0]["attributes"]] == ["capability"]


@pytest.mark.parametrize(
    ("capacity", "unit"), [(None, "3 rooms"), (None, ""), (None, "rooms"), (None, "- x"), (3, "rooms"), (3, "")]
)
def test_capability_comes_back_as_it_was(exact: Make, capacity: int | None, unit: str):
    known = {"subject": "food", "capacity": capacity, "unit": unit}
    amount = {} if capacity is None else {"value": f"{capacity} {unit}".strip()}
    term = {"taxonomy_term": {"id": FOOD, "code": "food"}}
    id_ = part_id("1", "attribute", NEEDS, "food", amount.get("value", ""))
    told = _counted({"id": id_, "link_type": "capability", **amount, **term}, "1", {"food": known})
    said = {"id": id_, "link_id": "1", "link_entity": "organization", "link_type": "capability"}
    rows = [said | {"taxonomy_term_id": FOOD, "value": told["value"]}]

    made = organization(
        exact(
            organizations=[{"id": "1", "name": "Harvest"}],
            attributes=rows,
            taxonomy_terms=[{"id": FOOD, "code": "food", "name": "Food"}],
        )
    )

    assert made["capabilities"] == [{name: value for name, value in known.items() if value is not None} | {"terms": []}]


def test_capacity_of_many_digits_is_a_unit(exact: Make):
    said = {"id": "a", "link_id": "1", "link_entity": "organization", "link_type": "capability"}
    rows = [said | {"taxonomy_term_id": FOOD, "value": "9" * 5_000}]

    (_, made), *_ = organizations.rows(
        exact(
            organizations=[ORGANIZATION], attributes=rows, taxonomy_terms=[{"id": FOOD, "code": "food", "name": "Food"}]
        )
    )

    assert "capacity" not in made["capabilities"][0]
