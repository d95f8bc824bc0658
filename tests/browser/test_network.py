"""Prove that the network of an association is shown in its details and drawn on the map."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.pages import heading

pytestmark = pytest.mark.slow


@pytest.fixture
def central(directory):
    """Give an association that has members, and these."""
    for place in directory.places(organization_type="central"):
        if members := directory.get("organizations", member_of=place["id"])["items"]:
            return place, members
    return pytest.skip("no association has members")


def test_members_are_listed_and_open(visit, central):
    place, members = central
    page = visit(organization=place["id"])

    page.get_by_text(f"Members ({len(members)})").click()
    assert set(page.locator(".member-name").all_inner_texts()) == {one["name"] for one in members}
    page.locator(".member", has_text=members[0]["name"]).click()

    expect(heading(page)).to_have_text(members[0]["name"])
    expect(heading(page)).to_be_focused()


def test_member_leads_to_its_association(visit, central):
    place, members = central
    page = visit(organization=members[0]["id"])

    expect(page.get_by_role("heading", name="Member of")).to_be_visible()
    page.locator(".member", has_text=place["name"]).click()

    expect(heading(page)).to_have_text(place["name"])


def test_links_are_drawn_and_taken_away(visit, central):
    place, members = central
    located = [one for one in members if one["locations"][0]["latitude"] is not None]
    page = visit(organization=place["id"])

    show = page.get_by_role("button", name="Show members on the map")
    show.click()
    expect(page.locator(".network-note")).to_contain_text(f"{place['name']} · {len(located)} members on the map")
    expect(show).to_have_attribute("aria-pressed", "true")
    expect(page).to_have_url(re.compile(f"network={place['id']}"))
    page.locator(".network-note").get_by_role("button", name="Hide").click()

    expect(page.locator(".network-note")).to_be_hidden()
    expect(page).not_to_have_url(re.compile("network="))
    expect(show).to_have_attribute("aria-pressed", "false")


def test_links_stand_in_address(visit, central):
    place, _ = central

    page = visit("ar", network=place["id"])

    expect(page.locator(".network-note")).to_contain_text(place["name"])


def test_map_frames_links_in_any_order(visitor, central):
    outlines, links = (".legend .outline", "outline"), (".network-note", "on the map")
    orders = [("**/organizations.geojson?member_of=*", outlines), ("**/areas.geojson", links)]

    shown = {_framed(visitor, central[0]["id"], late, *first) for late, first in orders}

    assert len(shown) == 1


def _framed(visitor, id_, late, place, words):
    """Return what the map says to hold, where one answer comes only after another was shown."""

    def hold(route):
        expect(page.locator(place)).to_contain_text(words)
        route.continue_()

    page = visitor.new_page()
    page.route(late, hold)
    visitor.go(page, network=id_)
    expect(page.locator(".network-note")).to_contain_text("on the map")
    expect(page.locator(".count")).to_contain_text("in this part of the map")
    assert "at=" not in page.url
    return page.locator(".count").inner_text()


def test_back_takes_links_away(visit, central):
    page = visit(organization=central[0]["id"])
    page.get_by_role("button", name="Show members on the map").click()
    expect(page.locator(".network-note")).to_be_visible()

    page.go_back()

    expect(page.locator(".network-note")).to_be_hidden()


def test_failing_members_are_told(visitor, central):
    visitor.tolerated = "503"
    page = visitor.new_page()
    page.route("**/organizations.geojson?member_of=*", lambda route: route.fulfill(status=503))

    visitor.go(page, network=central[0]["id"])

    expect(page.locator(".network-note").get_by_role("alert")).to_be_visible()


def test_organization_alone_has_no_network(visit, directory):
    alone = directory.places(organization_type="social_unit")[0]

    page = visit(organization=alone["id"])

    expect(page.locator(".ending")).to_be_visible()
    expect(page.locator(".later .waiting")).to_have_count(0)
    assert page.get_by_role("heading", name="Network").count() == 0
