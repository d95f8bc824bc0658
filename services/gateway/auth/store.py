"""Keep clients in the gateway's database. The command line tool changes them; the API only reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from pymongo import IndexModel
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from chassis import audit
from chassis.database import Indexes, transaction
from chassis.errors import Conflict, NotFound
from contracts.policy import Role
from services.gateway.auth.clients import Client

INDEXES: Indexes = {"clients": (IndexModel([("created_at", 1)], name="created_at"),)}


class ClientStore:
    """Add, find and list clients, exchange their secrets, and revoke them."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        """Take the gateway's database."""
        self._database = database
        self._clients = database["clients"]
        self._audit = database[audit.COLLECTION]

    def add(self, client: Client, actor: str) -> None:
        """Keep a new client, and that ``actor`` added it. Raises :class:`Conflict` where its id is taken."""
        document = {field: getattr(client, field) for field in Client.__slots__ if field != "id"}
        why = " ".join(filter(None, (client.role, client.organization, client.area)))
        note = audit.entry(actor, "client.added", client.id, why, at=client.created_at)

        def write(session: ClientSession) -> None:
            self._clients.insert_one({"_id": client.id, **document, "role": str(client.role)}, session=session)
            self._audit.insert_one(note, session=session)

        try:
            transaction(self._database, write)
        except DuplicateKeyError as error:
            raise Conflict("There is a client of this id already.") from error

    def find(self, id: str) -> Client | None:  # noqa: A002 - the field's name
        """Return the client of an id, revoked or not, or None."""
        document = self._clients.find_one({"_id": id})
        return _client(document) if document else None

    def list(self) -> list[Client]:
        """Return all clients, oldest first."""
        return [_client(document) for document in self._clients.find().sort("created_at", 1)]

    def revoke(self, id: str, actor: str, now: datetime) -> Client:  # noqa: A002 - the field's name
        """Let the client call no more, from now on; one that is revoked stays as it was. Raises :class:`NotFound`."""
        note = audit.entry(actor, "client.revoked", id, at=now)
        self._change({"_id": id, "revoked_at": None}, {"$set": {"revoked_at": now}}, note)
        client = self.find(id)
        if client is None:
            raise NotFound("There is no client of this id.")
        return client

    def rotate(
        self,
        id: str,  # noqa: A002 - the field's name
        secret: str,
        actor: str,
        now: datetime,
        overlap: timedelta = timedelta(0),
    ) -> Client:
        """Give a client another secret, by its hash; the present one holds for ``overlap`` more, any before it no more.

        Raises :class:`NotFound`, or :class:`Conflict` where the client may not call or was changed at this very moment.
        """
        stands = self.find(id)
        if stands is None:
            raise NotFound("There is no client of this id.")
        until = now + overlap if overlap else None
        change = {"secret": secret, "former": stands.secret if until else "", "former_until": until}
        why = f"former_until {until.isoformat()}" if until else ""
        note = audit.entry(actor, "client.secret_rotated", id, why, at=now)
        if not self._change({"_id": id, "secret": stands.secret, "revoked_at": None}, {"$set": change}, note):
            raise Conflict("The client is revoked, or was changed at this very moment.")
        return replace(stands, **change)  # type: ignore[arg-type]

    def _change(self, found: dict[str, Any], change: dict[str, Any], note: dict[str, Any]) -> bool:
        """Change a client and note it, in one transaction; False where there is none such."""

        def write(session: ClientSession) -> bool:
            changed = bool(self._clients.update_one(found, change, session=session).matched_count)
            if changed:
                self._audit.insert_one(note, session=session)
            return changed

        return transaction(self._database, write)


def _client(document: dict[str, Any]) -> Client:
    fields = {field: document[field] for field in Client.__slots__ if field in document}
    return Client(id=document["_id"], **{**fields, "role": Role(document["role"])})
