"""Prove that areas are found by code, name and point."""

import pytest

from services.registry.areas.tree import Tree
from services.registry.faults import Refused
from tests.unit.registry.builders import an_area, qena_tree


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("EG2902", "EG2902"),
        ("ابو تشت", "EG2902"),
        ("مركز أبوتشت", "EG2902"),
        ("مركز أبو تشت", "EG2902"),
        ("abu tesht", "EG2902"),
        ("قنا", "EG2901"),
        ("مصر", "EG"),
        ("", ""),
    ],
)
def test_area_is_found_by_what_people_write(written, code):
    assert qena_tree().find(written) == code


def test_title_in_the_record_need_not_be_written():
    tree = Tree([an_area("IR2501", names={"ar": "", "fa": "شهرستان قم", "en": "Qom County"})])

    assert [tree.find(written) for written in ("قم", "شهرستان قم", "استان قم")] == ["IR2501"] * 3


def test_unknown_area_is_refused():
    with pytest.raises(Refused, match="unknown_area"):
        qena_tree().find("أسوان")


def test_name_of_two_counties_is_ambiguous():
    tree = Tree([an_area("EG2901"), an_area("EG2801")])

    with pytest.raises(Refused, match="ambiguous_area"):
        tree.find("قنا")


def test_point_lies_in_deepest_area():
    tree = qena_tree()

    assert [tree.at(point) for point in ((32.75, 26.15), (32.5, 26.5), (31.0, 30.0))] == ["EG2901", "EG29", ""]


@pytest.mark.parametrize("drawn", [{"outline": None}, {"schematic": True}], ids=["not drawn", "drawn by hand"])
def test_area_nobody_surveyed_holds_what_the_nearest_above_it_does(drawn):
    county, village = an_area("EG2901"), ("EG", "EG29", "EG2901", "EG290101")
    within = an_area("EG290101", level="locality", path=village, parent="EG2901", **drawn)
    tree = Tree([county, within])

    assert [tree.covers("EG290101", point) for point in ((32.75, 26.15), (31.0, 30.0), None)] == [True, False, True]
    assert Tree([within]).covers("EG290101", (31.0, 30.0))


def test_no_point_lies_nowhere():
    assert qena_tree().at(None) == ""


def test_alias_finds_its_area():
    tree = Tree([an_area(aliases=("بندر قنا", "Kena"))])

    assert [tree.find(written) for written in ("مركز بندر قنا", "kena")] == ["EG2901"] * 2


def test_area_is_found_while_it_is_one():
    ended = an_area("EG2901", valid_to="2026-03-31")
    follower = an_area("EG2807", valid_from="2026-04-01", path=("EG", "EG28", "EG2807"))

    before, after = (Tree([ended, follower], day=day) for day in ("2026-03-31", "2026-04-01"))

    assert [(tree.at((32.75, 26.15)), tree.find("قنا")) for tree in (before, after)] == [
        ("EG2901", "EG2901"),
        ("EG2807", "EG2807"),
    ]
    assert (after.find("EG2901"), after.path("EG2901")) == ("EG2901", ("EG", "EG29", "EG2901"))


def test_area_ends_with_the_one_that_it_lies_in():
    ended = an_area("EG2901", valid_to="2026-03-31")
    within = an_area("EG290101", level="locality", path=("EG", "EG29", "EG2901", "EG290101"), parent="EG2901")
    follower = an_area("EG2807", valid_from="2026-04-01", path=("EG", "EG28", "EG2807"))

    before, after = (Tree([within, ended, follower], day=day) for day in ("2026-03-31", "2026-04-01"))

    assert [(tree.at((32.75, 26.15)), tree.find("قنا")) for tree in (before, after)] == [
        ("EG290101", "EG290101"),
        ("EG2807", "EG2807"),
    ]
