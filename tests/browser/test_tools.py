"""Prove that what is shown can be compared, listed by distance, downloaded, passed on and embedded."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.pages import listed
from tests.browser.test_accessibility import violations

pytestmark = pytest.mark.slow

PHONE = (360, 740)
HERE = {"latitude": 26.16412, "longitude": 32.72734}


@pytest.fixture
def somewhere(visitor):
    """Give a page in a browser that knows where it is."""
    page = visitor.stranger("en-GB")
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation(HERE)
    return visitor.go(page)


def test_two_areas_stand_side_by_side(visit, directory):
    areas = directory.get("figures/areas")["items"]
    known, small = areas[1], next(one for one in areas if one["families_in_care"] is None)

    page = visit(compare=f"{known['area']},{small['area']}")

    row = page.locator(".compared tr", has_text="Families in care").locator("td")
    expect(row.nth(0)).to_have_text(f"{known['families_in_care']:,}")
    expect(row.nth(1)).to_have_text("not published")
    expect(page.locator(".compared thead th").nth(2)).to_have_text(f"{small['names']['en']} {small['level']}")
    expect(page.locator(".compared tr", has_text="Health").locator("td").first).to_contain_text("organization")
    assert violations(page) == []


def test_areas_are_chosen_and_closed(visit, directory):
    first, second = (one["area"] for one in directory.get("figures/areas")["items"][1:3])
    page = visit("en", PHONE)

    page.get_by_role("button", name="Compare").click()
    page.get_by_label("First area").select_option(first)
    page.get_by_label("Second area").select_option(second)
    expect(page).to_have_url(re.compile(f"compare={first},{second}"))
    page.keyboard.press("Escape")

    expect(page.locator("dialog")).to_have_count(0)
    expect(page).not_to_have_url(re.compile("compare="))
    expect(page.get_by_role("button", name="Compare")).to_be_focused()


def test_failing_figures_are_told_in_sheet(visitor):
    visitor.tolerated = "503"
    page = visitor.new_page()
    page.route("**/figures/areas", lambda route: route.fulfill(status=503), times=1)
    visitor.go(page)

    page.get_by_role("button", name="Compare").click()
    page.get_by_role("dialog").get_by_role("button", name="Try again").click()

    expect(page.get_by_label("First area")).to_be_visible()


def test_files_hold_what_is_shown(visit, directory):
    page = visit("ar", subject=directory.subject, members="50", open="yes")
    page.get_by_role("button", name="تنزيل").click()
    page.locator("#file-language").select_option("fa")

    links = page.locator(".format").evaluate_all("links => links.map((link) => link.href)")

    assert [urlsplit(link).path for link in links] == [
        f"/organizations.{one}" for one in ("xlsx", "csv", "kml", "geojson")
    ]
    asked = {"subject": [directory.subject], "min_members": ["50"], "open_now": ["true"]}
    assert parse_qs(urlsplit(links[0]).query) == asked | {"language": ["fa"]}
    assert parse_qs(urlsplit(links[3]).query) == asked
    assert violations(page) == []


def test_address_and_code_are_passed_on(visit, directory):
    page = visit(type=directory.type)
    page.get_by_role("button", name="Share").click()

    assert f"type={directory.type}" in page.locator("#share-address").input_value()
    code = page.locator("#share-code").input_value()
    assert code.startswith("<iframe src=")
    assert "embed=yes" in code
    page.get_by_role("button", name="Copy the address").click()
    expect(page.locator(".told")).to_have_text(re.compile("Copied|by hand"))
    assert violations(page) == []


def test_embedded_page_is_the_map_alone(visit, directory):
    page = visit(type=directory.type, embed="yes")

    expect(page.locator(".map-canvas canvas").first).to_be_visible()
    for part in (".header", ".filters", ".results"):
        expect(page.locator(part)).to_be_hidden()
    whole = page.get_by_role("link", name="Open the whole page")
    expect(whole).to_have_attribute("href", re.compile(f"type={directory.type}"))
    assert "embed" not in whole.get_attribute("href")


def test_nearest_come_first(somewhere, directory):
    asked = []
    somewhere.on("request", lambda request: asked.append(request.url))

    somewhere.get_by_role("button", name="Near me").click()

    nearest = directory.get("organizations", near="26.164,32.727", within="500000", limit="50")["items"]
    first = somewhere.locator(".place").first
    expect(first).to_have_attribute("data-id", nearest[0]["id"])
    expect(first.locator(".place-far")).to_contain_text("km")
    assert listed(somewhere) <= {one["id"] for one in nearest}
    assert any("near=26.164%2C32.727" in url for url in asked)
    assert "near" not in somewhere.url


def test_nearest_are_no_part_to_be_narrowed(somewhere):
    somewhere.get_by_role("button", name="Near me").click()

    expect(somewhere.locator(".more")).to_contain_text("Only the nearest 50")
    expect(somewhere.locator(".map-notice")).to_be_hidden()


def test_refused_place_is_told(visitor):
    page = visitor.stranger("ar-EG")
    page.context.clear_permissions()
    visitor.go(page, "ar")

    page.get_by_role("button", name="بالقرب مني").click()

    expect(page.locator(".near-told")).to_contain_text("اختر منطقة")
    expect(page.locator(".place").first).to_be_visible()


def test_paper_has_words_map_and_whole_list(visit, directory):
    page = visit(area=directory.area, at="26.16,32.73,9")

    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")

    expect(page.locator(".paper")).to_contain_text("Area: ")
    expect(page.locator(".paper-address")).to_have_text(page.url)
    expect(page.locator(".map-print")).to_be_visible()
    expect(page.locator(".filters")).to_be_hidden()
    assert listed(page) == {
        one["id"]
        for one in directory.get("organizations", area=directory.area)["items"]
        if one["locations"][0]["latitude"]
    }
