"""Prove that who has no JavaScript is led to the list, in sight and in three languages."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.slow


def test_page_leads_to_list(browser, base_url):
    page = browser.new_page(java_script_enabled=False, viewport={"width": 360, "height": 640})
    page.goto(base_url)

    links = page.locator("noscript a")
    expect(links).to_have_count(3)
    for link in links.all():
        expect(link).to_be_in_viewport()
    page.close()
