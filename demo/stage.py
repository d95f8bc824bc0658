"""Give the play what it acts on: the running node, a client a role, and what its SMSC and mail server received."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

from chassis import mongo
from cli.api import Api, Credentials
from cli.clients import register
from cli.node import Node
from cli.process import wait_until
from contracts.policy import Role
from services.gateway.auth.store import ClientStore

PATIENCE = 60.0

Line = dict[str, Any]


class Stage:
    """Hold the node, its clients and its mailboxes. Use it as a context manager."""

    def __init__(self, node: Node) -> None:
        """Take a node that is up."""
        self.node = node
        self._database = mongo.connect(node.config, "gateway")
        self._clients = ClientStore(self._database)
        self._apis: list[Api] = []

    def __enter__(self) -> Stage:
        """Return itself."""
        return self

    def __exit__(self, *raised: object) -> None:
        """Close every connection."""
        for api in self._apis:
            api.__exit__()
        self._database.client.close()

    def client(self, name: str, role: Role, *, organization: str = "", area: str = "") -> Api:
        """Make a client of a role, and return the API as it sees it."""
        credentials = self.credentials(name, role, organization=organization, area=area)
        api = Api(self.node.config.public_url, credentials)
        self._apis.append(api)
        return api

    def credentials(self, name: str, role: Role, *, organization: str = "", area: str = "") -> Credentials:
        """Make a client of a role, and return its id and secret."""
        made, secret = register(self._clients, name=name, role=role, organization=organization, area=area)
        return Credentials(made.id, secret)

    def text_after(self, seen: int, phone: str) -> Line:
        """Return the text that the SMSC received for a phone after it had ``seen`` so many; wait until it is there."""
        return self._after(self.node.texts, seen, lambda line: str(line["destination"]).lstrip("+") == phone)

    def mail_after(self, seen: int, address: str) -> Line:
        """Return the mail that arrived for an address after there were ``seen`` so many; wait until it is there."""
        return self._after(self.node.mails, seen, lambda line: address in line["to"])

    def seen_texts(self, phone: str) -> int:
        """Return how many texts a phone has received."""
        return len([line for line in lines(self.node.texts) if str(line["destination"]).lstrip("+") == phone])

    def seen_mails(self, address: str) -> int:
        """Return how many mails an address has received."""
        return len([line for line in lines(self.node.mails) if address in line["to"]])

    def _after(self, path: Path, seen: int, chosen: Any) -> Line:
        def found() -> list[Line]:
            return [line for line in lines(path) if chosen(line)]

        wait_until(lambda: len(found()) > seen, f"message number {seen + 1} in {path.name}", PATIENCE)
        return found()[seen]


def lines(path: Path) -> list[Line]:
    """Return what a mailbox file holds, oldest first; nothing where it is not there yet."""
    if not path.exists():
        return []
    return [orjson.loads(line) for line in path.read_bytes().splitlines() if line.endswith(b"}")]
