"""Prove that totals of areas tell of no part more than it does itself."""

from __future__ import annotations

from itertools import product

import pytest

from services.gateway.directory.coverage.areas import Few
from services.gateway.directory.documents import FEW

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
