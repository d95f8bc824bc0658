"""Prove in Chromium that the list of organizations needs no scripts, keeps its policy and passes axe-core."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, Route

from services.gateway.downloads.listing import Listed, render
from services.gateway.downloads.page import HERE, STYLE
from services.gateway.downloads.words import Wording
from services.gateway.headers import page_policy
from tests.browser import qena
from tests.browser.test_accessibility import violations

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = "https://qena.example"
ORGANIZATIONS = qena.organizations()[:50]
AREAS = {one["id"]: one for one in qena.areas()}
ASKED = {"q": "جمعية", "subject": "health", "area": "EG29", "cursor": "here", "back": "before"}
FULL = Listed(ASKED, ORGANIZATIONS, "after", 1001)
EMPTY = Listed({"q": "لا شيء نجع حمادي hospital (2) قوص"}, [], found=0)
WRONG = Listed({"subject": "x"}, [], wrong=["subject"])

Open = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser) -> Iterator[Open]:
    """Give what opens the page, and fails for what the browser complains of."""
    complaints: list[str] = []
    contexts = []

    def open_page(language: str, listed: Listed = FULL, width: int = 1280, *, scripts: bool = True) -> Page:
        context = browser.new_context(java_script_enabled=scripts, viewport={"width": width, "height": 740})
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.route("**/*", lambda route: answer(route, listed, language))
        page.goto(f"{ROOT}/o?lang={language}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def answer(route: Route, listed: Listed, language: str) -> None:
    """Answer as the gateway does: the page with its policy, and its style."""
    if route.request.url == f"{ROOT}/o/style.css":
        route.fulfill(body=(HERE / STYLE).read_bytes(), content_type="text/css")
    elif route.request.url.startswith(f"{ROOT}/o"):
        policy = {"Content-Security-Policy": page_policy(forms=True)}
        body = render(listed, Wording(language, AREAS), ROOT)
        route.fulfill(body=body, content_type="text/html; charset=utf-8", headers=policy)
    else:
        route.fulfill(status=404)


def framed(browser: Browser, origin: str) -> str:
    """Return what a page of an origin shows of the list in a frame of its own."""
    policy = page_policy(forms=True, frames=["https://ministry.example", "https://union.example"])
    with browser.new_context() as context:
        page = context.new_page()
        page.route(f"{origin}/", lambda route: route.fulfill(body=f'<iframe src="{ROOT}/o">', content_type="text/html"))
        page.route(
            f"{ROOT}/o",
            lambda route: route.fulfill(
                body=render(FULL, Wording("en", AREAS), ROOT),
                content_type="text/html; charset=utf-8",
                headers={"Content-Security-Policy": policy},
            ),
        )
        page.goto(f"{origin}/")
        return page.frames[1].locator("body").inner_text()


@pytest.mark.parametrize("listed", [FULL, EMPTY, WRONG], ids=["full", "empty", "wrong"])
@pytest.mark.parametrize(("language", "width"), [("ar", 1280), ("fa", 360), ("en", 360)])
def test_list_passes(opened: Open, language: str, width: int, listed: Listed):
    page = opened(language, listed, width)

    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_form_asks_without_scripts(opened: Open):
    page = opened("en", scripts=False)

    page.get_by_label("Help").select_option("food")
    page.get_by_role("button", name="Search").click()

    assert "subject=food" in page.url
    assert "cursor" not in page.url


def test_named_page_frames_the_list(browser: Browser):
    assert "List of organizations" in framed(browser, "https://union.example")


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "http://union.example", "https://www.union.example"])
def test_no_other_page_frames_it(browser: Browser, origin: str):
    assert "List of organizations" not in framed(browser, origin)
