"""Prove that a base map is taken from where it is configured, and that the page does without."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.pages import settled

pytestmark = pytest.mark.slow

STYLE = {
    "version": 8,
    "sources": {"land": {"type": "geojson", "data": "/base/land.geojson", "attribution": "Land office"}},
    "layers": [{"id": "land", "type": "fill", "source": "land", "paint": {"fill-color": "#dfe8d8"}}],
}
LAND = {"type": "FeatureCollection", "features": []}


def _configured(visitor):
    page = visitor.new_page()
    config = {"base_map": f"{visitor.base_url}base/style.json", "node": "qena", "language": "ar"}
    page.route("**/map-config.json", lambda route: route.fulfill(json=config))
    return page


def test_base_map_is_drawn(visitor):
    page = _configured(visitor)
    style = {**STYLE, "sources": {"land": {**STYLE["sources"]["land"], "data": f"{visitor.base_url}base/land.geojson"}}}
    page.route("**/base/style.json", lambda route: route.fulfill(json=style))
    page.route("**/base/land.geojson", lambda route: route.fulfill(json=LAND))

    with page.expect_request("**/base/land.geojson"):
        visitor.go(page)

    expect(page.locator(".maplibregl-ctrl-attrib")).to_contain_text("Land office")
    expect(page.locator(".map-notice")).to_be_hidden()


def test_missing_base_map_is_told(visitor):
    visitor.tolerated = "404"
    page = _configured(visitor)
    page.route("**/base/style.json", lambda route: route.fulfill(status=404))

    visitor.go(page)

    expect(page.locator(".map-notice")).to_contain_text("base map cannot be shown")
    expect(page.locator(".cluster, .dot").first).to_be_visible()


def test_nothing_is_asked_of_other_hosts(visitor, directory):
    page = visitor.open("ar")

    page.locator(".cluster").first.click()
    page.locator(".place").first.click()
    page.goto(f"{visitor.base_url}?lang=en&q={directory.word}")
    settled(page)

    assert visitor.foreign == []


def test_page_policy_forbids_other_hosts(visitor):
    with visitor.new_page() as page:
        answer = page.goto(visitor.base_url)

    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy or "default-src 'self'" in policy
    assert "unsafe-eval" not in policy
