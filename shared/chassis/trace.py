"""Carry the trace of a request through calls and events, in the form of W3C Trace Context (Recommendation, level 1).

A ``traceparent`` reads ``00-<trace id, 32 hex>-<parent id, 16 hex>-<flags, 2 hex>``. Each hop keeps the trace id and
puts in a parent id of its own. The present one is held in a context variable, where logs find it; greenlets and threads
each start with none.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_FORM = re.compile(r"(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")
_NOT_MEASURED = "00"  # nobody records what begins here; :mod:`chassis.spans` begins those that are
_current: ContextVar[str] = ContextVar("traceparent", default="")


def is_valid(traceparent: str) -> bool:
    """Tell whether the text is a traceparent of this version or a later one that still reads like it."""
    match = _FORM.fullmatch(traceparent)
    return match is not None and not (match[1] == "00" and match[5])


def start() -> str:
    """Return the traceparent of a new trace."""
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-{_NOT_MEASURED}"


def child(traceparent: str) -> str:
    """Return a traceparent in the same trace with a parent id of its own; a new trace where there was no valid one."""
    if not is_valid(traceparent):
        return start()
    flags = traceparent[53:55]
    return f"00-{trace_id(traceparent)}-{secrets.token_hex(8)}-{flags}"


def trace_id(traceparent: str) -> str:
    """Return the trace id of a valid traceparent, empty for an invalid one."""
    return traceparent[3:35] if is_valid(traceparent) else ""


def current() -> str:
    """Return the traceparent that is bound here, or empty."""
    return _current.get()


@contextmanager
def bound(traceparent: str) -> Iterator[str]:
    """Bind ``traceparent`` (a new trace for an empty or wrong one) for the block, and yield what is bound."""
    token = _current.set(traceparent if is_valid(traceparent) else start())
    try:
        yield _current.get()
    finally:
        _current.reset(token)
