"""Let pages of other origins call the API, where the node's configuration names them (the Fetch standard's CORS).

Callers of the API send tokens, never cookies, so no credentials are let in. Every answer says that it depends on the
origin, also one that was for none, lest a cache gives it to a page that was meant to have another.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask import Flask, Response
from flask_cors import CORS

METHODS = ["GET", "HEAD", "POST", "PATCH"]
TAKEN = ["Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "traceparent"]
GIVEN = ["ETag", "Link", "Location", "Retry-After", "WWW-Authenticate"]
KEPT = 600  # seconds for which a browser need not ask again


def register(app: Flask, origins: Sequence[str]) -> None:
    """Invite the pages of these origins; without any, nothing is said, and ``OPTIONS`` is no method of ours."""
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = bool(origins)
    if not origins:
        return
    CORS(
        app,
        origins=list(origins),
        methods=METHODS,
        allow_headers=TAKEN,
        expose_headers=GIVEN,
        max_age=KEPT,
        always_send=False,
        vary_header=False,
    )

    @app.after_request
    def vary(response: Response) -> Response:
        response.vary.add("Origin")
        return response
