"""Prove what of CQL2 is taken, and that nothing else comes through."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cql2
import orjson
import pytest

from services.gateway.ogc import cql
from services.gateway.ogc.collections import COLLECTIONS, Kind, Property
from services.gateway.ogc.cql import Where
from services.gateway.ogc.domain import Unsupported
from services.gateway.ogc.geometry import Shape, bounds
from services.gateway.ogc.parser import DEPTH_MOST, LENGTH_MOST, OPERATORS_MOST, parse
from tests.ogc import OGC, needs_ogc

EXAMPLES = OGC / "cql2" / "examples"
TEXTS = sorted((EXAMPLES / "text").glob("*.txt"))
JSONS = sorted((EXAMPLES / "json").glob("*.json"))
ORGANIZATIONS = COLLECTIONS["organizations"].queryables
NOT_TAKEN = {
    "intervals of two properties": ("clause7_13", 22, *range(55, 58), *range(59, 68)),
    "two literals": ("clause7_17",),
    "ACCENTI": ("clause7_05", 27, 70),
    "functions of somebody's": ("clause6_01", "clause6_02b", "clause7_18", 68, 69),
    "arithmetic": ("clause6_02c", "clause7_19", *range(72, 79), 85),
    "S_CROSSES, S_TOUCHES and S_OVERLAPS": ("clause7_10", "clause7_16", 48, 50, 51),
    "collections of geometries": (84,),
    "A_CONTAINEDBY, A_EQUALS, and lists of several kinds": (79, 81, 82),
}
"""The examples of CQL2 that are parsed and then refused, by what they have that is not supported."""
REFUSED = {one if isinstance(one, str) else f"example{one}" for names in NOT_TAKEN.values() for one in names}


def queryables(node: Any) -> dict[str, Property]:
    """Return queryables of the properties that an example names, of the kinds that it compares them with."""
    return {name: Property(name, kind, name, name.replace(":", "_")) for name, kind in compared(node)}


def compared(node: Any) -> Iterator[tuple[str, Kind]]:
    """Yield the properties of a filter, each with the kind of what stands beside it."""
    if isinstance(node, dict) and isinstance(node.get("args"), list):
        args = node["args"]
        named = [one for one in args if isinstance(one, dict) and isinstance(one.get("property"), str)]
        others = [one for one in args if one not in named]
        kind = Kind.TEXTS if node["op"].startswith("a_") else kind_of(others[0] if others else "")
        yield from ((one["property"], kind) for one in named)
        node = others if named else args
    if isinstance(node, dict) and "property" in node:
        yield node["property"], Kind.TEXT
    for one in node if isinstance(node, list) else ():
        yield from compared(one)


def kind_of(value: Any) -> Kind:
    """Return the kind of a literal."""
    match value:
        case bool():
            return Kind.FLAG
        case int() | float():
            return Kind.WHOLE
        case [first, *_]:
            return kind_of(first)
        case {"timestamp": _} | {"date": _} | {"interval": _}:
            return Kind.MOMENT
    return Kind.TEXT


def anywhere(op: str, shape: Shape, negated: bool) -> Where:
    """Stand for the predicates of a layer."""
    return Where({"somewhere": [op, negated]}, bounds(shape) if any(shape.positions()) else None)


def renamed(node: Any) -> Any:
    """Return an example whose property of space is called geometry."""
    if isinstance(node, dict):
        if str(node.get("op", "")).startswith("s_"):
            return {**node, "args": [{"property": "geometry"} if "property" in one else one for one in node["args"]]}
        return {name: renamed(part) for name, part in node.items()}
    return [renamed(one) for one in node] if isinstance(node, list) else node


@needs_ogc
@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_every_example_is_parsed(path: Path):
    parsed = parse(path.read_text(encoding="utf-8"))

    same = EXAMPLES / "json" / f"{path.stem.partition('-')[0]}.json"
    assert not same.exists() or parsed == orjson.loads(same.read_bytes())


@needs_ogc
@pytest.mark.parametrize("path", JSONS, ids=lambda path: path.stem)
def test_every_example_is_taken_or_said_not_to_be(path: Path):
    node = renamed(orjson.loads(path.read_bytes()))
    refused = False
    try:
        cql.where(node, queryables(node), anywhere)
    except Unsupported:
        refused = True

    assert refused == (path.stem in REFUSED)


@pytest.mark.parametrize(
    "text",
    [
        "secret = 'x'",
        "_id = 'x'",
        "record = 'x'",
        "\"$where\" = '1'",
        "\"record.name\" = 'x'",
        "name = alternate_name",
        "name = 5",
        "members_count = 'five'",
        "members_count > 1 + 1",
        "members_count = 1e400",
        "international_cooperation > true",
        "subjects > 'health'",
        "members_count LIKE '5%'",
        "last_modified = 5",
        "last_modified > TIMESTAMP('yesterday')",
        "last_modified > INTERVAL('2026-01-01', '..')",
        "T_AFTER(name, DATE('2026-01-01'))",
        "T_MEETS(last_modified, INTERVAL('2026-01-01', '..'))",
        "S_CROSSES(geometry, LINESTRING(0 0, 1 1))",
        "S_INTERSECTS(name, POINT(0 0))",
        "S_INTERSECTS(geometry, geometry)",
        "S_INTERSECTS(geometry, POLYGON((0 0, 1 1, 0 0)))",
        "S_INTERSECTS(geometry, BBOX(0, 10, 10, 0))",
        "A_CONTAINS(name, ('x'))",
        "name LIKE '%a%b%c%d%e%f%g%h%i%'",
        "Foo(name) = true",
        "name",
        "",
        "name = ",
        "name = 'x' AND",
        "(" * 30 + "members_count = 1" + ")" * 30,
        "NOT " * 30 + "members_count = 1",
        "members_count = " + "- " * 30 + "1",
        "'" + "x" * LENGTH_MOST + "' = name",
        "a" + "^a" * 1900,
        "1" + " -1" * 1300 + " = members_count",
        "a AND " * 600 + "a",
        " OR ".join(["members_count = 1"] * 300),
    ],
)
def test_what_is_not_taken_is_refused(text: str):
    with pytest.raises(Unsupported):
        cql.where(parse(text), ORGANIZATIONS, anywhere)


@pytest.mark.parametrize(
    "node",
    [
        None,
        5,
        "name = 'x'",
        [],
        {},
        {"op": "=", "args": "x"},
        {"op": "=", "args": [{"property": "name"}]},
        {"op": "=", "args": [{"property": "name"}, {"$gt": ""}]},
        {"op": "=", "args": [{"property": "name"}, None]},
        {"op": "in", "args": [{"property": "name"}, [{"$gt": ""}]]},
        {"op": "in", "args": [{"property": "name"}, []]},
        {"op": "like", "args": [{"property": "name"}, {"$regex": ".*"}]},
        {"op": "between", "args": [{"property": "members_count"}, 1]},
        {"op": "and", "args": []},
        {"op": "$where", "args": ["1"]},
        {"op": "s_intersects", "args": [{"property": "geometry"}, {"type": "Point", "coordinates": [0]}]},
        {"op": "s_intersects", "args": [{"property": "geometry"}, {"type": "Point", "coordinates": [True, 0]}]},
        {"op": "s_intersects", "args": [{"property": "geometry"}, {"type": "Point", "coordinates": {"$gt": 1}}]},
        {"op": "s_intersects", "args": [{"property": "geometry"}, {"bbox": ["a", "b", "c", "d"]}]},
        {"op": "t_after", "args": [{"property": "last_modified"}, {"timestamp": {"$gt": ""}}]},
        {"op": "isNull", "args": [{"property": {"$gt": ""}}]},
        {"op": "isNull", "args": [{"op": "casei", "args": [{"property": "name"}]}]},
        {"op": "t_after", "args": [{"op": "casei", "args": [{"property": "last_modified"}]}, {"date": "2026-01-01"}]},
        {"op": "s_intersects", "args": [{"op": "casei", "args": [{"property": "geometry"}]}, {"bbox": [0, 0, 1, 1]}]},
        {"op": "s_intersects", "args": [{"property": "geometry"}, {"type": "MultiPoint", "coordinates": []}]},
        {"op": "s_intersects", "args": [{"property": "geometry"}, {"type": "Point", "coordinates": [1e308, 0]}]},
        {"op": "s_intersects", "args": [{"property": "geometry"}, {"type": "Point", "coordinates": [0, 91]}]},
        {"op": "t_after", "args": [{"property": "last_modified"}, {"timestamp": "0001-01-01T00:00:00+14:00"}]},
        {"op": "=", "args": [{"property": "version"}, 2**64]},
        {"op": "=", "args": [{"property": "version"}, float("inf")]},
        {"op": "like", "args": [{"property": "name"}, "a\0%"]},
    ],
)
def test_json_that_is_no_filter_is_refused(node: Any):
    with pytest.raises(Unsupported):
        cql.where(node, ORGANIZATIONS, anywhere)


def spatial(geometry: dict[str, Any], count: int = 1) -> Any:
    """Return a filter of so many spatial predicates."""
    return {"op": "or", "args": [{"op": "s_within", "args": [{"property": "geometry"}, geometry]}] * count}


@pytest.mark.parametrize(
    ("node", "limit"),
    [
        (spatial({"bbox": [0, 0, 1, 1]}, cql.SHAPES_MOST + 1), cql.SHAPES_MOST),
        (spatial({"type": "MultiPoint", "coordinates": [[0, 0]] * (cql.POSITIONS_MOST + 1)}), cql.POSITIONS_MOST),
        (spatial({"type": "MultiPoint", "coordinates": [[0, 0]] * 251}, 2), cql.POSITIONS_MOST),
    ],
)
def test_shapes_of_a_filter_are_bounded(node: Any, limit: int):
    with pytest.raises(Unsupported, match=f"more than {limit}"):
        cql.where(node, ORGANIZATIONS, anywhere)


@pytest.mark.parametrize(
    ("like", "text", "met"),
    [
        ("%", "", True),
        ("ab", "abc", False),
        ("a%", "abc", True),
        ("%c", "abcc", True),
        ("%b%", "abc", True),
        ("a%b%c", "axbxbxc", True),
        ("a%b%c", "axcxb", False),
        ("%a_%b", "xaab", True),
        ("%ab%ab", "ab", False),
        ("a%a", "a", False),
        ("a%%%c", "abc", True),
        (r"100\%%", "100% of it", True),
        (r"100\%%", "1000", False),
        (r"a\\%%", "a\\b", True),
        (r"\%\%%", "%%", True),
        (r"\%\%%", "%", False),
    ],
)
def test_like_finds_what_it_says(like: str, text: str, met: bool):
    pattern = cql._pattern(like).replace(r"\z", r"\Z")

    assert bool(re.search(pattern, text)) is met


def test_like_takes_no_power_of_a_text():
    pattern = cql._pattern("%a" * cql.WILDCARDS_MOST + "b").replace(r"\z", r"\Z")
    began = time.process_time()

    assert not re.search(pattern, "a" * 5_000)
    assert time.process_time() - began < 1


def test_nested_json_is_bounded():
    node: Any = {"op": "=", "args": [{"property": "members_count"}, 1]}
    for _ in range(100):
        node = {"op": "not", "args": [node]}

    with pytest.raises(Unsupported):
        cql.where(node, ORGANIZATIONS, anywhere)


def test_parser_bears_what_is_let_through():
    deepest = "(" * DEPTH_MOST + "members_count = 1" + ")" * DEPTH_MOST
    longest = "a" + "^1" * OPERATORS_MOST
    polygon = ", ".join(["-179.25 -89.5"] * 200)

    assert parse(deepest) == cql2.parse_text("members_count = 1").to_json()
    assert parse(longest)
    assert len(parse(f"S_INTERSECTS(geometry, POLYGON(({polygon})))")["args"][1]["coordinates"][0]) == 200


def test_text_stands_for_itself():
    found = cql.where(parse("name LIKE 'a.*(b)\\%_%'"), ORGANIZATIONS, anywhere)

    assert found.query["record.name"]["$regex"] == r"\Aa\.\*\(b\)%..*\z"


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("name > 'N'", {"$gt": "N"}),
        ("name >= 'N'", {"$gt": "", "$gte": "N"}),
        ("name < 'N'", {"$gt": "", "$lt": "N"}),
        ("NOT name <= 'N'", {"$gt": "N"}),
    ],
)
def test_texts_are_compared_by_their_bound(text: str, condition: dict[str, str]):
    assert cql.where(parse(text), ORGANIZATIONS, anywhere).query == {"record.name": condition}


@pytest.mark.parametrize(
    ("text", "facets"),
    [
        ("subjects = 'health' AND areas = 'EG29'", {"subject": "health", "area": "EG29"}),
        ("A_CONTAINS(subjects, ('health', 'food'))", {"subject": "health"}),
        ("area = 'EG29' AND members_count > 5", {"area": "EG29"}),
        ("subjects = 'health' OR areas = 'EG29'", {}),
        ("NOT subjects = 'health'", {}),
        ("subjects IN ('health', 'food')", {}),
    ],
)
def test_index_is_named_where_all_must_be_in_it(text: str, facets: dict[str, str]):
    assert cql.where(parse(text), ORGANIZATIONS, anywhere).facets == facets


def test_box_is_named_where_all_must_be_in_it():
    inside = "S_INTERSECTS(geometry, BBOX(0, 0, 1, 1))"

    assert cql.where(parse(f"{inside} AND members_count > 5"), ORGANIZATIONS, anywhere).box
    assert not cql.where(parse(f"{inside} OR members_count > 5"), ORGANIZATIONS, anywhere).box
