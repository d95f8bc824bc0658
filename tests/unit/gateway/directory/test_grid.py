"""Prove that cells are where tiles and boxes look for them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.directory.grid import BITS, SQUARES_MOST, Box, Tile, cell, cover, middle, tile_at, turned

longitudes = st.floats(-180, 180)
latitudes = st.floats(-90, 90)
shares = st.floats(0, 1)


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    """Make boxes, some of them across the antimeridian."""
    south, north = sorted((draw(latitudes), draw(latitudes)))
    return Box(draw(longitudes), south, draw(longitudes), north)


@pytest.mark.parametrize(
    ("point", "tile"),
    [
        ((32.727, 26.164), Tile(10, 605, 434)),
        ((-0.01, 51.5), Tile(1, 0, 0)),
        ((35.1, 31.53), Tile(14, 9789, 6678)),
        ((180.0, -90.0), Tile(3, 7, 7)),
    ],
)
def test_point_is_in_its_tile(point: tuple[float, float], tile: Tile):
    first, end = tile.cells

    assert first <= cell(*point) < end
    assert tile_at(*point, tile.z) == tile


@given(st.integers(0, BITS - 1), st.data())
def test_tile_is_its_children(z: int, data: st.DataObject):
    tile = Tile(z, data.draw(st.integers(0, 2**z - 1)), data.draw(st.integers(0, 2**z - 1)))

    parts = sorted(one.cells for one in tile.children())

    assert (parts[0][0], parts[-1][1]) == tile.cells
    assert all(one[1] == following[0] for one, following in pairwise(parts))


@given(boxes(), longitudes, latitudes)
def test_what_a_box_holds_is_in_its_ranges(box: Box, longitude: float, latitude: float):
    number = cell(longitude, latitude)

    within = any(first <= number < end for first, end in cover(box))

    assert within or not box.holds(longitude, latitude)


@given(boxes())
def test_ranges_are_few_apart_and_ascending(box: Box):
    found = cover(box)

    assert 0 < len(found) <= 2 * SQUARES_MOST
    assert all(one[1] < following[0] for one, following in pairwise(found))


def test_small_box_reads_little_in_vain():
    box = Box(32.70, 26.14, 32.75, 26.18)

    cells = sum(end - first for first, end in cover(box))

    wanted = cell_width(box) * cell_height(box)
    assert wanted <= cells < 2 * wanted


def cell_width(box: Box) -> int:
    """Return how many cells wide a box is."""
    return int((box.east - box.west) / 360 * (1 << BITS))


def cell_height(box: Box) -> int:
    """Return about how many cells high a box around 26 degrees is."""
    return int((box.north - box.south) / 360 * (1 << BITS) * 1.114)


@given(longitudes, st.floats(-85, 85))
def test_middle_of_a_cell_is_in_it(longitude: float, latitude: float):
    number = cell(longitude, latitude)

    east, north = middle(number)

    assert cell(east, north) == number
    assert abs(turned(east - longitude)) < 1e-5
    assert abs(north - latitude) < 1e-5


@given(longitudes, st.floats(-84, 84), st.tuples(shares, shares), st.tuples(shares, shares))
def test_cover_holds_a_small_box(west: float, south: float, size: tuple[float, float], at: tuple[float, float]):
    box = Box(west, south, turned(west + size[0]), south + size[1])

    covered = cover(box)

    number = cell(turned(west + at[0] * size[0]), south + at[1] * size[1])
    assert any(first <= number < end for first, end in covered)
    assert covered == sorted(covered)
