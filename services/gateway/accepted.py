"""Choose between JSON and HTML, by what a caller accepts (RFC 9110, 12.5.1)."""

from __future__ import annotations

from functools import lru_cache

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

JSON_TYPES = (
    "application/json",
    "application/geo+json",
    "application/schema+json",
    "application/vnd.oai.openapi+json",
    "application/vnd.oai.openapi+json;version=3.0",
)
HTML_TYPES = ("text/html", "application/xhtml+xml")
REMEMBERED = 256


@lru_cache(maxsize=REMEMBERED)
def prefers_html(accept: str) -> bool:
    """Tell whether an ``Accept`` wants HTML rather than JSON, which is given to who says nothing, or neither."""
    if "html" not in accept:
        return False
    accepted = parse_accept_header(accept, MIMEAccept)
    return max(map(accepted.quality, HTML_TYPES)) > max(map(accepted.quality, JSON_TYPES))
