"""Prove what a worker is run with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from nameko.containers import WorkerContext

from chassis import clock, trace
from chassis.container import DEADLINE, TRACEPARENT, Container, DeadlinePassed

GIVEN = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


class Service:
    """Note what is bound while it works."""

    name = "things"

    def work(self) -> str:
        """Return the trace's id."""
        return trace.trace_id(trace.current())


@pytest.fixture
def run() -> Callable[[dict[str, Any]], tuple[Any, Any]]:
    """Give a way to run one worker with context data, which returns its result and its error."""
    container = Container(Service, {})
    entrypoint = SimpleNamespace(method_name="work", expected_exceptions=())
    results: list[tuple[Any, Any]] = []

    def on_result(_context: WorkerContext, result: Any, exc_info: Any) -> tuple[Any, Any]:
        results.append((result, exc_info and exc_info[1]))
        return result, None

    def run_one(context_data: dict[str, Any]) -> tuple[Any, Any]:
        container._run_worker(WorkerContext(container, Service(), entrypoint, data=context_data), on_result)
        return results[-1]

    return run_one


def test_worker_has_its_trace(run: Callable[[dict[str, Any]], tuple[Any, Any]]) -> None:
    result, _ = run({TRACEPARENT: GIVEN})

    assert result == "4bf92f3577b34da6a3ce929d0e0e4736"


def test_worker_without_trace_starts_one(run: Callable[[dict[str, Any]], tuple[Any, Any]]) -> None:
    result, _ = run({})

    assert result


@pytest.mark.parametrize(("seconds", "ran"), [(60, True), (-1, False)])
def test_worker_past_deadline_not_run(
    run: Callable[[dict[str, Any]], tuple[Any, Any]], seconds: int, ran: bool
) -> None:
    deadline: datetime = clock.now() + timedelta(seconds=seconds)

    result, error = run({DEADLINE: deadline})

    assert bool(result) is ran
    assert isinstance(error, DeadlinePassed) is not ran
