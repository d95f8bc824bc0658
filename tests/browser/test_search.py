"""Prove that a search shows what the gateway finds, as one types and in any spelling."""

from __future__ import annotations

import re
from collections import Counter
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.browser.pages import listed, markers, settled, show_all

pytestmark = pytest.mark.slow

#: How one who types on another keyboard, or in haste, spells the same.
SPELT = str.maketrans("يكةأإآ", "یکهااا")


def _ids(places):
    return {place["id"] for place in places}


def test_search_finds_while_typing(visit, directory):
    page = visit()

    page.locator("#query").press_sequentially(directory.word)

    expected = directory.get("organizations", q=directory.word, limit="50")["items"]
    expect(page.locator(".count")).to_have_text(re.compile(rf"^{len(expected)} "))
    assert listed(page) == {item["id"] for item in expected}


def test_spelling_of_a_search_does_not_matter(visit, directory):
    words = {word for place in directory.all for word in place["name"].split() if word != word.translate(SPELT)}
    word = max(words, key=len)
    page = visit(q=word)
    found = show_all(page)

    page.locator("#query").fill(word.translate(SPELT))

    expect(page).to_have_url(re.compile(f"q={quote(word.translate(SPELT))}"))
    assert found
    assert show_all(settled(page)) == found


def test_search_waits_for_pause(visit, directory):
    page = visit()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.locator("#query").press_sequentially(directory.word, delay=20)
    expect(page).to_have_url(re.compile("q="))
    settled(page)

    assert len([url for url in asked if "/organizations?" in url]) == 1


def test_map_has_all_that_words_find(visit, directory):
    words = Counter(word for place in directory.all for word in set(place["name"].split()))
    common = next((word for word, count in words.most_common() if count <= len(directory.all) - 10), "")
    found = _ids(directory.places(q=common))
    page = visit(q=common)

    assert markers(page) == len(found)
    shown = show_all(page)
    assert found <= shown
    if len(shown) > 50:
        expect(page.locator(".more")).to_contain_text("no place on the map may be missing")


def test_search_keeps_gateways_order(visit, directory):
    page = visit(q=directory.word)

    items = directory.get("organizations", q=directory.word, limit="50")["items"]
    order = page.locator(".place").evaluate_all("places => places.map((place) => place.dataset.id)")
    assert order == [item["id"] for item in items]


def test_search_within_filter(visit, directory):
    page = visit(q=directory.word, area=directory.area)

    items = directory.get("organizations", q=directory.word, area=directory.area, limit="50")["items"]
    assert listed(page) == {item["id"] for item in items}


def test_nothing_found_can_be_cleared(visit, directory):
    page = visit(q="qqqqqqqq")
    expect(page.get_by_text("No organization matches")).to_be_visible()

    page.locator(".notice").get_by_role("button", name="Clear filters").click()

    expect(page.locator(".count")).to_have_text(re.compile(rf"^{len(directory.all)} "))
    expect(page.locator("#query")).to_be_focused()
