"""Prove in Chromium that an organization's page needs no scripts, keeps its policy and passes axe-core."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC
from pathlib import Path

import orjson
import pytest
from playwright.sync_api import Browser, Page, Route

from services.gateway.api.examples.organizations import PUBLIC_ORGANIZATION
from services.gateway.downloads.page import HERE, STYLE, Shown, render
from services.gateway.downloads.words import Wording
from services.gateway.headers import page_policy

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = "https://qena.example"
AXE = Path(__file__).parents[2] / "services" / "gateway" / "web" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AREAS = {"EG29": {"level": "governorate", "names": {"ar": "قنا", "fa": "قنا", "en": "Qena"}}}
RECORD = {
    **PUBLIC_ORGANIZATION,
    "alternate_name": "El Ehsan",
    "website": "https://ehsan-qena.example/a-very-long-address-that-has-nowhere-to-break-in-it-at-all",
    "member_of": ["union"],
    "contacts": [
        {
            "name": "منى حسن",
            "title": "Reception",
            "department": "",
            "email": "somebody.with.a.name.that.has.nowhere.to.break@ehsan-qena.example",
            "phones": [{"number": "+20965331299", "extension": None, "type": "voice", "description": ""}],
        }
    ],
    "status_since": "2020-01-05",
}

Open = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser) -> Iterator[Open]:
    """Give what opens the page, and fails for what the browser complains of."""
    complaints: list[str] = []
    contexts = []

    def open_page(language: str, width: int = 1280, *, scripts: bool = True) -> Page:
        context = browser.new_context(java_script_enabled=scripts, viewport={"width": width, "height": 740})
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.route("**/*", lambda route: answer(route, language))
        page.goto(f"{ROOT}/o/{RECORD['id']}?lang={language}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def answer(route: Route, language: str) -> None:
    """Answer as the gateway does: the page with its policy, and its style."""
    if route.request.url == f"{ROOT}/o/style.css":
        route.fulfill(body=(HERE / STYLE).read_bytes(), content_type="text/css")
    elif "/o/" in route.request.url:
        shown = Shown(Wording(language, AREAS), ROOT, {"union": "اتحاد الجمعيات"}, UTC)
        policy = {"Content-Security-Policy": page_policy()}
        route.fulfill(body=render(RECORD, shown), content_type="text/html; charset=utf-8", headers=policy)
    else:
        route.fulfill(status=404)


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("fa", "rtl"), ("en", "ltr")])
def test_page_has_its_direction(opened: Open, language: str, direction: str):
    page = opened(language)

    assert page.evaluate("getComputedStyle(document.body).direction") == direction


def test_linked_data_is_there_under_the_policy(opened: Open):
    page = opened("en")

    text = page.locator("script[type='application/ld+json']").text_content() or ""
    assert orjson.loads(text)["@id"] == f"{ROOT}/o/{RECORD['id']}"


def test_page_needs_no_scripts(opened: Open):
    page = opened("ar", scripts=False)

    assert RECORD["name"] in page.locator("h1").inner_text()
    assert page.get_by_role("link", name="+20965331234").is_visible()


@pytest.mark.parametrize("language", ["ar", "fa", "en"])
def test_page_fits_a_telephone(opened: Open, language: str):
    page = opened(language, 320)

    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize(("language", "width"), [("ar", 1280), ("ar", 360), ("fa", 360), ("en", 1280)])
def test_page_passes_axe(opened: Open, language: str, width: int):
    if not AXE.exists():
        pytest.skip("axe-core is missing: run `npm ci` in services/gateway/web")
    page = opened(language, width)

    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("(rules) => axe.run(document, { runOnly: rules })", RULES)["violations"]

    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
