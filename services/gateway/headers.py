"""Put security headers on every answer.

Answers of the API hold no markup, so nothing may be loaded or framed by them. The two pages (map and API document) load
scripts, styles and data from this host only, and from the host of the base map where one is configured.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response

API_POLICY = "default-src 'none'; frame-ancestors 'none'"
YEAR = 365 * 24 * 3600


def page_policy(base_map: str = "", *, forms: bool = False) -> str:
    """Return the Content-Security-Policy of our pages.

    ``base_map`` is the address of a map style, or empty; ``forms`` lets the page's forms ask this host.
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
            "frame-ancestors 'none'",
        )
    )


def register(app: Flask, public_url: str) -> None:
    """Add the headers to every answer; one that a view has set stays."""
    common = [
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
        ("X-Frame-Options", "DENY"),
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
        if "Cache-Control" not in headers:
            headers["Cache-Control"] = "no-store"
        return response


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
