"""Obey the conditions that a caller puts on a request (RFC 9110, 13)."""

from __future__ import annotations

from flask import Request, Response

from services.gateway.problems import Refused
from services.gateway.tags import same, version_of


def unchanged(request: Request, tag: str) -> bool:
    """Tell whether the caller holds the answer of this tag already (``If-None-Match``)."""
    asked = request.headers.get("If-None-Match")
    return asked is not None and any(same(one.strip().removeprefix("W/"), tag) for one in asked.split(","))


def not_modified(tag: str) -> Response:
    """Return the answer for a caller who holds it already."""
    return Response(status=304, headers={"ETag": tag})


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
