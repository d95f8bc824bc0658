"""Give browser tests Chromium, the built page, and the directory that it shows.

``TASHBIK_TEST_BASE_URL`` names a running gateway to test against; otherwise a small server answers in its place. What
tests expect they read from the same directory, so that they hold for either.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from tests.browser.pages import Directory, settled
from tests.browser.server import DIST, serving

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
)
WIDE = (1280, 800)
PATIENCE = 20_000  # milliseconds; software rendering on a busy machine is slow


class Visitor:
    """Open the page, and note what it says on the console and what it asks of other hosts."""

    def __init__(self, context: BrowserContext, base_url: str) -> None:
        self.context = context
        self.base_url = base_url
        self.tolerated = r"$^"
        self.pages: list[Page] = []
        self.complaints: list[str] = []
        self.foreign: list[str] = []

    def new_page(self, size: tuple[int, int] = WIDE) -> Page:
        """Give a page that has not gone anywhere yet. It shares the browser's cache with other tests."""
        page = self.context.new_page()
        page.set_viewport_size({"width": size[0], "height": size[1]})
        return self.watch(page)

    def stranger(self, locale: str) -> Page:
        """Give a page in a browser that was never here before, in a language of its own."""
        return self.watch(self.context.browser.new_context(locale=locale).new_page())

    def watch(self, page: Page) -> Page:
        """Note what a page says and asks for."""
        self.pages.append(page)
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self._watch(request.url))
        return page

    def go(self, page: Page, lang: str = "en", **asked: str) -> Page:
        """Go to the page in a language and a state, and wait until it is there."""
        page.goto(f"{self.base_url}?{urlencode({'lang': lang} | asked)}")
        return settled(page)

    def open(self, lang: str = "en", size: tuple[int, int] = WIDE, **asked: str) -> Page:
        """Open the page in a language and a state."""
        return self.go(self.new_page(size), lang, **asked)

    def close(self) -> None:
        """Close everything that was opened."""
        for page in self.pages:
            page.close() if page.context is self.context else page.context.close()

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not re.search(self.tolerated, message.text):
            self.complaints.append(message.text)

    def _watch(self, url: str) -> None:
        own = urlsplit(self.base_url).netloc
        if urlsplit(url).scheme in ("http", "https") and urlsplit(url).netloc != own:
            self.foreign.append(url)


@pytest.fixture(scope="session")
def base_url() -> Iterator[str]:
    """Give the address of the page."""
    if given := os.environ.get("TASHBIK_TEST_BASE_URL"):
        yield given.rstrip("/") + "/"
        return
    if not (DIST / "index.html").exists():
        pytest.skip("the map page is not built: run `npm ci && npm run build` in services/gateway/web")
    with serving() as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give a Chromium without a window, for a module: while it is there its thread can run no other event loop."""
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is missing: apt-get install chromium fonts-noto-core")
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE)
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def context(browser: Browser) -> BrowserContext:
    """Give the context that the tests of a module share, so that they load the map's program once."""
    return browser.new_context(locale="en-GB", reduced_motion="reduce")


@pytest.fixture
def visitor(context: BrowserContext, base_url: str) -> Iterator[Visitor]:
    """Give a visitor; afterwards the page must have kept quiet and stayed at home."""
    one = Visitor(context, base_url)
    yield one
    one.close()
    assert one.complaints == []
    assert one.foreign == []


@pytest.fixture
def visit(visitor: Visitor) -> Callable[..., Page]:
    """Give what opens the page."""
    return visitor.open


@pytest.fixture(scope="session")
def directory(base_url: str) -> Directory:
    """Give the directory that the page shows."""
    return Directory(base_url)
