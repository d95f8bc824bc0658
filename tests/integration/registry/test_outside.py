"""Prove that a place outside its area is taken as it is, and told."""

from __future__ import annotations

import pytest

from contracts.policy import Scope
from tests.unit.registry.builders import square

NODE = Scope()
WANTED = {"q": "", "area": "", "subject": None, "status": None}
FAR = {"latitude": 26.15, "longitude": 32.05, "area": "EG2901"}  # in Abu Tesht
NEAR = {"latitude": 26.15, "longitude": 32.75, "area": "EG2901"}


def outside(house, organization_id):
    return [one.outside_area for one in house.organizations.get(organization_id, NODE).locations]


def found(house, *, outside_area):
    wanted = {**WANTED, "outside_area": outside_area}
    return {one.name for one in house.organizations.search(wanted, NODE, "", 50)}


def test_place_says_whether_it_is_in_its_area(house):
    number = house.register(name="جمعية الإحسان", area="EG2901", locations=[NEAR, FAR, {"area": "EG2901"}])

    assert outside(house, number) == [False, True, False]


def test_mended_place_says_so_no_more(house):
    number = house.register(name="جمعية الإحسان", area="EG2901", locations=[FAR])

    house.change(number, locations=[{"longitude": 32.75}])

    assert outside(house, number) == [False]


def test_drawn_by_hand_holds_any_point(house):
    by_hand = {"id": "EG2901", "level": "county", "parent": "EG29", "names": {"ar": "قنا", "en": "Qena"}}
    house.put_areas([by_hand | {"outline": square(32.7, 26.1, 0.1), "schematic": True}])

    number = house.register(name="جمعية الإحسان", area="EG2901", locations=[FAR])

    assert outside(house, number) == [False]


@pytest.mark.parametrize(("asked", "names"), [(True, {"بعيدة"}), (False, {"قريبة"}), (None, {"بعيدة", "قريبة"})])
def test_register_finds_them(house, asked, names):
    house.register(name="بعيدة", area="EG2901", locations=[FAR])
    house.register(name="قريبة", area="EG2901", locations=[NEAR])

    assert found(house, outside_area=asked) == names


def test_row_goes_in_with_a_warning(house):
    results = house.put([{"row": 2, "organization": {"name": "جمعية الإحسان", "locations": [FAR]}}])

    (told,) = results[0]["problems"]
    assert results[0]["outcome"] == "created"
    assert (told["field"], told["code"], told["value"]) == ("locations.0.latitude", "outside_its_area", "26.15, 32.05")
