"""Prove how organizations are counted by cells."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.registry import ORGANIZATION_TYPES
from services.gateway.directory.grid import BITS, NOWHERE, SIDE, cell, place_of
from services.gateway.tiles import domain
from services.gateway.tiles.domain import (
    ANY,
    DEPTH,
    SINGLY,
    ZOOM_MOST,
    Filter,
    Point,
    ancestor,
    clustered,
    coarser,
    cooperates,
    kind_of,
    merged,
    moved,
    packed,
    point_of,
    size,
    span,
    tally,
    type_of,
    unpacked,
)

points = st.builds(
    Point,
    st.integers(0, 2 ** (2 * BITS) - 1),
    st.integers(0, 2 * len(ORGANIZATION_TYPES) + 1),
    st.sets(st.sampled_from(["health", "food"])).map(tuple),
    st.integers(0, 2**40),
)


def document(**fields: Any) -> dict[str, Any]:
    record = {
        "organization_type": "donor",
        "international_cooperation": True,
        "capabilities": [{"subject": "health"}, {"subject": "food"}, {"subject": "of_tomorrow"}],
        "members_count": None,
    }
    return {"cell": cell(32.7, 26.1), "record": record | fields}


@given(st.integers(0, SIDE - 1), st.integers(0, SIDE - 1))
def test_place_is_the_cells(column: int, row: int):
    longitude, line = (column + 0.5) / SIDE * 360 - 180, (row + 0.5) / SIDE

    found = place_of(cell(longitude, 0.0))[0], place_of(_of(column, row))[1]

    assert found == (column, row) == (column, int(line * SIDE))


def _of(column: int, row: int) -> int:
    """Return the number of a cell, bit by bit."""
    return sum((column >> bit & 1) << 2 * bit | (row >> bit & 1) << 2 * bit + 1 for bit in range(BITS))


def test_document_counts_as_a_point():
    point = point_of(document(members_count=7))

    assert point == Point(cell(32.7, 26.1), kind_of("donor", True), ("health", "food"), 7)


@pytest.mark.parametrize("nothing", [None, {}, {"cell": None}, {"cell": NOWHERE, "record": {}}])
def test_what_has_no_place_counts_nowhere(nothing: dict[str, Any] | None):
    assert point_of(nothing) is None


@pytest.mark.parametrize("change", [{"organization_type": "company"}, {"members_count": 3}, {"capabilities": []}])
def test_what_counts_otherwise_is_due(change: dict[str, Any]):
    assert moved(document(), document(**change)) == {cell(32.7, 26.1)}
    assert moved(document(), document(name="another")) == set()


def test_both_places_of_a_move_are_due():
    there = document() | {"cell": 5}

    assert moved(document(), there) == {cell(32.7, 26.1), 5}
    assert moved(there, None) == moved(None, there) == {5}


@pytest.mark.parametrize("name", [*ORGANIZATION_TYPES, "of_tomorrow"])
@pytest.mark.parametrize("cooperation", [True, False])
def test_kind_says_type_and_cooperation(name: str, cooperation: bool):
    kind = kind_of(name, cooperation)

    assert cooperates(kind) == cooperation
    assert type_of(kind) == (name if name in ORGANIZATION_TYPES else "")
    assert kind in Filter().kinds()
    assert (kind in Filter(organization_type="donor", international_cooperation=True).kinds()) == (
        name == "donor" and cooperation
    )


@given(st.lists(points, max_size=30), st.integers(0, 30))
def test_tallies_add_up(some: list[Point], at: int):
    assert merged([tally(some[:at]), tally(some[at:])]) == tally(some)
    assert size(tally(some)) == len(some)


@given(st.lists(points, max_size=30))
def test_tally_is_kept_as_it_is(some: list[Point]):
    assert unpacked(packed(tally(some))) == tally(some)


def test_full_tiles_are_clustered_and_no_others():
    chance = Random(1)
    town = [Point(chance.randrange(*span(14, 77_000_000)), 3, ("health",), 1) for _ in range(SINGLY + 50)]
    far = [Point(chance.randrange(*span(0, 0)), 1, (), 1) for _ in range(20)]
    there = sorted([*town, *far], key=lambda point: point.cell)

    found = clustered(there, 0, 0)

    assert {level - DEPTH for level in found} == set(range(15))
    for level, cells in found.items():
        tiles = {ancestor(point.cell, BITS - level + DEPTH) for point in town}
        inside = [point for point in there if ancestor(point.cell, BITS - level + DEPTH) in tiles]
        assert merged(cells.values()) == tally(inside)


def test_one_place_is_clustered_down_to_the_last_zoom():
    found = clustered([Point(5, 0, (), 0)] * (SINGLY + 1), 0, 0)

    assert set(found) == set(range(DEPTH, ZOOM_MOST + DEPTH + 1))
    assert all(list(cells) == [0] and size(cells[0]) == SINGLY + 1 for cells in found.values())


def test_few_are_not_clustered():
    assert clustered([Point(5, 0, (), 0)] * SINGLY, 0, 0) == {}


def test_quarters_make_a_cell():
    quarter = tally([Point(5, 0, (), 0)])

    assert coarser({4: quarter, 6: quarter, 9: quarter}) == {1: merged([quarter, quarter]), 2: quarter}
    assert size(coarser({4: quarter, 6: quarter})[1]) == 2
    assert ANY in quarter


def test_counts_depend_on_what_is_counted(monkeypatch: pytest.MonkeyPatch):
    before = domain.layout()

    monkeypatch.setattr(domain, "ORGANIZATION_TYPES", ("company", *ORGANIZATION_TYPES))

    assert domain.layout() != before
