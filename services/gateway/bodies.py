"""Read a request's body before anything is answered.

A server that answers and closes while the body is still on its way resets the connection, and the caller may see that
instead of the answer. So a body of ordinary size is read first, also where the request will be refused; one that is
larger is for the view to read, which then is the one to refuse it.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING

from flask import Flask

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

READ_AT_MOST = 65_536  # bytes


def register(app: Flask) -> None:
    """Read bodies from now on."""
    app.wsgi_app = BodyFirst(app.wsgi_app)  # type: ignore[method-assign]


class BodyFirst:
    """Hand a request to the application with its body in memory."""

    def __init__(self, app: WSGIApplication) -> None:
        """Take the application that is called then."""
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request. A body that breaks off is handed on as far as it came."""
        length = environ.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and 0 < int(length) <= READ_AT_MOST:
            body = b""
            with suppress(OSError):
                body = environ["wsgi.input"].read(int(length))
            environ["wsgi.input"] = BytesIO(body)
        return self._app(environ, start_response)
