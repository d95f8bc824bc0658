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


NEVER, PAST = ("", ""), ("2001-01-01", "2020-12-31")
UP = {"EG": "", "EG29": "EG", "EG2901": "EG29", "EG2905": "EG29", "EG290101": "EG2901", "EG290102": "EG2901"}
"""A country, a governorate, two centres and two villages: by its code, what each lies in."""


def waiting(needs: dict[str, int], ended: frozenset[str] = frozenset(), up: dict[str, str] = UP) -> dict[str, Any]:
    """Return the figures of areas with so many open needs noted in each."""
    counted = dict.fromkeys(("organizations", "taken", "services", "families"), ()) | {
        "areas": [placed(code, up, PAST if code in ended else NEVER) for code in up],
        "needs": [{"area": code, "subject": "health", "needs": number} for code, number in needs.items()],
    }
    return {one["area"]: one["by_subject"].get("health", {}) for one in areas.items(counted, "2026-11-02")}


def placed(code: str, up: dict[str, str], days: tuple[str, str]) -> dict[str, Any]:
    """Return an area."""
    path = [code]
    while up[path[0]]:
        path.insert(0, up[path[0]])
    place = {"id": code, "parent": up[code], "path": path, "level": "county", "names": {}, "centre": None}
    return {**place, "valid_from": days[0], "valid_to": days[1]}


def here(found: dict[str, Any]) -> dict[str, int]:
    """Return the needs that are told of no area within, by area, where any are."""
    return {code: one["open_needs_here"] for code, one in found.items() if one.get("open_needs_here")}


@pytest.mark.parametrize(
    ("needs", "told"),
    [
        ({"EG290101": 7, "EG2905": 12}, {"EG290101": 5, "EG2905": 10}),
        ({"EG290101": 7, "EG2901": 6}, {"EG290101": 5, "EG2901": 5}),
        ({"EG2901": 6, "EG2905": 4}, {"EG2901": 5}),
        ({"EG290101": 4, "EG290102": 4, "EG2901": 5}, {"EG2901": 5}),
        ({"EG290101": 4, "EG290102": 4, "EG2905": 4, "EG29": 5}, {"EG29": 5}),
        ({"EG2901": 3, "EG29": 20}, {"EG29": 20}),
        ({"EG290101": 4, "EG290102": 4}, {}),
    ],
    ids=["where they are", "of no village", "of no centre", "few and some", "few of several", "few and many", "few"],
)
def test_each_need_is_told_of_smallest_area(needs: dict[str, int], told: dict[str, int]):
    assert here(waiting(needs)) == told


def test_needs_of_areas_that_ended_are_told_above():
    needs = {"EG290101": 7, "EG290102": 3, "EG2901": 9, "EG2905": 4}

    assert here(waiting(needs, ended=frozenset({"EG2901"}))) == {"EG290101": 5, "EG29": 5}
    assert here(waiting(needs, ended=frozenset({"EG2901", "EG290101", "EG290102"}))) == {"EG29": 15}
    assert here(waiting(needs, ended=frozenset(UP))) == {}


def test_many_villages_with_few_are_told_together():
    up = UP | {f"EG2905{number:02}": "EG2905" for number in range(1, 21)}

    found = waiting({f"EG2905{number:02}": 2 for number in range(1, 21)}, up=up)

    assert here(found) == {"EG2905": 40}
    assert found["EG2905"]["open_needs"] == found["EG"]["open_needs"] == 40


def test_what_is_told_here_betrays_no_part():
    """What is told of no area within is made of what too few are to be told of: none of that can be told from it."""
    for counts in product((0, 3, 4, 5, 9), repeat=4):
        needs = dict(zip(("EG290101", "EG290102", "EG2901", "EG2905"), counts, strict=True))
        found = waiting(needs)
        told = here(found)

        few_villages = [needs[one] for one in ("EG290101", "EG290102") if one not in told]
        assert told.get("EG2901", 0) <= needs["EG2901"] // FEW * FEW + max(0, len(few_villages) - 1) * (FEW - 1)
        for code, within in (("EG2901", ("EG2901", "EG290101", "EG290102")), ("EG29", tuple(UP))):
            pieces = [Few(0, told[one]) for one in within if one in told]
            untold = any(one not in told for one in within)
            total = found[code].get("open_needs") or 0
            assert total >= sum(piece.told for piece in pieces)
            assert not pieces or not betrays(Few(0, total), [*pieces, *([Few(0, 0)] if untold else [])])


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
