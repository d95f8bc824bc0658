"""Obey the conditions that a caller puts on a request (RFC 9110, 13)."""

from __future__ import annotations

from flask import Request, Response

from services.gateway.problems import Refused
from services.gateway.tags import same, version_of


def held(condition: str, tag: str) -> str:
    """Return by which tag the caller holds the answer of ``tag`` already, or nothing.

    ``condition`` is its ``If-None-Match``, or empty. What is returned is not ``tag`` itself where the caller holds that
    answer compressed.
    """
    asked = (one.strip().removeprefix("W/") for one in condition.split(","))
    found = next((one for one in asked if same(one, tag)), "")
    return tag if found == "*" else found


def not_modified(tag: str, **headers: str) -> Response:
    """Return the answer for a caller who holds it already: with the tag and headers of the answer itself (15.4.5)."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Response(status=304, headers={"ETag": tag, **named})


def expected_version(request: Request, *, required: bool) -> int | None:
    """Return the version that ``If-Match`` names; None for ``*``, or where there is none and none is required.

    Refuses a missing header where one is required (428), and one that is not the tag of any version of ours (412).
    """
    asked = request.headers.get("If-Match")
    if asked is None:
        if required:
            raise Refused("precondition_required", "Send If-Match with the ETag that you last read.")
        return None
    if asked.strip() == "*":
        return None
    version = version_of(asked.strip())
    if version is None:
        raise Refused("precondition_failed", "If-Match is not one ETag of this record.")
    return version
