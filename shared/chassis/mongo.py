"""Give a service its database: the part of :mod:`chassis.database` that lives in Nameko's processes only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nameko.extensions import DependencyProvider, SharedExtension
from pymongo.database import Database

from chassis.config import Config
from chassis.database import (
    CHASSIS_INDEXES,
    DAY,
    INBOX_DAYS,
    KEY_HOURS,
    OUTBOX_DAYS,
    UNREACHABLE,
    Indexes,
    connect,
    prepare,
    transaction,
    wait,
)
from chassis.indexes import Retired

__all__ = [
    "CHASSIS_INDEXES",
    "DAY",
    "INBOX_DAYS",
    "KEY_HOURS",
    "OUTBOX_DAYS",
    "UNREACHABLE",
    "Indexes",
    "Mongo",
    "Storage",
    "connect",
    "prepare",
    "transaction",
    "wait",
]


class Storage(SharedExtension):
    """Hold the one client that a service process has."""

    def __init__(self) -> None:
        """Start without a connection."""
        super().__init__()
        self._database: Database[dict[str, Any]] | None = None
        self._listeners: list[Callable[[], None]] = []

    def on_commit(self, listener: Callable[[], None]) -> None:
        """Have ``listener`` called after each commit of this process that left events in the outbox."""
        self._listeners.append(listener)

    def wake(self) -> None:
        """Tell the listeners that there are new events in the outbox."""
        for listener in self._listeners:
            listener()

    @property
    def database(self) -> Database[dict[str, Any]]:
        """Return the service's database, connected on first use."""
        if self._database is None:
            config: Config = self.container.config["TASHBIK"]
            self._database = connect(config, self.container.service_name)
        return self._database

    def setup(self) -> None:
        """Create what the guarantees rest on."""
        wait(self.database)
        prepare(self.database, CHASSIS_INDEXES)

    def stop(self) -> None:
        """Close the client."""
        if self._database is not None:
            self._database.client.close()

    kill = stop


class Mongo(DependencyProvider):
    """Give a service its database, with the collections and indexes it declares."""

    storage = Storage()

    def __init__(self, indexes: Indexes | None = None, *, owner: str = "", retired: Retired | None = None) -> None:
        """Take the indexes by collection, and the names of those that are not wanted any more.

        ``owner`` is the service whose processes share one database, if not this.
        """
        super().__init__()
        self.indexes = indexes or {}
        self.retired = retired or {}
        self.owner = owner

    @property
    def database(self) -> Database[dict[str, Any]]:
        """Return the database, on the process's one client, so that a transaction may span it and the service's own."""
        own = self.storage.database
        if not self.owner:
            return own
        config: Config = self.container.config["TASHBIK"]
        return own.client.get_database(
            config.database(self.owner), own.codec_options, None, own.write_concern, own.read_concern
        )

    def setup(self) -> None:
        """Create the collections and indexes."""
        wait(self.storage.database)
        prepare(self.database, self.indexes)

    def get_dependency(self, worker_ctx: Any) -> Database[dict[str, Any]]:
        """Return the database."""
        return self.database
