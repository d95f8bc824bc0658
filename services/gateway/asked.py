"""Read off a request what the answer to a public read may depend on, and by whom and when it was asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.gateway.accepted import prefers_html
from services.gateway.addresses import caller_address
from services.gateway.codings import accepted

BODY = frozenset({b"content-length", b"transfer-encoding"})
OTHERWISE = BODY | {b"if-match"}  # with one of these a read is for Flask alone
NOTED = frozenset({b"accept", b"accept-encoding", b"origin", b"if-none-match", b"cache-control", b"x-forwarded-for"})
FRESH = frozenset({"no-cache", "no-store", "max-age=0"})
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')


@dataclass(frozen=True, slots=True)
class Asked:
    """Hold what an answer depends on (``path`` to ``condition``), and what becomes of it.

    ``fresh`` says that the caller wants nothing that was kept (``Cache-Control: no-cache`` or ``max-age=0``), or its
    answer not kept (``no-store``): RFC 9111, 5.2.1.
    """

    path: bytes
    query: bytes
    html: bool
    encodings: str
    origin: str
    condition: str
    fresh: bool
    address: str
    arrived: float

    @property
    def key(self) -> tuple[bytes, bytes, str, str, str]:
        """Return what tells one answer from another."""
        return self.path, self.query, "html" if self.html else "", self.encodings, self.origin


def asked_of(scope: Mapping[str, Any], proxies: int, now: float) -> Asked | None:
    """Return what a request asks for; None for what is no plain read. ``proxies`` is as :mod:`addresses` has it."""
    if scope["method"] != "GET":
        return None
    noted: dict[bytes, str] = {}
    for name, text in scope["headers"]:
        if name in OTHERWISE:
            return None
        if name in NOTED:
            noted[name] = f"{noted[name]},{text.decode('latin-1')}" if name in noted else text.decode("latin-1")
    return Asked(
        path=scope["raw_path"],
        query=scope["query_string"],
        html=prefers_html(noted.get(b"accept", "")),
        encodings=accepted(noted.get(b"accept-encoding", "")),
        origin=noted.get(b"origin", ""),
        condition=noted.get(b"if-none-match", ""),
        fresh=not FRESH.isdisjoint(_directives(noted.get(b"cache-control", ""))),
        address=caller_address(scope["client"][0], noted.get(b"x-forwarded-for", ""), proxies),
        arrived=now,
    )


def _directives(text: str) -> set[str]:
    """Return what ``Cache-Control`` says (RFC 9111, 5.2): each directive, and what has an argument by its name too."""
    said = {one.strip().lower() for one in _QUOTED.sub("", text).split(",")}
    return said | {one.partition("=")[0] for one in said}
