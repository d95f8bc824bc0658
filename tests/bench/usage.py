"""Read what each process of a node uses: processor time and memory, its children included."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import psutil

from cli.node import Node

MEGABYTE = 1024 * 1024
LOAD = "(load)"
"""What makes the load: this process, and what it has started and waited for."""


@dataclass
class Used:
    """Hold what was used in a time: processor seconds by process, and megabytes at its end, the largest of each."""

    seconds: dict[str, float] = field(default_factory=dict)
    megabytes: dict[str, float] = field(default_factory=dict)

    def milliseconds_each(self, operations: int) -> dict[str, float]:
        """Return the processor time of one operation by process, in milliseconds; those that were idle are left out."""
        each = {name: round(seconds * 1000 / max(1, operations), 3) for name, seconds in self.seconds.items()}
        return {name: cost for name, cost in each.items() if cost > 0}


class Meter:
    """Read the processes that it is given by name and pid."""

    def __init__(self, pids: Mapping[str, int]) -> None:
        """Take them; children are found at each reading."""
        self._roots = {name: psutil.Process(pid) for name, pid in pids.items()}

    @classmethod
    def of(cls, node: Node) -> Meter:
        """Return a meter of all processes of a node."""
        return cls({one.name: one.pid for one in node.status() if one.pid})

    def with_(self, name: str, pid: int) -> Meter:
        """Return a meter that reads another process under a name."""
        return Meter({**{known: root.pid for known, root in self._roots.items()}, name: pid})

    @contextmanager
    def reading(self) -> Iterator[Used]:
        """Give what is used in the block; filled when it ends."""
        used, before = Used(), self._seconds()
        yield used
        after = self._seconds()
        used.seconds = {name: after[name] - before[name] for name in before}
        used.megabytes = {name: round(max(sizes)) for name, sizes in self.memory().items()}

    def memory(self) -> dict[str, list[float]]:
        """Return the resident megabytes of each process of each tree."""
        return {name: [_resident(one) for one in tree(root)] for name, root in self._roots.items()}

    def trees(self) -> dict[str, list[psutil.Process]]:
        """Return the processes by name, each with its children."""
        return {name: tree(root) for name, root in self._roots.items()}

    def _seconds(self) -> dict[str, float]:
        trees = {**self.trees(), LOAD: [psutil.Process()]}
        return {name: sum(_seconds(one) for one in processes) for name, processes in trees.items()}


def tree(root: psutil.Process) -> list[psutil.Process]:
    """Return a process and all its children."""
    return [root, *root.children(recursive=True)]


def _seconds(process: psutil.Process) -> float:
    with suppress(psutil.NoSuchProcess):
        times = process.cpu_times()  # of children only those that have ended and were waited for
        return float(times.user + times.system + times.children_user + times.children_system)
    return 0.0


def _resident(process: psutil.Process) -> float:
    with suppress(psutil.NoSuchProcess):
        return float(process.memory_info().rss / MEGABYTE)
    return 0.0
