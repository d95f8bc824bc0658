"""Prove where outlines are found to be drawn wrong, and that what only touches is left alone."""

from __future__ import annotations

from math import cos, pi, sin

import pytest

from cli.outlines import IN_A_BAND, crossing, stray_hole

SQUARE = [(32, 26), (33, 26), (33, 27), (32, 27), (32, 26)]
HOLE = [(32.2, 26.2), (32.2, 26.8), (32.8, 26.8), (32.8, 26.2), (32.2, 26.2)]
BOW_TIE = [(32, 26), (33, 27), (33, 26), (32, 27), (32, 26)]


def moved(ring, east=0.0, north=0.0):
    return [(longitude + east, latitude + north) for longitude, latitude in ring]


def circle(corners: int):
    around = [(cos(2 * pi * one / corners), sin(2 * pi * one / corners)) for one in range(corners)]
    return [*around, around[0]]


def test_bow_tie_crosses_in_its_knot():
    assert crossing([[BOW_TIE]]) == pytest.approx((32.5, 26.5))


@pytest.mark.parametrize(
    "polygons",
    [
        [[SQUARE, moved(HOLE, east=0.5)]],
        [[SQUARE], [moved(SQUARE, east=0.5, north=0.5)]],
    ],
    ids=["hole over the edge", "polygons over each other"],
)
def test_rings_that_cross_are_found(polygons):
    assert crossing(polygons) is not None


@pytest.mark.parametrize(
    "polygons",
    [
        [[SQUARE, HOLE]],
        [[SQUARE], [moved(SQUARE, east=1)]],
        [[SQUARE], [moved(SQUARE, east=1, north=1)]],
        [[SQUARE, [(32, 26), (32.5, 26.2), (32.2, 26.5), (32, 26)]]],
        [[[(32, 26), (32, 26), (33, 26), (33, 27), (32, 26)]]],
        [[[(32, 26), (33, 26), (34, 26), (32, 26)]]],
        [[circle(20 * IN_A_BAND)]],
    ],
    ids=["hole", "common side", "common corner", "hole at a corner", "twice the same", "flat", "many sides"],
)
def test_what_only_touches_does_not_cross(polygons):
    assert crossing(polygons) is None


def test_one_crossing_is_found_among_many_sides():
    ring = circle(20 * IN_A_BAND)
    ring[100], ring[101] = ring[101], ring[100]

    assert crossing([[ring]]) is not None


def test_hole_elsewhere_is_found():
    assert stray_hole([[SQUARE, HOLE, moved(HOLE, east=5)]]) == (37.2, 26.2)
    assert stray_hole([[SQUARE, HOLE], [moved(SQUARE, east=5)]]) is None
