"""Prove what HSDS shows of services and the places they are given at, and that both follow what changes."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import Any

import orjson
import pytest

from chassis.clock import now
from chassis.config import Config
from chassis.database import connect, transaction
from chassis.ids import new_id
from services.gateway.directory.views import Directory
from services.gateway.hsds.asked import OrganizationsAsked, ServicesAsked
from tests.hsds import faults, needs_schemas
from tests.integration.gateway.directories import Projected, organization, service
from tests.integration.gateway.served import (
    AT_CLINIC,
    AT_SCHOOL,
    AT_STATION,
    CHECKUP,
    CLINIC,
    EHSAN,
    HIDDEN,
    LESSONS,
    MEDICINE,
    NOVEMBER,
    STATION,
    at,
    at_locations,
    place,
    serve,
    services,
    whole,
)

Json = dict[str, Any]


@pytest.fixture(autouse=True)
def _services(projected: Projected) -> None:
    serve(projected)


def test_service_is_whole(shown: Directory):
    checkup = whole(shown, CHECKUP)

    assert checkup["organization"]["name"] == "جمعية الإحسان"
    assert checkup["program"]["name"] == "رعاية"
    assert [one["location"]["latitude"] for one in checkup["service_at_locations"]] == [26.164, 26.2]


def test_whole_records_tell_their_last_change(shown: Directory):
    organization = orjson.loads(shown.hsds.organizations([EHSAN], full_service=True)[EHSAN][0])
    clinic = orjson.loads(shown.hsds.at_locations([AT_CLINIC])[AT_CLINIC][0])

    told = [organization, *organization["services"], whole(shown, CHECKUP), clinic["service"]]
    assert {one["metadata"][0]["resource_id"] for one in told} == {EHSAN, CHECKUP, MEDICINE}


def test_hidden_service_is_not_there(shown: Directory):
    assert shown.hsds.services([HIDDEN, "nothing"]) == {}


def test_place_knows_its_service(shown: Directory):
    clinic = orjson.loads(shown.hsds.at_locations([AT_CLINIC])[AT_CLINIC][0])

    assert (clinic["service"]["id"], clinic["service"]["organization"]["id"]) == (CHECKUP, EHSAN)
    assert clinic["location"]["addresses"][0]["city"] == "مركز قنا"


def test_organization_knows_its_services(shown: Directory):
    simple = orjson.loads(shown.hsds.organizations([EHSAN])[EHSAN][0])
    fully = orjson.loads(shown.hsds.organizations([EHSAN], full_service=True)[EHSAN][0])

    assert {one["id"] for one in simple["services"]} == {CHECKUP, MEDICINE}
    assert not [one for one in simple["services"] if "service_at_locations" in one]
    assert [len(one["service_at_locations"]) for one in fully["services"] if one["id"] == CHECKUP] == [2]


def test_minimum_is_id_and_time(shown: Directory):
    page = shown.hsds.services_page(ServicesAsked(minimal=True, modified_after=NOVEMBER))

    assert [orjson.loads(item) for item in page.items] == [
        {"id": MEDICINE, "last_modified": "2026-11-02T08:00:00Z"},
        {"id": LESSONS, "last_modified": "2026-11-03T08:00:00Z"},
    ]


def test_lines_are_all_records(shown: Directory):
    asked = ServicesAsked(full=True)

    assert [orjson.loads(line)["id"] for line in shown.hsds.all_services(asked)] == [LESSONS, MEDICINE, CHECKUP]
    assert len(list(shown.hsds.all_at_locations(asked))) == 3


def test_moved_place_is_found_elsewhere(projected: Projected, shown: Directory):
    projected.organizations(
        organization(EHSAN, version=2, locations=[place(STATION, 24.09, 32.9), place(CLINIC, 26.2, 32.7)])
    )

    assert at_locations(shown, postcode="EG2901", proximity=10_000.0) == [AT_CLINIC]


def test_service_that_ends_leaves_its_places(projected: Projected, shown: Directory):
    projected.services({"id": CHECKUP, "version": 2, "removed": True})

    assert at_locations(shown) == [AT_SCHOOL]
    assert shown.hsds.at_locations([AT_STATION]) == {}


def test_inactive_organization_takes_its_services_along(projected: Projected, shown: Directory):
    projected.organizations(organization(EHSAN, version=2, status="inactive"))

    assert services(shown) == [LESSONS]
    assert at_locations(shown) == [AT_SCHOOL]


def test_forgotten_services_leave_nothing(projected: Projected, shown: Directory):
    projected.age(days=1)

    transaction(projected.database, lambda session: projected.store.forget("services", now(), 10, session, now()))

    assert (services(shown), at_locations(shown)) == ([], [])


def test_same_ids_of_two_services_stay_apart(projected: Projected, shown: Directory):
    projected.services(
        service(MEDICINE, version=2, organization_id=EHSAN, service_at_locations=[at(AT_CLINIC, CLINIC)])
    )

    assert sorted(at_locations(shown)) == sorted([AT_STATION, AT_CLINIC, AT_CLINIC, AT_SCHOOL])


def test_pages_of_what_changed_show_each_once(projected: Projected, shown: Directory):
    projected.services(
        *(
            service(new_id(), organization_id=EHSAN, last_modified=f"2026-11-0{number % 3 + 4}T08:00:00Z")
            for number in range(9)
        )
    )
    asked = ServicesAsked(modified_after=NOVEMBER, per_page=2)

    pages = [shown.hsds.services_page(replace(asked, page=number)) for number in (3, 6, 1, 2, 5, 4)]

    seen = [orjson.loads(item)["id"] for page in pages for item in page.items]
    assert len(seen) == len(set(seen)) == pages[0].total == 11


@pytest.mark.parametrize("asked", [{}, {"search": "كشف"}, {"modified_after": NOVEMBER}, {"organization_id": EHSAN}])
def test_directory_of_nothing_yet_is_empty(config: Config, asked: dict[str, Any]):
    with closing(connect(config, "nothing_yet").client) as client:
        nothing = Directory(client[config.database("nothing_yet")])

        assert services(nothing, **asked) == at_locations(nothing, **asked) == []


@needs_schemas
@pytest.mark.parametrize("full", [False, True])
def test_schemas_of_hsds_are_obeyed(shown: Directory, *, full: bool):
    asked = ServicesAsked(full=full, per_page=500)
    kind = "" if full else "_list"

    served = orjson.loads(shown.hsds.services_page(asked).body)["contents"]
    placed = orjson.loads(shown.hsds.at_locations_page(asked).body)["contents"]
    owners = orjson.loads(shown.hsds.organizations_page(OrganizationsAsked(full=full, full_service=full)).body)[
        "contents"
    ]

    assert len(served) == len(placed) == 3
    assert [fault for one in served for fault in faults(f"service{kind}", one)] == []
    assert [fault for one in placed for fault in faults(f"service_at_location{kind}", one)] == []
    assert [fault for one in owners for fault in faults(f"organization{kind}", one)] == []
