"""Prove that the page says where help is missing in words that anybody understands, and shows it on the map."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_accessibility import EACH_LANGUAGE_AND_SIZE, violations

pytestmark = pytest.mark.slow

GAPS = re.compile(r"/gaps\?")
SUBJECT = "health"


@pytest.fixture
def visit_gaps(visitor, directory):
    """Give what opens the page of a node that has a gap, with nobody there and somebody not far away."""
    nearest = directory.all[0]
    area = next(one for one in directory.get("areas")["items"] if one["level"] == "county")
    gap = {
        "area": area["id"],
        "subject": SUBJECT,
        "spread": False,
        "open_needs": 40,
        "organizations": 0,
        "free_capacity": None,
        "nearest_km": 23.4,
        "nearest_organization": nearest["id"],
    }
    page = visitor.new_page()
    some = {**gap, "subject": "food", "open_needs": 10, "organizations": 2, "free_capacity": 4}
    spread = {**some, "area": area["parent"], "spread": True, "nearest_km": None, "nearest_organization": None}
    answer = {"as_of": "2026-03-14T09:30:00Z", "items": [gap, spread, some]}
    page.route(GAPS, lambda route: route.fulfill(json=answer))
    return lambda **state: (visitor.go(page, **{"panel": "gaps"} | state), nearest, area)


def test_gaps_are_told_in_words(visit_gaps):
    page, nearest, area = visit_gaps()

    worst = page.locator(".gap").first
    expect(worst).to_contain_text(f"Health · {area['names']['en']}")
    expect(worst).to_contain_text("Open needs: 40 or more")
    expect(worst).to_contain_text(f"Nobody there offers it. The nearest is 23.4 km away: {nearest['name']}")
    expect(page.locator(".gap").last).to_contain_text("2 organizations there offer it, with room for 4 families.")


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "In the area as a whole, beyond those listed for places within it."),
        ("ar", "في المنطقة ككل، إضافةً إلى المذكور لأماكن داخلها."),
        ("fa", "در کل منطقه، افزون بر آنچه برای جاهای درون آن آمده است."),
    ],
)
def test_needs_of_no_smaller_area_are_told_so(visit_gaps, lang, words):
    page, *_ = visit_gaps(lang=lang)

    expect(page.locator(".gap")).to_have_count(3)
    expect(page.locator(".gap", has_text=words)).to_have_count(1)
    expect(page.locator(".gap").nth(1)).to_contain_text(words)


def test_gap_is_shown_on_map(visit_gaps):
    page, nearest, _ = visit_gaps()

    page.locator(".gap").first.click()

    expect(page.locator(f'.selected[data-selected="{nearest["id"]}"]')).to_be_visible()
    expect(page.locator(".gap").first).to_have_attribute("aria-current", "true")


def test_leaving_gaps_clears_map(visit_gaps):
    page, *_ = visit_gaps()
    page.locator(".gap").first.click()
    expect(page.locator(".selected")).to_be_visible()

    page.locator(".gaps-panel").get_by_role("button", name="Back to the list").click()

    expect(page.locator(".selected")).to_have_count(0)
    expect(page.get_by_role("button", name="Missing help")).to_be_focused()


def test_gaps_follow_filters(visit_gaps):
    page, *_ = visit_gaps()

    with page.expect_request(re.compile(rf"/gaps\?subject={SUBJECT}")):
        page.select_option("#subject", SUBJECT)

    expect(page).to_have_url(re.compile("panel=gaps"))


def test_no_gaps_are_told(visitor):
    page = visitor.new_page()
    page.route(GAPS, lambda route: route.fulfill(json={"as_of": None, "items": []}))

    visitor.go(page, panel="gaps")

    expect(page.get_by_text("No gaps are known")).to_be_visible()
    expect(page.locator(".gaps-panel")).to_contain_text("too small to be published")


def test_failing_gaps_can_be_retried(visitor):
    visitor.tolerated = "503"
    page = visitor.new_page()
    page.route(GAPS, lambda route: route.fulfill(status=503), times=1)
    visitor.go(page, panel="gaps")
    expect(page.get_by_role("alert")).to_contain_text("error 503")

    page.get_by_role("button", name="Try again").click()

    expect(page.locator(".gap, .gaps-panel .notice-title").first).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_gaps_are_read_by_keyboard(visit):
    page = visit()
    page.get_by_role("button", name="Missing help").press("Enter")
    expect(page.locator(".gaps-panel h2")).to_be_focused()

    page.keyboard.press("Escape")

    expect(page.get_by_role("button", name="Missing help")).to_be_focused()


@pytest.mark.parametrize(("lang", "size"), EACH_LANGUAGE_AND_SIZE)
def test_gaps_pass(visitor, visit_gaps, lang, size):
    page, *_ = visit_gaps(lang=lang)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.locator(".gap").first.click()
    expect(page.locator(".selected")).to_be_visible()

    assert violations(page) == []
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
