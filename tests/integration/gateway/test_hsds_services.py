"""Prove what HSDS shows of services and the places they are given at, and that both follow what changes."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from chassis.bounded import LONGEST_MS, Bounded
from chassis.clock import now
from chassis.config import Config
from chassis.database import connect, transaction
from chassis.ids import new_id
from services.gateway.api.examples.case import AREAS
from services.gateway.api.examples.hsds import PLACES
from services.gateway.directory.views import Directory
from services.gateway.hsds.asked import OrganizationsAsked, ServicesAsked
from services.gateway.hsds.lists import views as lists
from services.gateway.hsds.lists.views import List
from services.gateway.hsds.places import postal_key
from services.gateway.hsds.taxonomies import NEEDS_TAXONOMY, ORGANIZATIONS_TAXONOMY, term_id
from tests.hsds import faults, needs_schemas
from tests.integration.gateway.directories import LUXOR, QENA, QUS, Projected, area, located, organization, service
from tests.integration.gateway.test_search import stages_of

Json = dict[str, Any]

EHSAN, RAHMA = new_id(), new_id()
STATION, CLINIC, SCHOOL = new_id(), new_id(), new_id()
CHECKUP, MEDICINE, LESSONS, CLOSED, HIDDEN = (new_id() for _ in range(5))
AT_STATION, AT_CLINIC, AT_SCHOOL = new_id(), new_id(), new_id()
SCHOOL_POSTAL = "83511-1234"
PANTRIES, CLOTHES = new_id(), new_id()
"""Terms of a taxonomy that is neither the shared one nor the node's own."""
NOVEMBER = datetime(2026, 11, 1, tzinfo=UTC)
PROGRAM = {"id": new_id(), "name": "رعاية", "alternate_name": "", "description": "", "attributes": []}


def place(id: str, latitude: float, longitude: float, area: str = "EG2901", postal: str = "") -> Json:  # noqa: A002
    """Return a place of an organization."""
    address = {"id": new_id(), "address_1": "1 Main Street", "postal_code": postal, "address_type": "physical"}
    return {**located(latitude, longitude, area)[0], "id": id, "addresses": [address] if postal else []}


def classified(*terms: str) -> list[Json]:
    """Return attributes that say under which terms of others a record falls."""
    about = {"link_type": "taxonomy", "value": "", "label": "Pantries"}
    return [{"id": new_id(), "taxonomy_term_id": term, **about} for term in terms]


def at(id: str, location: str) -> Json:  # noqa: A002
    """Return a service at a place."""
    return {**service("any", at=location)["service_at_locations"][0], "id": id}


@pytest.fixture(autouse=True)
def _services(projected: Projected) -> None:
    projected.areas(*(area(code, **PLACES[code]) for code in AREAS))
    projected.organizations(
        organization(
            EHSAN,
            "جمعية الإحسان",
            locations=[place(STATION, 26.164, 32.727, postal="SW1A 1AA"), place(CLINIC, 26.2, 32.7)],
            programs=[PROGRAM],
        ),
        organization(
            RAHMA,
            "جمعية الرحمة",
            area="EG2905",
            areas=QUS,
            locations=[place(SCHOOL, 25.92, 32.76, "EG2905", SCHOOL_POSTAL)],
        ),
    )
    projected.services(
        service(
            CHECKUP,
            "كشف طبي",
            organization_id=EHSAN,
            areas=QENA,
            program_id=PROGRAM["id"],
            service_at_locations=[at(AT_STATION, STATION), at(AT_CLINIC, CLINIC)],
            last_modified="2026-10-01T08:00:00Z",
            attributes=classified(PANTRIES.upper(), CLOTHES),
        ),
        service(MEDICINE, "دواء شهري", organization_id=EHSAN, areas=QENA, last_modified="2026-11-02T08:00:00Z"),
        service(
            LESSONS,
            "دروس تقوية",
            organization_id=RAHMA,
            area="EG2905",
            areas=QUS,
            subjects=["schooling"],
            service_at_locations=[at(AT_SCHOOL, SCHOOL)],
            last_modified="2026-11-03T08:00:00Z",
            attributes=classified(PANTRIES),
        ),
        service(HIDDEN, "خدمة متوقفة", organization_id=EHSAN, status="defunct"),
    )


def services(shown: Directory, **asked: Any) -> list[str]:
    """Return the ids on a page of services, in their order."""
    return _ids(shown.hsds.services_page(ServicesAsked(**asked)).body)


def at_locations(shown: Directory, **asked: Any) -> list[str]:
    """Return the ids on a page of services at locations, in their order."""
    return _ids(shown.hsds.at_locations_page(ServicesAsked(**asked)).body)


def _ids(body: bytes) -> list[str]:
    page = orjson.loads(body)
    assert page["total_items"] == len(page["contents"])
    return [one["id"] for one in page["contents"]]


def whole(shown: Directory, id: str) -> Json:  # noqa: A002
    """Return a service as it is read by its id."""
    record: Json = orjson.loads(shown.hsds.services([id])[id][0])
    return record


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
