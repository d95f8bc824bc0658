"""Prove what HSDS's lists of services and of their places are narrowed by, in which order, and that an index leads."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from chassis.bounded import LONGEST_MS, Bounded
from services.gateway.api.examples.hsds import PLACES
from services.gateway.directory.views import Directory
from services.gateway.hsds.asked import ServicesAsked
from services.gateway.hsds.lists import views as lists
from services.gateway.hsds.lists.views import List
from services.gateway.hsds.places import postal_key
from services.gateway.hsds.taxonomies import NEEDS_TAXONOMY, ORGANIZATIONS_TAXONOMY, term_id
from tests.integration.gateway.directories import LUXOR, Projected, area, organization
from tests.integration.gateway.served import (
    AT_CLINIC,
    AT_SCHOOL,
    AT_STATION,
    CHECKUP,
    CLINIC,
    CLOTHES,
    EHSAN,
    LESSONS,
    MEDICINE,
    NOVEMBER,
    PANTRIES,
    PROGRAM,
    RAHMA,
    SCHOOL_POSTAL,
    STATION,
    at_locations,
    place,
    serve,
    services,
)
from tests.integration.gateway.test_search import stages_of

Json = dict[str, Any]


@pytest.fixture(autouse=True)
def _services(projected: Projected) -> None:
    serve(projected)


def test_services_by_name(shown: Directory):
    assert services(shown) == [LESSONS, MEDICINE, CHECKUP]


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ({"search": "دروس"}, [LESSONS]),
        ({"taxonomy_term_id": term_id(NEEDS_TAXONOMY, "schooling", "ar")}, [LESSONS]),
        ({"taxonomy_id": NEEDS_TAXONOMY.id, "organization_id": EHSAN}, [MEDICINE, CHECKUP]),
        ({"taxonomy_id": ORGANIZATIONS_TAXONOMY.id}, []),
        ({"taxonomy_term_id": PANTRIES}, [LESSONS, CHECKUP]),
        ({"taxonomy_term_id": PANTRIES, "organization_id": EHSAN}, [CHECKUP]),
        ({"taxonomy_term_id": PANTRIES, "modified_after": NOVEMBER}, [LESSONS]),
        ({"taxonomy_term_id": CLOTHES, "search": "كشف"}, [CHECKUP]),
        ({"taxonomy_term_id": PANTRIES, "taxonomy_id": NEEDS_TAXONOMY.id}, []),
        ({"taxonomy_term_id": "*"}, []),
        ({"organization_id": RAHMA}, [LESSONS]),
        ({"organization_id": "nobody"}, []),
        ({"modified_after": NOVEMBER}, [MEDICINE, LESSONS]),
        ({"modified_after": NOVEMBER, "organization_id": RAHMA}, [LESSONS]),
        ({"modified_after": NOVEMBER, "search": "كشف"}, []),
        ({"modified_after": datetime(2026, 11, 2, 8, tzinfo=UTC)}, [MEDICINE, LESSONS]),
    ],
)
def test_services_are_narrowed(shown: Directory, asked: dict[str, Any], ids: list[str]):
    assert services(shown, **asked) == ids


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ({}, {AT_STATION, AT_CLINIC, AT_SCHOOL}),
        ({"search": "كشف"}, {AT_STATION, AT_CLINIC}),
        ({"organization_id": RAHMA}, {AT_SCHOOL}),
        ({"taxonomy_term_id": PANTRIES}, {AT_STATION, AT_CLINIC, AT_SCHOOL}),
        ({"taxonomy_term_id": CLOTHES}, {AT_STATION, AT_CLINIC}),
        ({"taxonomy_term_id": PANTRIES, "postcode": "EG2905"}, {AT_SCHOOL}),
        ({"taxonomy_term_id": PANTRIES, "postcode": SCHOOL_POSTAL}, {AT_SCHOOL}),
        ({"taxonomy_term_id": CLOTHES, "postcode": "EG2905"}, set()),
        ({"postcode": "EG2905"}, {AT_SCHOOL}),
        ({"postcode": "EG2905", "organization_id": EHSAN}, set()),
        ({"postcode": " eg 2901 "}, {AT_STATION, AT_CLINIC}),
        ({"postcode": "EG29"}, {AT_STATION, AT_CLINIC, AT_SCHOOL}),
        ({"postcode": "nowhere", "proximity": 500.0}, set()),
        ({"postcode": "sw1a1aa"}, {AT_STATION}),
        ({"postcode": " SW1A  1aa"}, {AT_STATION}),
        ({"postcode": "SW1A 1AA", "organization_id": RAHMA}, set()),
        ({"postcode": "SW1A 1AA", "taxonomy_id": NEEDS_TAXONOMY.id}, {AT_STATION}),
        ({"postcode": "83511"}, {AT_SCHOOL}),
        ({"modified_after": NOVEMBER}, {AT_SCHOOL}),
    ],
)
def test_services_at_locations_are_narrowed(shown: Directory, asked: dict[str, Any], ids: set[str]):
    assert set(at_locations(shown, **asked)) == ids


def test_place_that_moved_is_found_as_modified(projected: Projected, shown: Directory):
    since = datetime(2027, 1, 1, tzinfo=UTC)
    assert at_locations(shown, modified_after=since) == []
    moved = {**place(STATION, 26.17, 32.72), "last_modified": "2027-01-02T09:00:00+02:00"}

    projected.organizations(
        organization(EHSAN, version=2, locations=[moved, place(CLINIC, 26.2, 32.7)], programs=[PROGRAM])
    )

    assert at_locations(shown, modified_after=since) == [AT_STATION]
    assert at_locations(shown, modified_after=NOVEMBER) == [AT_SCHOOL, AT_STATION]


def test_area_without_a_centre_has_the_middle_of_its_places(projected: Projected, shown: Directory):
    projected.areas(area("EG2901", version=9, **PLACES["EG2901"] | {"centre": None}))

    assert at_locations(shown, postcode="EG2901", proximity=1_000.0) == []
    assert set(at_locations(shown, postcode="EG2901", proximity=4_000.0)) == {AT_STATION, AT_CLINIC}


def test_branch_is_found_where_it_is(projected: Projected, shown: Directory):
    branch = {**place(CLINIC, 25.29, 32.55), "area": LUXOR[-1], "areas": LUXOR}
    projected.organizations(
        organization(EHSAN, version=2, locations=[place(STATION, 26.164, 32.727), branch], programs=[PROGRAM])
    )

    assert [set(at_locations(shown, postcode=code)) for code in LUXOR[1:]] == [{AT_CLINIC}, {AT_CLINIC}]
    assert set(at_locations(shown, postcode="EG29")) == {AT_STATION, AT_SCHOOL}
    assert set(at_locations(shown, postcode="EG")) == {AT_STATION, AT_CLINIC, AT_SCHOOL}
    assert CHECKUP in services(shown, postcode="EG33")


@pytest.mark.parametrize(
    ("metres", "ids"),
    [
        (1_000.0, [AT_STATION]),
        (10_000.0, [AT_STATION, AT_CLINIC]),
        (50_000.0, [AT_STATION, AT_CLINIC, AT_SCHOOL]),
    ],
)
def test_nearest_to_the_areas_centre_first(shown: Directory, metres: float, ids: list[str]):
    assert at_locations(shown, postcode="EG2901", proximity=metres) == ids
    assert at_locations(shown, postcode="SW1A1AA", proximity=metres) == ids
    assert at_locations(shown, postcode="eg2901 ", proximity=metres) == ids


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("directory_services", {}),
        ("directory_services", {"modified_after": NOVEMBER}),
        ("directory_service_locations", {}),
        ("directory_service_locations", {"modified_after": NOVEMBER}),
        ("directory_service_locations", {"organization_id": EHSAN, "postcode": "EG29"}),
        ("directory_service_locations", {"postcode": postal_key("83511"), "organization_id": RAHMA}),
        ("directory_service_locations", {"search": "كشف"}),
    ],
)
def test_index_leads(projected: Projected, name: str, asked: dict[str, Any]):
    selection, collection = ServicesAsked(**asked).selection, projected.database[name]
    records = List(collection)._reader(Bounded(collection, LONGEST_MS))
    conditions = records._conditions(selection)
    found = records._sorted(selection, conditions, {}) if not selection.words else records._found(selection, {})

    stages = list(stages_of(found.explain()["queryPlanner"]["winningPlan"]))

    assert "IXSCAN" in stages
    assert "SORT" not in stages


@pytest.mark.parametrize("few", [1, 1000])
@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ({"search": "علاج دواء", "organization_id": EHSAN}, []),
        ({"search": "شهري دواء", "organization_id": EHSAN}, [MEDICINE]),
        ({"modified_after": NOVEMBER, "organization_id": EHSAN}, [MEDICINE]),
    ],
)
def test_few_are_looked_at_whole(
    shown: Directory, monkeypatch: pytest.MonkeyPatch, few: int, asked: dict[str, Any], ids: list[str]
):
    monkeypatch.setattr(lists, "FEW", few)

    assert services(shown, **asked) == ids
