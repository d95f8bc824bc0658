"""Collect traces as an OpenTelemetry collector does: take OTLP over HTTP, on loopback, and keep the spans."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from cli.process import LOOPBACK


@dataclass(frozen=True)
class Received:
    """Hold one span as it was sent; ids in hexadecimal digits, ``parent`` empty for the first of a trace."""

    trace: str
    id: str
    parent: str
    service: str
    name: str
    attributes: dict[str, str]
    failed: bool


@dataclass
class Collector:
    """Keep what was received. ``url`` is where to send."""

    url: str
    spans: list[Received] = field(default_factory=list)

    def of(self, trace: str) -> list[Received]:
        """Return the spans of one trace."""
        return [span for span in list(self.spans) if span.trace == trace]

    def take(self, body: bytes) -> None:
        """Keep the spans of one request."""
        for group in ExportTraceServiceRequest.FromString(body).resource_spans:
            service = _texts(group.resource.attributes)["service.name"]
            self.spans += [_received(span, service) for scope in group.scope_spans for span in scope.spans]


@contextmanager
def collecting() -> Iterator[Collector]:
    """Serve a collector on a port of its own."""
    collector = Collector("")

    class Handler(BaseHTTPRequestHandler):
        """Take what is posted."""

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            collector.take(gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Keep quiet."""

    with ThreadingHTTPServer((LOOPBACK, 0), Handler) as server:
        collector.url = f"http://{LOOPBACK}:{server.server_port}/v1/traces"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield collector
        server.shutdown()


def _received(span: Any, service: str) -> Received:
    return Received(
        trace=span.trace_id.hex(),
        id=span.span_id.hex(),
        parent=span.parent_span_id.hex(),
        service=service,
        name=span.name,
        attributes=_texts(span.attributes),
        failed=span.status.code == span.status.STATUS_CODE_ERROR,
    )


def _texts(attributes: Any) -> dict[str, str]:
    return {one.key: str(one.value.string_value or one.value.int_value) for one in attributes}
