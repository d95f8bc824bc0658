"""Write the directory: apply changes guarded by version, in the caller's transaction.

Order of events is not promised, so a state is written only where it is newer than what stands, and what stands is read
in the same transaction: of two projectors that touch one record one meets a write conflict and is run again. A rebuild
also writes a state of the same version, to mend what was wrong.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from pymongo import GEOSPHERE, IndexModel, ReplaceOne
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.database import Database

from chassis.database import Indexes
from services.gateway.directory import documents
from services.gateway.directory.changes import Changes, State

PROJECTOR_DAYS = 1

INDEXES: Indexes = {
    "directory_organizations": (
        IndexModel(
            [("facets", 1), ("sort", 1), ("_id", 1), ("organization_type", 1), ("international_cooperation", 1)],
            name="facets",
        ),
        IndexModel([("terms", 1)], name="terms"),
        IndexModel([("places.point", GEOSPHERE)], name="places"),
        IndexModel([("applied_at", 1)], name="applied_at"),
        IndexModel([("expires", 1)], name="expires", expireAfterSeconds=0),
    ),
    "directory_areas": (IndexModel([("applied_at", 1)], name="applied_at"),),
    "directory_referrals": (
        IndexModel([("organization", 1), ("accepted", 1), ("completed", 1)], name="organization"),
        IndexModel([("accepted", 1), ("subject", 1), ("completed", 1)], name="subject"),
        IndexModel([("applied_at", 1)], name="applied_at"),
    ),
    "directory_figures": (),
    "directory_projectors": (
        IndexModel([("applied_at", 1)], name="applied_at", expireAfterSeconds=PROJECTOR_DAYS * 24 * 3600),
    ),
    "directory_rebuilds": (
        IndexModel([("open", 1)], name="open", unique=True, partialFilterExpression={"open": True}),
        IndexModel([("requested_at", 1)], name="requested_at"),
    ),
}

Documents = dict[str, dict[str, Any]]
KNOWN = {"version": 1, "removed": 1, "record": 1, "accepted": 1, "completed": 1}
CLOCKS_APART = timedelta(seconds=10)


class DirectoryStore:
    """Write organizations, areas and referrals of the directory."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        """Take the gateway's database."""
        self._organizations = database["directory_organizations"]
        self._areas = database["directory_areas"]
        self._referrals = database["directory_referrals"]
        self._figures = database["directory_figures"]
        self._projectors = database["directory_projectors"]

    def apply(self, changes: Changes, session: ClientSession, now: datetime, *, mend: bool = False) -> None:
        """Write what is newer than what stands (or as new, to ``mend``), and recount the agencies that it touches."""
        areas = {
            id_: documents.area(state.record, version=state.version, now=now)
            for id_, state in changes.areas.items()
            if state.record
        }
        referrals = {
            id_: documents.referral(state.record, version=state.version, now=now)
            for id_, state in changes.referrals.items()
            if state.record
        }
        _write_newer(self._areas, areas, session, mend=mend)
        _write_newer(self._referrals, referrals, session, mend=mend)
        agencies = {referral["organization"] for referral in referrals.values()}
        self._write_organizations(changes.organizations, agencies, session, now, mend=mend)

    def mark(self, kind: str, ids: Iterable[str], rebuild: str, session: ClientSession) -> None:
        """Note that a rebuild has seen these records, so that it does not remove them."""
        self._collection(kind).update_many({"_id": {"$in": list(ids)}}, {"$set": {"seen": rebuild}}, session=session)

    def unseen(self, kind: str, rebuild: str, started_at: datetime, limit: int) -> list[dict[str, Any]]:
        """Return records that a rebuild has not seen, though they stood before it began: their owner has them no more.

        Each is ``{"_id", "version"}`` and, for a referral, ``organization``.
        """
        gone = {
            "applied_at": {"$lt": started_at - CLOCKS_APART},
            "seen": {"$ne": rebuild},
            "removed": {"$ne": True},
        }
        return list(self._collection(kind).find(gone, {"version": 1, "organization": 1}).limit(limit))

    def remove(self, kind: str, records: list[dict[str, Any]], session: ClientSession, now: datetime) -> None:
        """Remove records that :meth:`unseen` returned, unless they have changed since."""
        if kind == "organizations":
            gone = {one["_id"]: documents.tombstone(one["_id"], version=one["version"], now=now) for one in records}
            _write_newer(self._organizations, gone, session, mend=True)
            return
        ids = [one["_id"] for one in records]
        unchanged = {"_id": {"$in": ids}, "applied_at": {"$lt": now - CLOCKS_APART}}
        self._collection(kind).delete_many(unchanged, session=session)
        self._write_organizations({}, {one["organization"] for one in records if "organization" in one}, session, now)

    def keep_figures(self, figures: dict[str, Any]) -> None:
        """Keep the figures that were just counted."""
        self._figures.replace_one({"_id": "figures"}, {"_id": "figures", **figures}, upsert=True)

    def note(self, projector: str, now: datetime, event_time: datetime, session: ClientSession) -> None:
        """Note what a projector applied last, and the time of the event that caused it."""
        state = {"_id": projector, "applied_at": now, "event_time": event_time}
        self._projectors.replace_one({"_id": projector}, state, upsert=True, session=session)

    def _collection(self, kind: str) -> Collection[dict[str, Any]]:
        return {"organizations": self._organizations, "areas": self._areas, "referrals": self._referrals}[kind]

    def _write_organizations(
        self,
        states: dict[str, State],
        agencies: set[str],
        session: ClientSession,
        now: datetime,
        *,
        mend: bool = False,
    ) -> None:
        touched = list({*states, *agencies})
        if not touched:
            return
        standing = {
            one["_id"]: one for one in self._organizations.find({"_id": {"$in": touched}}, KNOWN, session=session)
        }
        counts = self._counts(touched, session)
        written = {}
        for id_ in touched:
            document = _newest(id_, states.get(id_), standing.get(id_), counts.get(id_, (0, 0)), now, mend=mend)
            if document is not None:
                written[id_] = document
        _replace(self._organizations, written, session)

    def _counts(self, agencies: list[str], session: ClientSession) -> dict[str, tuple[int, int]]:
        """Return how many referrals each agency has accepted, and how many of those it has completed."""
        stages: list[dict[str, Any]] = [
            {"$match": {"organization": {"$in": agencies}, "accepted": True}},
            {
                "$group": {
                    "_id": "$organization",
                    "accepted": {"$sum": 1},
                    "completed": {"$sum": {"$cond": ["$completed", 1, 0]}},
                }
            },
        ]
        return {
            one["_id"]: (one["accepted"], one["completed"])
            for one in self._referrals.aggregate(stages, session=session)
        }


