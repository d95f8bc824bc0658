"""Prove that the network of an association is shown in its details and drawn on the map."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.pages import NO_WEBGL, heading

pytestmark = pytest.mark.slow

PHONE = (360, 740)
ENDS = """
    () => [...document.querySelectorAll('.leaflet-links-pane path')].map((path) => path.getBoundingClientRect())
        .filter(({ width, height }) => width < 30 && height < 30)
        .map(({ x, y, width, height }) => [x + width / 2, y + height / 2])
"""
LIES_ABOVE = "(sign, [x, y]) => { sign.style.transform = `translate(${x}px, ${y}px)`; }"
TOPMOST = "([x, y]) => document.elementFromPoint(x, y).closest('button')?.className"


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


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_nothing_lies_over_links(visitor, central, lang):
    page = visitor.new_page(PHONE)
    page.add_init_script(NO_WEBGL)

    visitor.go(page, lang, organization=central[0]["id"], network=central[0]["id"])

    expect(page.locator(".network-note")).to_contain_text("الخريطة" if lang == "ar" else "on the map")
    ends = page.evaluate(ENDS)
    over = [one.bounding_box() for one in page.locator(".map-tools > *, .network-note").all()]
    assert len(ends) >= len(central[1])
    assert [end for end in ends if any(_holds(box, *end) for box in over)] == []


def _holds(box, x, y):
    return box["x"] <= x <= box["x"] + box["width"] and box["y"] <= y <= box["y"] + box["height"]


@pytest.mark.parametrize("aside", [-0.27, 0.27])
def test_chosen_name_is_whole_at_the_edge(visit, directory, central, aside):
    place = directory.organization(central[0]["id"])["locations"][0]

    page = visit(organization=central[0]["id"], at=f"{place['latitude']},{place['longitude'] + aside},10")

    name, there = page.locator(".selected-name").bounding_box(), page.locator(".map-canvas").bounding_box()
    assert there["x"] < name["x"]
    assert name["x"] + name["width"] < there["x"] + there["width"]


def test_buttons_that_zoom_lie_above_signs(visit):
    page = visit()
    button, there = page.locator(".maplibregl-ctrl-zoom-out").bounding_box(), page.locator(".map-canvas").bounding_box()
    middle = [button["x"] + button["width"] / 2, button["y"] + button["height"] / 2]

    page.locator(".cluster").first.evaluate(LIES_ABOVE, [middle[0] - there["x"] - 20, middle[1] - there["y"] - 20])

    assert page.evaluate(TOPMOST, middle) == "maplibregl-ctrl-zoom-out"


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
