"""Prove that the page works on a small telephone and with large type."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.pages import heading

pytestmark = pytest.mark.slow

PHONE = (360, 740)
TABLET = (768, 1024)
WIDER_THAN_SCREEN = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.mark.parametrize("lang", ["ar", "fa", "en"])
def test_nothing_is_cut_off(visit, lang):
    page = visit(lang, PHONE)

    assert not page.evaluate(WIDER_THAN_SCREEN)


@pytest.mark.parametrize("lang", ["ar", "fa", "en"])
def test_details_are_not_cut_off(visit, directory, lang):
    page = visit(lang, PHONE, organization=directory.all[0]["id"])

    expect(page.locator(".facts").first).to_be_attached()
    assert not page.evaluate(WIDER_THAN_SCREEN)


@pytest.mark.parametrize("lang", ["ar", "fa", "en"])
def test_figures_stand_in_one_row_on_a_tablet(visit, lang):
    page = visit(lang, TABLET)

    tops = page.locator(".figures > div").evaluate_all("all => all.map((one) => one.getBoundingClientRect().top)")
    assert len(tops) > 1
    assert len(set(tops)) == 1


def test_map_and_list_are_both_seen(visit):
    page = visit("ar", PHONE)

    expect(page.locator(".map-canvas canvas")).to_be_in_viewport(ratio=1)
    expect(page.locator(".place").first).to_be_in_viewport(ratio=1)


def test_filters_unfold(visit):
    page = visit("en", PHONE)
    expect(page.locator("#subject")).to_be_hidden()

    toggle = page.get_by_role("button", name="Filters")
    toggle.click()

    expect(page.locator("#subject")).to_be_visible()
    expect(toggle).to_have_attribute("aria-expanded", "true")


def test_folded_filters_are_counted(visit, directory):
    page = visit("en", PHONE, subject=directory.subject, area=directory.area)

    expect(page.get_by_role("button", name="Filters (2)")).to_be_visible()


def test_details_take_the_room(visit):
    page = visit("en", PHONE)

    page.locator(".place").first.click()

    expect(heading(page)).to_be_in_viewport()
    expect(page.locator("#query")).to_be_hidden()
    expect(page.locator(".map-canvas canvas")).to_be_in_viewport()


def test_large_type_fits(visit):
    page = visit("en", (320, 256))  # 1280 x 1024 at 400 %, as WCAG 1.4.10 asks

    assert not page.evaluate(WIDER_THAN_SCREEN)
    page.locator(".place").first.scroll_into_view_if_needed()
    expect(page.locator(".place").first).to_be_in_viewport()


def test_words_of_comparison_are_not_broken(visit):
    page = visit("en", PHONE, compare="EG2901,EG2904")

    cell = page.locator(".compared tbody th").first
    expect(cell).to_have_text("Organizations")
    height = cell.evaluate("cell => cell.getBoundingClientRect().height")
    assert height < 2.5 * cell.evaluate("cell => parseFloat(getComputedStyle(cell).lineHeight)")


def test_caption_stays_in_sight(visit):
    page = visit("en", PHONE, panel="table")

    page.locator(".table-scroll").evaluate("part => { part.scrollLeft = 200; }")

    box = page.locator(".figures-table caption").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE[0]


def test_tools_leave_room_for_zooming(visit):
    page = visit("en", (320, 256))

    tools, zoom = page.locator(".tool").last.bounding_box(), page.locator(".maplibregl-ctrl-zoom-in").bounding_box()

    assert tools["x"] + tools["width"] <= zoom["x"]
