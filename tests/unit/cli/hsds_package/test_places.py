"""Prove what becomes of the places of a package, and of their addresses."""

from __future__ import annotations

from typing import Any

import pytest

from cli.hsds_package import services
from cli.hsds_package.services import Home
from contracts.registry.words import PLACES_MOST
from services.gateway.hsds.ids import part_id
from services.gateway.hsds.places import line_id
from tests.unit.cli.hsds_made import Make, organization, warnings
from tests.unit.cli.hsds_packages import LOCATION, ORGANIZATION

STREET = {
    "location_id": "1",
    "attention": "Reception",
    "address_1": "1 Main Street",
    "address_2": "Suite 101",
    "address_3": "Left door",
    "city": "Fairfax",
    "region": "North",
    "state_province": "VA",
    "postal_code": "22031",
    "country": "United States",
}
RAMP = {"id": "1", "location_id": "1", "accessibility": "ramp", "details": "at the back"}
OWN, PARTED = "1fdf4d39-3d80-484d-9f92-a8ffa08621e7", "5ccb92d3-5b13-5d08-90ab-1f6b9c7f9a01"


def test_places_keep_the_order_of_their_file(make: Make):
    places = [LOCATION | {"id": one, "name": one} for one in ("9", "10", "2")]

    made = organization(make(locations=places, services_at_location=[]))

    assert [one["name"] for one in made["locations"]] == ["9", "10", "2"]


def test_place_of_a_service_is_its_organizations(make: Make):
    nobodys = LOCATION | {"organization_id": "", "name": "Town hall"}

    made = organization(make(locations=[nobodys]))

    assert [one["name"] for one in made["locations"]] == ["Town hall"]


def test_no_more_places_are_kept_than_an_organization_may_have(make: Make):
    maker = make(locations=[LOCATION | {"id": str(one)} for one in range(1, PLACES_MOST + 3)])

    made = organization(maker)

    assert len(made["locations"]) == PLACES_MOST
    assert warnings(maker) == [f"left out: a record has {PLACES_MOST} of these at most"] * 2


def test_places_of_a_service_beyond_the_most_are_told(make: Make):
    places = [LOCATION | {"id": str(one)} for one in range(PLACES_MOST + 1)]
    given = [{"id": place["id"], "service_id": "1", "location_id": place["id"]} for place in places]
    maker = make(locations=places, services_at_location=given)

    _, made = next(services.rows(maker, "1", Home("O-1", {place["id"]: f"L-{place['id']}" for place in places})))

    assert len(made["service_at_locations"]) == PLACES_MOST
    assert warnings(maker) == [f"1 left out: there are {PLACES_MOST} at most"]


def test_address_keeps_its_parts(make: Make):
    box = {"location_id": "1", "address_1": "PO Box 1", "city": "Fairfax"}

    (place,) = organization(make(physical_addresses=[STREET], postal_addresses=[box]))["locations"]

    said = {name: STREET[name] for name in STREET.keys() - {"location_id", "address_3"}}
    assert place["addresses"] == [
        said | {"address_2": "Suite 101, Left door", "country": "US", "address_type": "physical"},
        {"address_1": "PO Box 1", "city": "Fairfax", "address_type": "postal"},
    ]


def test_address_of_both_kinds_is_two(make: Make):
    both = [STREET | {"id": OWN}]

    (place,) = organization(make(physical_addresses=both, postal_addresses=both))["locations"]

    assert [one["address_type"] for one in place["addresses"] if "id" not in one] == ["physical", "postal"]


def test_address_of_no_place_is_told(make: Make):
    maker = make(postal_addresses=[{"organization_id": "1", "address_1": "PO Box 1", "city": "Fairfax"}])

    assert organization(maker)["locations"][0]["addresses"] == []
    assert warnings(maker) == ["left out: an address is a place's"]


def test_place_keeps_all_that_is_said(make: Make):
    said = {
        "alternate_name": "Harvest West",
        "description": "Canned goods only",
        "transportation": "Bus 24",
        "url": "http://west.example.org",
        "external_identifier": "///cheer.parent.mole",
        "external_identifier_type": "what3words",
    }
    maker = make(locations=[LOCATION | said | {"virtual": "TRUE"}])

    (place,) = organization(maker)["locations"]

    assert {name: place[name] for name in said} == said
    assert place["location_type"] == "virtual"
    assert warnings(maker) == []


