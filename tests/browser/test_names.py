"""Prove that the name of an area stands on that area, whatever crowds its middle."""

from __future__ import annotations

from itertools import pairwise
from math import atan, degrees, log, pi, radians, sinh, tan

import pytest

from tests.browser.pages import NO_WEBGL

pytestmark = pytest.mark.slow

TILE = 512
WIDE, PHONE = (1280, 800), (360, 740)
WHOLE, CLOSE = (26.06, 32.45, 8.9), (26.1, 32.3, 8.2)  # latitude, longitude and zoom
MIDDLES = """names => names.map((name) => {
    const { left, top, width, height } = name.getBoundingClientRect();
    const canvas = document.querySelector(".map-canvas").getBoundingClientRect();
    const [right, down] = [left + width / 2 - canvas.left, top + height / 2 - canvas.top];
    return [name.innerText, right - canvas.width / 2, down - canvas.height / 2];
})"""


@pytest.mark.parametrize(
    ("size", "look"), [(WIDE, WHOLE), (PHONE, (26.06, 32.45, 7.6)), (PHONE, CLOSE), (PHONE, (26.0, 32.6, 8.2))]
)
def test_names_stand_on_their_areas(visit, directory, size, look):
    page = visit("en", size, at="{:.4f},{:.4f},{:.2f}".format(*look))

    assert _misplaced(page, directory, look) == []


def test_names_stand_on_their_areas_without_webgl(visitor, directory):
    page = visitor.new_page(PHONE)
    page.add_init_script(NO_WEBGL)

    visitor.go(page, at="{:.4f},{:.4f},{:.2f}".format(*CLOSE))

    assert _misplaced(page, directory, CLOSE) == []


def _misplaced(page, directory, look):
    """Return the names whose middle lies outside their area, and where."""
    outlines = {one["properties"]["names"]["en"]: one["geometry"] for one in directory.get("areas.geojson")["features"]}
    middles = page.locator(".area-name").evaluate_all(MIDDLES)
    assert middles
    points = [(name, _point(look, right, down)) for name, right, down in middles]
    return [(name, point) for name, point in points if not _holds(outlines[name], point)]


def _point(look, right, down):
    """Return the longitude and latitude so many pixels from the middle of a map in the projection of web maps."""
    latitude, longitude, zoom = look
    scale = TILE * 2**zoom / (2 * pi)
    northing = log(tan(pi / 4 + radians(latitude) / 2)) - down / scale
    return longitude + degrees(right / scale), degrees(atan(sinh(northing)))


def _holds(geometry, point):
    parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    crossings = sum(_crossed(one, other, point) for part in parts for ring in part for one, other in pairwise(ring))
    return crossings % 2 == 1


def _crossed(one, other, point):
    if (one[1] > point[1]) == (other[1] > point[1]):
        return False
    return point[0] < one[0] + (point[1] - one[1]) / (other[1] - one[1]) * (other[0] - one[0])
