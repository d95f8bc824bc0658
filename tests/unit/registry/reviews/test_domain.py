"""Prove what a record is to say when the tree of areas is another."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from services.registry.areas.tree import Tree
from services.registry.organizations.parts import Cooperation
from services.registry.organizations.places import Location
from services.registry.reviews.domain import AREAS_CHANGED, COOPERATION_ENDED, review, reviewed
from tests.unit.registry.builders import QENA_PATH, TUESDAY, an_organization, qena_tree

IN_QENA = {"latitude": 26.15, "longitude": 32.75}
IN_ABU_TESHT = {"latitude": 26.15, "longitude": 32.05}


def places_of(*places):
    organization = an_organization(locations=places)
    return review(organization, qena_tree())


@pytest.mark.parametrize(
    ("place", "area", "outside"),
    [
        (Location("p", area="EG2901", **IN_ABU_TESHT), "EG2901", True),
        (Location("p", area="EG2901", outside_area=True, **IN_QENA), "EG2901", False),
        (Location("p", **IN_ABU_TESHT), "EG2902", False),
        (Location("p", outside_area=True, latitude=30.0, longitude=31.0), "", False),
    ],
    ids=["outside now", "inside now", "in an area now", "in none"],
)
def test_place_says_where_it_lies_now(place, area, outside):
    judged = places_of(place)

    (now,) = judged.fields["locations"]
    assert (judged.why, now.area, now.outside_area) == (AREAS_CHANGED, area, outside)


@pytest.mark.parametrize(
    "place",
    [Location("p", area="EG2901", **IN_QENA), Location("p", area="EG29", **IN_QENA), Location("p", area="EG2901")],
    ids=["in its area", "in one above", "nowhere"],
)
def test_place_that_lies_as_it_says_stays(place):
    assert not places_of(place).fields


def test_organization_without_area_gets_that_of_its_first_place():
    nowhere = an_organization(area="", areas=(), locations=(Location("p", **IN_QENA),))

    fields = review(nowhere, qena_tree()).fields

    assert (fields["area"], fields["areas"]) == ("EG2901", QENA_PATH)


def test_area_of_an_organization_stays():
    here = an_organization(locations=(Location("p", **IN_ABU_TESHT),))

    assert review(here, qena_tree()).fields.keys() == {"locations"}


def test_what_changed_is_dated():
    old = an_organization(locations=(Location("p", **IN_QENA), Location("q", area="EG2901")))
    later = TUESDAY + timedelta(days=30)

    event = reviewed(old, review(old, qena_tree()).fields, later)

    assert (event.organization.version, event.organization.last_modified) == (old.version + 1, later)
    assert [one.last_modified for one in event.organization.locations] == [later.isoformat(), ""]


@pytest.mark.parametrize(
    ("ends", "day", "ended"),
    [
        (("2026-11-20",), "2026-11-21", True),
        (("2026-11-20",), "2026-11-20", False),
        (("2026-11-20", "2026-12-01"), "2026-11-21", False),
        (("2026-11-20", ""), "2026-11-21", False),
        (("2020-01-01",), "2026-11-21", False),
        ((), "2026-11-21", False),
    ],
    ids=["over", "its last day", "another goes on", "another has no end", "changed since it ended", "none is stated"],
)
def test_cooperation_is_over_when_the_last_has_ended(ends, day, ended):
    stated = tuple(Cooperation(f"Relief {number}", valid_to=end) for number, end in enumerate(ends))
    organization = an_organization(international_cooperation=True, cooperations=stated)

    judged = review(organization, Tree(day=day))

    assert (judged.fields, judged.why) == (
        ({"international_cooperation": False}, COOPERATION_ENDED) if ended else ({}, "")
    )


@pytest.mark.parametrize(("last", "ended"), [("2026-11-20", True), ("2026-11-21", False)])
def test_cooperation_ends_once_however_the_record_was_changed_since(last, ended):
    stated = (Cooperation("Relief", valid_to="2026-11-20"),)
    changed = datetime(2026, 11, 21, 0, 1, tzinfo=UTC)
    organization = an_organization(international_cooperation=True, cooperations=stated, last_modified=changed)

    judged = review(organization, Tree(day="2026-11-21"), last)

    assert judged.fields == ({"international_cooperation": False} if ended else {})
