"""Prove that everything can be done with the keyboard alone."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.pages import TILES, heading, listed
from tests.browser.tiles import drawn


def _focused(page):
    return page.evaluate("document.activeElement.id || document.activeElement.className")


def _tab_to(page, selector, at_most=40):
    for _ in range(at_most):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"the keyboard does not reach {selector}")


def test_skip_link_comes_first(visit):
    page = visit()

    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")

    expect(page.locator("#list")).to_be_focused()


def test_skip_link_keeps_state(visit, directory):
    page = visit(type=directory.type)

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(heading(page)).to_be_visible()
    assert f"type={directory.type}" in page.url


def test_order_follows_page(visit):
    page = visit()
    seen = []

    for _ in range(11):
        page.keyboard.press("Tab")
        seen.append(_focused(page))

    assert seen[0] == "skip"
    assert seen[4:11] == ["query", "subject", "area", "type", "members", "capacity", "cooperation"]


def test_filter_by_keyboard(visit, directory):
    page = visit()

    _tab_to(page, "#cooperation")
    page.keyboard.press("Space")

    expected = {place["id"] for place in directory.places(international_cooperation="true")}
    expect(page.locator(".count")).to_have_text(re.compile(rf"^{len(expected)} "))
    assert listed(page) == expected


def test_open_and_close_by_keyboard(visit):
    page = visit()

    _tab_to(page, ".place")
    page.keyboard.press("Enter")
    expect(heading(page)).to_be_focused()
    page.keyboard.press("Escape")

    expect(page.locator(".place").first).to_be_focused()


def test_markers_stay_out_of_the_way(visit):
    page = visit()

    stops = page.locator(".sign").evaluate_all("signs => signs.filter((sign) => sign.tabIndex >= 0).length")

    assert stops == 0


def test_focus_is_visible(visit):
    page = visit()

    _tab_to(page, "#subject")

    style = page.locator("#subject").evaluate("(box) => getComputedStyle(box).outlineStyle")
    assert style == "solid"


def test_new_list_keeps_the_keyboard(visit):
    page = visit()
    page.locator(".place").first.focus()
    count = page.locator(".count").inner_text()

    page.locator(".maplibregl-ctrl-zoom-in").evaluate("(button) => button.click()")

    expect(page.locator(".count")).not_to_have_text(count)
    assert page.evaluate("document.activeElement.matches('.place, #list')")


def test_showing_more_moves_focus_on(visitor, directory):
    one = directory.organization(directory.all[0]["id"])
    many = [one | {"id": f"id-{at}", "name": f"جمعية {at:03}"} for at in range(130)]
    page = visitor.new_page()
    page.route(TILES, lambda route: route.fulfill(body=drawn(many, route.request.url)))
    visitor.go(page)

    page.get_by_role("button", name="Show more").press("Enter")

    expect(page.locator(".place").nth(60)).to_be_focused()
    assert page.locator(".place").count() == 120
