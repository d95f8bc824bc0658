"""Answer every error in one shape: RFC 9457 problem details, as ``application/problem+json``.

::

    {"type": "https://…/problems#not_found", "title": "Not found", "status": 404, "code": "not_found",
     "detail": "There is no such organization.", "problems": [{"field": …, "code": …, "message": …}]}

``code`` is stable and machine-readable; ``problems`` names what is at fault, where that helps. An error that came by
RPC brings its code, sentence and problems along; what Flask and werkzeug raise is given a code by its status. A crash
says nothing of itself: its kind and frames are in the log.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from flask import Flask, Response, current_app, request
from marshmallow import Schema, fields
from werkzeug.exceptions import HTTPException

from chassis import errors
from chassis.bounded import index_is_away
from chassis.database import UNREACHABLE
from chassis.logs import get_logger

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER = 2  # seconds, for an answer that a part of ours was too late for

log = get_logger()


@dataclass(frozen=True, slots=True)
class Kind:
    """Describe one code: its HTTP status, its title, and what the caller may do about it."""

    status: int
    title: str
    advice: str


KINDS: dict[str, Kind] = {
    "malformed": Kind(400, "Malformed request", "Send what the API document describes; see `detail`."),
    "unauthenticated": Kind(401, "Not authenticated", "Get a token from `POST /oauth/token` and send it as a Bearer."),
    "forbidden": Kind(403, "Not allowed", "Your role may not do this; `docs/access.md` has the table."),
    "not_found": Kind(404, "Not found", "There is no such thing within your reach."),
    "method_not_allowed": Kind(405, "Method not allowed", "Use one of the methods in `Allow`."),
    "too_slow": Kind(408, "Too slow", "Send the body without long pauses; where the line is slow, send less at once."),
    "conflict": Kind(409, "Conflict", "The present state does not allow it; `problems` says why."),
    "precondition_failed": Kind(412, "Precondition failed", "The record has moved on: read it again and repeat."),
    "too_large": Kind(413, "Too large", "Send less in one request."),
    "uri_too_long": Kind(414, "Address too long", "Send fewer or shorter parameters."),
    "unsupported_media_type": Kind(415, "Unsupported media type", "Send the media type that the API document names."),
    "invalid": Kind(422, "Invalid", "Correct what `problems` names."),
    "precondition_required": Kind(428, "Precondition required", "Send `If-Match` with the ETag that you last read."),
    "too_many": Kind(429, "Too many requests", "Wait as many seconds as `Retry-After` says."),
    "headers_too_large": Kind(431, "Headers too large", "Send fewer or shorter headers."),
    "error": Kind(500, "Internal error", "It is our fault, and it is logged; repeat with the same `Idempotency-Key`."),
    "unavailable": Kind(
        503, "Unavailable", "Repeat the same request, with the same `Idempotency-Key`, a little later."
    ),
}
CODE_OF_STATUS = {kind.status: code for code, kind in KINDS.items()}


class OneProblem(Schema):
    """Name one thing that is wrong."""

    field = fields.String(metadata={"description": "Where: a path into the body, a parameter or a header."})
    code = fields.String(metadata={"description": "Stable and machine-readable."})
    message = fields.Raw(
        metadata={
            "description": "A sentence, or one for each language of staff.",
            "anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": {"type": "string"}}],
        }
    )


class Problem(Schema):
    """Describe an error, as RFC 9457 has it."""

    type = fields.String(required=True, metadata={"format": "uri-reference"})
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    code = fields.String(required=True)
    detail = fields.String(required=True)
    problems = fields.List(fields.Nested(OneProblem), required=True)


class Refused(HTTPException):
    """Refuse a request for a reason that only HTTP knows: one of :data:`KINDS` by its code."""

    def __init__(
        self, code: str, detail: str = "", problems: list[dict[str, Any]] | None = None, **headers: str
    ) -> None:
        """Take the code, a sentence, what is at fault, and headers by their names with underscores."""
        super().__init__(detail)
        self.kind = code
        self.code = KINDS[code].status
        self.problems = problems or []
        self.headers = {name.replace("_", "-"): text for name, text in headers.items()}


def problem(
    code: str, detail: str = "", problems: Iterable[Mapping[str, Any]] = (), headers: Mapping[str, str] | None = None
) -> Response:
    """Return the answer for a code of :data:`KINDS`; ``detail`` is the code's title where none is given."""
    kind = KINDS[code]
    body = {
        "type": f"{current_app.config['PUBLIC_URL']}/problems#{code}",
        "title": kind.title,
        "status": kind.status,
        "code": code,
        "detail": detail or f"{kind.title}.",
        "problems": list(problems),
    }
    answer = Response(orjson.dumps(body), kind.status, mimetype=MEDIA_TYPE)
    answer.headers.update({"Cache-Control": "no-store", **(headers or {})})
    return answer


def register(app: Flask) -> None:
    """Have every error of the application answered as a problem."""
    app.register_error_handler(errors.TashbikError, _of_ours)
    app.register_error_handler(HTTPException, _of_http)
    for unreachable in UNREACHABLE:
        app.register_error_handler(unreachable, _of_database)
    app.register_error_handler(Exception, _of_crash)


def _of_ours(error: errors.TashbikError) -> Response:
    match error:
        case errors.Unauthenticated():
            return problem(error.code, error.detail, error.problems, {"WWW-Authenticate": 'Bearer realm="tashbik"'})
        case errors.Unavailable() | errors.TooMany():
            return problem(error.code, error.detail, error.problems, {"Retry-After": str(RETRY_AFTER)})
    if type(error) is errors.TashbikError:
        log.error("call_failed", endpoint=request.endpoint)
    return problem(error.code, error.detail, error.problems)


def _of_http(error: HTTPException) -> Response:
    if isinstance(error, Refused):
        return problem(error.kind, error.description or "", error.problems, error.headers)
    if error.response is not None:
        return error.response  # type: ignore[return-value]
    status = error.code or 500
    if status < 400:  # noqa: PLR2004 - a redirect is no error
        return error.get_response()  # type: ignore[return-value]
    kept = ("Allow", "Retry-After")
    headers = {name: text for name, text in error.get_headers() if name in kept}
    return problem(CODE_OF_STATUS.get(status, "malformed" if status < 500 else "error"), headers=headers)  # noqa: PLR2004


def _of_database(error: Exception) -> Response:
    log.warning("database_unreachable", endpoint=request.endpoint, error=type(error).__name__)
    return problem("unavailable", headers={"Retry-After": str(RETRY_AFTER)})


def _of_crash(error: Exception) -> Response:
    if index_is_away(error):
        return _of_database(error)
    log.error("request_crashed", endpoint=request.endpoint, exc_info=error)
    return problem("error")
