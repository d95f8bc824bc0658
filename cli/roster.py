"""List the processes of a node in the order of their start.

::

    mongo  epmd  rabbitmq                   parts that others made, see :mod:`cli.parts`
    smsc  mailbox                           the world outside, played by real servers; demo and tests only
    registry  referrals  notifications      Nameko services
    projector  importer                     the gateway's own Nameko services
    api                                     the gateway's HTTP side

The same commands stand in ``docker-compose.yml``; a test compares them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from chassis.config import PREFIX, Config
from cli.layout import Layout
from cli.process import LOOPBACK, Part, answers, listens

ROOT = Path(__file__).resolve().parent.parent
STOP_SECONDS = 30  # a service lets go of what is in hand within 25


@dataclass(frozen=True, slots=True)
class Service:
    """Name a Nameko service and its class, as ``module:Class``."""

    name: str
    target: str

    @property
    def arguments(self) -> tuple[str, ...]:
        """Return what follows ``python`` on its command line."""
        return ("-m", "chassis.run", self.target)


SERVICES = (
    Service("registry", "services.registry.service:Registry"),
    Service("referrals", "services.referrals.service:Referrals"),
    Service("notifications", "services.notifications.service:Notifications"),
    Service("projector", "services.gateway.service:Projector"),
    Service("importer", "services.gateway.imports.service:Importer"),
)
API = "api"
API_HEALTH = "api-health"
OUTSIDE = ("smsc", "mailbox")
HEAD_TIMEOUT_MS = 15_000
CONNECTIONS = 512  # that one process of the API holds at once


def service_part(service: Service, environment: Mapping[str, str], health_port: int) -> Part:
    """Describe one Nameko service; it is ready when its ``/readyz`` says so."""
    return Part(
        service.name,
        (sys.executable, *service.arguments),
        ready=lambda: answers(f"http://{LOOPBACK}:{health_port}/readyz"),
        environment={**environment, PREFIX + "HEALTH_PORT": str(health_port)},
        stop_seconds=STOP_SECONDS,
    )


def api_arguments(processes: int | str, host: str, port: int | str) -> tuple[str, ...]:
    """Return what follows ``python`` on the command line of the gateway's HTTP side.

    HTTP/1 alone, since granian waits without end for the first byte of a connection that may be of either version. A
    connection that has sent no whole head for :data:`HEAD_TIMEOUT_MS`, or is idle for as long, is closed.
    """
    return (
        *("-m", "granian", "--interface", "asginl", "--factory", "--no-ws"),
        *("--http", "1", "--http1-header-read-timeout", str(HEAD_TIMEOUT_MS), "--backpressure", str(CONNECTIONS)),
        *("--workers", str(processes), "--respawn-failed-workers", "--workers-kill-timeout", "10"),
        *("--host", host, "--port", str(port), "services.gateway.server:create_server"),
    )


def api_part(config: Config, environment: Mapping[str, str], health_port: int, metrics: Path | None = None) -> Part:
    """Describe the gateway's HTTP side; it is ready when its own ``/readyz`` says so.

    ``metrics`` is the folder in which its worker processes put their measures together; else each shows its own.
    """
    arguments = api_arguments(config.api_processes, config.api_host, config.api_port)
    merged = {"PROMETHEUS_MULTIPROC_DIR": str(metrics)} if metrics else {}
    return Part(
        API,
        (sys.executable, *arguments),
        ready=lambda: answers(f"http://{LOOPBACK}:{config.api_port}/readyz"),
        environment={**environment, PREFIX + "HEALTH_PORT": str(health_port), **merged},
        folders=(metrics,) if metrics else (),
        stop_seconds=STOP_SECONDS,
    )


def outside_parts(layout: Layout, account: str) -> tuple[Part, Part]:
    """Describe the demo's SMSC, with its one account, and its mail server; they write down what they receive."""
    return (
        _outside(layout, "smsc", layout.texts, "--system-id", account),
        _outside(layout, "mailbox", layout.mails),
    )


def _outside(layout: Layout, name: str, received: Path, *options: str) -> Part:
    port = layout.ports[name]
    return Part(
        name,
        (
            *(sys.executable, "-m", f"demo.{name}", "--host", LOOPBACK, "--port", str(port), "--out", str(received)),
            *options,
        ),
        ready=lambda: listens(port),
        environment={"PYTHONPATH": python_path()},
    )


def python_path() -> str:
    """Return the two import roots."""
    return os.pathsep.join((str(ROOT), str(ROOT / "shared")))
