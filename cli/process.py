"""Describe a process, and wait for one: ports, readiness and private files.

A :class:`Part` says how one process is started and when it is ready; who starts it (supervisor for a node, mirakuru in
tests) is not its business.
"""

from __future__ import annotations

import base64
import os
import random
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Container, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

LOOPBACK = "127.0.0.1"
PORTS = range(20_000, 32_768)


@dataclass(frozen=True, slots=True)
class Part:
    """Describe one process.

    ``environment`` is added to that of whoever starts it. ``folders`` must exist before the start and ``files`` (path
    to content) too; :meth:`prepare` makes them, readable by their owner only. ``ready`` tells, without waiting long,
    whether the process serves.
    """

    name: str
    command: tuple[str, ...]
    ready: Callable[[], bool]
    environment: Mapping[str, str] = field(default_factory=dict)
    folders: tuple[Path, ...] = ()
    files: Mapping[Path, str] = field(default_factory=dict)
    stop_seconds: int = 20

    def prepare(self) -> None:
        """Make the folders and write the files, unless they are there with that content."""
        for folder in self.folders:
            folder.mkdir(parents=True, exist_ok=True)
        for path, content in self.files.items():
            write_private(path, content)


def is_free(port: int) -> bool:
    """Tell whether nobody listens on a loopback port, so that a server could."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def free_ports(count: int, besides: Container[int] = (), free: Callable[[int], bool] = is_free) -> list[int]:
    """Return that many different loopback ports that nobody listens on now, or of which ``free`` says so.

    They lie below the range from which the system numbers outgoing connections: a client that tries again and again to
    reach a server which is just being restarted on a port of that range will at last be connected to itself, and keep
    the server out.
    """
    candidates = random.sample(PORTS, len(PORTS))
    return list(islice((port for port in candidates if port not in besides and free(port)), count))


def listens(port: int, timeout: float = 1.0) -> bool:
    """Tell whether something accepts connections on a loopback port."""
    with suppress(OSError), socket.create_connection((LOOPBACK, port), timeout=timeout):
        return True
    return False


def answers(url: str, user: str = "", password: str = "", timeout: float = 2.0) -> bool:
    """Tell whether a loopback address answers 2xx to GET, with basic authentication where a user is given."""
    request = urllib.request.Request(url)  # noqa: S310 - callers pass http addresses on loopback
    if user:
        request.add_header("Authorization", "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode())
    with suppress(urllib.error.URLError, OSError), urllib.request.urlopen(request, timeout=timeout):  # noqa: S310
        return True
    return False


def wait_until(condition: Callable[[], bool], what: str, seconds: float = 60.0, interval: float = 0.1) -> None:
    """Return once ``condition`` holds; raise :class:`TimeoutError` that says what was waited for."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} is not ready after {seconds:.0f} seconds")
        time.sleep(interval)


def write_private(path: Path, content: str) -> None:
    """Write a file that only its owner may read, from its first byte on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        os.fchmod(descriptor, 0o600)
        file.write(content)
