"""Let one of several replicas do what only one may do at a time, as far as that can be promised.

A lease is judged by the database server's clock, not by the holder's. A holder that was frozen past its lease may
believe for a moment that it still holds it; so what is done under a lease must bear being done twice. Each change of
the holder has a number, which :meth:`Lease.stands` compares within a transaction.
"""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

from pymongo import ReturnDocument
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError, PyMongoError

from chassis.ids import new_id


class Lease:
    """Hold, renew and give back one named lease."""

    def __init__(self, database: Database[dict[str, Any]], name: str, seconds: float = 10.0) -> None:
        """Take the lease's name; it must be renewed within ``seconds``."""
        self._leases = database["leases"]
        self._name = name
        self._seconds = seconds
        self._holder = new_id()
        self._renew_at = 0.0
        self._ask_at = 0.0
        self._fence = 0

    def prepare(self) -> None:
        """Create the lease's record where it is missing."""
        with suppress(DuplicateKeyError):  # it is there
            self._leases.insert_one({"_id": self._name, "holder": "", "until": None})

    def hold(self) -> bool:
        """Take or renew the lease; True while it is ours. Asks the database about three times in a lease's length."""
        asked = time.monotonic()
        if asked < self._renew_at:
            return True
        if asked < self._ask_at:
            return False
        free = {"$or": [{"$eq": ["$holder", self._holder]}, {"$lt": [{"$ifNull": ["$until", 0]}, "$$NOW"]}]}
        until = {"$add": ["$$NOW", int(self._seconds * 1000)]}
        taken = self._leases.find_one_and_update(
            {"_id": self._name, "$expr": free},
            [{"$set": {"holder": self._holder, "until": until, "fence": self._next_fence()}}],
            return_document=ReturnDocument.AFTER,
        )
        held = taken is not None
        self._fence = taken["fence"] if taken else 0
        self._renew_at = asked + self._seconds / 3 if held else 0.0
        self._ask_at = 0.0 if held else asked + self._seconds / 3
        return held

    def stands(self, session: ClientSession) -> bool:
        """Tell whether nobody else has taken the lease since we did, as a transaction sees it."""
        ours = {"_id": self._name, "holder": self._holder, "fence": self._fence}
        return self._leases.find_one(ours, {"_id": 1}, session=session) is not None

    def release(self) -> None:
        """Give the lease back, if it is ours."""
        self._renew_at = 0.0
        with suppress(PyMongoError):  # it runs out by itself
            self._leases.update_one({"_id": self._name, "holder": self._holder}, {"$set": {"until": None}})

    def _next_fence(self) -> dict[str, Any]:
        """Return what makes the fence one more than it was, where the holder changes."""
        fence = {"$ifNull": ["$fence", 0]}
        return {"$cond": [{"$eq": ["$holder", self._holder]}, fence, {"$add": [fence, 1]}]}