def test_accessibility_is_told_in_both_ways(make: Make):
    places = [LOCATION | {"accessibility": "elevator, wheelchair"}]

    (place,) = organization(make(locations=places, accessibility_for_disabilities=[RAMP]))["locations"]

    assert place["accessibility"] == [
        {"description": "ramp", "details": "at the back"},
        {"description": "elevator"},
        {"description": "wheelchair"},
    ]


def test_place_says_also_what_is_nothing(make: Make):
    (place,) = organization(make())["locations"]

    assert (place["transportation"], place["addresses"], place["accessibility"]) == ("", [], [])


def test_languages_of_a_place_are_its_organizations(make: Make):
    maker = make(locations=[LOCATION | {"languages": "English, Spanish, Klingonese"}])

    made = organization(maker)
    assert made["languages"] == ["en", "es"]
    assert made["locations"][0]["languages"] == [{"code": "en"}, {"code": "es"}, {"name": "Klingonese"}]


def test_place_has_its_own_hours_and_staff(make: Make):
    maker = make(
        regular_schedules=[{"location_id": "1", "weekday": "Monday", "opens_at": "9:30", "closes_at": "17:00"}],
        contacts=[{"id": "1", "location_id": "1", "name": "Ann", "title": "Reception"}],
        phones=[{"location_id": "1", "number": "703-555-1212", "extension": "9"}],
    )

    made = organization(maker)

    (place,) = made["locations"]
    assert [(one["byday"], one["opens_at"]) for one in place["schedules"]] == [("MO", "09:30")]
    assert [one["name"] for one in place["contacts"]] == ["Ann"]
    assert place["phones"] == [{"number": "+17035551212", "extension": 9}]
    assert "contacts" not in made


def test_language_of_a_node_is_its_organizations(exact: Make):
    told = {"id": part_id(OWN, "language", "ar"), "location_id": OWN, "code": "ar"}
    own = {"id": PARTED, "location_id": OWN, "code": "fa", "note": "mornings"}

    made = organization(exact(organizations=[ORGANIZATION], locations=[LOCATION | {"id": OWN}], languages=[told, own]))

    assert made["languages"] == ["ar"]
    assert made["locations"][0]["languages"] == [{"id": PARTED, "code": "fa", "note": "mornings"}]


def test_line_of_a_node_is_no_part(exact: Make):
    address = {"location_id": OWN, "address_1": "شارع النيل", "city": "قنا", "address_type": "physical"}
    lines, parts = address | {"id": line_id(OWN)}, address | {"id": PARTED}

    (place,) = organization(
        exact(organizations=[ORGANIZATION], locations=[LOCATION | {"id": OWN}], addresses=[lines, parts])
    )["locations"]

    assert place["address"] == "شارع النيل"
    assert place["addresses"] == [{name: parts[name] for name in parts.keys() - {"location_id"}}]


CODE = "left out: the register knows no such"


@pytest.mark.parametrize(
    ("tables", "column", "reason"),
    [
        ({"addresses": [STREET | {"address_2": "a" * 600}]}, "address_2", "cut to 500 characters"),
        ({"addresses": [STREET | {"postal_code": "1" * 41}]}, "postal_code", "cut to 40 characters"),
        ({"addresses": [STREET | {"type": "home"}]}, "address_type", f"{CODE} address_type"),
        ({"locations": [LOCATION | {"location_type": "moon"}]}, "location_type", f"{CODE} location_type"),
        ({"locations": [LOCATION | {"transportation": "a" * 2_001}]}, "transportation", "cut to 2000 characters"),
        ({"locations": [LOCATION | {"accessibility": "a" * 2_001}]}, "accessibility", "cut to 2000 characters"),
        (
            {"accessibility": [RAMP | {"id": f"{one}"} for one in range(11)]},
            "accessibility",
            "1 left out: there are 10 at most",
        ),
    ],
)
def test_nothing_of_a_place_is_cut_in_silence(make: Make, tables: dict[str, Any], column: str, reason: str):
    maker = make(**tables)

    organization(maker)

    assert [(one.column, one.reason) for one in maker.verdicts] == [(column, reason)]
