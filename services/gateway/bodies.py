"""Read a request's body before anything is answered.

A server that answers and closes while the body is still on its way resets the connection, and the caller may see that
instead of the answer. So a body of ordinary size is read first, also where the request will be refused; one that is
larger is for the view to read, which then is the one to refuse it.
"""

from __future__ import annotations

from contextlib import suppress

from flask import Flask, request
from werkzeug.exceptions import ClientDisconnected

READ_AT_MOST = 65_536  # bytes


def register(app: Flask) -> None:
    """Read bodies from now on. Call it before what may refuse a request."""

    @app.before_request
    def read() -> None:
        if 0 < (request.content_length or 0) <= min(READ_AT_MOST, request.max_content_length or READ_AT_MOST):
            with suppress(ClientDisconnected):  # nobody waits for the answer
                request.get_data(cache=True)
