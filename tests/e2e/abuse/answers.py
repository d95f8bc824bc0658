"""Say what every attack has to be answered with: a problem that blames the caller, and nothing of ours."""

from __future__ import annotations

import httpx

from services.gateway.problems import KINDS, MEDIA_TYPE

TELLTALES = ("Traceback", "pymongo", "kombu", "marshmallow", "werkzeug", "/services/", ".py")


def assert_refused(answer: httpx.Response, *codes: str) -> None:
    """Check that an answer is a problem (RFC 9457) of the caller's making, one of ``codes`` where any are given."""
    assert 400 <= answer.status_code < 500, (answer.status_code, answer.text)
    assert answer.headers["content-type"] == MEDIA_TYPE
    problem = answer.json()
    assert problem["code"] in (codes or KINDS), problem
    assert not [word for word in TELLTALES if word in answer.text]


def assert_harmless(answer: httpx.Response) -> None:
    """Check that a request was either served or refused, and broke nothing."""
    if answer.is_error:
        assert_refused(answer)
