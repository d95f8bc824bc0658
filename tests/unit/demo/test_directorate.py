"""Prove that the demo directorate's files are what the generator writes, and what a directorate's files are like."""

import itertools
import json
from collections import Counter

import orjson
import pytest

from cli.area_rules import drawn_wrong
from cli.areas import read_areas
from contracts.subjects import SUBJECTS
from demo import generate
from demo.qena import CENTRES
from services.gateway.imports import mapping, reader
from services.gateway.imports.areas import AreaIndex, of_wire
from services.gateway.imports.domain import Severity
from services.gateway.imports.draft import Plan
from services.gateway.imports.rows import build

AREAS = generate.DATA / "qena-areas.geojson"
FILES = [generate.DATA / "qena-associations.xlsx", generate.DATA / "qena-associations.csv"]


def paths(features):
    found = {}
    for feature in features:
        properties = feature["properties"]
        found[properties["id"]] = (*found.get(properties["parent"], ()), properties["id"])
    return found


def index():
    features = orjson.loads(AREAS.read_bytes())["features"]
    above = paths(features)
    return AreaIndex(of_wire({**one["properties"], "path": above[one["properties"]["id"]]}) for one in features)


def built(path):
    table = reader.open_table(path, mapping.heading_score)
    plan = Plan(mapping.settle(mapping.of_guesses(mapping.guess(table.columns)), table), index(), "EG")
    return [build(row, plan) for row in table.rows]


def inside(point, ring):
    crossings = 0
    for (x1, y1), (x2, y2) in itertools.pairwise(ring):
        if (y1 > point[1]) != (y2 > point[1]):
            crossings += point[0] < x1 + (point[1] - y1) * (x2 - x1) / (y2 - y1)
    return crossings % 2 == 1


def rings():
    features = orjson.loads(AREAS.read_bytes())["features"]
    return {
        one["properties"]["id"]: one["geometry"]["coordinates"][0]
        for one in features
        if one["properties"]["level"] == "county"
    }


def test_files_are_what_the_generator_writes(tmp_path):
    generate.main(tmp_path)

    for path in (AREAS, FILES[1]):
        assert (tmp_path / path.name).read_bytes() == path.read_bytes()
    read = [reader.open_table(folder / FILES[0].name, mapping.heading_score) for folder in (tmp_path, generate.DATA)]
    assert list(read[0].rows) == list(read[1].rows)


def test_no_outline_crosses_itself():
    assert drawn_wrong(read_areas(AREAS)) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.suffix)
def test_most_rows_go_in_and_some_do_not(path):
    rows = built(path)

    accepted = [row for row in rows if row.organization]
    problems = {problem.code for row in rows for problem in row.problems if problem.severity is Severity.ERROR}
    assert len(accepted) == 150
    assert problems == {
        "required",
        "not_a_phone",
        "unknown_area",
        "not_a_number",
        "not_an_email",
        "coordinates_invalid",
        "organization_type_unknown",
    }


def test_both_files_say_the_same():
    assert [row.organization for row in built(FILES[0])] == [row.organization for row in built(FILES[1])]


def test_directorate_is_whole():
    organizations = [row.organization for row in built(FILES[0]) if row.organization]

    subjects = {each["subject"] for one in organizations for each in one["capabilities"]}
    types = Counter(one["organization_type"] for one in organizations)
    areas = Counter(one["area"] for one in organizations)
    cooperating = [one for one in organizations if one["international_cooperation"]]
    assert subjects == set(SUBJECTS)
    assert min(types.values()) > 5
    assert areas == Counter({one.code: one.associations for one in CENTRES})
    assert 20 < len(cooperating) < 60
    assert all(one["cooperations"][0]["partner"] for one in cooperating)


def test_nobody_can_be_called_or_written_to():
    organizations = [row.organization for row in built(FILES[0]) if row.organization]

    assert {phone["number"][:8] for one in organizations for phone in one["phones"]} == {"+2096000"}
    assert {one["email"].partition("@")[2] for one in organizations} == {"example.org"}
    assert len({one["email"] for one in organizations}) == 150


def test_play_has_agencies_to_choose_from():
    deshna = [one for row in built(FILES[0]) if (one := row.organization) and one["area"] == "EG2904"]
    subjects = Counter(each["subject"] for one in deshna for each in one["capabilities"])

    assert subjects["lasting_work"] >= 2
    assert subjects["schooling"] >= 1


def test_every_town_lies_in_its_own_outline_alone():
    for centre in CENTRES:
        holding = [code for code, ring in rings().items() if inside(centre.place, ring)]

        assert holding == [centre.code]


def test_outlines_do_not_overlap():
    grid = [(31.9 + x * 0.011, 25.7 + y * 0.0073) for x in range(100) for y in range(100)]

    shared = [point for point in grid if sum(inside(point, ring) for ring in rings().values()) > 1]

    assert shared == []


def test_outlines_are_closed_and_marked():
    for feature in json.loads(AREAS.read_text(encoding="utf-8"))["features"]:
        assert feature["properties"]["schematic"] is True
        assert set(feature["properties"]["names"]) == {"ar", "fa", "en"}
        if feature["geometry"]:
            ring = feature["geometry"]["coordinates"][0]
            assert ring[0] == ring[-1]
            assert len(ring) > 3
