"""Read addresses as people write them: of e-mail, of web sites, and other URIs."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from marshmallow import ValidationError, validate

URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+\Z")  # RFC 3986, as far as it tells one from a sentence

_is_email = validate.Email()
_is_address = validate.URL(schemes={"http", "https"})


def email(text: str) -> str | None:
    """Return an e-mail address, or None where it is none."""
    return text if _fits(_is_email, text) else None


def website(text: str) -> str | None:
    """Return a web address, with the ``https://`` that people leave out, or None where it is none."""
    full = text if "://" in text else f"https://{text}"
    return full if _fits(_is_address, full) else None


def uri(text: str) -> str | None:
    """Return a URI (``urn:…``, ``https://…``), or None where it is none."""
    return text if URI.match(text) else None


def _fits(rule: Callable[[str], Any], text: str) -> bool:
    try:
        rule(text)
    except ValidationError:
        return False
    return True
