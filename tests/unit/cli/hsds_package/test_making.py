"""Prove what becomes of a package's rows: which part of which record, and how they are bounded."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.hsds_package import organizations, reading, services
from cli.hsds_package.making import Maker
from cli.hsds_package.services import Home
from contracts.registry.organizations import RowFields
from contracts.registry.services import ServiceRowFields
from contracts.text import fold
from services.gateway.hsds.package.rows import _counted
from services.gateway.hsds.package.terms import area_term
from services.gateway.hsds.taxonomies import NEEDS_TAXONOMY, term_id
from tests.unit.cli.hsds_packages import AT_LOCATION, LOCATION, ORGANIZATION, SERVICE, a_package

Make = Callable[..., Maker]
Record = dict[str, Any]
FOOD = term_id(NEEDS_TAXONOMY, "food")
HOME = Home("O-1", {"1": "L-1", "2": "L-2"}, {"p1": "P-1"})


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Give a function that reads a package of some tables, which holds no error."""
    contexts = []

    def maker(subjects: dict[str, str] | None = None, **tables: Any) -> Maker:
        context = reading.read(a_package(tmp_path / "package", **tables))
        contexts.append(context)
        found = context.__enter__()
        assert not found.verdicts.errors, list(found.verdicts)
        return Maker(found, {fold(term): subject for term, subject in (subjects or {}).items()})

    yield maker
    for context in contexts:
        context.__exit__(None, None, None)


@pytest.fixture
def exact(make: Make, tmp_path: Path) -> Make:
    """Give a function that reads a package of just these tables as one that a node wrote."""
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "datapackage.json").write_text(json.dumps({"tashbik": {"node": "qena"}, "version": "3.1"}))
    usual: dict[str, Any] = dict.fromkeys(("organizations", "locations", "services", "services_at_location"), ())
    return lambda **tables: make(**(usual | tables))


def organization(maker: Maker) -> Record:
    """Return the first organization's row, which the registry's schema takes."""
    _, made = next(organizations.rows(maker))
    assert not RowFields().validate(made)
    return made


def service(maker: Maker) -> Record:
    """Return the first service's row, which the registry's schema takes."""
    _, made = next(services.rows(maker, "1", HOME))
    assert not ServiceRowFields().validate(made)
    return made


def warnings(maker: Maker) -> list[str]:
    return [one.reason for one in maker.verdicts]


def test_empty_cells_say_nothing(make: Make):
    made = organization(make())

    assert made.keys() == {"external_id", "name", "email", "locations"}


def test_places_keep_the_order_of_their_file(make: Make):
    places = [LOCATION | {"id": one, "name": one} for one in ("9", "10", "2")]

    made = organization(make(locations=places, services_at_location=[]))

    assert [one["name"] for one in made["locations"]] == ["9", "10", "2"]


def test_place_of_a_service_is_its_organizations(make: Make):
    nobodys = LOCATION | {"organization_id": "", "name": "Town hall"}

    made = organization(make(locations=[nobodys]))

    assert [one["name"] for one in made["locations"]] == ["Town hall"]


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


@pytest.mark.parametrize("follows", [" ext. 12", "x12", "ext.12", " #12"])
def test_extension_may_follow_its_number(make: Make, follows: str):
    made = service(make(phones=[{"service_id": "1", "number": f"703-555-1212{follows}", "language": "en,es"}]))

    assert made["phones"] == [
        {"number": "+17035551212", "languages": [{"code": "en"}, {"code": "es"}], "extension": 12}
    ]


def test_long_extension_is_left_out(make: Make):
    maker = make(phones=[{"service_id": "1", "number": "703-555-1212", "extension": "1" * 5_000}])

    assert service(maker)["phones"] == [{"number": "+17035551212"}]
    assert warnings(maker) == ["left out: it has 6 digits at most"]


def test_extension_of_an_organization_is_told(make: Make):
    maker = make(phones=[{"organization_id": "1", "number": "703-555-1212", "extension": "12"}])

    assert organization(maker)["phones"] == [{"number": "+17035551212", "type": "voice"}]
    assert warnings(maker) == ["left out: the register has no place for it"]


def test_numbers_beyond_ten_are_told(make: Make):
    maker = make(phones=[{"organization_id": "1", "number": f"703-555-12{one}"} for one in range(10, 23)])

    assert len(organization(maker)["phones"]) == 10
    assert warnings(maker) == ["3 left out: there are 10 at most"]


def test_attribute_of_another_table_is_not_a_services(make: Make):
    said = {"link_id": "1", "link_entity": "organization", "value": "Charity"}

    assert "attributes" not in service(make(attributes=[said]))


def test_twenty_places_are_kept(make: Make):
    maker = make(locations=[LOCATION | {"id": str(one)} for one in range(1, 25)])

    made = organization(maker)

    assert len(made["locations"]) == organizations.PLACES
    assert warnings(maker) == ["left out: a record has 20 of these at most"] * 4


