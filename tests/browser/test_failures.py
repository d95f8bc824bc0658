"""Prove that the page says what is wrong, and goes on with what it has."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.pages import TILES, settled

pytestmark = pytest.mark.slow


def test_failing_directory_is_told_and_retried(visitor, directory):
    visitor.tolerated = "503"
    page = visitor.new_page()
    page.route(TILES, lambda route: route.fulfill(status=503, json={"status": 503}), times=1)
    visitor.go(page)
    expect(page.get_by_role("alert")).to_contain_text("error 503")

    page.get_by_role("button", name="Try again").click()

    expect(page.locator(".count")).to_have_text(re.compile(rf"^{len(directory.all)} "))
    expect(page.get_by_role("alert")).to_have_count(0)


def test_lost_connection_is_told(visitor):
    visitor.tolerated = "ERR_FAILED"
    page = visitor.new_page()
    page.route(TILES, lambda route: route.abort())

    visitor.go(page)

    expect(page.get_by_role("alert")).to_contain_text("Check the connection")


def test_failing_names_are_retried_too(visitor, directory):
    visitor.tolerated = "500"
    page = visitor.new_page()
    page.route("**/subjects", lambda route: route.fulfill(status=500), times=1)
    visitor.go(page)

    page.get_by_role("button", name="Try again").click()

    expect(page.locator("#subject option")).to_have_count(len(directory.offered) + 1)


def test_page_waits_visibly(visitor):
    page = visitor.new_page()
    held = []
    page.route(TILES, lambda route: held.append(route), times=1)  # noqa: PLW0108 - a method takes no mark
    page.goto(f"{visitor.base_url}?lang=en")

    expect(page.get_by_text("Loading organizations")).to_be_visible()
    expect(page.locator("#list")).to_have_attribute("aria-busy", "true")
    expect(page.locator(".skeleton").first).to_be_visible()
    held[0].continue_()
    settled(page)

    expect(page.locator(".skeleton")).to_have_count(0)


def test_list_works_without_map_program(visitor, directory):
    visitor.tolerated = "ERR_FAILED"
    page = visitor.new_page()
    page.route("**/assets/map-*.js", lambda route: route.abort())
    visitor.go(page)
    expect(page.locator(".map-notice")).to_contain_text("map could not be loaded")
    expect(page.locator(".count")).to_have_text(re.compile(rf"^{len(directory.all)} "))
    page.unroute_all()

    page.get_by_role("button", name="Try again").click()

    expect(page.locator(".map-canvas canvas")).to_be_attached()
    expect(page.locator(".map-missing")).to_have_count(0)


@pytest.mark.parametrize(("name", "part"), [("Share", "share"), ("Compare", "compare"), ("Download", "downloads")])
def test_part_that_fails_is_tried_again(visitor, name, part):
    visitor.tolerated = "ERR_FAILED"
    page = visitor.open()
    page.route(f"**/assets/{part}-*.js", lambda route: route.abort())
    page.get_by_role("button", name=name).click()
    expect(page.locator(".extras").get_by_role("alert")).to_contain_text("could not be loaded")
    page.unroute_all()

    page.get_by_role("button", name=name).click()

    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.locator(".unloaded")).to_have_count(0)


def test_network_that_fails_is_tried_again(visitor, directory):
    visitor.tolerated = "ERR_FAILED"
    page = visitor.new_page()
    page.route("**/assets/network-*.js", lambda route: route.abort())
    visitor.go(page, network=directory.places(organization_type="central")[0]["id"])
    expect(page.locator(".map-trouble")).to_contain_text("could not be loaded")
    page.unroute_all()

    page.locator(".map-trouble").get_by_role("button", name="Try again").click()

    expect(page.locator(".network-note")).to_contain_text("on the map")
    expect(page.locator(".map-trouble")).to_be_hidden()


def test_embedded_map_tells_failure(visitor):
    visitor.tolerated = "503"
    page = visitor.new_page()
    page.route(TILES, lambda route: route.fulfill(status=503, json={"status": 503}))
    visitor.go(page, embed="yes")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("error 503")
    page.unroute_all()

    page.get_by_role("button", name="Try again").click()

    expect(page.locator(".cluster, .dot").first).to_be_visible()
    expect(page.locator(".results")).to_be_hidden()


def test_embedded_map_tells_that_it_is_empty(visitor):
    page = visitor.open(embed="yes", q="qqqqqqqq", members="many")

    expect(page.get_by_text("No organization matches")).to_be_visible()
    expect(page.locator(".unread")).to_contain_text("members=many")
    assert page.get_by_role("button", name="Clear filters").count() == 0


def test_embedded_map_tells_that_one_is_gone(visitor):
    visitor.tolerated = "404"

    page = visitor.open(embed="yes", organization="0199a3c2-0000-7000-8000-ffffffffffff")

    expect(page.locator(".unread code")).to_have_text(["organization=0199a3c2-0000-7000-8000-ffffffffffff"])


def test_embedded_page_tells_that_there_is_no_map(visitor):
    visitor.tolerated = "ERR_FAILED"
    page = visitor.new_page()
    page.route("**/assets/map-*.js", lambda route: route.abort())

    visitor.go(page, embed="yes")

    expect(page.locator(".map-notice")).to_contain_text("map could not be loaded")
    expect(page.get_by_role("link", name="Open the whole page")).to_be_visible()


def test_failing_figures_are_left_out(visitor, directory):
    visitor.tolerated = "503"
    page = visitor.new_page()
    page.route("**/figures", lambda route: route.fulfill(status=503))

    visitor.go(page)

    expect(page.locator(".figures")).to_be_hidden()
    expect(page.locator(".count")).to_have_text(re.compile(rf"^{len(directory.all)} "))


def test_failing_outlines_leave_markers(visitor, directory):
    visitor.tolerated = "503"
    page = visitor.new_page()
    page.route("**/areas.geojson", lambda route: route.fulfill(status=503))

    visitor.go(page)

    expect(page.locator(".cluster, .dot").first).to_be_visible()
    expect(page.locator(".caution")).to_have_text("")


def test_endless_outlines_are_given_up(visitor, directory):
    page = visitor.new_page()
    body = b" " * 12_000_001 + json.dumps(directory.get("areas.geojson")).encode()
    page.route("**/areas.geojson", lambda route: route.fulfill(body=body))

    visitor.go(page)

    expect(page.locator(".cluster, .dot").first).to_be_visible()
    expect(page.locator(".caution")).to_have_text("")


def test_empty_directory_is_told(visitor):
    page = visitor.new_page()
    page.route(TILES, lambda route: route.fulfill(body=b""))

    visitor.go(page)

    expect(page.get_by_text("No organizations yet")).to_be_visible()
