"""Prove what spans do where nothing is sent; :mod:`tests.integration.chassis.test_spans` has the rest."""

from __future__ import annotations

import subprocess
import sys

import pytest

from chassis import spans, trace

GIVEN = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def test_span_goes_on_with_trace() -> None:
    span = spans.begin("registry.find", spans.CLIENT, GIVEN)

    assert trace.trace_id(span.traceparent) == trace.trace_id(GIVEN)
    assert span.traceparent != GIVEN


def test_block_is_in_its_span() -> None:
    with spans.during("process", spans.CONSUMER, GIVEN) as span:
        assert trace.current() == span.traceparent


def test_error_passes_through() -> None:
    with pytest.raises(LookupError), spans.during("process", spans.CONSUMER):
        raise LookupError


def test_nothing_is_loaded_unasked() -> None:
    program = "import sys, chassis.spans; print(any(name.startswith('opentelemetry') for name in sys.modules))"

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd="shared")

    assert done.stdout.strip() == "False"
