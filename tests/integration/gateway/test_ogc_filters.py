"""Prove which features a filter finds, and that one that looks at too much is stopped."""

from __future__ import annotations

import pytest

from chassis import bounded
from services.gateway.ogc import effort
from services.gateway.ogc.collections import AREAS, ORGANIZATIONS, Collection
from services.gateway.ogc.domain import Selection, TooBroad
from services.gateway.ogc.parser import parse
from services.gateway.ogc.views import Features
from tests.integration.gateway.directories import Projected, organization
from tests.integration.gateway.features import EVERYTHING, found

PLACED = EVERYTHING - {"nowhere"}
HOLED = "POLYGON((0 0, 60 0, 60 60, 0 60, 0 0), (32 26, 33 26, 33 27, 32 27, 32 26))"


def filtered(features: Features, text: str, collection: Collection = ORGANIZATIONS) -> set[str]:
    """Return the ids that a filter finds."""
    return found(features, collection, filter=parse(text))


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
