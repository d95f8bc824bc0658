"""Keep rebuilds of the directory: who asked, how far one has come, and who of several projectors is at it.

At most one is open at a time; asking again while one is open returns that one. A projector claims it for
:data:`LEASE`, renews with each step, and gives it back after a turn; when it dies another takes it over. Whoever has it
goes on at the step where it stands. Steps are numbers in :data:`STAGES`; where a rebuild was begun with another number
of them, as before an update, it begins anew.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from pymongo import ReturnDocument
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from chassis import audit
from chassis.clock import CLOCKS_APART
from chassis.clock import now as present
from chassis.database import transaction
from chassis.ids import new_id
from services.gateway.directory.changes import AREAS, FAMILIES, NEEDS, ORGANIZATIONS, REFERRALS, SERVICES, TERMS
from services.gateway.directory.form import FORM

LEASE = timedelta(seconds=20)
KINDS = (AREAS, TERMS, ORGANIZATIONS, SERVICES, REFERRALS, FAMILIES, NEEDS)
READ, REMOVE = "read", "remove"
STAGES = (*((READ, kind) for kind in KINDS), *((REMOVE, kind) for kind in KINDS if kind != ORGANIZATIONS))
"""What a rebuild does, by the number of its ``step``: read what the owners have, then remove what none of them has.

Organizations are removed where the page comes that they would be in.
"""


_BEGINNING: dict[str, Any] = {"stages": len(STAGES), "step": 0, "after": "", "seen": 0, "removed": 0}
BY_WHOM = {"$cond": [{"$ifNull": ["$started_at", False]}, 0, FORM]}
"""The form of a rebuild that bears none: it is new, or a version began it that knew of no forms."""


class RebuildStore:
    """Ask for, claim and advance rebuilds."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        """Take the gateway's database."""
        self._database = database
        self._rebuilds = database["directory_rebuilds"]
        self._audit = database[audit.COLLECTION]

    def request(self, actor: str, now: datetime, traceparent: str = "") -> dict[str, Any]:
        """Return the open rebuild, or a new one that waits for a projector and stands in the audit trail."""
        rebuild: dict[str, Any] = {
            "_id": new_id(),
            "open": True,
            "status": "waiting",
            "requested_at": now,
            "requested_by": actor,
            "finished_at": None,
            **_BEGINNING,
            "leased_until": now,
        }
        note = audit.entry(actor, "directory.rebuild_requested", rebuild["_id"], at=now, traceparent=traceparent)
        try:
            transaction(self._database, lambda session: self._add(rebuild, note, session))
        except DuplicateKeyError:
            return self._rebuilds.find_one({"open": True}) or self.request(actor, now, traceparent)
        return rebuild

    def find(self, id: str) -> dict[str, Any] | None:  # noqa: A002 - the field's name
        """Return a rebuild, or None."""
        return self._rebuilds.find_one({"_id": id})

    def claim(self, holder: str) -> dict[str, Any] | None:
        """Return the open rebuild as ours for :data:`LEASE`, or None where there is none or another has it.

        Nobody has it by a lease that ends later than any does: the clock was set back since.
        """
        now = present()
        leased = {"$gt": now, "$lte": now + LEASE + CLOCKS_APART}
        claimed = self._rebuilds.find_one_and_update(
            {"open": True, "$or": [{"leased_until": {"$not": leased}}, {"holder": holder}]},
            [
                {
                    "$set": {
                        "status": "running",
                        "holder": holder,
                        "leased_until": now + LEASE,
                        "started_at": {"$ifNull": ["$started_at", now]},
                        "form": {"$min": [FORM, {"$ifNull": ["$form", BY_WHOM]}]},
                    }
                }
            ],
            return_document=ReturnDocument.AFTER,
        )
        if claimed and claimed.get("stages") != len(STAGES):
            self.advance(claimed, **_BEGINNING, started_at=now)
        return claimed

    def advance(self, rebuild: dict[str, Any], session: ClientSession | None = None, **progress: Any) -> bool:
        """Note progress of a rebuild that we hold and renew the lease; False where another has taken it over.

        Where the clock was set back since it started, it started when the clock now says.
        """
        now = present()
        progress = {"started_at": min(rebuild["started_at"], now), **progress}
        changed = self._rebuilds.update_one(
            {"_id": rebuild["_id"], "open": True, "holder": rebuild["holder"]},
            {"$set": {**progress, "leased_until": now + LEASE}},
            session=session,
        )
        rebuild.update(progress)
        return bool(changed.matched_count)

    def release(self, rebuild: dict[str, Any]) -> None:
        """Let any projector go on with a rebuild that we hold."""
        self._rebuilds.update_one(
            {"_id": rebuild["_id"], "holder": rebuild["holder"]}, {"$set": {"leased_until": present()}}
        )

    def finish(self, rebuild: dict[str, Any]) -> None:
        """Close a rebuild that is done."""
        self._rebuilds.update_one(
            {"_id": rebuild["_id"], "holder": rebuild["holder"]},
            {"$set": {"status": "done", "finished_at": present()}, "$unset": {"open": ""}},
        )

    def _add(self, rebuild: dict[str, Any], note: dict[str, Any], session: ClientSession) -> None:
        self._rebuilds.insert_one(rebuild, session=session)
        self._audit.insert_one(note, session=session)
