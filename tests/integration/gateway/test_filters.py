"""Prove what members, capacity, networks, boxes and open hours narrow a search to, and that an index answers each."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest

from contracts.registry.hsds import Schedule
from services.gateway.directory.grid import Box
from services.gateway.directory.search import views
from services.gateway.directory.search.query import Near, Search
from services.gateway.directory.search.views import BY_NAME
from services.gateway.directory.services.search import ServiceSearch
from services.gateway.directory.views import Directory
from tests.integration.gateway.directories import Projected, located, organization, service
from tests.integration.gateway.test_search import found, paged, stages_of

SUNDAY = datetime(2026, 11, 1, 10, tzinfo=ZoneInfo("Africa/Cairo"))
NIGHT = SUNDAY.replace(hour=3)
STATION = Near(26.164, 32.727, 500_000)
QENA_BOX, PACIFIC = Box(32.5, 26.0, 33.0, 26.5), Box(170.0, -50.0, -170.0, -10.0)
FIJI = located(-18.1, 178.4)
EVERY: dict[str, Any] = {
    "min_members": 100,
    "min_capacity": 40,
    "member_of": "union",
    "open_at": SUNDAY,
    "bbox": QENA_BOX,
}


def scheduled(**fields: Any) -> list[dict[str, Any]]:
    """Return one schedule, of Sundays from nine to two where nothing else is said."""
    empty = {name: None if name in ("timezone", "interval", "count", "wkst") else "" for name in Schedule().fields}
    return [
        {**empty, "attributes": [], "freq": "WEEKLY", "byday": "SU", "opens_at": "09:00", "closes_at": "14:00"} | fields
    ]


def capacities(*those: tuple[str, int | None, str]) -> list[dict[str, Any]]:
    """Return capabilities."""
    return [{"subject": subject, "capacity": capacity, "unit": unit} for subject, capacity, unit in those]


@pytest.fixture(autouse=True)
def _organizations(projected: Projected) -> None:
    projected.organizations(
        organization(
            "ehsan",
            "جمعية الإحسان",
            members_count=120,
            capabilities=capacities(("health", 40, "families"), ("food", 500, "meals")),
            member_of=["union"],
            locations=located(26.17, 32.72),
        ),
        organization(
            "rahma",
            "جمعية الرحمة",
            members_count=99,
            capabilities=[
                {**capacities(("health", 39, "families"))[0], "terms": ["health.dialysis.home"]},
                *capacities(("food", 80, "families"), ("housing", None, "families")),
            ],
            parent_organization_id="union",
            locations=located(25.92, 32.76),
        ),
        organization(
            "fiji", "جمعية بعيدة", members_count=None, capabilities=[], member_of=["others", "ehsan"], locations=FIJI
        ),
        organization("nowhere", "جمعية بلا مكان", members_count=0, capabilities=[], locations=[]),
        organization("closed", "جمعية مغلقة", status="inactive", members_count=500, member_of=["union"]),
    )
    projected.services(
        service("clinic", organization_id="ehsan", schedules=scheduled()),
        service("kitchen", organization_id="ehsan", schedules=scheduled(byday="FR")),
        service("second", organization_id="rahma", schedules=scheduled(interval=2, dtstart="2026-10-25")),
        service("shut", organization_id="fiji", schedules=scheduled(), status="temporarily closed"),
        service("unsaid", organization_id="nowhere", schedules=[]),
        service("gone", organization_id="closed", schedules=scheduled()),
    )


@pytest.mark.parametrize("few", [1, 1000])
@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ({"min_members": 100}, {"ehsan"}),
        ({"min_members": 99}, {"ehsan", "rahma"}),
        ({"min_members": 0}, {"ehsan", "rahma", "nowhere"}),
        ({"min_capacity": 40}, {"ehsan", "rahma"}),
        ({"min_capacity": 40, "subject": "health"}, {"ehsan"}),
        ({"min_capacity": 1, "subject": "housing"}, set()),
        ({"min_capacity": 81}, set()),
        ({"min_capacity": 39, "subject": "health.dialysis"}, {"rahma"}),
        ({"min_capacity": 40, "subject": "health.dialysis"}, set()),
        ({"member_of": "union"}, {"ehsan", "rahma"}),
        ({"member_of": "ehsan"}, {"fiji"}),
        ({"bbox": QENA_BOX}, {"ehsan"}),
        ({"bbox": PACIFIC}, {"fiji"}),
        ({"bbox": Box(-180, -90, 180, 90)}, {"ehsan", "rahma", "fiji"}),
        ({"open_at": SUNDAY}, {"ehsan"}),
        ({"open_at": SUNDAY.replace(day=8)}, {"ehsan", "rahma"}),
        ({"open_at": NIGHT}, set()),
        (EVERY, {"ehsan"}),
    ],
)
def test_filters(shown: Directory, monkeypatch: pytest.MonkeyPatch, asked: dict[str, Any], ids: set[str], few: int):
    monkeypatch.setattr(views, "FEW", few)
    placed = ids - {"nowhere"}

    assert set(found(shown, **asked)) == ids
    assert set(found(shown, q="جمعية", **asked)) == ids
    assert {one["id"] for one in shown.downloads.records(Search(**asked))} == ids
    assert {orjson.loads(one)["id"] for one in shown.features(Search(**asked))} == placed
    assert set(found(shown, near=STATION, **asked)) == ids & {"ehsan", "rahma"}


@pytest.mark.parametrize(
    ("asked", "most", "counted"),
    [({}, 10, 4), ({}, 2, 3), ({"min_members": 99, "q": "جمعية"}, 10, 2), ({"member_of": "nobody"}, 10, 0)],
)
def test_what_is_found_is_counted(shown: Directory, asked: dict[str, Any], most: int, counted: int):
    assert shown.downloads.how_many(Search(**asked), most) == counted


@pytest.mark.parametrize("few", [1, 1000])
@pytest.mark.parametrize("more", [{}, {"q": "جمعية"}, {"near": STATION}])
def test_pages_of_what_is_open(
    projected: Projected, shown: Directory, monkeypatch: pytest.MonkeyPatch, few: int, more: dict[str, Any]
):
    monkeypatch.setattr(views, "FEW", few)
    ids = {f"open-{number:02}" for number in range(12)}
    projected.organizations(*(organization(id_, f"جمعية {id_}", locations=located(26.1, 32.7)) for id_ in ids))
    projected.services(*(service(f"of-{id_}", organization_id=id_, schedules=scheduled()) for id_ in ids))

    seen = paged(shown, Search(open_at=SUNDAY, limit=3, **more))

    assert (len(seen), set(seen)) == (13, {*ids, "ehsan"})


@pytest.mark.parametrize(("asked", "ids"), [({"open_at": SUNDAY}, {"clinic"}), ({"bbox": QENA_BOX}, set())])
def test_services_are_narrowed(shown: Directory, asked: dict[str, Any], ids: set[str]):
    page = shown.service_page(ServiceSearch(**asked))

    assert {orjson.loads(item)["id"] for item in page.items} == ids


@pytest.mark.parametrize("asked", [{name: wanted} for name, wanted in EVERY.items()] + [EVERY])
def test_each_filter_uses_its_index(projected: Projected, asked: dict[str, Any]):
    organizations, search = projected.database["directory_organizations"], Search(**asked)

    index = next(index for index in views.NARROW if index in search.narrowing)
    plan = organizations.find(search.conditions()).hint(index).sort(BY_NAME).explain()
    unforced = organizations.find(search.conditions()).explain()

    stages = list(stages_of(plan["queryPlanner"]["winningPlan"]))
    assert "IXSCAN" in stages
    assert "COLLSCAN" not in [*stages, *stages_of(unforced["queryPlanner"]["winningPlan"])]
    assert plan["executionStats"]["totalKeysExamined"] <= 12


@pytest.mark.parametrize("asked", [{name: wanted} for name, wanted in EVERY.items()])
def test_order_by_name_stays_the_indexs(projected: Projected, asked: dict[str, Any]):
    organizations = projected.database["directory_organizations"]

    plan = organizations.find(Search(**asked).conditions()).hint("facets").sort(BY_NAME).explain()

    assert "SORT" not in list(stages_of(plan["queryPlanner"]["winningPlan"]))


def opened(shown: Directory, moment: datetime = SUNDAY) -> set[str]:
    """Return who is open."""
    return set(found(shown, open_at=moment))


def test_hours_follow_services(projected: Projected, shown: Directory):
    projected.services(service("clinic", organization_id="ehsan", schedules=scheduled(byday="MO"), version=2))

    assert (opened(shown), opened(shown, SUNDAY.replace(day=2))) == (set(), {"ehsan"})


def test_removed_service_is_open_no_more(projected: Projected, shown: Directory):
    projected.services({"id": "clinic", "version": 2, "removed": True})

    assert opened(shown) == set()
    assert opened(shown, SUNDAY.replace(day=6)) == {"ehsan"}


def test_organizations_changes_leave_its_hours(projected: Projected, shown: Directory):
    projected.organizations(organization("ehsan", version=2, status="inactive"))
    hidden = opened(shown)
    projected.organizations(organization("ehsan", version=3))

    assert (hidden, opened(shown)) == (set(), {"ehsan"})


def test_hours_may_come_before_their_organization(projected: Projected, shown: Directory):
    projected.services(service("early", organization_id="late", schedules=scheduled()))

    projected.organizations(organization("late"))

    assert opened(shown) == {"ehsan", "late"}


def test_nothing_is_kept_where_no_hours_are_said(projected: Projected):
    kept = projected.database["directory_organizations"].find_one({"_id": "nowhere"}) or {}

    assert not {"hours", "open", "offers", "belongs"} & {*kept}
