"""Prove the importer on files that nobody here wrote, where they are present."""

import json
from collections import Counter

import pytest

from contracts.registry import RowFields
from services.gateway.imports import mapping, reader, schemas
from services.gateway.imports.domain import UnreadableFile
from services.gateway.imports.draft import Plan
from services.gateway.imports.rows import build
from tests.unit.gateway.imports.builders import AREAS, NO_SHARED_DATA, ROOT, SHARED_DATA, opened

SERVICES = SHARED_DATA / "unhcr-jordan-services"
FIXTURES = SHARED_DATA / "hsds-import-fixtures"
MAPPING = ROOT / "demo" / "mappings" / "unhcr-services.json"

pytestmark = pytest.mark.skipif(not SERVICES.is_dir() or not FIXTURES.is_dir(), reason=NO_SHARED_DATA)


def services(name):
    given = mapping.load(schemas.checked(json.loads(MAPPING.read_text(encoding="utf-8"))))
    table = reader.open_table(SERVICES / name, mapping.wanted_score(given))
    plan = Plan(mapping.settle(given, table), AREAS, given.country)
    return [build(row, plan) for row in table.rows]


@pytest.mark.parametrize("name", ["compiled.json", "compiled_AR.json"])
def test_services_go_in_whole(name):
    rows = services(name)

    assert len(rows) == 562
    assert [row.problems for row in rows if row.problems] == []
    assert [RowFields().validate(row.organization) for row in rows if RowFields().validate(row.organization)] == []
    assert len({row.organization["external_id"] for row in rows}) == 562


def test_services_are_the_same_in_both_languages():
    english, arabic = (
        {row.organization["external_id"]: row.organization for row in services(name)}
        for name in ("compiled.json", "compiled_AR.json")
    )

    assert english.keys() == arabic.keys()
    for external_id, service in english.items():
        assert service["capabilities"] == arabic[external_id]["capabilities"]


def test_every_service_has_a_capability_and_a_place():
    rows = services("compiled.json")

    assert all(row.organization["capabilities"] for row in rows)
    assert len({tuple(row.organization["locations"][0].values())[2:] for row in rows}) == 82


FILES = sorted(FIXTURES.glob("*.csv")) if FIXTURES.is_dir() else []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_fixture_is_read_or_refused(path):
    try:
        table = opened(path)
        settled = mapping.settle(mapping.of_guesses(mapping.guess(table.columns)), table)
    except UnreadableFile as refused:
        assert refused.code == "name_not_found"
        return

    built = [build(row, Plan(settled, AREAS, "US")) for row in table.rows]

    assert all(row.organization is None or RowFields().validate(row.organization) == {} for row in built)


def test_organization_without_a_name_is_reported():
    table = opened(FIXTURES / "invalid_org.csv")
    plan = Plan(mapping.settle(mapping.of_guesses(mapping.guess(table.columns)), table), AREAS, "US")

    first, second = (build(row, plan) for row in table.rows)

    assert (first.row, [problem.code for problem in first.problems]) == (2, ["required"])
    assert second.organization["name"] == "Example Agency"
    assert Counter(problem.code for problem in second.problems) == {}
