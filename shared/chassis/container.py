"""Run a service's workers as Nameko does, each with its trace and its deadline bound."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nameko.containers import ServiceContainer, WorkerContext

from chassis import clock, trace
from chassis.rpc_client import within

TRACEPARENT = "traceparent"
DEADLINE = "deadline"


class DeadlinePassed(Exception):
    """Say that a worker was not run, since nobody waits for its result any more."""


class Container(ServiceContainer):
    """Bind what an entrypoint put into ``context_data``: ``traceparent`` (text) and ``deadline`` (aware datetime).

    Logs then carry the trace's id, calls made by the worker carry the trace and end by the deadline, and a worker that
    had to wait for its turn until past its deadline is not run: its result is :class:`DeadlinePassed`.
    """

    def _run_worker(self, worker_ctx: WorkerContext, handle_result: Callable[..., Any] | None) -> None:
        deadline = worker_ctx.data.get(DEADLINE)
        with trace.bound(worker_ctx.data.get(TRACEPARENT, "")), within(deadline):
            if deadline is not None and handle_result is not None and clock.now() >= deadline:
                handle_result(worker_ctx, None, (DeadlinePassed, DeadlinePassed(), None))
            else:
                super()._run_worker(worker_ctx, handle_result)
