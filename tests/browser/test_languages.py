"""Prove that the page speaks Arabic, Persian and English, each in its direction and digits."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.pages import DIGITS, in_digits_of, settled

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("lang", "direction"), [("ar", "rtl"), ("fa", "rtl"), ("en", "ltr")])
def test_page_takes_direction_of_language(visit, lang, direction):
    page = visit(lang)

    expect(page.locator("html")).to_have_attribute("lang", lang)
    expect(page.locator("html")).to_have_attribute("dir", direction)


@pytest.mark.parametrize(("lang", "word"), [("ar", "المنظمات"), ("fa", "سازمان‌ها"), ("en", "Organizations")])
def test_list_is_titled_in_language(visit, lang, word):
    page = visit(lang)

    assert page.locator("#list-title").inner_text() == word


@pytest.mark.parametrize("lang", ["ar", "fa", "en"])
def test_numbers_are_in_own_digits(visit, directory, lang):
    page = visit(lang)

    expect(page.locator(".figures dd").first).to_have_text(
        in_digits_of(lang, directory.get("figures")["organizations"])
    )
    shown = page.locator(".cluster").first.inner_text()
    assert set(shown.strip()) <= set(DIGITS[lang])


@pytest.mark.parametrize("lang", ["ar", "fa", "en"])
def test_kinds_of_help_are_named(visit, directory, lang):
    page = visit(lang)

    offered = page.locator("#subject option").all_inner_texts()[1:]
    assert sorted(one.strip() for one in offered) == sorted(one["names"][lang] for one in directory.offered)


def test_switching_language_keeps_state(visit, directory):
    page = visit("en", subject=directory.subject, at="26.1000,32.5000,9.50")

    page.get_by_role("link", name="فارسی").click()
    settled(page)

    expect(page.locator("html")).to_have_attribute("lang", "fa")
    assert page.locator("#subject").input_value() == directory.subject
    assert "at=26.1000,32.5000,9.50" in page.url


def test_language_is_remembered(visitor):
    page = visitor.go(visitor.stranger("en-GB"), "fa")

    page.goto(visitor.base_url)
    settled(page)

    expect(page.locator("html")).to_have_attribute("lang", "fa")


def test_browser_language_comes_first(visitor):
    page = visitor.stranger("fa-IR")

    page.goto(visitor.base_url)
    settled(page)

    expect(page.locator("html")).to_have_attribute("lang", "fa")


def test_unknown_language_falls_back(visitor):
    page = visitor.stranger("fr-FR")

    page.goto(f"{visitor.base_url}?lang=xx")
    settled(page)

    node = page.evaluate("fetch('map-config.json').then((answer) => answer.json())")
    expect(page.locator("html")).to_have_attribute("lang", node["language"])


@pytest.mark.parametrize("lang", ["ar", "fa", "en"])
def test_no_message_shows_its_places(visit, lang):
    page = visit(lang)

    assert not re.search(r"\{\w+\}", page.locator("body").inner_text())
