"""Prepare a broker for a node: declare what stands on it, and give each process a user with least permission.

It is done by the broker's administrator at every start of a node, before the services start; safe to repeat. What each
user may do is derived from the contracts (:mod:`chassis.permissions`). A user's name and password are those of the
address that its process is given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import httpx
from amqp.exceptions import AccessRefused, PreconditionFailed
from kombu import Connection

from chassis import amqp, deadletters, permissions, topology, wire
from chassis.errors import Conflict, Forbidden
from chassis.permissions import Permissions
from cli.roster import API, SERVICES
from contracts.catalogue import CALLS, EVENTS
from contracts.policy import CALLERS

CLI = "cli"
PROCESSES = (*(service.name for service in SERVICES), API, CLI)
GATEWAY = "gateway"
MONITORING = "monitoring"  # what the doctor asks of the management interface
MANAGEMENT_PORT = 15672
PATIENCE = 10


@dataclass(frozen=True, slots=True)
class Login:
    """Hold what an address says of who logs in, and where."""

    user: str
    password: str
    vhost: str

    @classmethod
    def of(cls, url: str) -> Login:
        """Read an AMQP address."""
        parts = urlsplit(url)
        return cls(
            unquote(parts.username or "guest"), unquote(parts.password or "guest"), unquote(parts.path[1:]) or "/"
        )


def prepare(administrator: str, management: str, urls: Mapping[str, str], delays: Sequence[float]) -> None:
    """Declare exchanges and queues, and make a user for each process in ``urls``, which maps it to its AMQP address.

    ``administrator`` is an AMQP address too, ``management`` that of the broker's management interface. Users come last:
    who has one finds everything there.
    """
    declare(administrator, delays)
    login = Login.of(administrator)
    with httpx.Client(base_url=f"{management}/api/", auth=(login.user, login.password), timeout=PATIENCE) as api:
        for process, url in urls.items():
            _make_user(api, process, Login.of(url))


def console_of(url: str) -> str:
    """Return where the management interface of a broker is, unless somebody has moved it."""
    return f"http://{urlsplit(url).hostname}:{MANAGEMENT_PORT}"


def declare(administrator: str, delays: Sequence[float]) -> None:
    """Declare every exchange and queue of the node, and bind them.

    A queue that an older version declared otherwise gives way where it is empty and nobody consumes it. Raises
    :class:`Conflict` where it is not, and :class:`Forbidden` where the broker refuses the administrator.
    """
    try:
        with amqp.connect(administrator, heartbeat=0, name="prepare") as connection:
            _make_way(connection, delays)
            channel = connection.channel()
            wire.declare(channel, sorted({contract.service for contract in CALLS}))
            topology.declare(channel, EVENTS, delays)
    except AccessRefused as error:
        raise Forbidden("The broker refuses the administrator's user or password.") from error


def permissions_of(process: str) -> Permissions:
    """Return what a process may do on the broker."""
    if process == CLI:
        return permissions.of_operator(CLI, EVENTS, CALLERS[CLI])
    name = GATEWAY if process == API else process
    return permissions.of_service(name, EVENTS, CALLS, CALLERS.get(name, ()))


def _make_way(connection: Connection, delays: Sequence[float]) -> None:
    for name in deadletters.queues(EVENTS):
        for queue in (topology.work_queue(name), *(topology.delay_queue(name, seconds) for seconds in delays)):
            try:
                queue(connection.channel()).queue_declare()
            except PreconditionFailed:
                _remove_unused(connection.channel(), queue.name)


def _remove_unused(channel: Any, queue: str) -> None:
    stands = channel.queue_declare(queue, passive=True)
    if stands.message_count or stands.consumer_count:
        raise Conflict(
            f"{queue} stands on the broker as an older version declared it, with {stands.message_count} messages and "
            f"{stands.consumer_count} consumers. Let that version empty it, stop the services, and try again."
        )
    channel.queue_delete(queue)


def _make_user(api: httpx.Client, process: str, login: Login) -> None:
    user, vhost = quote(login.user, safe=""), quote(login.vhost, safe="")
    tags = MONITORING if process == CLI else ""
    _put(api, f"users/{user}", {"password": login.password, "tags": tags})
    allowed = permissions_of(process)
    names = {"configure": allowed.configure, "write": allowed.write, "read": allowed.read}
    api.delete(f"topic-permissions/{vhost}/{user}")  # those of a former version
    for exchange, topic in allowed.topics.items():
        _put(api, f"topic-permissions/{vhost}/{user}", {"exchange": exchange, "write": topic.write, "read": topic.read})
    _put(api, f"permissions/{vhost}/{user}", names)


def _put(api: httpx.Client, path: str, body: dict[str, str]) -> None:
    api.put(path, json=body).raise_for_status()
