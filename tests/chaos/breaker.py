"""Act out faults on a node, and measure how long it takes to be back from each."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from cli.process import wait_until
from demo.stage import lines
from tests.chaos.faults import BACK, MAIL, TEXT, Verb, World
from tests.chaos.workload import Ledger


@dataclass(frozen=True)
class Fault:
    """Say what was broken, when (seconds since the run's start), for how long, and how long after the node worked.

    ``chosen`` says what the kind leaves open.
    """

    kind: str
    chosen: str
    at: float
    lasted: float
    recovery: float


class Breaker:
    """Act out verbs, one after the other, and wait after each until the whole node serves again."""

    def __init__(self, world: World, ledger: Ledger) -> None:
        """Take the world, and what the node's callers are told."""
        self._world = world
        self._ledger = ledger
        self._started = time.monotonic()
        self.faults: list[Fault] = []

    def suffer(self, verb: Verb) -> Fault:
        """Act out a verb; return when every process is ready and its proof has come since."""
        began = time.monotonic()
        chosen = verb.act(self._world)
        ended = began if verb.instant else time.monotonic()
        self._wait(verb)
        moments = (began - self._started, ended - began, time.monotonic() - ended)
        fault = Fault(verb.name, chosen or "", *(round(seconds, 1) for seconds in moments))
        self.faults.append(fault)
        return fault

    def _wait(self, verb: Verb) -> None:
        for part in self._world.node.parts:
            self._world.node.wait_ready(part.name, BACK)
        proofs = self._proofs(verb.proof)
        wait_until(lambda: self._proofs(verb.proof) > proofs, f"{verb.proof} after {verb.name}", BACK)

    def _proofs(self, kind: str) -> int:
        files: dict[str, Path] = {TEXT: self._world.node.texts, MAIL: self._world.node.mails}
        return len(lines(files[kind])) if kind in files else self._ledger.accepted
