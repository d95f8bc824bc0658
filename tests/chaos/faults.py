"""Break a node's parts, in verbs, and measure how long each takes to be back."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from cli.node import Node
from cli.process import wait_until

SERVICES = ("registry", "referrals", "notifications", "projector", "importer", "api")
PARTS = ("rabbitmq", "mongo")
BACK = 90.0


@dataclass(frozen=True)
class Fault:
    """Say what was killed, when (seconds since the run's start), and after how many seconds the node worked again."""

    kind: str
    at: float
    recovery: float


class Breaker:
    """Kill a node's processes, one after the other. ``works`` is asked until the whole node serves again."""

    def __init__(self, node: Node, works: Callable[[float], bool]) -> None:
        """Take the node, and what tells whether a request was accepted after a moment."""
        self._node = node
        self._works = works
        self._started = time.monotonic()
        self.faults: list[Fault] = []

    def kill(self, name: str) -> Fault:
        """Kill a process at once; return when its successor is ready and a request was accepted since."""
        killed = time.monotonic()
        pid = self._node.kill(name)
        wait_until(lambda: _pid(self._node, name) not in {0, pid}, f"a new {name}", BACK)
        self._node.wait_ready(name, BACK)
        ready = time.monotonic()
        wait_until(lambda: self._works(ready), f"an accepted request after {name} was killed", BACK)
        fault = Fault(f"kill -9 {name}", round(killed - self._started, 1), round(time.monotonic() - killed, 1))
        self.faults.append(fault)
        return fault


def _pid(node: Node, name: str) -> int:
    return next((status.pid for status in node.status() if status.name == name), 0)
