"""Prove that the details show the public record, tell no small counts, and run nothing."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.pages import TILES, heading, place, settled
from tests.browser.tiles import drawn

pytestmark = pytest.mark.slow

MARKUP = '<img src="x" onerror="window.hurt = true"><b>x</b>'


@pytest.fixture
def record(directory):
    """Give a record that has everything."""
    one = directory.organization(next(place["id"] for place in directory.all if place["international_cooperation"]))
    return one | {
        "cooperations": [{"partner": "UNICEF"}],
        "website": "https://example.org/",
        "phones": [{"number": "+20965331234", "type": "voice"}],
        "members_count": 140,
        "activity": {"referrals_accepted": 25, "referrals_completed": None},
    }


def _open(visitor, record, lang="en"):
    page = visitor.new_page()
    page.route(f"**/organizations/{record['id']}", lambda route: route.fulfill(json=record))
    return visitor.go(page, lang, organization=record["id"])


def test_details_open_from_list(visit, directory):
    page = visit()
    first = page.locator(".place").first
    name = first.locator(".place-name").inner_text()

    first.click()

    expect(heading(page)).to_have_text(name)
    expect(heading(page)).to_be_focused()
    expect(page).to_have_title(re.compile(re.escape(name)))


def test_details_show_record(visitor, record):
    page = _open(visitor, record)

    told = page.locator(".detail-body")
    expect(told).to_contain_text("Works with UNICEF")
    expect(told).to_contain_text("140")
    expect(told.get_by_role("link", name="+20965331234")).to_have_attribute("href", "tel:+20965331234")
    expect(told.get_by_role("link", name="https://example.org/")).to_have_attribute("rel", re.compile("noopener"))
    for location in record["locations"]:
        expect(told).to_contain_text(location["address"])


def test_capacity_is_told_per_kind_of_help(visitor, record):
    record["capabilities"] = [
        {"subject": "health", "capacity": 40, "unit": "families"},
        {"subject": "food", "capacity": None, "unit": "families"},
        {"subject": "training", "capacity": 12, "unit": "seats"},
    ]
    page = _open(visitor, record)

    items = page.locator(".capabilities li").all_inner_texts()
    assert [" ".join(item.split()) for item in items] == [
        "Health up to 40 families at once",
        "Food capacity not stated",
        "Vocational training up to 12 seats at once",
    ]


@pytest.mark.parametrize(("lang", "words"), [("ar", "أقل من ٥"), ("fa", "کمتر از ۵"), ("en", "fewer than 5")])
def test_small_counts_are_not_told(visitor, record, lang, words):
    page = _open(visitor, record, lang)

    activity = page.locator(".part").last.locator("dd").all_inner_texts()
    assert activity[1] == words
    assert any(number in activity[0] for number in ("25", "٢٥", "۲۵"))


def test_markup_in_data_stays_text(visitor, record):
    page = _open(visitor, record | {"name": MARKUP, "description": MARKUP, "cooperations": [{"partner": MARKUP}]})

    expect(heading(page)).to_have_text(MARKUP)
    assert page.locator(".detail img").count() == 0
    assert page.evaluate("window.hurt") is None


def test_markup_in_list_stays_text(visitor, directory):
    page = visitor.new_page()
    record = directory.organization(directory.all[0]["id"]) | {"name": MARKUP}
    page.route(TILES, lambda route: route.fulfill(body=drawn([record], route.request.url)))

    visitor.go(page)

    assert page.locator(".place-name").inner_text() == MARKUP
    assert page.evaluate("window.hurt") is None


def test_script_address_is_no_link(visitor, record):
    page = _open(visitor, record | {"website": "javascript:alert(1)"})

    expect(heading(page)).to_have_text(record["name"])
    assert page.locator('a[href^="javascript"]').count() == 0


def test_details_stand_in_address(visit, directory):
    record = directory.all[0]

    page = visit(organization=record["id"])

    expect(heading(page)).to_have_text(record["name"])
    expect(page.locator(f'[data-selected="{record["id"]}"]')).to_be_visible()


def test_escape_returns_to_list(visit):
    page = visit()
    page.locator(".place").nth(2).click()
    expect(heading(page)).to_be_focused()

    page.keyboard.press("Escape")

    expect(page.locator(".detail")).to_be_hidden()
    expect(page.locator(".place").nth(2)).to_be_focused()


def test_back_button_closes_details(visit):
    page = visit()
    page.locator(".place").first.click()
    expect(heading(page)).to_be_visible()

    page.go_back()

    expect(page.locator(".detail")).to_be_hidden()
    expect(page.locator("#list")).to_be_visible()


def test_show_on_map_zooms_in(visit, directory):
    page = visit(organization=directory.all[0]["id"])

    page.get_by_role("button", name="Show on the map").click()

    expect(page).to_have_url(re.compile(r"at=[-\d.]+,[-\d.]+,15\.00"))


def test_removed_organization_is_told(visitor):
    visitor.tolerated = "404"
    page = visitor.new_page()

    visitor.go(page, organization="0199a3c2-0000-7000-8000-ffffffffffff")

    expect(page.locator(".detail")).to_contain_text("not in the directory any more")


def test_failing_details_can_be_retried(visitor, directory):
    visitor.tolerated = "503"
    record = directory.all[0]
    page = visitor.new_page()
    page.route(f"**/organizations/{record['id']}", lambda route: route.fulfill(status=503), times=1)
    visitor.go(page, organization=record["id"])

    page.locator(".detail").get_by_role("button", name="Try again").click()

    expect(heading(page)).to_have_text(record["name"])
    expect(page.locator(".detail .facts").first).to_be_visible()


def test_reading_another_keeps_list_place(visit):
    page = visit()
    last = page.locator(".place").nth(20)
    last.click()
    settled(page)

    page.get_by_role("button", name="Back to the list").click()

    expect(last).to_be_in_viewport()
    expect(place(page, last.get_attribute("data-id"))).to_be_focused()
