"""Prove what becomes of a place: its line and its parts, and what is not said of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from services.registry.organizations.intake import read
from services.registry.organizations.places import Address, Location, faults_of_places, settle_locations
from services.registry.organizations.schemas import record
from services.registry.organizations.store import from_document, to_document
from tests.unit.registry.builders import an_organization, qena_tree

POST_OFFICE = {"address_1": "ص.ب. ١٢", "city": "قنا", "postal_code": "83511", "address_type": "postal"}
STREET = {"attention": "الاستقبال", "address_1": "شارع  الجميل", "city": "قنا", "country": "EG"}
RAMP = {"description": "منحدر", "details": "من الباب\nالخلفي"}


def settled(*given: dict[str, Any], old: tuple[Location, ...] = ()) -> tuple[Location, ...]:
    """Return the places that are given, read and settled."""
    draft = read({"locations": list(given)}, country="EG", tree=qena_tree())
    assert not draft.faults
    return settle_locations("org-1", old, draft.locations or ())


def test_line_is_made_of_the_parts():
    (place,) = settled({"address": "غير ذلك", "addresses": [POST_OFFICE, STREET]})

    assert place.address == "شارع الجميل, قنا"
    assert [one.address_1 for one in place.addresses] == ["ص.ب. ١٢", "شارع الجميل"]


def test_only_post_makes_the_line_too():
    (place,) = settled({"addresses": [POST_OFFICE]})

    assert place.address == "ص.ب. ١٢, قنا, 83511"


def test_another_line_drops_the_parts():
    old = settled({"addresses": [STREET]})

    assert settled({"address": "شارع النيل"}, old=old)[0].addresses == ()
    assert settled({"address": "شارع الجميل, قنا", "name": "المقر"}, old=old)[0].addresses == old[0].addresses


def test_line_stays_without_its_parts():
    old = settled({"addresses": [STREET]})

    (place,) = settled({"addresses": []}, old=old)

    assert (place.address, place.addresses) == ("شارع الجميل, قنا", ())


def test_unsaid_parts_stay():
    old = settled({"transportation": "القطار", "accessibility": [RAMP], "addresses": [STREET]})

    (place,) = settled({"name": "المقر"}, old=old)

    assert place == replace(old[0], name="المقر")


def test_same_parts_keep_their_ids():
    given = {"accessibility": [RAMP], "addresses": [STREET]}

    old = settled(given)

    assert settled(given, old=old) == old
    assert len({one.id for one in (*old[0].addresses, *old[0].accessibility)} - {""}) == 2


def test_lines_of_a_remark_are_kept():
    (place,) = settled({"transportation": " خط ١\nخط ٢ ", "accessibility": [RAMP]})

    assert (place.transportation, place.accessibility[0].details) == ("خط ١\nخط ٢", "من الباب\nالخلفي")


def test_what_holds_at_a_place_is_read():
    phone = {"number": "٠٩٦ ٥٣٣١٢٣٤", "extension": 9}
    hours = {"freq": "WEEKLY", "byday": "SU, MO", "opens_at": "09:00", "closes_at": "14:00"}

    (place,) = settled({"phones": [phone], "contacts": [{"name": "أ. منى", "phones": [phone]}], "schedules": [hours]})

    assert [(one.number, one.extension) for one in (*place.phones, *place.contacts[0].phones)] == [
        ("+20965331234", 9)
    ] * 2
    assert place.schedules[0].byday == "SU,MO"


def test_wrong_hours_of_a_place_are_named():
    (place,) = settled({"schedules": [{"opens_at": "14:00", "closes_at": "09:00"}]})

    assert [(fault.field, fault.code) for fault in faults_of_places([place])] == [
        ("locations.0.schedules.0.closes_at", "closes_before_it_opens")
    ]


@pytest.mark.parametrize(
    ("given", "field"),
    [({"url": "لا يوجد"}, "locations.0.url"), ({"accessibility": [{"url": "x y"}]}, "locations.0.accessibility.0.url")],
)
def test_wrong_address_is_named(given: dict[str, Any], field: str):
    draft = read({"locations": [given]}, country="EG", tree=qena_tree())

    assert [(fault.field, fault.code) for fault in draft.faults] == [(field, "not_an_address")]


def test_place_comes_back_from_its_document():
    known = an_organization(locations=settled({"addresses": [STREET], "accessibility": [RAMP]}))

    assert from_document(to_document(known)) == known


def test_place_from_before_has_no_parts():
    document = to_document(an_organization(locations=(Location("place-1", address="شارع النيل"),)))
    document["locations"] = [{"id": "place-1", "name": "", "address": "شارع النيل", "latitude": None}]

    (place,) = record(from_document(document))["locations"]

    assert (place["address"], place["addresses"], place["location_type"]) == ("شارع النيل", [], "physical")


def test_place_is_sought_by_its_other_name():
    known = an_organization(locations=(Location("place-1", "المقر", alternate_name="بيت الأمة"),))

    assert "بيت" in to_document(known)["search"]


def test_line_leaves_out_what_is_not_said():
    assert Address(address_1="1 Main Street", city="Fairfax", country="US").line == "1 Main Street, Fairfax"
