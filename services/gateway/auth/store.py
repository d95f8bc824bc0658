"""Keep clients in the gateway's database. The command line tool adds and revokes them; the API only reads."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pymongo import IndexModel
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from chassis.database import Indexes
from chassis.errors import Conflict, NotFound
from contracts.policy import Role
from services.gateway.auth.clients import Client

INDEXES: Indexes = {"clients": (IndexModel([("created_at", 1)], name="created_at"),)}


class ClientStore:
    """Add, find, list and revoke clients."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        """Take the gateway's database."""
        self._clients = database["clients"]

    def add(self, client: Client) -> None:
        """Keep a new client. Raises :class:`Conflict` where its id is taken."""
        document = {field: getattr(client, field) for field in Client.__slots__ if field != "id"}
        try:
            self._clients.insert_one({"_id": client.id, **document, "role": str(client.role)})
        except DuplicateKeyError as error:
            raise Conflict("There is a client of this id already.") from error

    def find(self, id: str) -> Client | None:  # noqa: A002 - the field's name
        """Return the client of an id, revoked or not, or None."""
        document = self._clients.find_one({"_id": id})
        return _client(document) if document else None

    def list(self) -> list[Client]:
        """Return all clients, oldest first."""
        return [_client(document) for document in self._clients.find().sort("created_at", 1)]

    def revoke(self, id: str, now: datetime) -> Client:  # noqa: A002 - the field's name
        """Let the client call no more, from now on; one that is revoked stays as it was. Raises :class:`NotFound`."""
        self._clients.update_one({"_id": id, "revoked_at": None}, {"$set": {"revoked_at": now}})
        client = self.find(id)
        if client is None:
            raise NotFound("There is no client of this id.")
        return client


def _client(document: dict[str, Any]) -> Client:
    fields = {field: document[field] for field in Client.__slots__ if field != "id"}
    return Client(id=document["_id"], **{**fields, "role": Role(document["role"])})
