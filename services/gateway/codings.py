"""Choose how an answer is coded, by what a caller accepts (RFC 9110, 12.5.3).

Flask-Compress reads ``Accept-Encoding`` its own way: it sends gzip to who says ``gzip;q=0``, and what ``*`` says it
takes for the last resort. So it is given, in place of what a caller wrote, what that amounts to: each coding of ours
that is accepted, with its quality.

What is too small to be compressed, or is no text, or may be sent in no coding of ours, is sent as it is rather than
refused, also to who says ``identity;q=0``.
"""

from __future__ import annotations

from functools import lru_cache

from flask import Flask, request
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

CODINGS = ("br", "gzip")
STREAMED = ("br", "deflate")  # browsers offer br over TLS only
IDENTITY = "identity"
REMEMBERED = 256
_OURS = tuple(dict.fromkeys(CODINGS + STREAMED))


@lru_cache(maxsize=REMEMBERED)
def accepted(text: str) -> str:
    """Return an ``Accept-Encoding`` as it is meant, best first: what is refused is not in it, and ``*`` is spelt out.

    ``identity`` stands in it where a caller names it, and not for the last one.
    """
    said = parse_accept_header(text, Accept)
    named = (IDENTITY,) if IDENTITY in {coding.lower() for coding in said.values()} else ()
    found = {coding: said.quality(coding) for coding in _OURS + named}
    best_first = sorted((coding for coding in found if found[coding]), key=lambda coding: -found[coding])
    return ", ".join(f"{coding};q={found[coding]:g}" for coding in best_first)


def register(app: Flask) -> None:
    """Let all that comes after it see what a caller accepts as :func:`accepted` tells it."""

    @app.before_request
    def understand() -> None:
        environ = request.environ
        environ["HTTP_ACCEPT_ENCODING"] = accepted(environ.get("HTTP_ACCEPT_ENCODING", ""))
