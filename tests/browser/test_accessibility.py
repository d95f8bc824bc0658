"""Prove by axe-core that the page keeps WCAG 2.2 AA, as far as a program can tell."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.pages import NO_WEBGL, TILES, heading

pytestmark = pytest.mark.slow

AXE = Path(__file__).parents[2] / "services" / "gateway" / "web" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDE, PHONE = (1280, 800), (360, 740)
EACH_LANGUAGE_AND_SIZE = [("ar", WIDE), ("ar", PHONE), ("fa", PHONE), ("en", WIDE)]


def violations(page):
    """Return what axe-core says against a page."""
    if not AXE.exists():
        pytest.skip("axe-core is missing: run `npm ci` in services/gateway/web")
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("(rules) => axe.run(document, { runOnly: rules })", RULES)["violations"]
    return [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]


@pytest.mark.parametrize(("lang", "size"), EACH_LANGUAGE_AND_SIZE)
def test_list_passes(visit, lang, size):
    page = visit(lang, size)

    assert violations(page) == []


@pytest.mark.parametrize(("lang", "size"), EACH_LANGUAGE_AND_SIZE)
def test_offered_areas_pass(visit, directory, lang, size):
    area = next(one for one in directory.get("areas")["items"] if one["id"] == directory.area)
    page = visit(lang, size)
    page.locator("#query").fill(area["names"]["ar"])
    expect(page.locator(".offered .offer").first).to_be_visible()
    expect(page.locator(".count")).to_contain_text(".")

    assert violations(page) == []


@pytest.mark.parametrize(("lang", "size"), EACH_LANGUAGE_AND_SIZE)
def test_details_pass(visit, directory, lang, size):
    page = visit(lang, size, organization=directory.all[0]["id"])
    expect(page.locator(".detail .facts").first).to_be_visible()

    assert violations(page) == []


def test_filters_and_key_pass(visit, directory):
    page = visit("en", PHONE, subject=directory.subject)
    page.get_by_role("button", name="Filters (").click()
    page.locator(".legend summary").click()

    assert violations(page) == []


@pytest.mark.parametrize(("lang", "panel"), [("ar", "table"), ("fa", "gaps")])
def test_panels_pass(visit, lang, panel):
    page = visit(lang, PHONE, panel=panel, shade="members")
    expect(page.locator(f"#{panel}-title")).to_be_visible()
    expect(page.locator(".figures-table, .gap").first).to_be_visible()

    assert violations(page) == []


@pytest.mark.parametrize(("tool", "lang"), [("compare", "ar"), ("share", "fa"), ("downloads", "ar")])
def test_sheets_pass(visit, tool, lang):
    page = visit(lang, PHONE)
    page.locator(f"[data-tool={tool}]").click()
    expect(page.locator(f".sheet-{tool} :is(select, input)").first).to_be_visible()

    assert violations(page) == []


def test_plain_map_passes(visitor):
    page = visitor.new_page(PHONE)
    page.add_init_script(NO_WEBGL)
    visitor.go(page, "ar", shade="organizations")

    assert violations(page) == []


def test_close_up_passes(visit, directory):
    longitude, latitude = directory.get("organizations.geojson")["features"][0]["geometry"]["coordinates"]
    page = visit("ar", at=f"{latitude},{longitude},14")
    expect(page.locator(".dot").first).to_be_visible()

    assert violations(page) == []


def test_failure_passes(visitor):
    visitor.tolerated = "503"
    page = visitor.new_page()
    page.route(TILES, lambda route: route.fulfill(status=503))
    visitor.go(page, "ar")
    expect(page.get_by_role("alert")).to_be_visible()

    assert violations(page) == []


def test_gone_organization_passes(visitor):
    visitor.tolerated = "404"
    page = visitor.new_page()
    visitor.go(page, "fa", organization="0199a3c2-0000-7000-8000-ffffffffffff")
    expect(heading(page)).to_be_visible()

    assert violations(page) == []
