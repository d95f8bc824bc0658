"""Put security headers on every answer.

Answers of the API hold no markup, so nothing may be loaded or framed by them. The two pages (map and API document) load
scripts, styles and data from this host only, and from the host of the base map where one is configured. What is public
for people (the map, the list, organizations' pages) may be framed by those origins that the node names.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from flask import Flask, Response

UNFRAMED = "frame-ancestors 'none'"
API_POLICY = f"default-src 'none'; {UNFRAMED}"
YEAR = 365 * 24 * 3600


def page_policy(base_map: str = "", *, forms: bool = False, frames: Sequence[str] = ()) -> str:
    """Return the Content-Security-Policy of our pages.

    ``base_map`` is the address of a map style, or empty; ``forms`` lets the page's forms ask this host; ``frames`` are
    origins whose pages may show this one within them.
    """
    other = f" {_origin(base_map)}" if base_map else ""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            f"img-src 'self' data: blob:{other}",
            f"font-src 'self'{other}",
            f"connect-src 'self'{other}",
            "worker-src 'self' blob:",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'self'" if forms else "form-action 'none'",
            f"frame-ancestors {' '.join(frames)}" if frames else UNFRAMED,
        )
    )


def register(app: Flask, public_url: str) -> None:
    """Add the headers to every answer; one that a view has set stays."""
    common = [
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
        ("Cross-Origin-Resource-Policy", "cross-origin"),
    ]
    if public_url.startswith("https:"):
        common.append(("Strict-Transport-Security", f"max-age={YEAR}"))

    @app.after_request
    def secure(response: Response) -> Response:
        headers = response.headers
        headers.extend(common)
        if "Content-Security-Policy" not in headers:
            headers["Content-Security-Policy"] = API_POLICY
        if UNFRAMED in headers["Content-Security-Policy"]:
            headers["X-Frame-Options"] = "DENY"
        if "Cache-Control" not in headers:
            headers["Cache-Control"] = "no-store"
        return response


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
