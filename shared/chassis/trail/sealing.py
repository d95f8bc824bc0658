"""Let a service seal its audit trail: the part of :mod:`chassis.trail` that lives in Nameko's processes only."""

from __future__ import annotations

from typing import Any

from chassis.config import Config
from chassis.database import AUDIT_INDEXES
from chassis.lease import Lease
from chassis.mongo import Mongo
from chassis.trail.sealer import Sealer
from chassis.trail.seals import SealingKey

LEASE_SECONDS = 60.0


class Sealing(Mongo):
    """Give a service the sealer of its database, or of its ``owner``'s, with the collections of the trail."""

    def __init__(self, *, owner: str = "") -> None:
        """Take the owner of the database, if that is not the service."""
        super().__init__(AUDIT_INDEXES, owner=owner)
        self.sealer: Sealer | None = None

    def setup(self) -> None:
        """Read the key, and make what is missing."""
        super().setup()
        config: Config = self.container.config["TASHBIK"]
        lease = Lease(self.database, "audit seals", LEASE_SECONDS)
        lease.prepare()
        service = self.owner or self.container.service_name
        self.sealer = Sealer(self.database, service, SealingKey.read(config.keys), lease)

    def get_dependency(self, worker_ctx: Any) -> Sealer:  # type: ignore[override]
        """Return the sealer."""
        assert self.sealer is not None  # noqa: S101 - set up before any worker runs
        return self.sealer
