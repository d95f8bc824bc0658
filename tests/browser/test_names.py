"""Prove that the name of an area stands on that area, whatever crowds its middle."""

from __future__ import annotations

from itertools import pairwise
from math import atan, degrees, log, pi, radians, sinh, tan

import pytest

from tests.browser.pages import NO_WEBGL, TILES
from tests.browser.tiles import drawn

pytestmark = pytest.mark.slow

TILE = 512
WIDE, TABLET, PHONE = (1280, 800), (768, 1024), (360, 740)
FAR = (26.06, 32.45, 6.9)  # from where counties are not named yet, but those that have the room
NEAR = (26.06, 32.45, 9.4)  # from where each has the room, if not on its middle
WHOLE, CLOSE = (26.06, 32.45, 8.9), (26.1, 32.3, 8.2)  # latitude, longitude and zoom
MIDDLES = """names => names.map((name) => {
    const { left, top, width, height } = name.getBoundingClientRect();
    const canvas = document.querySelector(".map-canvas").getBoundingClientRect();
    const [right, down] = [left + width / 2 - canvas.left, top + height / 2 - canvas.top];
    return [name.innerText, right - canvas.width / 2, down - canvas.height / 2];
})"""


ENDS = """names => names.flatMap((name) => {
    const { left, right, top, height } = name.getBoundingClientRect();
    const canvas = document.querySelector(".map-canvas").getBoundingClientRect();
    const down = top + height / 2 - canvas.top - canvas.height / 2;
    return [left + 1, right - 1].map((end) => [name.innerText, end - canvas.left - canvas.width / 2, down]);
})"""
COVERED = """names => {
    const boxes = names.map((name) => name.getBoundingClientRect());
    const clusters = [...document.querySelectorAll(".cluster-large")].map((sign) => sign.getBoundingClientRect());
    const meet = (one, other) => one.left < other.right - 1 && other.left < one.right - 1
        && one.top < other.bottom - 1 && other.top < one.bottom - 1;
    return boxes.filter((box) => clusters.some((other) => meet(box, other))).length;
}"""
OVERLAPS = """names => {
    const boxes = names.map((name) => name.getBoundingClientRect());
    const meet = (one, other) => one.left < other.right - 1 && other.left < one.right - 1
        && one.top < other.bottom - 8 && other.top < one.bottom - 8;
    const signs = [...document.querySelectorAll(".cluster, .dot")].map((sign) => sign.getBoundingClientRect());
    return boxes.filter((box, at) => [...boxes.slice(at + 1), ...signs].some((other) => meet(box, other))).length;
}"""


@pytest.mark.parametrize(
    ("size", "look"), [(WIDE, WHOLE), (PHONE, (26.06, 32.45, 7.6)), (PHONE, CLOSE), (PHONE, (26.0, 32.6, 8.2))]
)
def test_names_stand_on_their_areas(visit, directory, size, look):
    page = visit("en", size, at="{:.4f},{:.4f},{:.2f}".format(*look))

    assert _misplaced(page, directory, look) == []


def test_wide_areas_are_named_from_afar(visit, directory):
    page = visit("en", WIDE, at="{:.4f},{:.4f},{:.2f}".format(*FAR), q="qqqqqqqq")

    ends = page.locator(".area-name").evaluate_all(ENDS)
    assert 1 <= len(ends) / 2 < len(directory.get("areas")["items"]) - 1
    assert _outside(ends, directory, FAR) == []


def test_names_stand_whole_on_their_areas_where_there_is_room(visit, directory):
    page = visit("en", WIDE, at="{:.4f},{:.4f},{:.2f}".format(*NEAR), q="qqqqqqqq")

    ends = page.locator(".area-name").evaluate_all(ENDS)
    assert len(ends) / 2 >= 5
    assert _outside(ends, directory, NEAR) == []


@pytest.mark.parametrize("lang", ["ar", "fa", "en"])
@pytest.mark.parametrize("size", [PHONE, TABLET, WIDE])
def test_names_cover_nothing(visit, lang, size):
    page = visit(lang, size)

    names = page.locator(".area-name")
    assert names.count() >= 5
    assert names.evaluate_all(OVERLAPS) == 0


@pytest.mark.parametrize("lang", ["ar", "en"])
@pytest.mark.parametrize("longitude", [32.05, 32.15, 32.8])
def test_names_are_not_cut_by_the_edge(visit, lang, longitude):
    page = visit(lang, PHONE, at=f"26.0600,{longitude},8.60")

    edges = page.locator(".map-canvas").bounding_box()
    names = [one.bounding_box() for one in page.locator(".area-name").all()]
    assert names
    assert all(edges["x"] - 1 <= one["x"] for one in names)
    assert all(one["x"] + one["width"] <= edges["x"] + edges["width"] + 1 for one in names)


@pytest.fixture(scope="module")
def crowd(directory):
    """Give many organizations in the same places as those that are shown."""
    records = [directory.organization(one["id"]) for one in directory.all]
    return [{**one, "id": f"{one['id']}-{copy}"} for copy in range(40) for one in records]


@pytest.mark.parametrize("lang", ["ar", "en"])
@pytest.mark.parametrize(("size", "zoom"), [(WIDE, 8.9), (WIDE, 8.5), (PHONE, 8.2), (PHONE, 7.6)])
def test_names_keep_clear_of_large_clusters(visitor, crowd, lang, size, zoom):
    page = visitor.new_page(size)
    page.route(TILES, lambda route: route.fulfill(body=drawn(crowd, route.request.url)))

    visitor.go(page, lang, at=f"26.0600,32.4500,{zoom:.2f}")

    assert page.locator(".cluster-large").count() >= 3
    assert page.locator(".area-name").count() >= 2
    assert page.locator(".area-name").evaluate_all(COVERED) == 0


def test_names_stand_on_their_areas_without_webgl(visitor, directory):
    page = visitor.new_page(PHONE)
    page.add_init_script(NO_WEBGL)

    visitor.go(page, at="{:.4f},{:.4f},{:.2f}".format(*CLOSE))

    assert _misplaced(page, directory, CLOSE) == []


def _misplaced(page, directory, look):
    """Return the names whose middle lies outside their area, and where."""
    middles = page.locator(".area-name").evaluate_all(MIDDLES)
    assert middles
    return _outside(middles, directory, look)


def _outside(spots, directory, look):
    """Return which of some names' spots lie outside their area, and where."""
    outlines = {one["properties"]["names"]["en"]: one["geometry"] for one in directory.get("areas.geojson")["features"]}
    points = [(name, _point(look, right, down)) for name, right, down in spots]
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
