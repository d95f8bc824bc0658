"""Prove who is given HTML."""

from __future__ import annotations

import pytest

from services.gateway.accepted import prefers_html


@pytest.mark.parametrize(
    ("accept", "html"),
    [
        ("", False),
        ("*/*", False),
        ("text/html", True),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", True),
        ("application/geo+json, application/json", False),
        ("application/json, text/html;q=0.5", False),
        ("text/html, application/json", False),
        ("text/html;q=0.4, application/geo+json;q=0.5", False),
        ("application/vnd.oai.openapi+json;version=3.0, text/html;q=0.5", False),
        ("image/png", False),
        ("html", False),
    ],
)
def test_html_is_for_who_prefers_it(accept: str, html: bool):
    assert prefers_html(accept) == html
