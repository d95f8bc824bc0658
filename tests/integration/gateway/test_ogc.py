"""Prove which features a question finds, in which pages, and that an index answers it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from services.gateway.directory.grid import Box
from services.gateway.ogc import cql, plans, views
from services.gateway.ogc.collections import AREAS, ORGANIZATIONS, SERVICES, Collection
from services.gateway.ogc.domain import Interval, Selection, interval_of
from services.gateway.ogc.parser import parse
from services.gateway.ogc.views import Features
from tests.integration.gateway.directories import Json, Projected, area, located, organization
from tests.integration.gateway.features import EVERYTHING, found, paged

QENA_BOX = Box(32.6, 26.1, 32.8, 26.3)


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"box": Box(-180.0, -90.0, 180.0, 90.0)},
        {"during": Interval(datetime(2026, 1, 1, tzinfo=UTC), None)},
    ],
)
def test_pages_show_each_once(features: Features, limit: int, asked: Json):
    assert found(features, limit=limit, **asked) == EVERYTHING


def test_what_has_no_place_comes_last(features: Features):
    assert paged(features, ORGANIZATIONS, Selection())[-1] == "nowhere"


def test_others_written_meanwhile_change_no_page(features: Features, projected: Projected):
    first = features.page(ORGANIZATIONS, Selection(limit=3))
    seen = [orjson.loads(one)["id"] for one in first.items]

    projected.organizations(*(organization(f"new-{n}", locations=located(26.2, 32.7 + n / 100)) for n in range(20)))
    projected.organizations(*({"id": one, "version": 2, "removed": True} for one in seen))
    rest = paged(features, ORGANIZATIONS, Selection(limit=3, cursor=first.next))

    assert not set(seen) & set(rest)
    assert EVERYTHING - set(seen) <= set(rest)


@pytest.mark.parametrize("limit", [1, 100])
@pytest.mark.parametrize(
    ("box", "ids"),
    [
        (QENA_BOX, {"station"}),
        (Box(32.727, 26.164, 32.727, 26.164), {"station"}),
        (Box(32.6, 25.0, 32.8, 26.3), {"station", "qus"}),
        (Box(177.0, -20.0, -170.0, -10.0), {"fiji", "samoa"}),
        (Box(-180.0, 86.0, 180.0, 90.0), {"pole"}),
        (Box(10.0, 10.0, 11.0, 11.0), set()),
    ],
)
def test_box_holds_what_it_says(features: Features, box: Box, ids: set[str], limit: int):
    assert found(features, box=box, limit=limit) == {*ids, "nowhere"}


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("2026-11-10T00:00:00Z", {"qus"}),
        ("2026-11-10T02:00:00+02:00", {"qus"}),
        ("2026-11-10", {"qus"}),
        ("2026-11-09T00:00:00Z/2026-11-11T00:00:00Z", {"qus"}),
        ("2026-11-10T00:00:00Z/..", {"qus", "nowhere"}),
        ("2026-11-20T10:00:00.5Z/", {"nowhere"}),
        ("../2026-11-09T00:00:00Z", EVERYTHING - {"qus", "nowhere"}),
        ("/2026-11-10", EVERYTHING - {"nowhere"}),
    ],
)
def test_time_finds_what_changed_in_it(features: Features, text: str, ids: set[str]):
    assert found(features, during=interval_of(text), limit=2) == ids


def test_box_and_time_both_narrow(features: Features):
    asked = {"box": Box(32.6, 25.0, 32.8, 26.3), "during": interval_of("2026-11-10T00:00:00Z/..")}

    assert found(features, **asked) == {"qus", "nowhere"}


def test_areas_without_a_day_are_of_any_time(features: Features):
    assert len(found(features, AREAS, during=interval_of("1990-01-01T00:00:00Z"))) == 4


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("2024-02-29", {"EG2810"}),
        ("2024-03-01", {"EG2910"}),
        ("2024-02-29T23:59:59Z", {"EG2810"}),
        ("2024-03-01T01:00:00+02:00", {"EG2810"}),
        ("2024-02-01/2024-03-31", {"EG2810", "EG2910"}),
        ("../1999-12-31", set()),
        ("../2000-01-01", {"EG2810"}),
        ("2026-11-23T00:00:00Z/..", {"EG2910"}),
    ],
)
def test_time_finds_the_areas_that_there_were(features: Features, projected: Projected, text: str, ids: set[str]):
    projected.areas(
        area("EG2810", valid_from="2000-01-01", valid_to="2024-02-29"),
        area("EG2910", valid_from="2024-03-01"),
    )

    assert found(features, AREAS, during=interval_of(text)) & {"EG2810", "EG2910"} == ids


def test_area_that_ended_says_so(features: Features, projected: Projected):
    projected.areas(area("EG2810", valid_from="2000-01-01", valid_to="2024-02-29"))

    assert found(features, AREAS, filter=parse("valid_to < '2026-11-23'")) == {"EG2810"}
    assert "EG2810" not in found(features, AREAS, filter=parse("valid_to IS NULL"))


@pytest.mark.parametrize(
    ("box", "ids"),
    [
        (Box(32.0, 26.0, 33.0, 26.2), {"EG2901", "EG2905"}),
        (Box(32.65, 26.15, 32.66, 26.16), {"EG2901"}),
        (Box(35.0, 25.0, 36.0, 26.0), set()),
        (Box(30.5, 25.0, 36.0, 26.0), {"EG2905", "EG2909"}),
        (Box(31.0, 22.0, 31.5, 29.0), {"EG2909"}),
        (Box(170.0, -10.0, 32.65, 30.0), {"EG2901", "EG2909"}),
    ],
)
@pytest.mark.parametrize("limit", [1, 100])
def test_box_meets_outlines(features: Features, box: Box, ids: set[str], limit: int):
    assert found(features, AREAS, box=box, limit=limit) == {*ids, "EG"}


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ({}, {"clinic", "visits"}),
        ({"box": QENA_BOX}, {"clinic", "visits"}),
        ({"box": Box(0.0, 0.0, 1.0, 1.0)}, {"visits"}),
        ({"filter": parse("subjects = 'housing' AND areas = 'EG29'")}, {"visits"}),
        ({"filter": parse("organization_id = 'station' AND status = 'active'")}, {"clinic", "visits"}),
        ({"filter": parse("minimum_age IS NULL")}, {"visits"}),
        ({"filter": parse("terms = 'housing.rent'")}, {"visits"}),
        ({"filter": parse("terms <> 'housing.rent'")}, {"clinic"}),
        ({"filter": parse("S_INTERSECTS(geometry, BBOX(32, 26, 33, 27))")}, {"clinic"}),
        ({"during": interval_of("2026-01-01T00:00:00Z/..")}, {"clinic", "visits"}),
    ],
)
@pytest.mark.parametrize("limit", [1, 100])
def test_services_are_found_likewise(features: Features, asked: Json, ids: set[str], limit: int):
    assert found(features, SERVICES, limit=limit, **asked) == ids


@pytest.mark.parametrize("collection", [ORGANIZATIONS, AREAS])
def test_long_features_end_a_page_early(features: Features, monkeypatch: pytest.MonkeyPatch, collection: Collection):
    monkeypatch.setattr(views, "PAGE_BYTES", 400)

    page = features.page(collection, Selection())

    assert 0 < len(page.items) < len(found(features, collection))
    assert page.next


def test_services_leave_with_their_organization(features: Features, projected: Projected):
    projected.organizations(organization("station", status="inactive", version=2))

    assert found(features, SERVICES) == set()
    assert not features.one(SERVICES, "clinic")


def test_service_says_what_it_holds(features: Features):
    properties = orjson.loads(features.one(SERVICES, "clinic") or b"{}")["properties"]

    assert (properties["capacities"], properties["organization_id"]) == ("12 families", "station")


def test_one_is_the_very_feature(features: Features):
    item = features.one(ORGANIZATIONS, "qus")

    assert item is not None
    assert orjson.loads(item)["properties"]["subjects_text"] == "health; housing"


@pytest.mark.parametrize("id_", ["closed", "nobody"])
def test_what_is_not_active_is_no_feature(features: Features, id_: str):
    assert features.one(ORGANIZATIONS, id_) is None


def test_extent_of_areas_holds_all(features: Features):
    assert features.extent(AREAS).box == Box(30.0, 20.0, 40.0, 30.0)


@pytest.mark.parametrize(
    ("asked", "index"),
    [
        ({}, "cell"),
        ({"box": QENA_BOX}, "cell"),
        ({"box": Box(177.0, -20.0, -170.0, -10.0)}, "cell"),
        ({"filter": parse("S_INTERSECTS(geometry, BBOX(32, 25, 33, 27))")}, "cell"),
        ({"filter": parse("areas = 'EG29' AND members_count > 5")}, "facets"),
        ({"filter": parse("subjects = 'health' AND terms = 'health.dialysis'")}, "facets"),
        ({"during": interval_of("2026-11-10T00:00:00Z/..")}, "modified"),
    ],
)
@pytest.mark.parametrize("later", [False, True])
def test_pages_follow_an_index(projected: Projected, features: Features, asked: Json, index: str, later: bool):
    selection = Selection(limit=1, **asked)
    selection = replace(selection, cursor=features.page(ORGANIZATIONS, selection).next if later else "")
    where = cql.where(selection.filter, ORGANIZATIONS.queryables, plans.in_points) if selection.filter else cql.Where()
    order = plans.order_of(selection, where)
    conditions = plans.conditions(order, selection, where)

    plan = projected.database["directory_organizations"].find(conditions, hint=order.index).sort(order.keys).explain()

    stages = list(stages_of(plan["queryPlanner"]["winningPlan"]))
    assert order.index == index
    assert not {"COLLSCAN", "SORT"} & set(stages)


@pytest.mark.parametrize("asked", [{}, {"box": QENA_BOX}, {"box": Box(177.0, -20.0, -170.0, -10.0)}])
@pytest.mark.usefixtures("features")
def test_pages_of_boxes_are_read_off_the_index(projected: Projected, asked: Json):
    conditions = plans.conditions(plans.BY_CELL, Selection(**asked), cql.Where())

    read = projected.database["directory_organizations"].find(conditions, {"item": 1, "cell": 1}, hint="cell")
    figures = read.sort(plans.BY_CELL.keys).explain()["executionStats"]

    assert figures["nReturned"] > 1
    assert figures["totalDocsExamined"] == 0


def stages_of(plan: Json) -> Any:
    """Yield the names of a plan's stages."""
    yield plan.get("stage")
    for inner in (plan.get("inputStage"), *plan.get("inputStages", ())):
        if inner:
            yield from stages_of(inner)
