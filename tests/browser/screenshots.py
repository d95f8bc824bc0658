"""Take the pictures of the documentation from a running node: ``python -m tests.browser.screenshots ADDRESS``."""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Browser, sync_playwright

from tests.browser.conftest import CHROMIUM, FLAGS
from tests.browser.pages import Directory, settled

IMAGES = Path(__file__).parents[2] / "docs" / "images"
WIDE, NARROW = (1280, 800), (360, 740)
DRAWN = 1_500  # milliseconds in which the outlines have been drawn


def take(browser: Browser, address: str, name: str, size: tuple[int, int], **asked: str) -> None:
    """Take one picture of the page in a state."""
    page = browser.new_page(viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce")
    page.goto(f"{address}?{urlencode(asked)}")
    settled(page).wait_for_timeout(DRAWN)
    page.screenshot(path=IMAGES / f"{name}.png")
    page.close()


def main(address: str) -> None:
    """Take all pictures."""
    cooperating = next(place["id"] for place in Directory(address).all if place["international_cooperation"])
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        take(browser, address, "map-ar-wide", WIDE, lang="ar")
        take(browser, address, "map-ar-narrow", NARROW, lang="ar")
        take(browser, address, "map-en-wide", WIDE, lang="en", organization=cooperating)
        take(browser, address, "map-en-narrow", NARROW, lang="en", subject="health")
        take(browser, address, "map-fa-table", WIDE, lang="fa", panel="table", shade="members")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
