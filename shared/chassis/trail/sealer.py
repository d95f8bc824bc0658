"""Seal what waits in one database's audit trail, a batch a transaction, by one process at a time.

A lease says who seals. It is not what keeps the chain whole: a seal's number is given once, and a batch is read, sealed
and marked in one transaction; so of two that both believe to hold the lease one gives way, and seals what is left.
"""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

import pymongo
from pymongo import ASCENDING, DESCENDING, UpdateOne
from pymongo.client_session import ClientSession
from pymongo.database import Database

from chassis import audit, clock, metrics
from chassis.database import transaction
from chassis.lease import Lease
from chassis.logs import get_logger
from chassis.trail import seals
from chassis.trail.seals import SealingKey
from chassis.trail.stored import Stored, raw

SEALS = "audit_seals"
BATCH = 1000
TURN_SECONDS = 5.0
LONGEST = 20.0
"""Seconds for one batch; it has to outwait the locks of a sealer that was killed."""
MOST_SEALS = 2**53
"""What is numbered higher is none of ours; nor is what is numbered by no number."""
MOST_BYTES = 32 * 2**20
"""What one batch holds in memory, but for its last entry."""
WAITING: dict[str, Any] = {"seal": None}
UNMARKED = 16 * 2**20 - 64
"""Bytes of an entry that its marks still fit to; a larger one, which is forged, can never be sealed, and waits."""
SEALABLE: dict[str, Any] = WAITING | {"$expr": {"$lte": [{"$bsonSize": "$$ROOT"}, UNMARKED]}}
ORDER = [("position", ASCENDING), ("_id", ASCENDING)]
"""The order of what waits, by the index ``sealed``: nothing has a position yet, and ids made later sort later."""

log = get_logger()


class Sealer:
    """Seal one database's trail. Plain class: needs no Nameko."""

    def __init__(
        self, database: Database[dict[str, Any]], service: str, key: SealingKey, lease: Lease, batch: int = BATCH
    ) -> None:
        """Take the database, the service whose it is, the key that signs, and the lease to seal by."""
        self._database = database
        self._audit = raw(database[audit.COLLECTION])
        self._seals = database[SEALS]
        self._service = service
        self._key = key
        self._lease = lease
        self._batch = batch

    def turn(self, seconds: float = TURN_SECONDS) -> None:
        """Seal what waits, for about that long, if nobody else does; measure what is left.

        Where nothing waits it reads one key of an index, and writes nothing.
        """
        if self.measure():
            until = time.monotonic() + seconds
            while self._lease.hold() and self.seal_batch() and time.monotonic() < until:
                pass
            self._lease.release()
            self.measure()

    def seal_batch(self) -> int:
        """Seal one batch, and return how many entries it has; 0 where none waits or another holds the lease."""
        with pymongo.timeout(LONGEST):
            seal = transaction(self._database, self._seal)
        if unreadable := seal.get("unreadable", 0):
            metrics.AUDIT_UNREADABLE.inc(unreadable)
            log.error("audit_entries_unreadable", seal=seal["_id"], entries=unreadable)
        return int(seal.get("count", 0))

    def measure(self) -> bool:
        """Set the metric, and tell whether an entry waits."""
        since = waits_since(self._database)
        metrics.AUDIT_UNSEALED_SECONDS.set(max(0.0, (clock.now() - since).total_seconds()) if since else 0.0)
        return since is not None

    def _seal(self, session: ClientSession) -> dict[str, Any]:
        """Seal one batch, and return the seal; nothing where there is none."""
        if not self._lease.stands(session):
            return {}
        entries = self._next(session)
        if not entries:
            return {}
        seal = seals.make(self._service, last_seal(self._database, session), entries, self._key, clock.now())
        self._seals.insert_one(seal, session=session)
        self._audit.bulk_write(_marks(seal["_id"], entries), session=session)
        return seal

    def _next(self, session: ClientSession) -> list[Stored]:
        """Return a batch of what waits; less of it where entries are large."""
        entries, left = [], MOST_BYTES
        for found in self._audit.find(SEALABLE, session=session).sort(ORDER).limit(self._batch):
            entries.append(Stored(found.raw))
            left -= len(found.raw)
            if left < 0:
                break
        return entries


def waits_since(database: Database[dict[str, Any]]) -> datetime | None:
    """Return the time of the oldest entry that waits to be sealed, 1970 where it has none, or None where none waits."""
    found = raw(database[audit.COLLECTION]).find_one(WAITING, {"at": 1}, sort=ORDER)
    if found is None:
        return None
    at = Stored(found.raw).get("at")
    return at if isinstance(at, datetime) else clock.from_epoch_ms(0)


def last_seal(database: Database[dict[str, Any]], session: ClientSession | None = None) -> Stored | None:
    """Return the last seal of a trail, without its digests, or None."""
    numbered = {"_id": {"$gte": 1, "$lt": MOST_SEALS}}
    found = raw(database[SEALS]).find_one(numbered, {"digests": 0}, sort=[("_id", DESCENDING)], session=session)
    return Stored(found.raw) if found is not None else None


def _marks(number: int, entries: list[Stored]) -> list[UpdateOne]:
    return [
        UpdateOne(entry.only("_id"), {"$set": {"seal": number, "position": position}})
        for position, entry in enumerate(entries)
    ]
