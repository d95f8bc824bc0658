"""Prove that totals of areas tell of no part more than it does itself."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from services.gateway.directory.coverage import areas
from services.gateway.directory.documents import FEW
from services.gateway.directory.few import Few

Counts = tuple[int, ...]


def few(*counts: int) -> list[Few]:
    """Return counts that are told by themselves."""
    parts = [Few(count) for count in counts]
    for part in parts:
        part.settle()
    return parts


def betrays(total: Few, parts: list[Few]) -> bool:
    """Tell whether a reader of the total and the other parts knows more of one part than it tells."""
    most = [part.told + FEW - 1 for part in parts]
    return any(total.told - (sum(most) - most[at]) > part.told for at, part in enumerate(parts))


@pytest.mark.parametrize("number", [1, 2, 3, 5])
def test_total_betrays_no_part(number: int):
    for counts in product((0, 3, 4, 5, 9), repeat=number):
        parts, total = few(*counts), Few(sum(counts))

        total.settle(parts)

        assert not betrays(total, parts)
        assert total.told >= sum(part.told for part in parts)


def test_total_of_totals_betrays_none():
    below = few(9, 4)
    county, other, country = Few(13), *few(14), Few(27)
    county.settle(below)

    country.settle([county, other])

    assert (county.told, country.told) == (5, 15)
    assert not betrays(country, [county, other])


@pytest.mark.parametrize(
    ("total", "parts", "told"),
    [
        (40, (9, 9, 9, 9, 4), 35),
        (15, (12, 3), 10),
        (30, (12, 3), 25),
        (9, (3, 3, 3), 5),
        (200, (0, 0, 0), 200),
        (14, (), 10),
        (4, (4,), None),
    ],
)
def test_total_is_told(total: int, parts: Counts, told: int | None):
    assert Few(total).settle(few(*parts)) == told


def leaf(taken: dict[str, int], places: int = 50) -> dict[str, Any]:
    """Return the figures of an area where one organization has so many places of each subject, and so many taken."""
    offered = [{"subject": one, "unit": "families", "capacity": places} for one in taken]
    at_home = {"areas": ["EG-QEN"], "capabilities": offered}
    whole = {"areas": ["EG-QEN"], "subject": "", "organizations": 1, "members": 0, "cooperation": 0}
    stated = [whole | {"subject": one, "stated": 1, "places": places} for one in taken]
    names = {"id": "EG-QEN", "parent": "", "path": [], "level": 1, "names": {}, "centre": None}
    (found,) = areas.items(
        {
            "areas": [names],
            "organizations": [whole, *stated],
            "taken": [at_home | {"subject": one, "taken": number} for one, number in taken.items()],
            "services": [],
            "families": [],
            "needs": [],
        },
        "2026-11-02",
    )
    return found


def test_taken_of_few_subjects_are_hidden():
    found = leaf({"food": 4, "housing": 4, "health": 4})

    assert [one["free_capacity"] for one in found["by_subject"].values()] == [50, 50, 50]
    assert found["free_capacity"] == 150 - 5  # so much even if none were taken of any one subject


def test_taken_total_leaves_one_at_least():
    found = leaf({"food": 9, "housing": 9})

    assert [one["free_capacity"] for one in found["by_subject"].values()] == [45, 45]
    assert found["free_capacity"] == 100 - 10


def test_part_counts_to_its_most():
    parts = [Few(4, most=1000), Few(1, most=1), Few(0, most=0)]
    for part in parts:
        part.settle()
    total = Few(5)

    assert total.settle(parts) is None
