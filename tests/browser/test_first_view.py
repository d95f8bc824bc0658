"""Prove that the list is there soon on a slow line, and that the map's program comes after it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.pages import settled

pytestmark = pytest.mark.slow

MOST_BYTES, MOST_MS = 300_000, 2_000
SLOW = {"offline": False, "latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}
NOTE_WHEN_USABLE = """
new MutationObserver((_, watch) => {
  if (document.querySelector('.place') && document.querySelector('#subject')?.options.length > 1) {
    window.usable = performance.now();
    watch.disconnect();
  }
}).observe(document, {childList: true, subtree: true});
"""
READ = """() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
    .map(({name, startTime, responseEnd, transferSize}) => ({name, startTime, responseEnd, transferSize}))"""


@pytest.fixture
def first_view(visitor):
    """Give what a browser that was never here loads on a slow line, and when the list can be used."""
    page = visitor.stranger("en-GB")
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW)
    page.add_init_script(NOTE_WHEN_USABLE)
    page.goto(visitor.base_url, wait_until="commit")
    expect(page.locator(".place").first).to_be_visible()
    settled(page)
    return page.evaluate(READ), page.evaluate("window.usable")


def test_first_view_is_small_and_soon(first_view):
    loads, usable = first_view

    before = [load for load in loads if load["responseEnd"] <= usable]
    size = sum(load["transferSize"] for load in before)
    print(f"first view: {size} bytes in {len(before)} answers, usable after {usable:.0f} ms")
    assert size < MOST_BYTES
    assert usable < MOST_MS


def test_map_comes_after_list(first_view):
    loads, usable = first_view

    later = [load for load in loads if "/map-" in load["name"] or "areas.geojson" in load["name"]]
    program = [load for load in later if "/assets/map-" in load["name"]]
    assert len(program) >= 1
    assert all(load["startTime"] >= usable for load in later if "map-config" not in load["name"])
