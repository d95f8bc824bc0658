"""Prove that the tree of areas is kept, and read again when it has changed."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from chassis.errors import Conflict, Invalid
from contracts.policy import Scope
from contracts.problems import PROBLEMS
from tests.integration.registry.house import QENA
from tests.unit.registry.builders import square

NODE = Scope()
COUNTY = {"id": "EG2903", "level": "county", "parent": "EG29", "names": {"ar": "دشنا", "en": "Deshna"}}


def test_same_areas_again_are_unchanged(house):
    again = house.put_areas(QENA)

    assert {one["outcome"] for one in again} == {"unchanged"}
    assert house.areas.revision() == 1


def test_tree_is_read_again_after_change(house):
    before = house.trees.read(house.areas)

    house.put_areas([COUNTY])

    assert before.path("EG2903") == ()
    assert house.trees.read(house.areas).path("EG2903") == ("EG", "EG29", "EG2903")


def test_unchanged_tree_costs_one_query(house):
    house.trees.read(house.areas)
    house.commands.names.clear()

    house.trees.read(house.areas)

    assert house.commands.names == ["find"]


def test_area_may_come_with_its_parent(house):
    village = {"id": "EG290301", "level": "locality", "parent": "EG2903", "names": {"ar": "السمطا"}}

    results = house.put_areas([COUNTY, village])

    assert [one["outcome"] for one in results] == ["created", "created"]
    assert house.areas.get("EG290301").path == ("EG", "EG29", "EG2903", "EG290301")


def test_one_wrong_area_stops_all(house):
    with pytest.raises(Invalid) as refused:
        house.put_areas([COUNTY, {**COUNTY, "id": "EG2904", "parent": "EG99"}])

    assert refused.value.problems[0] == {
        "field": "areas.1.parent",
        "code": "unknown_area",
        "message": "There is no area of this code or name.",
    }
    assert house.trees.read(house.areas).get("EG2903") is None


def test_all_that_is_wrong_is_told_at_once(house):
    lost, below = {**COUNTY, "parent": "EG99"}, {**COUNTY, "id": "EG290301", "parent": "EG2903", "level": "locality"}
    drawn = {**COUNTY, "id": "EG2904", "outline": {"type": "Point"}}

    with pytest.raises(Invalid, match=r"^Area EG2903: ") as refused:
        house.put_areas([lost, below, {**below, "id": "EG29030101", "parent": "EG290301"}, drawn])

    assert [(one["field"], one["code"]) for one in refused.value.problems] == [
        ("areas.0.parent", "unknown_area"),
        ("areas.3.outline", "not_an_outline"),
    ]


def test_area_never_moves(house):
    renamed = {**QENA[3], "names": {"ar": "أبو تشت الجديدة"}}

    with pytest.raises(Conflict, match=r"^Area EG2901: ") as refused:
        house.put_areas([renamed, {**QENA[2], "parent": "EG28"}])

    assert refused.value.problems == [
        {"field": "areas.1.parent", "code": "area_moved", "message": PROBLEMS["area_moved"].en}
    ]
    assert house.areas.get("EG2902").names["ar"] == "أبو تشت"


def test_redrawn_area_keeps_what_lies_in_it(house):
    organization = house.register(name="جمعية الإحسان", area="EG2901")
    redrawn = {**QENA[2], "names": {"ar": "مركز قنا"}, "outline": square(32.6, 26.0, 0.2), "centre": [32.72, 26.16]}

    house.put_areas([redrawn])

    area = house.areas.get("EG2901")
    assert (area.version, area.names["ar"], area.centre) == (2, "مركز قنا", (32.72, 26.16))
    assert house.organizations.get(organization, NODE).areas == area.path


def test_writers_at_once_get_revisions_of_their_own(house):
    areas = [{**COUNTY, "id": f"EG29{number}", "names": {"ar": f"مركز {number}"}} for number in range(10, 16)]

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda area: house.put_areas([area]), areas))

    assert house.areas.revision() == 7
    assert sorted(house.database["areas"].distinct("revision")) == [1, 2, 3, 4, 5, 6, 7]


def test_pages_may_leave_outlines_out(house):
    with_outlines = {area.id: area.outline is not None for area in house.areas.page("", 50)}
    without = [area.outline for area in house.areas.page("", 50, outlines=False)]

    assert with_outlines["EG2901"] is True
    assert without == [None] * 5


@pytest.fixture
def moved(house):
    """Put a centre that moved to another governorate, on the same ground, and a village of the old one."""
    drawn = {"level": "county", "names": {"ar": "الوقف"}, "outline": square(32.4, 26.1, 0.1)}
    within = {"level": "locality", "names": {"ar": "المراشدة"}, "outline": square(32.4, 26.1, 0.1)}
    house.put_areas(
        [
            {**drawn, "id": "EG2909", "parent": "EG29", "valid_to": "2024-02-29"},
            {**within, "id": "EG290901", "parent": "EG2909"},
            {**drawn, "id": "EG2809", "parent": "EG28", "valid_from": "2024-03-01"},
        ]
    )
    return house


def test_point_in_a_centre_that_moved_is_in_the_new_one(moved):
    place = {"latitude": 26.15, "longitude": 32.45}

    at_entry = moved.register(name="جمعية الإحسان", locations=[place])
    (in_bulk,) = moved.put([{"row": 2, "organization": {"name": "جمعية النور", "locations": [place]}}])

    for number in (at_entry, in_bulk["id"]):
        assert moved.organizations.get(number, NODE).areas == ("EG", "EG28", "EG2809")


def test_name_of_a_centre_that_moved_is_the_new_one(moved):
    number = moved.register(name="جمعية الإحسان", area="الوقف")

    assert moved.organizations.get(number, NODE).area == "EG2809"


@pytest.mark.parametrize(("day", "code"), [("2024-02-29", "EG290901"), ("2024-03-01", "EG2809")])
def test_point_is_in_the_centre_of_the_day(moved, day, code):
    assert moved.areas.tree(day).at((32.45, 26.15)) == code
