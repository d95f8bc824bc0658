"""Start the real parts that tests run against, and speak to them.

Nothing here outlives a test session: what is started is stopped by its own pid, and what is made on a shared broker or
database is removed.
"""

from __future__ import annotations

import atexit
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote, unquote, urlsplit
from zoneinfo import ZoneInfo

import httpx
from mirakuru import Executor
from mirakuru.base import cleanup_subprocesses
from pymongo.database import Database
from pymongo.write_concern import WriteConcern

from chassis.config import PREFIX, Config
from cli import parts
from cli.broker import declare
from cli.process import LOOPBACK, Part, answers, free_ports, wait_until

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 90

atexit.unregister(cleanup_subprocesses)
"""It would kill every process whose mark *contains* the digits of our pid, other sessions' parts among them."""


class Running(Executor):
    """Run a part until it is stopped; what it prints goes to ``<logs>/<name>.log``."""

    def __init__(self, part: Part, logs: Path) -> None:
        """Take the part and the folder of its log."""
        logs.mkdir(parents=True, exist_ok=True)
        self.part = part
        self.health_url = ""
        self._log = logs / f"{part.name}.log"
        super().__init__(
            list(part.command),
            cwd=str(ROOT),
            timeout=START_SECONDS,
            envvars=dict(part.environment),
            stderr=subprocess.STDOUT,
        )

    def pre_start_check(self) -> bool:
        """Tell whether something else already answers in the part's place."""
        return self.part.ready()

    def after_start_check(self) -> bool:
        """Tell whether the part is ready."""
        return self.part.ready()

    def start(self) -> Self:
        """Make what the part needs, start it and wait until it is ready; its log is its own from then on."""
        self.part.prepare()
        with self._log.open("ab") as self._stdout:
            return super().start()


@dataclass(frozen=True)
class Broker:
    """Speak to one virtual host of a broker through its management interface.

    ``amqp_url`` names the virtual host; ``management_url`` is the address of the management interface.
    """

    amqp_url: str
    management_url: str
    user: str
    password: str
    vhost: str

    def request(self, method: str, path: str, body: Any = None) -> Any:
        """Send one request to ``/api/<path>`` and return its JSON, or None where the answer is empty."""
        answer = httpx.request(
            method, f"{self.management_url}/api/{path}", json=body, auth=(self.user, self.password), timeout=30
        )
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def queues(self) -> dict[str, dict[str, Any]]:
        """Return the queues of the virtual host by their names, as the management interface describes them."""
        return {queue["name"]: queue for queue in self.request("GET", f"queues/{quote(self.vhost, safe='')}")}

    def create(self) -> None:
        """Make the virtual host, let the user do everything in it, and declare what a node finds on its broker."""
        self.request("PUT", f"vhosts/{quote(self.vhost, safe='')}")
        everything = {"configure": ".*", "write": ".*", "read": ".*"}
        self.request("PUT", f"permissions/{quote(self.vhost, safe='')}/{quote(self.user, safe='')}", everything)
        declare(self.amqp_url, delays=())  # whoever needs delay queues declares them

    def delete(self) -> None:
        """Remove the virtual host with all its queues."""
        self.request("DELETE", f"vhosts/{quote(self.vhost, safe='')}")


@contextmanager
def private_mongo(home: Path, members: int = 1) -> Iterator[str]:
    """Run a replica set of one or three members and give its address."""
    ports = free_ports(members)
    with ExitStack() as stack:
        for number, port in enumerate(ports):
            part = parts.mongo_member(home / f"mongo-{number}", port, name=f"mongo-{number}", cache_gb=0.25)
            stack.enter_context(Running(part, home))
        parts.initiate(ports)
        yield parts.mongo_url(ports)


@contextmanager
def private_broker(home: Path) -> Iterator[Broker]:
    """Run a broker and give its default virtual host."""
    ports, password = parts.BrokerPorts.free(), secrets.token_urlsafe(18)
    with ExitStack() as stack:
        for part in parts.broker(home / "rabbitmq", ports, "tests", password):
            running = stack.enter_context(Running(part, home))
        stack.callback(running.kill, sig=signal.SIGKILL)  # what it holds ends with it, so it need not be put away
        yield broker_at(parts.amqp_url(ports.amqp, "tests", password, "/"), f"http://{LOOPBACK}:{ports.management}")


def broker_at(amqp_url: str, management_url: str = "") -> Broker:
    """Return the broker at an address; its management interface is on the next port unless said otherwise."""
    url = urlsplit(amqp_url)
    user, password = unquote(url.username or "guest"), unquote(url.password or "guest")
    management_url = management_url or f"http://{url.hostname}:{(url.port or 5672) + 1}"
    return Broker(amqp_url, management_url, user, password, unquote(url.path[1:]) or "/")


@contextmanager
def fresh_vhost(broker: Broker) -> Iterator[Broker]:
    """Make a virtual host of our own on a broker and remove it in the end."""
    vhost = f"test-{secrets.token_hex(4)}"
    own = Broker(
        urlsplit(broker.amqp_url)._replace(path=f"/{vhost}").geturl(),
        broker.management_url,
        broker.user,
        broker.password,
        vhost,
    )
    own.create()
    try:
        yield own
    finally:
        own.delete()


def emptied(database: Database[dict[str, Any]]) -> Database[dict[str, Any]]:
    """Return a database without any record; its collections, indexes and keys stay, which take longest to make.

    The last erasure is acknowledged by a majority, and with it those before: no transaction sees what was erased.
    """
    *others, last = database.list_collection_names(filter={"name": {"$not": {"$regex": "^(vault|system\\.)"}}})
    for name in others:
        database.get_collection(name, write_concern=WriteConcern(w=1)).delete_many({})
    database[last].delete_many({})
    return database


def environment_of(config: Config) -> dict[str, str]:
    """Return the ``TASHBIK_*`` variables from which a child process reads this very configuration."""
    return {PREFIX + field.name.upper(): _as_text(getattr(config, field.name)) for field in fields(Config)}


def _as_text(value: Any) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case None:
            return ""
        case ZoneInfo():
            return value.key
        case (int(), int()):
            return f"{value[0]}-{value[1]}"
        case tuple():
            return ",".join(str(part) for part in value)
        case _:
            return str(value)


@contextmanager
def child(
    config: Config, *arguments: str, name: str, log: Path, extra: Mapping[str, str] | None = None
) -> Iterator[Running]:
    """Run ``python <arguments>`` with a configuration as a child process that serves readiness on a port of its own.

    Gives the running process once ``/readyz`` answers 2xx; its address is ``running.health_url``.
    """
    (port,) = free_ports(1)
    url = f"http://{LOOPBACK}:{port}"
    environment = {
        **environment_of(config),
        PREFIX + "HEALTH_PORT": str(port),
        "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "shared"))),
        **(extra or {}),
    }
    part = Part(name, (sys.executable, *arguments), ready=lambda: answers(f"{url}/readyz"), environment=environment)
    with Running(part, log) as running:
        running.health_url = url
        yield running


__all__ = [
    "Broker",
    "Running",
    "broker_at",
    "child",
    "emptied",
    "environment_of",
    "fresh_vhost",
    "private_broker",
    "private_mongo",
    "wait_until",
]
