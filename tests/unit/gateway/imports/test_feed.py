"""Prove that JSON arrays are read element by element, by dotted paths."""

import json
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.gateway.imports import feed
from services.gateway.imports.domain import UnreadableFile
from tests.unit.gateway.imports.builders import opened, text_file

SERVICE = {
    "id": 7,
    "properties": {"partner": "Light", "days": {"Sun": True, "Mon": False, "Tue": 1, "Wed": 0}, "tags": ["a", "b"]},
    "geometry": {"coordinates": [35.7, 32.03917]},
    "nothing": None,
}


def test_paths_become_columns():
    assert feed.flatten(SERVICE) == {
        "id": "7",
        "properties.partner": "Light",
        "properties.days.Sun": "true",
        "properties.days.Mon": "false",
        "properties.days.Tue": "1",
        "properties.days.Wed": "0",
        "properties.days.*": "Sun\nTue",
        "properties.tags.0": "a",
        "properties.tags.1": "b",
        "properties.tags.*": "a\nb",
        "properties.*": "partner",
        "geometry.coordinates.0": "35.7",
        "geometry.coordinates.1": "32.03917",
        "geometry.coordinates.*": "35.7\n32.03917",
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_rows_count_elements(tmp_path, encoding):
    path = text_file(tmp_path, json.dumps([{"الاسم": "نور"}, {}, {"الاسم": "أمل"}], ensure_ascii=False), encoding)

    rows = list(opened(path).rows)

    assert [(row.number, row.cells) for row in rows] == [(1, {"الاسم": "نور"}), (2, {}), (3, {"الاسم": "أمل"})]


def test_later_columns_are_not_lost(tmp_path):
    rows = [{"name": "Light"}] * 60 + [{"name": "Hope", "late": "x"}]

    found = list(opened(text_file(tmp_path, json.dumps(rows))).rows)

    assert found[-1].cells["late"] == "x"


def test_numbers_stay_as_written(tmp_path):
    path = text_file(tmp_path, '[{"phone": 0.10, "id": 12345678901234567890, "bad": NaN}]')

    assert next(opened(path).rows).cells == {"phone": "0.10", "id": "12345678901234567890"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('[{"a": 1}', "file_damaged"),
        ('[{"a": 1},', "file_damaged"),
        ('[{"a" 1}]', "file_damaged"),
        ('[{"a": 1}, 5]', "json_not_rows"),
        ('[{"a": ' + "[" * 100_000, "file_damaged"),
        ('[{"a": "' + "x" * 3_000_000 + '"}]', "file_damaged"),
    ],
)
def test_wrong_json_says_why(tmp_path, text, code):
    with pytest.raises(UnreadableFile) as refused:
        list(opened(text_file(tmp_path, text)).rows)

    assert refused.value.code == code


def test_depth_is_bounded():
    deep = value = {}
    for _ in range(200):
        value["a"] = value = {}

    assert len(feed.flatten(deep)) <= feed.MAX_DEPTH


def test_long_feed_is_read_in_bounded_memory(tmp_path):
    path = tmp_path / "long.json"
    with path.open("w", encoding="utf-8") as file:
        file.write(
            "[" + ",".join(json.dumps(SERVICE | {"id": number, "text": "x" * 2_000}) for number in range(6_000)) + "]"
        )
    tracemalloc.start()

    count = sum(1 for _ in opened(path).rows)

    assert count == 6_000
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@settings(max_examples=40)
@given(st.lists(st.dictionaries(st.text(min_size=1, max_size=5), values, max_size=4), min_size=1, max_size=5))
def test_any_array_of_objects_is_read(tmp_path_factory, elements):
    path = tmp_path_factory.mktemp("json") / "file.json"
    path.write_text(json.dumps(elements), encoding="utf-8")

    rows = list(opened(path).rows)

    assert [row.number for row in rows] == list(range(1, len(elements) + 1))
    assert [row.cells for row in rows] == [feed.flatten(json.loads(json.dumps(one))) for one in elements]
