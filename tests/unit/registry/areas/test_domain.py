"""Prove the rules of areas, and which of them holds a point."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.areas.domain import centre_of, is_outline, put, rounded
from services.registry.faults import Refused
from tests.unit.registry.builders import an_area, square

GOVERNORATE = an_area("EG29", level="governorate", parent="EG", path=("EG", "EG29"))
HOLE = [[32.74, 26.14], [32.76, 26.14], [32.76, 26.16], [32.74, 26.16], [32.74, 26.14]]


def fields(**given):
    known = {
        "id": "EG2901",
        "parent": "EG29",
        "level": "county",
        "names": {"ar": "قنا", "fa": "", "en": "Qena"},
        "outline": square(32.7, 26.1, 0.1),
        "schematic": True,
        "centre": None,
    }
    return known | given


def refusal(*args):
    with pytest.raises(Refused) as refused:
        put(*args)
    return [(fault.field, fault.code) for fault in refused.value.faults]


def test_path_leads_through_parent():
    area, differs = put(None, GOVERNORATE, fields())

    assert (area.path, area.version, differs) == (("EG", "EG29", "EG2901"), 1, True)


def test_centre_comes_from_outline():
    assert put(None, GOVERNORATE, fields())[0].centre == (32.75, 26.15)


def test_same_area_again_is_unchanged():
    area, _ = put(None, GOVERNORATE, fields())

    assert put(area, GOVERNORATE, fields()) == (area, False)


def test_renamed_area_gets_next_version():
    area, _ = put(None, GOVERNORATE, fields())

    renamed, differs = put(area, GOVERNORATE, fields(names={"ar": "مركز قنا", "fa": "", "en": ""}))

    assert (renamed.version, differs) == (2, True)


def test_end_before_the_beginning_is_refused():
    given = fields(valid_from="2026-04-01", valid_to="2026-03-31")

    assert refusal(None, GOVERNORATE, given) == [("valid_to", "ends_before_it_begins")]


def test_alias_stands_once():
    area, _ = put(None, GOVERNORATE, fields(aliases=["بندر  قنا", "بندر قنا"]))

    assert area.aliases == ("بندر قنا",)


def test_names_lose_space_too_much():
    old, _ = put(None, GOVERNORATE, fields(names={"ar": " مركز \n دشنا ", "en": "Deshna"}))

    assert old.names == {"ar": "مركز دشنا", "en": "Deshna"}
    assert put(old, GOVERNORATE, fields(names={"ar": "مركز  دشنا", "en": "Deshna"})) == (old, False)


def test_unknown_parent_is_refused():
    assert refusal(None, None, fields()) == [("parent", "unknown_area")]


def test_level_lies_below_parent():
    assert refusal(None, GOVERNORATE, fields(level="governorate"), "areas.0.") == [("areas.0.level", "wrong_level")]


def test_parent_never_changes():
    area, _ = put(None, GOVERNORATE, fields())
    other = an_area("EG30", level="governorate", parent="EG", path=("EG", "EG30"))

    assert refusal(area, other, fields(parent="EG30")) == [("parent", "area_moved")]


def test_level_never_changes():
    area, _ = put(None, GOVERNORATE, fields())

    assert refusal(area, GOVERNORATE, fields(level="locality")) == [("level", "area_moved")]


@pytest.mark.parametrize(
    "outline",
    [
        {},
        {"type": "Point", "coordinates": [32.7, 26.1]},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[32.7, 26.1], [32.8, 26.1], [32.7, 26.1]]]},
        {"type": "Polygon", "coordinates": [[[32.7, 26.1], [32.8, 26.1], [32.8, 26.2], [32.7, 26.2]]]},
        {"type": "Polygon", "coordinates": [[[200, 26.1], [32.8, 26.1], [32.8, 26.2], [200, 26.1]]]},
        {"type": "Polygon", "coordinates": [["abcd", "efgh", "ijkl", "abcd"]]},
        {"type": "MultiPolygon", "coordinates": [[[[None, None]] * 4]]},
    ],
)
def test_what_is_no_outline_is_refused(outline):
    assert refusal(None, GOVERNORATE, fields(outline=outline)) == [("outline", "not_an_outline")]


@given(st.recursive(st.none() | st.floats() | st.text(max_size=3), lambda inner: st.lists(inner, max_size=4)))
def test_any_coordinates_are_judged(coordinates):
    assert is_outline({"type": "Polygon", "coordinates": coordinates}) in (True, False)


def test_area_holds_points_within():
    area = an_area()

    assert area.holds((32.75, 26.15))
    assert not area.holds((32.85, 26.15))


def test_hole_is_not_within():
    outline = square(32.7, 26.1, 0.1)
    outline["coordinates"].append(HOLE)

    assert not an_area(outline=outline).holds((32.75, 26.15))
    assert an_area(outline=outline).holds((32.71, 26.11))


def test_every_part_of_many_counts():
    parts = [square(32.7, 26.1, 0.1)["coordinates"], square(33.0, 26.1, 0.1)["coordinates"]]

    assert an_area(outline={"type": "MultiPolygon", "coordinates": parts}).holds((33.05, 26.15))


@given(st.floats(-170, 170), st.floats(-80, 80), st.floats(0.01, 5))
def test_centre_of_square_lies_within(west, south, size):
    outline = rounded(square(west, south, size))

    assert an_area(outline=outline).holds(centre_of(outline))
