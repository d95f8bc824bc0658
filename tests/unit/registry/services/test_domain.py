"""Prove the rules of a service's record."""

import pytest

from services.registry.faults import Refused
from services.registry.services.domain import (
    ServiceChanged,
    ServiceRegistered,
    ServiceRemoved,
    change,
    follow,
    register,
    remove,
)
from services.registry.services.parts import ServiceAtLocation
from tests.unit.registry.builders import MONDAY, QENA_PATH, TUESDAY
from tests.unit.registry.services.builders import (
    BRANCH,
    CLINIC,
    ORGANIZATION_ID,
    a_full_service,
    a_home,
    a_service,
    an_id,
    fields_of,
)


def codes(refused):
    return {(fault.field, fault.code) for fault in refused.value.faults}


def test_registering_begins_at_version_one():
    service, events = register("service-1", a_home(), {"name": "مطبخ الخير"}, role="officer", at=MONDAY)

    assert (service.version, service.status, service.last_modified) == (1, "active", MONDAY)
    assert (service.organization_id, service.area, service.areas) == (ORGANIZATION_ID, "EG2901", QENA_PATH)
    assert events == (ServiceRegistered(service),)


def test_change_raises_version():
    old = a_service()

    new, events = change(old, a_home(), {"wait_time": "أسبوع"}, role="officer", at=TUESDAY)

    assert (new.version, new.last_modified, new.wait_time) == (2, TUESDAY, "أسبوع")
    assert events == (ServiceChanged(new, frozenset({"wait_time"}), old),)


def test_equal_values_change_nothing():
    old = a_full_service()

    new, events = change(old, a_home(), {"name": old.name, "phones": old.phones}, role="officer", at=TUESDAY)

    assert new is old
    assert events == ()


def test_full_record_is_right():
    old = a_full_service()

    new, _ = change(old, a_home(), {"alert": "مغلق في العيد"}, role="officer", at=TUESDAY)

    assert new.alert == "مغلق في العيد"


def test_removal_outranks_every_version():
    old = a_service(version=7)

    assert remove(old) == (ServiceRemoved(old.id, 8, old),)


@pytest.mark.parametrize("name", ["assured_date", "assurer_email"])
def test_association_does_not_vouch_for_itself(name):
    given = {name: {"assured_date": "2026-03-01", "assurer_email": "moss@qena.example"}[name]}

    with pytest.raises(Refused) as changed:
        change(a_service(), a_home(), given, role="association", at=TUESDAY)
    with pytest.raises(Refused) as registered:
        register("service-1", a_home(), {"name": "علاج", **given}, role="association", at=MONDAY)

    assert codes(changed) == codes(registered) == {(name, "not_yours")}


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"name": ""}, ("name", "required")),
        ({"minimum_age": 19, "maximum_age": 18}, ("maximum_age", "below_minimum")),
        ({"assured_date": "2026-04-01"}, ("assured_date", "in_the_future")),
        ({"program_id": "program-1"}, ("program_id", "no_such_program")),
        ({"phones": [{"id": an_id(1), "number": "096 5331234"}] * 2}, ("phones.1.id", "repeated")),
        (
            {"service_at_locations": [{"location_id": "elsewhere"}]},
            ("service_at_locations.0.location_id", "no_such_location"),
        ),
        (
            {"service_at_locations": [{"location_id": CLINIC}, {"location_id": CLINIC}]},
            ("service_at_locations.1.location_id", "repeated"),
        ),
        (
            {"capacities": [{"unit": {"name": "beds"}, "available": 3, "maximum": 2}]},
            ("capacities.0.available", "more_than_there_is"),
        ),
        (
            {"cost_options": [{"valid_from": "2026-03-02", "valid_to": "2026-03-01"}]},
            ("cost_options.0.valid_to", "ends_before_it_begins"),
        ),
        (
            {"service_at_locations": [{"location_id": CLINIC, "schedules": [{"byday": "XX"}]}]},
            ("service_at_locations.0.schedules.0.byday", "malformed"),
        ),
    ],
)
def test_broken_record_is_refused(given, fault):
    with pytest.raises(Refused) as refused:
        change(a_service(), a_home(), fields_of(**given), role="operator", at=TUESDAY)

    assert codes(refused) == {fault}


def test_programme_of_the_organization_is_taken():
    home = a_home(programs=frozenset({"program-1"}))

    new, _ = change(a_service(), home, {"program_id": "program-1"}, role="officer", at=TUESDAY)

    assert new.program_id == "program-1"


def test_service_moves_with_its_organization():
    moved = a_home(area="EG2902", areas=("EG", "EG29", "EG2902"))

    new, events = follow(a_service(), moved, at=TUESDAY)

    assert (new.area, new.areas, new.version) == ("EG2902", ("EG", "EG29", "EG2902"), 2)
    assert events == (ServiceChanged(new, frozenset({"area", "areas"}), a_service()),)


def test_service_leaves_a_place_that_is_given_up():
    both = (ServiceAtLocation(an_id(1), CLINIC), ServiceAtLocation(an_id(2), BRANCH))

    new, _ = follow(a_service(service_at_locations=both), a_home(locations=frozenset({BRANCH})), at=TUESDAY)

    assert new.service_at_locations == both[1:]


def test_service_leaves_a_programme_that_is_given_up():
    new, _ = follow(a_service(program_id="program-1"), a_home(), at=TUESDAY)

    assert new.program_id == ""


def test_service_stays_where_nothing_moved():
    service = a_service()

    assert follow(service, a_home(), at=TUESDAY) == (service, ())
