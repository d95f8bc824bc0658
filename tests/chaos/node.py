"""Run a node whose parts can be broken: its services reach broker and database over lines, its outside has moods."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from cli import parts
from cli.node import Node
from cli.process import LOOPBACK, Part, free_ports
from tests.chaos.clocks import Clocks
from tests.chaos.proxy import Line

DELAYS = (0.5, 1, 2, 4)
PATIENCE = sum(DELAYS)
"""Seconds after which an event that keeps failing is parked."""
SETTINGS = {
    "TASHBIK_RETRY_DELAYS": ",".join(map(str, DELAYS)),
    "TASHBIK_WRITE_RATE": "100000/minute",
    "TASHBIK_SMSC_RATE": "200",
}
BROKER = "rabbitmq"
OUTSIDE = ("smsc", "mailbox")
CACHE_GB = 0.25


class ChaosNode(Node):
    """Run a node with a database of several members, where asked for."""

    def __init__(self, home: Path, members: int = 1) -> None:
        """Take how many members the database has; what another run left in the directory is removed."""
        Node(home).down()
        super().__init__(home, demo=True, settings=SETTINGS | {"TASHBIK_API_PORT": str(*free_ports(1))})
        self.members = ("mongo", *(f"mongo-{number}" for number in range(2, members + 1)))
        self.clocks = Clocks(self.home / "tmp")
        self.clocks.build()
        self.lines: dict[str, Line] = {}
        self._own_ports: dict[str, int] = {}

    def down(self, *, keep_data: bool = False) -> None:
        """Stop the node, and its lines after it."""
        super().down(keep_data=keep_data)
        for line in self.lines.values():
            line.close()

    def primary(self) -> str:
        """Return the name of the member that takes writes; raise where there is none now."""
        for name in self.members:
            with suppress(PyMongoError), _directly(self._own_ports[name]) as member:
                if member.admin.command("hello").get("isWritablePrimary"):
                    return name
        raise TimeoutError("the database has no primary")

    def workers_of_api(self) -> list[int]:
        """Return the pids of the API's worker processes."""
        pid = self.pid("api")
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]

    @contextmanager
    def mood(self, name: str, mood: str) -> Iterator[None]:
        """Put the SMSC, or the mail server, into a mood (:mod:`demo.mood`)."""
        path = self._mood_file(name)
        path.write_text(mood, encoding="utf-8")
        try:
            yield
        finally:
            path.unlink()

    def rabbitmqctl(self, *arguments: str) -> None:
        """Give the broker a command."""
        environment = {**os.environ, **self.part(BROKER).environment}
        command = [str(parts.find_rabbitmq() / "rabbitmqctl"), "-n", environment["RABBITMQ_NODENAME"], *arguments]
        subprocess.run(command, env=environment, check=True, capture_output=True, timeout=60)

    @property
    def _broker_port(self) -> int:
        return self.lines[BROKER].port

    @property
    def _database_ports(self) -> list[int]:
        return [self.lines[name].port for name in self.members]

    def _choose_ports(self) -> None:
        super()._choose_ports()
        taken = self.layout.ports
        self._own_ports = dict(zip(self.members[1:], free_ports(len(self.members) - 1, taken.values()), strict=True))
        self._own_ports["mongo"] = taken["mongo"]
        reached = {BROKER: taken["amqp"], **self._own_ports}
        self.lines = {name: Line(port) for name, port in reached.items()}

    def _stages(self) -> list[list[Part]]:
        base, middle, services = super()._stages()
        others = [part for part in base if part.name != "mongo"]
        watched = [self.clocks.watched(part) for part in services]
        return [[*self._members(), *others], [self._moody(part) for part in middle], watched]

    def _members(self) -> list[Part]:
        key_file = self.home / "secrets" / "mongo_key"
        return [
            parts.mongo_member(
                self.home / "mongo" / name, self._own_ports[name], name=name, cache_gb=CACHE_GB, key_file=key_file
            )
            for name in self.members
        ]

    def _moody(self, part: Part) -> Part:
        if part.name not in OUTSIDE:
            return part
        return replace(part, command=(*part.command, "--mood", str(self._mood_file(part.name))))

    def _mood_file(self, name: str) -> Path:
        return self.home / "received" / f"{name}.mood"


def _directly(port: int) -> MongoClient[dict[str, object]]:
    return MongoClient(LOOPBACK, port, directConnection=True, serverSelectionTimeoutMS=2000)
