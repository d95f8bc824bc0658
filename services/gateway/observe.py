"""Measure every answer, and log those that were for a known caller or went wrong.

Public reads leave a measure only: they are many, and an address is personal. A log line names the operation and the
client, never what was asked.
"""

from __future__ import annotations

import time
from typing import Any

from flask import Flask, Response, g, request

from chassis import metrics, trace
from chassis.logs import get_logger
from services.gateway.auth.guard import ANYONE

FAULT = 500
KNOWN_METHODS = frozenset({"GET", "HEAD", "POST", "PATCH"})

log = get_logger()


def register(app: Flask) -> None:
    """Observe every answer of the application. Call it before anything else: it sees requests first, answers last."""
    measures: dict[tuple[str | None, str, int], Any] = {}

    @app.before_request
    def start() -> None:
        g.started = time.perf_counter()
        g.actor = ANYONE

    @app.after_request
    def observe(response: Response) -> Response:
        seconds = time.perf_counter() - g.started
        key = (request.endpoint, _method(), response.status_code)
        measure = measures.get(key)
        if measure is None:
            measure = measures[key] = metrics.HTTP_SECONDS.labels(*_labels(response.status_code))
        measure.observe(seconds)
        if "span" in g:
            g.span.end(str(response.status_code), failed=response.status_code >= FAULT)
        if g.actor.id or response.status_code >= FAULT:
            _note(response.status_code, seconds)
        return response


def _labels(status: int) -> tuple[str, str, str]:
    route = request.url_rule.rule if request.url_rule else "none"
    return route, _method(), str(status)


def _method() -> str:
    """Return the method by a name of ours: a caller may write any."""
    return request.method if request.method in KNOWN_METHODS else "other"


def _note(status: int, seconds: float) -> None:
    log.info(
        "request_answered",
        operation=g.operation.name if "operation" in g else "",
        method=_method(),
        status=status,
        milliseconds=round(seconds * 1000, 1),
        client=g.actor.id,
        trace_id=trace.trace_id(g.get("traceparent", "")),
    )
