"""Prove of which resource a change is told."""

from __future__ import annotations

import pytest

from services.registry.history.domain import Change, Entry, Stamp
from services.registry.history.resources import RESOURCES, Told, told
from services.registry.organizations import parts as of_organizations
from services.registry.services import parts as of_services
from tests.unit.registry.builders import MONDAY

OFFICE = {"id": "place-1", "name": "المقر", "phones": [{"number": "+20965331234"}], "last_modified": ""}


def told_of(change):
    return list(told(Entry("organization", "org-1", 2, "update", Stamp(MONDAY, "operator:operator-1"), (change,))))


def test_field_is_the_records():
    assert told_of(Change("name", "جمعية", "جمعية النور")) == [
        Told("organization", "org-1", "name", "جمعية", "جمعية النور")
    ]


def test_part_is_told_field_by_field():
    phone = {"number": "+20965339999"}
    moved = {**OFFICE, "name": "الفرع", "phones": [*OFFICE["phones"], phone], "last_modified": "2026-03-09"}

    assert told_of(Change("locations", [OFFICE], [moved])) == [
        Told("location", "place-1", "name", "المقر", "الفرع"),
        Told("location", "place-1", "phones", [], [phone]),
    ]


def test_parts_that_came_and_went_are_told_whole():
    store = {"id": "place-2", "name": "المخزن"}

    assert told_of(Change("locations", [OFFICE], [store])) == [
        Told("location", "place-1", "locations", OFFICE, None),
        Told("location", "place-2", "locations", None, store),
    ]


@pytest.mark.parametrize(
    "change",
    [
        Change("phones", [], [{"number": "+20965331234", "type": "voice"}]),
        Change("languages", ["ar"], ["fa"]),
        Change("locations", [], []),
        Change("locations", None, None),
        Change("locations", [OFFICE], None),
    ],
    ids=["without ids", "no objects", "order", "erased", "end"],
)
def test_the_rest_is_told_of_the_record(change):
    assert told_of(change) == [
        Told("organization", "org-1", change.field_name, change.previous_value, change.replacement_value)
    ]


def test_every_list_of_parts_has_its_name():
    lists = {**of_organizations.PARTS, **of_services.PARTS}

    assert {name for name, kind in lists.items() if "id" in kind.__dataclass_fields__} == set(RESOURCES)