def test_address_is_one_line(make: Make):
    address = {
        "location_id": "1",
        "address_1": "1 Main Street",
        "city": "Fairfax",
        "state_province": "VA",
        "country": "US",
    }

    made = organization(make(physical_addresses=[address], postal_addresses=[address | {"address_1": "PO Box 1"}]))

    assert made["locations"][0]["address"] == "1 Main Street, Fairfax, VA"


def test_place_answers_by_its_organizations_telephone(make: Make):
    phones = [
        {"location_id": "1", "number": "703-555-1212", "type": "tty"},
        {"organization_id": "1", "number": "703-555-1212"},
    ]

    made = organization(make(phones=phones))

    assert made["phones"] == [{"number": "+17035551212", "type": "voice"}]


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
ELEVEN = [
    {"location_id": "1", "language": one} for one in ("ar", "fa", "en", "fr", "de", "es", "it", "pt", "ru", "tr", "ku")
]


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
        ({"languages": ELEVEN}, "languages", "1 left out: there are 10 at most"),
    ],
)
def test_nothing_is_cut_in_silence(make: Make, tables: dict[str, Any], column: str, reason: str):
    maker = make(**tables)

    organization(maker)
    service(maker)
    service(maker)

    assert [(one.column, one.reason) for one in maker.verdicts] == [(column, reason)]


def test_places_beyond_thirty_are_told(make: Make):
    places = [LOCATION | {"id": str(one)} for one in range(31)]
    given = [{"id": place["id"], "service_id": "1", "location_id": place["id"]} for place in places]
    maker = make(locations=places, services_at_location=given)

    _, made = next(services.rows(maker, "1", Home("O-1", {place["id"]: f"L-{place['id']}" for place in places})))

    assert len(made["service_at_locations"]) == 30
    assert warnings(maker) == ["1 left out: there are 30 at most"]


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


@pytest.mark.parametrize("term", [{"name": "Food"}, {"name": "X", "code": "food"}, {"name": "غذاء"}])
def test_term_tells_subject(make: Make, term: dict[str, str]):
    said = [{"service_id": "1", "taxonomy_id": "BD"}]

    assert service(make(taxonomy=[{"id": "BD", **term}], services_taxonomy=said))["subjects"] == ["food"]


def test_term_above_tells_subject(make: Make):
    terms = [{"id": "BD", "name": "Food"}, {"id": "BD-1", "name": "Pantries", "parent_id": "BD"}]

    made = service(make(taxonomy=terms, services_taxonomy=[{"service_id": "1", "taxonomy_id": "BD-1"}]))

    assert made["subjects"] == ["food"]
    assert made["attributes"] == [{"link_type": "taxonomy", "label": "Pantries", "value": "BD-1"}]


def test_mapping_tells_subject(make: Make):
    terms = [{"id": "BD-1", "name": "Roofs"}]

    made = service(
        make({"roofs": "housing"}, taxonomy=terms, services_taxonomy=[{"service_id": "1", "taxonomy_id": "BD-1"}])
    )

    assert made["subjects"] == ["housing"]


def test_terms_in_a_circle_end(make: Make):
    terms = [{"id": "1", "name": "One", "parent_id": "2"}, {"id": "2", "name": "Two", "parent_id": "1"}]

    made = service(make(taxonomy=terms, services_taxonomy=[{"service_id": "1", "taxonomy_id": "1"}]))

    assert "subjects" not in made


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
    assert (first["area"], "capabilities" in first) == ("EG.26", False)
    assert [one["link_type"] for one in second["contacts"][0]["attributes"]] == ["capability"]


@pytest.mark.parametrize(
    ("capacity", "unit"), [(None, "3 rooms"), (None, ""), (None, "rooms"), (None, "- x"), (3, "rooms"), (3, "")]
)
def test_capability_comes_back_as_it_was(exact: Make, capacity: int | None, unit: str):
    known = {"subject": "food", "capacity": capacity, "unit": unit}
    amount = {} if capacity is None else {"value": f"{capacity} {unit}".strip()}
    term = {"taxonomy_term": {"id": FOOD, "code": "food"}}
    told = _counted({"id": "a", "link_type": "capability", **amount, **term}, {"food": known})
    said = {"id": "a", "link_id": "1", "link_entity": "organization", "link_type": "capability"}
    rows = [said | {"taxonomy_term_id": FOOD, "value": told["value"]}]

    made = organization(
        exact(
            organizations=[{"id": "1", "name": "Harvest"}],
            attributes=rows,
            taxonomy_terms=[{"id": FOOD, "code": "food", "name": "Food"}],
        )
    )

    assert made["capabilities"] == [{name: value for name, value in known.items() if value is not None}]


def test_capacity_of_many_digits_is_a_unit(exact: Make):
    said = {"id": "a", "link_id": "1", "link_entity": "organization", "link_type": "capability"}
    rows = [said | {"taxonomy_term_id": FOOD, "value": "9" * 5_000}]

    (_, made), *_ = organizations.rows(
        exact(
            organizations=[ORGANIZATION], attributes=rows, taxonomy_terms=[{"id": FOOD, "code": "food", "name": "Food"}]
        )
    )

    assert "capacity" not in made["capabilities"][0]
