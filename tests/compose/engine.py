"""Give a Docker engine: the one that runs, or a private one that ends with the test.

A private one has a namespace of mounts, and while tests run one of the network too, in which there is nothing but its
own loopback and bridges: no container reaches the network, and no port of the machine is taken. It needs root and
``dockerd``.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cli.process import wait_until

NEEDED = ("dockerd", "docker", "docker-compose")
START_SECONDS = 60.0
STOP_SECONDS = 60.0
COMMAND_SECONDS = 900.0
ONLINE = ("--iptables=false", "--ip6tables=false", "--ip-forward=false", "--bridge=none")
"""Builds use the machine's network, so nothing is set up in it."""


@dataclass(frozen=True, slots=True)
class Engine:
    """Say how an engine is reached. ``pid`` is that of a private engine with a network of its own, else 0."""

    environment: Mapping[str, str]
    pid: int = 0

    def run(self, *command: str, more: Mapping[str, str] | None = None) -> None:
        """Run a command that speaks to the engine; raise :class:`subprocess.SubprocessError` where it fails."""
        environment = {**os.environ, **self.environment, **(more or {})}
        subprocess.run(command, check=True, env=environment, timeout=COMMAND_SECONDS)

    def read(self, *command: str, more: Mapping[str, str] | None = None) -> str:
        """Run such a command and return what it prints."""
        environment = {**os.environ, **self.environment, **(more or {})}
        return subprocess.run(command, check=True, env=environment, stdout=subprocess.PIPE, text=True).stdout.strip()

    def beside(self, command: Sequence[str]) -> list[str]:
        """Return a command so changed that it reaches the ports that containers publish."""
        return ["nsenter", f"--net=/proc/{self.pid}/ns/net", *command] if self.pid else list(command)


def running() -> bool:
    """Tell whether the engine that the environment names answers."""
    return _answers({})


@contextmanager
def engine(data: Path, *, online: bool) -> Iterator[Engine]:
    """Give the engine that runs already, or a private one that keeps its images in ``data``."""
    if running():
        yield Engine({})
        return
    with _private(data, online=online) as private:
        yield private


@contextmanager
def _private(data: Path, *, online: bool) -> Iterator[Engine]:
    if missing := [name for name in NEEDED if shutil.which(name) is None]:
        raise FileNotFoundError(f"no engine runs, and there is no {', '.join(missing)}; see docs/compose.md")
    home = Path(tempfile.mkdtemp(prefix="tashbik-engine-"))  # short, since sockets lie there
    environment = {"DOCKER_HOST": f"unix://{home}/sock", "DOCKER_BUILDKIT": "0"}
    with (home / "log").open("wb") as log:
        daemon = subprocess.Popen(_command(home, data, online=online), stdout=log, stderr=log)
    try:
        wait_until(lambda: _answers(environment), "dockerd", START_SECONDS)
        yield Engine(environment, 0 if online else daemon.pid)
    finally:
        daemon.send_signal(signal.SIGTERM)
        daemon.wait(STOP_SECONDS)
        shutil.rmtree(home, ignore_errors=True)


def _command(home: Path, data: Path, *, online: bool) -> list[str]:
    daemon = ["dockerd", "--data-root", str(data), "--exec-root", str(home / "exec"), "--pidfile", str(home / "pid")]
    daemon += ["--host", f"unix://{home}/sock", "--log-level", "warn", *(ONLINE if online else ())]
    unshare = ["unshare", "--mount", "--propagation", "private"]
    if online:
        return [*unshare, *daemon]
    return [*unshare, "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh", *daemon]


def _answers(environment: Mapping[str, str]) -> bool:
    asked = ["docker", "version", "--format", "{{.Server.Version}}"]
    return subprocess.run(asked, env={**os.environ, **environment}, capture_output=True, check=False).returncode == 0
