"""Read what each process of a node uses: processor time and memory, its children included."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import psutil
from pymongo import MongoClient

from cli.node import Node

MEGABYTE = 1024 * 1024
LOAD = "(load)"
"""What makes the load: this process, and what it has started and waited for."""


@dataclass
class Used:
    """Hold what was used in a time: processor seconds by process, megabytes at its end, operations of the database."""

    seconds: dict[str, float] = field(default_factory=dict)
    megabytes: dict[str, float] = field(default_factory=dict)
    database_ops: int = 0

    def milliseconds_each(self, operations: int) -> dict[str, float]:
        """Return the processor time of one operation by process, in milliseconds; those that were idle are left out."""
        each = {name: round(seconds * 1000 / max(1, operations), 3) for name, seconds in self.seconds.items()}
        return {name: cost for name, cost in each.items() if cost > 0}


class Meter:
    """Read the processes that it is given by name and pid."""

    def __init__(self, pids: Mapping[str, int], commands: Callable[[], int] = lambda: 0) -> None:
        """Take them, and what counts operations of the database; children are found at each reading."""
        self._roots = {name: psutil.Process(pid) for name, pid in pids.items()}
        self._commands = commands

    @classmethod
    def of(cls, node: Node) -> Meter:
        """Return a meter of all processes of a node."""
        return cls({one.name: one.pid for one in node.status() if one.pid}, partial(_commands, node.config.mongo_url))

    def with_(self, name: str, pid: int) -> Meter:
        """Return a meter that reads another process under a name."""
        return Meter({**{known: root.pid for known, root in self._roots.items()}, name: pid}, self._commands)

    @contextmanager
    def reading(self) -> Iterator[Used]:
        """Give what is used in the block; filled when it ends."""
        used, before, commands = Used(), self._seconds(), self._commands()
        yield used
        after, used.database_ops = self._seconds(), self._commands() - commands
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


def _commands(url: str) -> int:
    """Return how many operations the database has begun, its own and the drivers' heartbeats among them."""
    with MongoClient[dict[str, Any]](url) as client:
        return sum(client.admin.command("serverStatus")["opcounters"].values())


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
