"""Measure what a process does in spans, and send them to a collector by OpenTelemetry's protocol (OTLP over HTTP).

::

    HTTP request ─▶ rpc call ─▶ rpc answer ─▶ event ─▶ consumer ─▶ text
        SERVER       CLIENT      SERVER      (outbox)   CONSUMER    PRODUCER

Each is a child of the one before it, also across processes: :mod:`chassis.trace` carries where it stands. Without
``TASHBIK_OTLP_ENDPOINT`` nothing is measured or sent, and OpenTelemetry is not even loaded; traces are carried all the
same, for logs and for whoever comes behind us. A span names operations, queues and outcomes; never a person, nor what
was asked. A collector that is away holds nothing up: spans wait in a bounded queue and are dropped at last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from chassis import trace
from chassis.config import Config

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

SERVER, CLIENT, PRODUCER, CONSUMER = "SERVER", "CLIENT", "PRODUCER", "CONSUMER"
EXPORT_TIMEOUT = 3.0  # seconds
OK = "ok"

Attributes = Mapping[str, str | int]

_tracer: Tracer | None = None


class Span:
    """Be one step of a trace. ``traceparent`` is what those behind it are given."""

    def __init__(self, traceparent: str, measured: Any = None) -> None:
        """Take where the trace stands, and OpenTelemetry's span where one is measured."""
        self.traceparent = traceparent
        self._measured = measured

    def end(self, outcome: str = OK, *, failed: bool | None = None) -> None:
        """End the span with its outcome: ``ok``, or a code of the error. Once is enough; more does no harm."""
        if self._measured is None:
            return
        self._measured.set_attribute("tashbik.outcome", outcome)
        if outcome != OK if failed is None else failed:
            self._measured.set_status(_error_status())
        self._measured.end()
        self._measured = None


def export(config: Config, service: str) -> None:
    """Measure spans from now on and send them where the configuration says; do nothing where it says nothing."""
    global _tracer  # noqa: PLW0603 - one for the process, as OpenTelemetry has it
    if not config.otlp_endpoint:
        return
    from chassis import exporter  # noqa: PLC0415 - OpenTelemetry costs memory, and only where it is asked for

    _tracer = exporter.tracer(config, service)


def begin(
    name: str, kind: str, traceparent: str = "", attributes: Attributes | None = None, links: Sequence[str] = ()
) -> Span:
    """Begin a span below ``traceparent``, or a new trace where that is empty or wrong.

    ``links`` are traceparents of other traces that it also has to do with, as a batch of events has.
    """
    if _tracer is None:
        return Span(trace.child(traceparent))
    from chassis import exporter  # noqa: PLC0415 - as above

    measured = exporter.begin(_tracer, name, kind, traceparent, attributes=attributes or {}, links=links)
    return Span(exporter.traceparent_of(measured), measured)


@contextmanager
def during(
    name: str, kind: str, traceparent: str = "", attributes: Attributes | None = None, links: Sequence[str] = ()
) -> Iterator[Span]:
    """Measure a block; its outcome is the kind of what it raises, if it raises."""
    span = begin(name, kind, traceparent, attributes, links)
    outcome = OK
    try:
        with trace.bound(span.traceparent):
            yield span
    except BaseException as error:
        outcome = type(error).__name__
        raise
    finally:
        span.end(outcome)


def _error_status() -> Any:
    from opentelemetry.trace import Status, StatusCode  # noqa: PLC0415 - as above

    return Status(StatusCode.ERROR)
