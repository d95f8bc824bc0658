"""Prove what the directory shows of services, whatever order its changes come in, and that an index answers it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import permutations
from typing import Any

import orjson
import pytest

from services.gateway.directory.documents import facet
from services.gateway.directory.grid import NOWHERE, cell, position
from services.gateway.directory.search.query import Near
from services.gateway.directory.services.documents import owned_by
from services.gateway.directory.services.search import ServiceSearch
from services.gateway.directory.views import Directory
from tests.integration.gateway.directories import QENA, QUS, Projected, located, organization, service

Json = dict[str, Any]
STATION = Near(26.164, 32.727, 50_000)
PLACE = located(26.17, 32.72)
CLINIC = PLACE[0]["id"]


def found(shown: Directory, **asked: Any) -> list[str]:
    """Return the ids that a search finds, in their order."""
    return [orjson.loads(item)["id"] for item in shown.service_page(ServiceSearch(**asked)).items]


def kept(projected: Projected, id: str) -> Json:  # noqa: A002
    """Return the document of a service."""
    document = projected.database["directory_services"].find_one({"_id": id})
    assert document is not None
    return document


@pytest.mark.parametrize("order", list(permutations([1, 2, 3])))
def test_newest_version_is_shown(projected: Projected, shown: Directory, order: tuple[int, ...]):
    projected.organizations(organization("ehsan"))
    for version in order:
        projected.services(service("clinic", f"الاسم {version}", version=version))

    body, tag = shown.services(["clinic"])["clinic"]

    assert (orjson.loads(body)["name"], tag.partition("-")[0]) == ("الاسم 3", '"3')


@pytest.mark.parametrize("late", [1, 2])
def test_removed_service_stays_away(projected: Projected, shown: Directory, late: int):
    projected.organizations(organization("ehsan"))
    projected.services(service("clinic"))

    projected.services({"id": "clinic", "version": 3, "removed": True})
    projected.services(service("clinic", version=late))

    assert (shown.services(["clinic"]), found(shown)) == ({}, [])


def test_tombstone_may_come_first(projected: Projected, shown: Directory):
    projected.services({"id": "clinic", "version": 3, "removed": True})

    projected.services(service("clinic", version=2))

    assert shown.services(["clinic"]) == {}


def test_service_may_come_before_its_organization(projected: Projected, shown: Directory):
    projected.services(service("clinic", at=CLINIC))
    hidden = found(shown)

    projected.organizations(organization("ehsan", locations=PLACE))

    assert (hidden, found(shown)) == ([], ["clinic"])
    assert kept(projected, "clinic")["position"] == position(32.72, 26.17)


def test_service_is_where_its_organization_says(projected: Projected, shown: Directory):
    projected.organizations(organization("ehsan", locations=PLACE))
    projected.services(service("clinic", at=CLINIC), service("nowhere"))

    clinic, nowhere = kept(projected, "clinic"), kept(projected, "nowhere")

    assert (clinic["position"], clinic["cell"]) == (position(32.72, 26.17), cell(32.72, 26.17))
    assert (nowhere["position"], nowhere["cell"]) == (None, NOWHERE)


def test_service_moves_when_its_place_is_found_elsewhere(projected: Projected):
    projected.organizations(organization("ehsan", locations=PLACE))
    projected.services(service("clinic", at=CLINIC))
    before = kept(projected, "clinic")

    moved = [{**PLACE[0], "latitude": 25.92, "longitude": 32.76}]
    projected.organizations(organization("ehsan", locations=moved, version=2))

    after = kept(projected, "clinic")
    assert after["position"] == position(32.76, 25.92)
    assert (after["version"], after["heard_at"], after["etag"]) == (1, before["heard_at"], before["etag"])


def test_other_changes_render_no_service_again(projected: Projected):
    projected.organizations(organization("ehsan", locations=PLACE))
    projected.services(service("clinic", at=CLINIC))
    before = kept(projected, "clinic")

    projected.organizations(organization("ehsan", "اسم جديد", locations=PLACE, version=2))

    assert kept(projected, "clinic") == before


def test_inactive_organization_hides_its_services(projected: Projected, shown: Directory):
    projected.organizations(organization("ehsan"))
    projected.services(service("clinic"))

    projected.organizations(organization("ehsan", status="inactive", version=2))
    hidden = found(shown)
    projected.organizations(organization("ehsan", version=3))

    assert (hidden, found(shown)) == ([], ["clinic"])
    assert "clinic" in shown.services(["clinic"])


def test_removed_organization_hides_its_services(projected: Projected, shown: Directory):
    projected.organizations(organization("ehsan"))
    projected.services(service("clinic"))

    projected.organizations({"id": "ehsan", "version": 2, "removed": True})

    assert found(shown) == []


@pytest.mark.parametrize(
    ("status", "listed"),
    [("active", True), ("temporarily closed", True), ("inactive", False), ("defunct", False)],
)
def test_what_is_given_is_listed(projected: Projected, shown: Directory, status: str, listed: bool):
    projected.organizations(organization("ehsan"))

    projected.services(service("clinic", status=status))

    assert bool(found(shown)) == listed


def test_projectors_at_once_show_the_place(projected: Projected):
    """Let a service and its organization be written in the same moment: one sees what the other wrote."""
    ids = [f"org-{number}" for number in range(8)]
    works = [
        work
        for id_ in ids
        for work in (
            lambda id_=id_: projected.services(service(f"of-{id_}", at=CLINIC, organization_id=id_)),
            lambda id_=id_: projected.organizations(organization(id_, locations=PLACE)),
        )
    ]

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(work) for work in works]:
            done.result()

    assert all(kept(projected, f"of-{id_}")["position"] == position(32.72, 26.17) for id_ in ids)


@pytest.fixture
def town(projected: Projected) -> None:
    """Put three services of two organizations."""
    qus = [{**located(25.92, 32.76, "EG2905")[0], "id": "qus-place"}]
    projected.organizations(
        organization("ehsan", locations=PLACE, areas=QENA), organization("rahma", locations=qus, areas=QUS)
    )
    projected.services(
        service("clinic", "علاج شهري للأسر", at=CLINIC, areas=QENA),
        service("kitchen", "مطبخ الخير", areas=QENA, subjects=["food"], status="temporarily closed"),
        service("school", "علاج النطق", at="qus-place", organization_id="rahma", areas=QUS, subjects=["schooling"]),
    )


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ({}, ["school", "clinic", "kitchen"]),
        ({"q": "علاج"}, ["clinic", "school"]),
        ({"q": "علاج للاسر"}, ["clinic"]),
        ({"subject": "food"}, ["kitchen"]),
        ({"area": "EG2905"}, ["school"]),
        ({"organization_id": "ehsan"}, ["clinic", "kitchen"]),
        ({"organization_id": "ehsan", "subject": "health", "q": "شهري"}, ["clinic"]),
        ({"organization_id": "ehsan", "area": "EG2905"}, []),
        ({"organization_id": "ehsan", "area": "EG29"}, ["clinic", "kitchen"]),
        ({"status": "temporarily closed"}, ["kitchen"]),
        ({"near": STATION}, ["clinic", "school"]),
        ({"near": STATION, "subject": "schooling"}, ["school"]),
    ],
)
def test_search_finds(town: None, shown: Directory, asked: Json, ids: list[str]):
    assert found(shown, **asked) == ids


@pytest.mark.parametrize("asked", [{}, {"q": "علاج"}, {"organization_id": "ehsan"}, {"near": STATION}], ids=str)
def test_pages_lead_through_all(town: None, shown: Directory, asked: Json):
    ids, cursor = [], ""
    while True:
        page = shown.service_page(ServiceSearch(**asked, limit=1, cursor=cursor))
        ids += [orjson.loads(item)["id"] for item in page.items]
        cursor = page.next
        if not cursor:
            break

    assert ids == found(shown, **asked)


@pytest.mark.parametrize(
    "conditions",
    [
        {"facets": facet()},
        {"facets": facet(area=owned_by("ehsan"))},
        {"organization": {"$in": ["ehsan"]}},
        {"heard_at": {"$not": {"$gte": None}}, "removed": {"$ne": True}},
        {"cell": {"$gte": 0, "$lt": 100}},
    ],
    ids=str,
)
def test_queries_use_an_index(town: None, projected: Projected, conditions: Json):
    plan = projected.database["directory_services"].find(conditions).explain()

    assert "COLLSCAN" not in list(stages_of(plan["queryPlanner"]["winningPlan"]))


def stages_of(plan: Json) -> Iterator[str]:
    """Yield the names of a plan's stages."""
    yield plan.get("stage", "")
    for inner in (plan.get("inputStage"), *plan.get("inputStages", ())):
        if inner:
            yield from stages_of(inner)
