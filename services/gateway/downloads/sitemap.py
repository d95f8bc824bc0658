"""Tell search engines which pages there are (sitemaps.org, 0.9): map, list, and each active organization's page."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing
from datetime import UTC, datetime

from services.gateway.downloads.linked import address_of
from services.gateway.downloads.markup import escaped

MEDIA_TYPE = "application/xml"
EACH = 49_998  # organizations of one sitemap, which has 50,000 addresses at most: two stand before them
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SCHEMA = "http://www.sitemaps.org/schemas/sitemap/0.9"

Entries = Generator[tuple[str, datetime], None, None]
"""Ids of organizations, each with when it was changed."""


def pages_of(count: int) -> int:
    """Return how many sitemaps so many organizations take."""
    return max(1, -(-count // EACH))


def index(pages: int, public_url: str) -> bytes:
    """Return the list of sitemaps."""
    root = escaped(public_url.rstrip("/"))
    listed = (f"<sitemap><loc>{root}/sitemap-{page}.xml</loc></sitemap>" for page in range(1, pages + 1))
    return f'{_HEAD}<sitemapindex xmlns="{_SCHEMA}">{"".join(listed)}</sitemapindex>'.encode()


def urls(entries: Entries, public_url: str) -> Iterator[bytes]:
    """Give one sitemap in pieces."""
    root = escaped(public_url.rstrip("/"))
    yield f'{_HEAD}<urlset xmlns="{_SCHEMA}"><url><loc>{root}/</loc></url><url><loc>{root}/o</loc></url>'.encode()
    with closing(entries):
        for id_, modified in entries:
            changed = modified.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
            address = escaped(address_of(public_url, id_))
            yield f"<url><loc>{address}</loc><lastmod>{changed}</lastmod></url>".encode()
    yield b"</urlset>"


def robots(public_url: str) -> str:
    """Return what robots may read: pages; whole files and tiles are not for them."""
    kept = ("/organizations.csv", "/organizations.xlsx", "/organizations.kml", "/tiles/", "/ogc/", "/hsds/")
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in kept),
        "",
        f"Sitemap: {public_url.rstrip('/')}/sitemap.xml",
    ]
    return "\n".join(lines) + "\n"
