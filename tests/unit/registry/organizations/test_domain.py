"""Prove the rules of an organization's record."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.faults import Refused
from services.registry.organizations.domain import (
    OWN_FIELDS,
    OrganizationChanged,
    OrganizationRegistered,
    OrganizationRemoved,
    change,
    register,
    remove,
    unknown,
)
from services.registry.organizations.parts import (
    Accreditation,
    Capability,
    Cooperation,
    Identifier,
    Members,
    settle_cooperations,
    settle_identifiers,
)
from services.registry.organizations.places import Location, settle_locations
from tests.unit.registry.builders import MONDAY, QENA_PATH, TUESDAY, an_organization


def codes(refused):
    return {(fault.field, fault.code) for fault in refused.value.faults}


def test_registering_begins_at_version_one():
    fields = {"name": "جمعية الأمل", "area": "EG2901", "areas": QENA_PATH}

    organization, events = register("org-1", fields, at=MONDAY)

    assert (organization.version, organization.status, organization.last_modified) == (1, "active", MONDAY)
    assert events == (OrganizationRegistered(organization),)


def test_change_raises_version():
    old = an_organization()

    new, events = change(old, {"members_count": 120}, role="officer", at=TUESDAY)

    assert (new.version, new.last_modified, new.members_count) == (2, TUESDAY, 120)
    assert events == (OrganizationChanged(new, frozenset({"members_count"}), old),)


def test_equal_values_change_nothing():
    old = an_organization()

    new, events = change(old, {"name": old.name, "capabilities": old.capabilities}, role="officer", at=TUESDAY)

    assert new is old
    assert events == ()


@given(st.sampled_from(sorted(OWN_FIELDS)))
def test_association_may_change_own_field(name):
    lists = dict.fromkeys(
        (
            *("locations", "capabilities", "phones", "members_by_year"),
            *("contacts", "programs", "funding", "additional_websites"),
        ),
        (),
    )
    value = {"members_count": 7, "languages": ("ar",), **lists}.get(name, "x")

    new, _ = change(an_organization(), {name: value}, role="association", at=TUESDAY)

    assert getattr(new, name) == value


@pytest.mark.parametrize(
    ("name", "value"),
    [("name", "جمعية أخرى"), ("status", "inactive"), ("international_cooperation", True), ("area", "EG2902")],
)
def test_association_may_not_change_the_rest(name, value):
    with pytest.raises(Refused) as refused:
        change(an_organization(), {name: value}, role="association", at=TUESDAY)

    assert codes(refused) == {(name, "not_yours")}


def test_association_may_repeat_what_it_may_not_change():
    old = an_organization()

    new, _ = change(old, {"name": old.name, "members_count": 9}, role="association", at=TUESDAY)

    assert new.members_count == 9


def test_officer_stays_within_own_area():
    with pytest.raises(Refused) as refused:
        register("org-1", {"name": "جمعية", "area": "EG2901", "areas": QENA_PATH}, at=MONDAY, within="EG2902")

    assert codes(refused) == {("area", "outside_area")}


def test_officer_moves_nothing_out_of_own_area():
    moved = {"area": "EG2902", "areas": ("EG", "EG29", "EG2902")}

    with pytest.raises(Refused) as refused:
        change(an_organization(), moved, role="officer", at=TUESDAY, within="EG2901")

    assert codes(refused) == {("area", "outside_area")}


def test_officer_moves_nothing_in_from_outside():
    with pytest.raises(Refused):
        change(an_organization(), {"area": "EG2902"}, role="officer", at=TUESDAY, within="EG2902")


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"locations": (Location("p", latitude=26.1),)}, ("locations.0", "half_a_point")),
        ({"capabilities": (Capability("food", 1), Capability("food", 2))}, ("capabilities.1", "repeated")),
        ({"cooperations": (Cooperation("UNHCR"),)}, ("cooperations", "partner_without_cooperation")),
        ({"cooperations": (Cooperation("UNHCR", valid_to="2020-01-01"),) * 2}, ("cooperations.1", "repeated")),
        (
            {"accreditations": (Accreditation("وزارة", valid_from="2026-02-01", valid_to="2026-01-31"),)},
            ("accreditations.0.valid_to", "ends_before_it_begins"),
        ),
        ({"members_by_year": (Members(2025, 10), Members(2025, 12))}, ("members_by_year.1", "repeated")),
        ({"parent_organization_id": an_organization().id}, ("parent_organization_id", "names_itself")),
        ({"member_of": ("org-2", an_organization().id)}, ("member_of.1", "names_itself")),
        ({"member_of": ("org-2", "org-2")}, ("member_of.1", "repeated")),
        ({"name": ""}, ("name", "required")),
    ],
)
def test_broken_record_is_refused(fields, fault):
    with pytest.raises(Refused) as refused:
        change(an_organization(), fields, role="operator", at=TUESDAY)

    assert codes(refused) == {fault}


def test_day_of_new_status_is_noted():
    closed, _ = change(an_organization(), {"status": "inactive"}, role="operator", at=TUESDAY)

    assert closed.status_since == TUESDAY.date().isoformat()


def test_given_day_of_status_is_kept():
    fields = {"status": "inactive", "status_since": "2026-01-31"}

    closed, _ = change(an_organization(), fields, role="operator", at=TUESDAY)

    assert closed.status_since == "2026-01-31"


def test_ended_cooperation_may_stay_in_the_record():
    ended = {"cooperations": (Cooperation("UNHCR", valid_to="2020-12-31"),), "international_cooperation": False}

    changed, _ = change(an_organization(), ended, role="operator", at=TUESDAY)

    assert changed.cooperations[0].partner == "UNHCR"


def test_cooperation_keeps_what_is_not_given():
    old = (Cooperation("UNHCR", "CH", "سكن", "2025-01-01", "", "17/2025"),)

    settled = settle_cooperations(old, [{"partner": "UNHCR", "valid_to": "2026-06-30"}, {"partner": "WFP"}])

    assert settled == (Cooperation("UNHCR", "CH", "سكن", "2025-01-01", "2026-06-30", "17/2025"), Cooperation("WFP"))


def test_identifier_keeps_its_day_until_another_is_given():
    old = (Identifier("eg.moss", "1/2009", "2009-05-12"), Identifier("eg.tn", "100531385", "2010-01-01"))
    given = (Identifier("eg.moss", "1/2009"), Identifier("eg.tn", "100531385", "2011-01-01"), Identifier("eg.x", "7"))

    assert [one.valid_from for one in settle_identifiers(old, given)] == ["2009-05-12", "2011-01-01", ""]


def test_identifier_stands_once_whatever_its_day():
    twice = (Identifier("eg.moss", "1/2009"), Identifier("eg.moss", "1/2009", "2009-05-12"))

    with pytest.raises(Refused) as refused:
        change(an_organization(), {"identifiers": twice}, role="operator", at=MONDAY)

    assert codes(refused) == {("identifiers.1", "repeated")}


def test_unknown_parent_and_network_are_named():
    organization = an_organization(parent_organization_id="org-7", member_of=("org-8", "org-9"))

    faults = [(fault.field, fault.code) for fault in unknown(organization, {"org-8"})]

    assert faults == [("parent_organization_id", "no_such_organization"), ("member_of.1", "no_such_organization")]


def test_removal_outranks_every_version():
    old = an_organization(version=7)

    assert remove(old) == (OrganizationRemoved(old.id, 8, old),)


def test_location_keeps_what_is_not_given():
    old = (Location("place-1", "المقر", "شارع الجمهورية", 26.1, 32.7, "EG2901"),)

    settled = settle_locations("org-1", old, [{"address": "شارع النيل"}])

    assert settled == (Location("place-1", "المقر", "شارع النيل", 26.1, 32.7, "EG2901"),)


def test_changed_place_says_when():
    office, store = Location("place-1", "المقر"), Location("place-2", "المخزن")
    old = an_organization(locations=(office, store))

    new, _ = change(old, {"locations": (store, Location("place-1", "الفرع"))}, role="operator", at=TUESDAY)

    assert {one.id: one.last_modified for one in new.locations} == {"place-1": TUESDAY.isoformat(), "place-2": ""}


def test_same_row_gives_same_location():
    given_twice = [settle_locations("org-1", (), [{"address": "شارع النيل"}, {"name": "الفرع"}]) for _ in range(2)]

    assert given_twice[0] == given_twice[1]
    assert len({location.id for location in given_twice[0]}) == 2


def test_location_of_another_is_refused():
    with pytest.raises(Refused) as refused:
        settle_locations("org-1", (Location("place-1"),), [{"id": "place-9"}])

    assert codes(refused) == {("locations.0.id", "not_a_choice")}
