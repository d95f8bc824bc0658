"""Prove that list and map show the same, and that the one follows the other."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from cli.process import wait_until
from tests.browser.pages import heading, listed, markers, number, place, show_all

pytestmark = pytest.mark.slow

ELSEWHERE = "40.0000,60.0000,9.00"
SOON = 20.0


def test_markers_stand_for_every_organization(visit, directory):
    page = visit()

    assert markers(page) == len(directory.all)


def test_list_follows_cluster(visit, directory):
    page = visit()

    page.locator(".cluster").first.click()

    expect(page.locator(".count")).to_have_text(re.compile(r"^\d+ of \d+ in this part"))
    assert len(show_all(page)) < len(directory.all)


def test_list_follows_zoom_buttons(visit, directory):
    page = visit()

    for _ in range(3):
        page.get_by_role("button", name="Zoom in", exact=True).click()

    expect(page.locator(".count")).to_have_text(re.compile(r"^\d+ of \d+ in this part"))
    assert int(page.locator(".count").inner_text().split()[0]) < len(directory.all)


def test_list_follows_keyboard_on_map(visit, directory):
    page = visit(at=_at(directory))
    before = page.locator(".count").inner_text()

    page.locator(".map-canvas canvas").focus()
    for _ in range(4):
        page.keyboard.press("ArrowUp")

    expect(page.locator(".count")).not_to_have_text(before)


def test_view_stands_in_address(visit, directory):
    page = visit()
    page.locator(".cluster").first.click()
    expect(page).to_have_url(re.compile(r"at=[-\d.]+,[-\d.]+,[\d.]+"))
    before = show_all(page)

    page.reload()

    expect(page.locator(".count")).to_have_text(re.compile(rf"^{len(before)} of"))


def test_empty_view_offers_all(visit, directory):
    page = visit(at=ELSEWHERE)
    expect(page.get_by_text("None in this part of the map").first).to_be_visible()

    page.get_by_role("button", name="Show all on the map").click()

    expect(page.locator(".count")).to_have_text(re.compile(rf"^{len(directory.all)} "))
    wait_until(lambda: markers(page) == len(directory.all), "the markers of all", SOON)


def test_marker_opens_details(visit, directory):
    page = visit(at=_at(directory, zoom="17"))
    dot = page.locator(".dot").first
    name = dot.get_attribute("data-name")

    dot.click()

    expect(heading(page)).to_have_text(name)
    expect(page.locator(".selected")).to_be_visible()


def test_pointing_at_list_rings_marker(visit):
    page = visit()

    page.locator(".place").first.hover()

    expect(page.locator(".ring")).to_be_visible()


def test_areas_are_named_on_map(visit, directory):
    page = visit()

    names = {area["names"]["en"] for area in directory.get("areas")["items"]}
    shown = page.locator(".area-name").all_inner_texts()
    assert shown
    assert set(shown) <= names


def test_schematic_outlines_say_so(visit, directory):
    page = visit()

    page.locator(".legend summary").click()

    schematic = any(one["properties"]["schematic"] for one in directory.get("areas.geojson")["features"])
    told = "Schematic outline, not an official boundary" if schematic else "Outline of an area"
    expect(page.locator(".legend")).to_contain_text(told)


def test_unplaced_organizations_are_counted(visit, directory):
    page = visit()
    unplaced = directory.get("figures")["organizations"] - len(directory.all)

    show_all(page)

    note = page.locator(".after .more")
    assert number(note.inner_text() if note.count() else "0") == str(unplaced)


def test_search_lists_unplaced(visit, directory):
    found = directory.get("organizations", limit="200")["items"]
    placed = {one["id"] for one in directory.all}
    unplaced = next((one for one in found if one["id"] not in placed), None)
    if unplaced is None:
        return
    page = visit(q=unplaced["name"])

    expect(place(page, unplaced["id"])).to_contain_text("not on the map")
    assert unplaced["id"] in listed(page)


def _at(directory, zoom="13"):
    longitude, latitude = directory.get("organizations.geojson")["features"][0]["geometry"]["coordinates"]
    return f"{latitude},{longitude},{zoom}"
