"""Read addresses as people write them: of e-mail, of web sites, and other URIs.

Addresses with letters of other scripts (RFC 3987) are kept as the URIs that they stand for, as programs take them: the
host by IDNA, all else in percents. An e-mail's host is kept by IDNA too; a name before the ``@`` that is not in ASCII
(RFC 6531) stands for no other, and is refused: HSDS takes none (RFC 5321), nor do most mail servers.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import httpx
import idna
from marshmallow import ValidationError, validate

URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+\Z")  # RFC 3986, as far as it tells one from a sentence

WEB = ("http://", "https://")
LONGEST = 300  # what a record takes of each address at least; a longer one stays as it is written
RESERVED = ":/?#[]@!$&'()*+,;=%"  # RFC 3986, 2.2

_is_email = validate.Email()
_is_address = validate.URL(schemes={"http", "https"})


def email(text: str) -> str | None:
    """Return an e-mail address as RFC 5321 writes it, or None where it is none."""
    if not _fits(_is_email, text):
        return None
    name, _, host = text.rpartition("@")
    written = name.isascii() and name.isprintable()
    known = host if host.startswith("[") else _host_in_ascii(host)
    return f"{name}@{known}" if written and known else None


def _host_in_ascii(host: str) -> str | None:
    """Return a host by IDNA, one in ASCII as it is written; None where it cannot be one."""
    try:
        known = idna.encode(host.lower()).decode()
    except UnicodeError:
        return None
    return host if host.isascii() else known


def website(text: str) -> str | None:
    """Return a web address, with the ``https://`` that people leave out, or None where it is none."""
    full = text if "://" in text else f"https://{text}"
    return _in_ascii(full) if _fits(_is_address, full) else None


def uri(text: str) -> str | None:
    """Return a URI (``urn:…``, ``https://…``), or None where it is none."""
    return _in_ascii(text) if URI.match(text) else None


def _in_ascii(text: str) -> str | None:
    """Return the URI that an address stands for; None where its host cannot be one."""
    if text.isascii():
        return text
    try:
        address = str(httpx.URL(text)) if text.lower().startswith(WEB) else quote(text, safe=RESERVED)
    except httpx.InvalidURL:
        return None
    return address if len(address) <= LONGEST else text


def _fits(rule: Callable[[str], Any], text: str) -> bool:
    try:
        rule(text)
    except ValidationError:
        return False
    return True
