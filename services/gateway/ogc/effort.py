"""Bound the processor time that one question takes here: its threads share one interpreter with all others.

What is compared soon is compared at once; what takes longer waits for one of the turns that
:mod:`chassis.bounded` gives, and is stopped in the end.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from chassis import metrics
from chassis.bounded import Turns
from services.gateway.ogc.domain import TooBroad

QUICK, LONGEST = 0.25, 3.0  # seconds of a processor

Tick = Callable[[], None]
"""Go on, or raise: ``TooBroad`` for what takes too long, ``Unavailable`` where there is no turn for it."""


@contextmanager
def effort(turns: Turns, clock: Callable[[], float] = time.thread_time) -> Iterator[Tick]:
    """Give what is to be called at every small step of a comparison."""
    with ExitStack() as held:
        began, turn = clock(), list[object]()

        def tick() -> None:
            spent = clock() - began
            if spent > LONGEST:
                metrics.QUESTIONS_STOPPED.inc()
                raise TooBroad
            if spent > QUICK and not turn:
                turn.append(held.enter_context(turns.turn()))

        yield tick
