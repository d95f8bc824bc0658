"""Prove that a browser without WebGL 2 gets the same map, drawn by Leaflet."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.pages import NO_WEBGL, heading, listed, markers, settled, show_all

pytestmark = pytest.mark.slow

BROKEN_WEBGL = """
    const draw = HTMLCanvasElement.prototype.getContext;
    let asked = 0;
    HTMLCanvasElement.prototype.getContext = function (kind, ...how) {
        return kind === "webgl2" && asked++ ? null : draw.call(this, kind, ...how);
    };
"""


@pytest.fixture
def plain(visitor):
    """Give what opens the page in a browser that has no WebGL."""

    def visit(lang="en", **asked):
        page = visitor.new_page()
        page.add_init_script(NO_WEBGL)
        return visitor.go(page, lang, **asked)

    return visit


def test_every_organization_is_drawn(plain, directory):
    page = plain()

    assert markers(page) == len(directory.all)
    assert page.locator(".leaflet-overlay-pane path").count() >= len(directory.get("areas.geojson")["features"])
    expect(page.locator(".area-name").first).to_be_visible()
    expect(page.locator(".map-notice")).to_be_hidden()


def test_only_one_program_is_loaded(visitor):
    asked = []
    page = visitor.new_page()
    page.add_init_script(NO_WEBGL)
    page.on("request", lambda request: asked.append(request.url))

    visitor.go(page)

    assert [url for url in asked if "leaflet" in url]
    assert not [url for url in asked if "libre" in url]


def test_list_and_address_follow(plain, directory):
    page = plain()
    page.locator(".cluster").first.click()
    expect(page.locator(".count")).to_have_text(re.compile(r"^\d+ of \d+ in this part"))
    expect(page).to_have_url(re.compile(r"at=[-\d.]+,[-\d.]+,[\d.]+"))
    before = show_all(page)

    page.reload()

    assert show_all(settled(page)) == before
    assert len(before) < len(directory.all)


def test_address_shows_same_on_either_ground(visitor, plain, directory):
    longitude, latitude = directory.get("organizations.geojson")["features"][0]["geometry"]["coordinates"]
    at = f"{latitude},{longitude},11.50"

    assert listed(plain(at=at)) == listed(visitor.open(at=at))


def test_organization_is_picked_on_map(plain, directory):
    longitude, latitude = directory.get("organizations.geojson")["features"][0]["geometry"]["coordinates"]
    page = plain(at=f"{latitude},{longitude},14")

    page.locator(".dot").first.click()

    expect(heading(page)).to_be_focused()
    expect(page.locator(".selected")).to_be_attached()


def test_keyboard_moves_map(plain):
    page = plain("ar")
    page.get_by_role("region", name="خريطة المنظمات").focus()

    page.keyboard.press("+")

    expect(page).to_have_url(re.compile("at="))


def test_areas_are_shaded_and_links_drawn(plain, directory):
    page = plain(shade="organizations", network=directory.places(organization_type="central")[0]["id"])

    expect(page.locator(".leaflet-links-pane path").first).to_be_attached()
    expect(page.locator('.leaflet-overlay-pane path[fill-opacity="0.9"]').nth(1)).to_be_attached()


def test_broken_webgl_gets_leaflet_too(visitor, directory):
    page = visitor.new_page()
    page.add_init_script(BROKEN_WEBGL)

    visitor.go(page)

    expect(page.locator(".leaflet-container")).to_be_attached()
    assert markers(page) == len(directory.all)
