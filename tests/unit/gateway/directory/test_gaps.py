"""Prove which pairs of an area and a subject may be gaps, and which are worse."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import orjson
import pytest

from services.gateway.directory.coverage import gaps

Json = dict[str, Any]


def area(code: str, parent: str | None, **by_subject: Json) -> Json:
    """Return the figures of an area."""
    return {"area": code, "parent": parent, "centre": [32.7, 26.1], "by_subject": by_subject}


def known(here: int | None, organizations: int = 0, free_capacity: int | None = None, within: int = 0) -> Json:
    """Return the figures of a subject: needs told of no smaller area, and of those within."""
    counts = {"open_needs": (here or 0) + within or None, "open_needs_here": here}
    return {**counts, "organizations": organizations, "free_capacity": free_capacity}


def pair(open_needs: int, free: int | None = None, km: float | None = None, organizations: int = 0) -> Json:
    """Return a pair, with how far it is to the nearest."""
    return {"nearest_km": km, "open_needs": open_needs, "organizations": organizations, "free_capacity": free}


def test_areas_with_published_needs_are_gaps():
    items = [
        area("EG29", None, health=known(None, within=25), food=known(10)),
        area("EG2901", "EG29", health=known(20), food=known(None, 3, 40)),
        area("EG2905", "EG29", health=known(5)),
    ]

    found = [(one["area"], one["subject"], one["areas"], one["spread"]) for one in gaps.pairs(items)]

    assert found == [
        ("EG2901", "health", ["EG2901", "EG29"], False),
        ("EG29", "food", ["EG29"], True),
        ("EG2905", "health", ["EG2905", "EG29"], False),
    ]


@pytest.mark.parametrize(("organizations", "kilometres"), [(0, 12.3), (2, None)], ids=["nobody within", "some within"])
def test_help_within_is_at_the_door_of_spread_needs(organizations: int, kilometres: float | None):
    items = [area("EG29", None, health=known(10, organizations)), area("EG2901", "EG29")]

    (found,) = gaps.ranked(gaps.pairs(items), lambda subject, point: (12.34, "ehsan"))

    shown = orjson.loads(found["body"])
    assert (shown["area"], shown["spread"], shown["open_needs"]) == ("EG29", True, 10)
    assert (shown["nearest_km"], shown["nearest_organization"]) == (kilometres, kilometres and "ehsan")


@pytest.mark.parametrize(
    "order",
    [
        [pair(20, km=5.0), pair(10, km=5.0)],
        [pair(20, free=0, km=5.0), pair(20, free=15, km=5.0), pair(20, free=40, km=5.0)],
        [pair(10, km=60.0), pair(10, km=20.0), pair(10, km=0.5)],
        [pair(10), pair(10, km=99.0)],
        [pair(10, km=12.0, organizations=1), pair(10, organizations=1)],
        [pair(5, km=90.0), pair(45, km=0.0)],
        [pair(5, km=0.0), pair(500, free=500, km=0.0)],
    ],
    ids=["more needs", "less room", "farther", "nobody", "unlocated within", "far against many", "room for all"],
)
def test_worse_gap_scores_higher(order: list[Json]):
    assert all(gaps.score(worse) >= gaps.score(better) for worse, better in pairwise(order))


def test_worst_come_first():
    items = [area("EG2901", None, health=known(10)), area("EG2905", None, health=known(10), food=known(5))]
    distances = {"health": (12.34, "ehsan"), "food": None}

    found = gaps.ranked(gaps.pairs(items), lambda subject, point: distances[subject])

    shown = [orjson.loads(one["body"]) for one in found]
    assert [(one["area"], one["subject"]) for one in shown] == [
        ("EG2905", "food"),
        ("EG2901", "health"),
        ("EG2905", "health"),
    ]
    assert [(one["nearest_km"], one["nearest_organization"]) for one in shown] == [(None, None), *[(12.3, "ehsan")] * 2]


def test_area_without_centre_is_far_from_all():
    items = [{**area("EG2901", None, health=known(10)), "centre": None}]

    (found,) = gaps.ranked(gaps.pairs(items), lambda subject, point: (0.0, "ehsan"))

    assert orjson.loads(found["body"])["nearest_km"] is None