def _newest(
    id_: str,
    state: State | None,
    standing: dict[str, Any] | None,
    counts: tuple[int, int],
    now: datetime,
    *,
    mend: bool,
) -> dict[str, Any] | None:
    """Return the document that should stand instead of what stands, or None where that is as it should be."""
    if state is not None and standing is not None and not _newer(state.version, standing["version"], mend=mend):
        state = None
    if state is not None:
        return _of_state(id_, state, counts, now)
    if standing is None:
        return documents.placeholder(id_, accepted=counts[0], completed=counts[1], now=now)
    if standing["removed"] or (standing["accepted"], standing["completed"]) == counts:
        return None
    return _of_state(id_, State(standing["version"], standing["record"]), counts, now)


def _of_state(id_: str, state: State, counts: tuple[int, int], now: datetime) -> dict[str, Any]:
    accepted, completed = counts
    if state.record is not None:
        return documents.organization(
            state.record, version=state.version, accepted=accepted, completed=completed, now=now
        )
    if state.version:
        return documents.tombstone(id_, version=state.version, now=now)
    return documents.placeholder(id_, accepted=accepted, completed=completed, now=now)


def _newer(version: int, standing: int, *, mend: bool) -> bool:
    return version >= standing if mend else version > standing


def _write_newer(
    collection: Collection[dict[str, Any]], written: Documents, session: ClientSession, *, mend: bool
) -> None:
    if not written:
        return
    found = collection.find({"_id": {"$in": list(written)}}, {"version": 1}, session=session)
    standing = {one["_id"]: one["version"] for one in found}
    newer = {
        id_: document
        for id_, document in written.items()
        if id_ not in standing or _newer(document["version"], standing[id_], mend=mend)
    }
    _replace(collection, newer, session)


def _replace(collection: Collection[dict[str, Any]], written: Documents, session: ClientSession) -> None:
    if written:
        collection.bulk_write(
            [ReplaceOne({"_id": id_}, document, upsert=True) for id_, document in written.items()],
            ordered=False,
            session=session,
        )
