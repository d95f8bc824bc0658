"""Prove which features a question finds, in which pages, and that an index answers it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from pymongo.database import Database

from chassis import bounded
from services.gateway.directory.grid import Box
from services.gateway.ogc import cql, effort, plans, views
from services.gateway.ogc.collections import AREAS, ORGANIZATIONS, SERVICES, Collection
from services.gateway.ogc.domain import Interval, Selection, TooBroad, interval_of
from services.gateway.ogc.parser import parse
from services.gateway.ogc.views import Features
from tests.integration.gateway.directories import Json, Projected, located, organization
from tests.integration.gateway.features import EVERYTHING, fill

QENA_BOX = Box(32.6, 26.1, 32.8, 26.3)


@pytest.fixture
def features(database: Database[Json]) -> Features:
    """Give what the API reads from."""
    return Features(database)


@pytest.fixture(autouse=True)
def _directory(projected: Projected) -> None:
    fill(projected)


def found(features: Features, collection: Collection = ORGANIZATIONS, **asked: Any) -> set[str]:
    """Return the ids of what is found, which no page shows twice."""
    ids = paged(features, collection, Selection(**asked))
    assert len(ids) == len(set(ids))
    return set(ids)


def paged(features: Features, collection: Collection, selection: Selection) -> list[str]:
    """Return the ids of all pages, in their order."""
    ids: list[str] = []
    while True:
        page = features.page(collection, selection)
        ids += [orjson.loads(item)["id"] for item in page.items]
        if not page.next:
            return ids
        selection = replace(selection, cursor=page.next)


def filtered(features: Features, text: str, collection: Collection = ORGANIZATIONS) -> set[str]:
    """Return the ids that a filter finds."""
    return found(features, collection, filter=parse(text))


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


def test_areas_have_no_time(features: Features):
    assert len(found(features, AREAS, during=interval_of("1990-01-01T00:00:00Z"))) == 4


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


PLACED = EVERYTHING - {"nowhere"}
HOLED = "POLYGON((0 0, 60 0, 60 60, 0 60, 0 0), (32 26, 33 26, 33 27, 32 27, 32 26))"


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("id = 'qus'", {"qus"}),
        ("id <> 'qus'", EVERYTHING - {"qus"}),
        ("name LIKE 'جمعية%'", {"station", "qus"}),
        ("name LIKE '_uva'", {"fiji"}),
        ("name LIKE 'suva'", set()),
        ("CASEI(name) LIKE CASEI('suva')", {"fiji"}),
        ("CASEI(name) = CASEI('SUVA')", {"fiji"}),
        ("CASEI(name) IN (CASEI('SUVA'), CASEI('apia'))", {"fiji", "samoa"}),
        ("name NOT LIKE '%a'", EVERYTHING - {"fiji", "samoa"}),
        ("name LIKE '.*'", set()),
        ("members_count = 7", {"fiji"}),
        ("members_count < 7.5", {"fiji"}),
        ("NOT members_count < 7.5", EVERYTHING - {"fiji", "qus"}),
        ("members_count <> 7", EVERYTHING - {"fiji", "qus"}),
        ("7 = members_count", {"fiji"}),
        ("100 > members_count", {"fiji"}),
        ("members_count BETWEEN 5 AND 10", {"fiji"}),
        ("members_count NOT BETWEEN 5 AND 10", EVERYTHING - {"fiji", "qus"}),
        ("members_count IN (7, 8)", {"fiji"}),
        ("members_count NOT IN (7, 8)", EVERYTHING - {"fiji", "qus"}),
        ("members_count IS NULL", {"qus"}),
        ("members_count IS NOT NULL", EVERYTHING - {"qus"}),
        ("website IS NULL", EVERYTHING - {"qus"}),
        ("website IS NOT NULL", {"qus"}),
        ("website < 'i'", {"qus"}),
        ("website <> 'x'", {"qus"}),
        ("NOT website = 'x'", {"qus"}),
        ("international_cooperation = false", {"north"}),
        ("NOT international_cooperation = true", {"north"}),
        ("NOT international_cooperation", {"north"}),
        ("subjects = 'housing'", {"qus"}),
        ("NOT subjects = 'health'", {"samoa"}),
        ("subjects IS NULL", {"samoa"}),
        ("subjects IN ('housing', 'food')", {"qus"}),
        ("A_CONTAINS(subjects, ('health', 'housing'))", {"qus"}),
        ("NOT A_CONTAINS(subjects, ('health', 'housing'))", EVERYTHING - {"qus"}),
        ("A_OVERLAPS(subjects, ('housing', 'food'))", {"qus"}),
        ("area = 'EG2905'", {"qus"}),
        ("areas = 'EG29' AND subjects = 'health'", {"station", "qus", "nowhere"}),
        ("terms = 'health.dialysis'", {"qus"}),
        ("terms = 'health'", set()),
        ("terms <> 'health.dialysis'", EVERYTHING - {"qus"}),
        ("terms IS NULL", EVERYTHING - {"qus"}),
        ("subjects = 'health' AND terms LIKE 'health.%.home'", {"qus"}),
        ("A_CONTAINS(terms, ('health.dialysis', 'health.dialysis.home'))", {"qus"}),
        ("areas = 'EG29' AND (name LIKE '%الرحمة%' OR website IS NULL)", {"station", "qus", "nowhere"}),
        ("NOT (members_count = 7 OR name LIKE 'جمعية%')", {"north", "samoa", "pole", "nowhere"}),
        ("last_modified > TIMESTAMP('2026-11-10T00:00:00Z')", {"nowhere"}),
        ("last_modified >= DATE('2026-11-10')", {"qus", "nowhere"}),
        ("last_modified = DATE('2026-11-10')", {"qus"}),
        ("last_modified <> DATE('2026-11-10')", EVERYTHING - {"qus"}),
        ("T_AFTER(last_modified, DATE('2026-11-10'))", {"nowhere"}),
        ("T_BEFORE(last_modified, DATE('2026-11-10'))", EVERYTHING - {"qus", "nowhere"}),
        ("NOT T_BEFORE(last_modified, DATE('2026-11-10'))", {"qus", "nowhere"}),
        ("T_DURING(last_modified, INTERVAL('2026-11-09', '2026-11-12'))", {"qus"}),
        ("T_DURING(last_modified, INTERVAL('2026-11-10T00:00:00Z', '..'))", {"nowhere"}),
        ("T_INTERSECTS(last_modified, INTERVAL('2026-11-10T00:00:00Z', '..'))", {"qus", "nowhere"}),
        ("T_DISJOINT(last_modified, INTERVAL('2026-11-10T00:00:00Z', '..'))", EVERYTHING - {"qus", "nowhere"}),
        ("T_EQUALS(last_modified, TIMESTAMP('2026-11-10T00:00:00Z'))", {"qus"}),
        ("S_INTERSECTS(geometry, BBOX(32.6, 25.0, 32.8, 26.3))", {"station", "qus"}),
        ("S_INTERSECTS(BBOX(32.6, 25.0, 32.8, 26.3), geometry)", {"station", "qus"}),
        ("S_INTERSECTS(geometry, BBOX(177, -20, -170, -10))", {"fiji", "samoa"}),
        ("S_WITHIN(geometry, POLYGON((32 26, 33 26, 33 27, 32 26)))", {"station"}),
        ("S_INTERSECTS(geometry, POLYGON((-179 0, 179 0, 179 40, -179 40, -179 0)))", {"station", "qus", "north"}),
        (f"S_INTERSECTS(geometry, {HOLED})", {"qus", "north"}),
        ("S_INTERSECTS(geometry, POINT(32.727 26.164))", {"station"}),
        ("S_INTERSECTS(geometry, MULTIPOINT((32.727 26.164), (1 1)))", {"station"}),
        ("S_EQUALS(geometry, POINT(32.727 26.164))", {"station"}),
        ("S_CONTAINS(geometry, POINT(32.727 26.164))", {"station"}),
        ("S_WITHIN(POINT(32.727 26.164), geometry)", {"station"}),
        ("S_DISJOINT(geometry, BBOX(32.6, 25.0, 32.8, 26.3))", PLACED - {"station", "qus"}),
        ("NOT S_INTERSECTS(geometry, BBOX(32.6, 25.0, 32.8, 26.3))", PLACED - {"station", "qus"}),
        ("S_INTERSECTS(geometry, BBOX(0, 0, 60, 60)) AND website IS NOT NULL", {"qus"}),
        ("S_INTERSECTS(geometry, BBOX(0, 0, 60, 60)) OR members_count = 7", {"station", "qus", "north", "fiji"}),
        ("geometry IS NULL", {"nowhere"}),
        ("geometry IS NOT NULL", PLACED),
        ("true", EVERYTHING),
        ("NOT true", set()),
        ("members_count = 7 OR true", EVERYTHING),
    ],
)  # fmt: skip
def test_filter_finds(features: Features, text: str, ids: set[str]):
    assert filtered(features, text) == ids


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("level = 'country'", {"EG"}),
        ("geometry IS NULL", {"EG"}),
        ("geometry IS NOT NULL", {"EG2901", "EG2905", "EG2909"}),
        ("name_en LIKE 'Q%'", {"EG2901", "EG2905"}),
        ("path = 'EG29'", {"EG2901", "EG2905", "EG2909"}),
        ("schematic = false", {"EG2909"}),
        ("S_INTERSECTS(geometry, POINT(32.65 26.2))", {"EG2901"}),
        ("S_INTERSECTS(geometry, POINT(35 25))", set()),
        ("S_INTERSECTS(geometry, LINESTRING(32.5 26.3, 32.8 25.9))", {"EG2901", "EG2905"}),
        ("S_DISJOINT(geometry, LINESTRING(32.5 26.3, 32.8 25.9))", {"EG2909"}),
        ("S_WITHIN(geometry, BBOX(32.5, 26.0, 33.0, 26.5))", {"EG2901"}),
        ("S_WITHIN(geometry, POLYGON((29 19, 41 19, 41 31, 29 31, 29 19)))", {"EG2901", "EG2905", "EG2909"}),
        ("S_CONTAINS(geometry, BBOX(32.61, 26.15, 32.62, 26.16))", {"EG2901"}),
        ("S_CONTAINS(geometry, POLYGON((30.2 20.2, 39 20.5, 30.5 29, 30.2 20.2)))", set()),
        ("NOT S_INTERSECTS(geometry, POINT(32.65 26.2))", {"EG2905", "EG2909"}),
    ],
)
def test_filter_finds_areas(features: Features, text: str, ids: set[str]):
    assert filtered(features, text, AREAS) == ids


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ({}, {"clinic", "visits"}),
        ({"box": QENA_BOX}, {"clinic", "visits"}),
        ({"box": Box(0.0, 0.0, 1.0, 1.0)}, {"visits"}),
        ({"filter": parse("subjects = 'housing' AND areas = 'EG29'")}, {"visits"}),
        ({"filter": parse("organization_id = 'station' AND status = 'active'")}, {"clinic", "visits"}),
        ({"filter": parse("minimum_age IS NULL")}, {"visits"}),
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


def test_what_takes_long_is_stopped(features: Features, projected: Projected, monkeypatch: pytest.MonkeyPatch):
    projected.organizations(*(organization(f"many-{n}", f"{'ا' * 150} {n}") for n in range(200)))
    monkeypatch.setattr(bounded, "QUICK_MS", 1)
    monkeypatch.setattr(bounded, "LONGEST_MS", 1)

    with pytest.raises(TooBroad):
        while True:
            features.page(ORGANIZATIONS, Selection(filter=parse("name LIKE '%ا%ا%ا%ا%ا%ا%ب'")))


@pytest.mark.parametrize("op", ["S_INTERSECTS", "S_WITHIN", "S_CONTAINS"])
def test_outlines_are_not_compared_for_ever(features: Features, monkeypatch: pytest.MonkeyPatch, op: str):
    monkeypatch.setattr(effort, "LONGEST", -1.0)

    with pytest.raises(TooBroad):
        filtered(features, f"{op}(geometry, POLYGON((32 25, 33 25, 33 27, 32 27, 32 25)))", AREAS)


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


def stages_of(plan: Json) -> Any:
    """Yield the names of a plan's stages."""
    yield plan.get("stage")
    for inner in (plan.get("inputStage"), *plan.get("inputStages", ())):
        if inner:
            yield from stages_of(inner)
