"""Speak to OpenTelemetry. :mod:`chassis.spans` imports this where spans are to be sent, and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanLimits, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import Link, Span, SpanContext, SpanKind, Tracer, get_current_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from chassis.config import Config
from chassis.spans import EXPORT_TIMEOUT, Attributes

QUEUE, BATCH, EVERY_MS = 2_048, 256, 1_000
_propagator = TraceContextTextMapPropagator()


def tracer(config: Config, service: str) -> Tracer:
    """Return what makes spans for a service: it sends a batch every second, and what is left when the process ends.

    A request that comes with a trace is measured as that trace says; of the others, the share that is configured.
    """
    provider = TracerProvider(
        sampler=ParentBased(TraceIdRatioBased(config.trace_share)),
        resource=Resource.create(
            {"service.name": service, "service.namespace": "tashbik", "deployment.environment.name": config.node}
        ),
        span_limits=SpanLimits(max_links=BATCH),
    )
    exporter = OTLPSpanExporter(endpoint=config.otlp_endpoint, timeout=EXPORT_TIMEOUT)
    provider.add_span_processor(
        BatchSpanProcessor(exporter, max_queue_size=QUEUE, max_export_batch_size=BATCH, schedule_delay_millis=EVERY_MS)
    )
    return provider.get_tracer("tashbik")


def begin(
    tracer: Tracer, name: str, kind: str, traceparent: str, *, attributes: Attributes, links: Sequence[str]
) -> Span:
    """Start a span below a traceparent."""
    return tracer.start_span(
        name,
        context=_propagator.extract({"traceparent": traceparent}),
        kind=SpanKind[kind],
        attributes=dict(attributes),
        links=[Link(_context_of(other)) for other in links],
    )


def traceparent_of(span: Span) -> str:
    """Return where the trace stands with this span."""
    context = span.get_span_context()
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{int(context.trace_flags):02x}"


def _context_of(traceparent: str) -> SpanContext:
    return get_current_span(_propagator.extract({"traceparent": traceparent})).get_span_context()
