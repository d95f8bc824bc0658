"""Prove that a directory of tens of thousands is shown by what the map looks at, and read nowhere as a whole."""

from __future__ import annotations

import json
import re
from random import Random
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from cli.process import wait_until
from tests.browser.pages import TILES, in_digits_of, listed, markers, number
from tests.browser.tiles import drawn

pytestmark = pytest.mark.slow

MANY, LISTED = 60_000, 50
WEST, SOUTH, EAST, NORTH = 31.0, 25.0, 34.0, 28.0
QENA = "26.1600,32.7300"
SOON = 20.0


@pytest.fixture(scope="module")
def crowd(directory):
    """Give organizations all over the country."""
    one = directory.organization(directory.all[0]["id"])
    random = Random(7)
    return [{**one, **_of(at, directory), "locations": [_place(random)]} for at in range(MANY)]


@pytest.fixture
def visit_many(visitor, crowd):
    """Give what opens the page of a directory that has all of them, and the addresses that it asks."""
    page = visitor.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.route("**/organizations?*", lambda route: route.fulfill(json=_page(crowd, route.request.url)))
    page.route("**/figures", lambda route: route.fulfill(status=200, body=json.dumps(FIGURES)))

    def visit(*, tiles=True, **state):
        if tiles:
            page.route(TILES, lambda route: route.fulfill(body=drawn(crowd, route.request.url)))
        return visitor.go(page, **state), asked

    return visit


FIGURES = {"organizations": MANY, "international_cooperation": 0, "members": 0, "referrals_completed": None}


def test_many_are_counted_not_read(visit_many):
    page, asked = visit_many()

    expect(page.locator(".count")).to_have_text(re.compile(r"of 60,000 in this part"))
    assert page.locator(".cluster").count() > 0
    assert not any("organizations.geojson" in url for url in asked)


@pytest.mark.parametrize(("filtered", "count"), [("subject", "20,000"), ("area", "30,000")])
def test_many_of_a_term_or_an_area_are_all_on_the_map(visit_many, directory, filtered, count):
    code = next(iter(directory.terms)) if filtered == "subject" else directory.area
    page, asked = visit_many(**{filtered: code})

    expect(page.locator(".count")).to_contain_text(count)
    wait_until(lambda: markers(page) > LISTED, "more than are listed", SOON)
    expect(page.locator(".map-notice")).to_be_hidden()
    assert not any("organizations.geojson" in url for url in asked)
    assert any(f".mvt?{filtered}={code}" in url for url in asked)


def test_many_of_a_word_are_all_on_the_map(visit_many, visitor):
    visitor.context.route("**/organizations.geojson?*", lambda route: route.fulfill(body=b" " * 4_000_001 + b"{}"))
    page, asked = visit_many(q="جمعية")
    visitor.context.unroute_all()

    expect(page.locator(".count")).to_contain_text("60,000")
    expect(page.locator(".map-notice")).to_be_hidden()
    assert any(".mvt?q=" in url for url in asked)


@pytest.mark.parametrize("lang", ["ar", "fa", "en"])
def test_map_says_that_it_shows_the_first(visit_many, visitor, directory, lang):
    visitor.tolerated = "422"
    visitor.context.route(TILES, lambda route: route.fulfill(status=422, json={"status": 422}))
    page, _ = visit_many(lang=lang, area=directory.area, tiles=False)
    visitor.context.unroute_all()

    expect(page.locator(".map-notice")).to_contain_text(in_digits_of(lang, LISTED))
    expect(page.locator(".more")).to_contain_text(in_digits_of(lang, LISTED))


def test_list_has_those_in_sight(visit_many):
    page, asked = visit_many(at=f"{QENA},9.0")

    expect(page.locator(".more")).to_contain_text(f"The first {LISTED} are listed")
    assert len(listed(page)) == LISTED
    assert any("bbox=" in url for url in asked)


def test_single_ones_are_listed_from_tiles(visit_many):
    page, asked = visit_many(at=f"{QENA},13.0")

    shown = listed(page)
    expect(page.locator(".count")).to_have_text(re.compile(rf"^{len(shown)} of 60,000"))
    assert shown
    assert not any("bbox=" in url for url in asked)


def test_cluster_opens_into_fewer(visit_many):
    page, _ = visit_many(at=f"{QENA},8.0")
    before = int(number(page.locator(".count").inner_text().split(" of ")[0]))

    page.locator(".cluster").first.click()

    expect(page.locator(".count")).not_to_have_text(re.compile(rf"^{before:,} of"))
    assert 0 < int(number(page.locator(".count").inner_text().split(" of ")[0])) < before


def test_all_are_brought_into_sight(visit_many):
    page, _ = visit_many(at=f"{QENA},9.0")

    page.get_by_role("button", name="Show all on the map").click()

    wait_until(lambda: markers(page) >= MANY * 0.95, "the clusters of all", SOON)
    expect(page.locator(".count")).to_have_text(re.compile(r"^(59|60),"))


def _of(at, directory):
    """Return what an organization is: each second is in an area, each third bears a term of the node's own."""
    term = next(iter(directory.terms))
    bearing = [
        {"subject": term.split(".")[0], "terms": [term] if at % 3 == 0 else [], "capacity": 1, "unit": "families"}
    ]
    areas = [directory.area] if at % 2 == 0 else ["EG"]
    return {"id": f"id-{at}", "name": f"جمعية {at:05}", "areas": areas, "capabilities": bearing}


def _place(random):
    return {"longitude": random.uniform(WEST, EAST), "latitude": random.uniform(SOUTH, NORTH), "address": ""}


def _page(crowd, url):
    box = parse_qs(urlsplit(url).query).get("bbox")
    west, south, east, north = map(float, box[0].split(",")) if box else (-180, -90, 180, 90)
    inside = (one for one in crowd if _is_in(one["locations"][0], west, south, east, north))
    return {"items": [one for one, _ in zip(inside, range(LISTED), strict=False)], "next": "more"}


def _is_in(place, west, south, east, north):
    return west <= place["longitude"] <= east and south <= place["latitude"] <= north
