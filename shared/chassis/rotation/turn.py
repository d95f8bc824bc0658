"""Hold what every rotation works with: one service's vault, the right to change it, and whom to tell."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NoReturn

from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import BulkWriteError, OperationFailure

from chassis import audit, clock
from chassis.crypto import STATE, STATES, VAULT, Document, FieldVault
from chassis.database import transaction
from chassis.lease import Lease

LEASE_SECONDS = 30.0
LONGEST_TRANSACTION = 60.0
"""What MongoDB allows a transaction where nobody has said otherwise."""
STEP = 5.0
BATCH = 200
MOST_PASSES = 50
DUPLICATE = 11_000
RECORD = "keys"

Report = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and of how much about; 0 where that is not known."""


class Stopped(Exception):
    """Say why a rotation cannot go on. What is done so far stays, and the service goes on working."""


def _tell_nobody(_what: str, _done: int, _total: int) -> None:
    """Keep it."""


class Turn:
    """Rotate the keys of one database; one turn at a time, by lease."""

    def __init__(
        self,
        vault: FieldVault,
        actor: str,
        *,
        report: Report = _tell_nobody,
        pause: Callable[[float], None] = time.sleep,
        batch: int = BATCH,
    ) -> None:
        """Take the vault, who rotates (as it stands in the audit trail), and whom to tell."""
        self.vault = vault
        self.database: Database[Document] = vault.database
        self.batch = batch
        self._actor = actor
        self._report = report
        self._pause = pause
        self._lease = Lease(self.database, "key rotation", LEASE_SECONDS)
        self._held = False

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the right to rotate; outwait a turn that was killed, and raise :class:`Stopped` where one lives."""
        self._lease.prepare()
        waited = 0.0
        while not self._lease.hold():
            if waited > LEASE_SECONDS + STEP:
                raise Stopped("Another rotation is at work in this database.")
            self.report("waiting for another rotation", 0, 0)
            self._pause(STEP)
            waited += STEP
        self._held = True
        try:
            yield
        finally:
            self._held = False
            self._lease.release()

    def report(self, what: str, done: int, total: int) -> None:
        """Tell how far it is, and go on holding the right, if it is held; raise :class:`Stopped` where it is lost."""
        if self._held and not self._lease.hold():
            raise Stopped("Another rotation has taken over.")
        self._report(what, done, total)

    def settle(self) -> None:
        """Wait until every transaction that began before now has ended.

        The server aborts one that is older than its limit, and looks for those once in half that time.
        """
        left = 1.5 * self._longest_transaction() + 1
        while left > 0:
            self.report("waiting for changes under way", 0, 0)
            self._pause(min(STEP, left))
            left -= STEP

    def move(self, action: str, why: str, effect: Callable[[ClientSession], Mapping[str, Any]]) -> None:
        """Change the state by what ``effect`` returns, and note it in the audit trail, in one transaction."""

        def body(session: ClientSession) -> None:
            self.database[STATES].update_one({"_id": STATE}, effect(session), session=session)
            note = audit.entry(self._actor, action, RECORD, why, at=clock.now())
            self.database[audit.COLLECTION].insert_one(note, session=session)

        self.report(action, 0, 0)
        transaction(self.database, body)

    def until_done(self, one_pass: Callable[[], int]) -> None:
        """Run passes until one finds nothing; what writers changed between reading and writing is met again."""
        for _ in range(MOST_PASSES):
            if not one_pass():
                return
        raise Stopped("Records change faster than they can be gone through; try again at a quieter time.")

    def write(self, collection: str, changes: list[Any]) -> None:
        """Make changes of one batch, in any order."""
        try:
            self.database[collection].bulk_write(changes, ordered=False)
        except BulkWriteError as error:
            _stop(collection, error)

    def collections(self) -> list[str]:
        """Return all collections that may hold something encrypted; data keys themselves are wrapped otherwise."""
        names = self.database.list_collection_names(filter={"type": "collection"})
        return sorted(name for name in names if name != VAULT and not name.startswith("system."))

    def _longest_transaction(self) -> float:
        try:
            asked = {"getParameter": 1, "transactionLifetimeLimitSeconds": 1}
            return float(self.database.client.admin.command(asked)["transactionLifetimeLimitSeconds"])
        except OperationFailure:  # we may not ask
            return LONGEST_TRANSACTION


def _stop(collection: str, error: BulkWriteError) -> NoReturn:
    """Name the records at fault; what the server says of them quotes tokens."""
    faults = error.details.get("writeErrors", [])
    ids = ", ".join(str(one["op"]["q"]["_id"]) for one in faults if one["code"] == DUPLICATE)
    why = f"they share a value: {ids}" if ids else f"codes {sorted({one['code'] for one in faults})}"
    raise Stopped(f"Records of {collection} cannot be written ({why}).") from None
