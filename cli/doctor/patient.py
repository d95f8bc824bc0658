"""Hold what checks look at: one client of the database, connections to the broker, and its management interface."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import httpx
from kombu import Connection
from pymongo.database import Database

from chassis import amqp
from chassis.config import Config
from chassis.database import connect
from cli.broker import console_of
from cli.node import Node

PATIENCE_MS = 3_000


class Level(StrEnum):
    """Say how bad it is. ``unknown`` stands for a check that could not be made."""

    OK = "ok"
    WARNING = "warning"
    UNKNOWN = "unknown"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Fault:
    """Say what was found, and what to do about it."""

    level: Level
    found: str
    remedy: str


def warning(found: str, remedy: str) -> Fault:
    """Return what works, but not as it should, or not for long."""
    return Fault(Level.WARNING, found, remedy)


def broken(found: str, remedy: str) -> Fault:
    """Return what keeps the node from its work."""
    return Fault(Level.BROKEN, found, remedy)


@dataclass
class Patient:
    """Give access to one node. ``node`` is None where the environment configures us, and not a directory."""

    config: Config
    node: Node | None = None
    management: str = ""

    def database(self, service: str) -> Database[dict[str, Any]]:
        """Return a service's database; all share one client."""
        first = self._first
        return first.client.get_database(
            self.config.database(service), first.codec_options, None, first.write_concern, first.read_concern
        )

    @cached_property
    def _first(self) -> Database[dict[str, Any]]:
        return connect(self.config, "gateway", serverSelectionTimeoutMS=PATIENCE_MS)

    @contextmanager
    def broker(self) -> Iterator[Connection]:
        """Give a connection to the broker."""
        connection = amqp.connect(self.config.amqp_url, heartbeat=0, name="doctor")
        try:
            yield connection
        finally:
            amqp.close(connection)

    def ask(self, path: str) -> httpx.Response:
        """Ask the broker's management interface for ``/api/<path>``; ``{vhost}`` in it is replaced."""
        url = urlsplit(self.config.amqp_url)
        vhost = quote(unquote(url.path[1:]) or "/", safe="")
        login = unquote(url.username or "guest"), unquote(url.password or "guest")
        answer = httpx.get(f"{self._console(url.hostname)}/api/{path.format(vhost=vhost)}", auth=login, timeout=5)
        answer.raise_for_status()
        return answer

    def close(self) -> None:
        """Close the client of the database."""
        self._first.client.close()

    def _console(self, host: str | None) -> str:
        own = self.node.management_url if self.node else console_of(self.config.amqp_url)
        return (self.management or own).rstrip("/")
