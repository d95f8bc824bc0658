"""Write the directory: apply changes guarded by version, in the caller's transaction.

Order of events is not promised, so a state is written only where it is newer than what stands, and what stands is read
in the same transaction: of two projectors that touch one record one meets a write conflict and is run again. A rebuild
also mends what is as new as its state, or older knowledge than the rebuild: see :func:`gives_way`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import GEOSPHERE, IndexModel
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.database import Database

from chassis.clock import now as present
from chassis.database import Indexes
from chassis.indexes import Retired
from services.gateway.directory import documents
from services.gateway.directory.changes import AREAS, ORGANIZATIONS, REFERRALS, SERVICES, TERMS, Changes, State
from services.gateway.directory.coverage import store as coverage_store
from services.gateway.directory.coverage.store import CaseStates
from services.gateway.directory.covering_store import BY_CELL, BY_WORD
from services.gateway.directory.form import FORM
from services.gateway.directory.newer_store import gives_way, mend, replace, write_newer
from services.gateway.directory.services import store as service_store
from services.gateway.directory.services.store import ServiceDocuments
from services.gateway.hsds import store as hsds_store
from services.gateway.tiles.domain import moved
from services.gateway.tiles.store import Pyramid

PROJECTOR_DAYS = 1

INDEXES: Indexes = {
    "directory_organizations": (
        IndexModel(
            [
                *(("facets", 1), ("sort", 1), ("_id", 1), ("organization_type", 1), ("international_cooperation", 1)),
                ("cell", 1),  # so that tiles of an area or a term are drawn from its keys alone
            ],
            name="facets",
        ),
        BY_WORD,
        IndexModel([("places.point", GEOSPHERE)], name="places"),
        BY_CELL,
        IndexModel([("further", 1), ("_id", 1)], name="further", partialFilterExpression={"further": {"$gte": 0}}),
        IndexModel([("modified", 1), ("_id", 1)], name="modified", partialFilterExpression={"cell": {"$gte": 0}}),
        IndexModel(
            [("record.members_count", 1)],
            name="members",
            partialFilterExpression={"record.members_count": {"$gte": 0}},
        ),
        IndexModel([("offers", 1)], name="offers", sparse=True),
        IndexModel([("belongs", 1)], name="belongs", sparse=True),
        IndexModel([("open", 1)], name="open", sparse=True),
        IndexModel([("applied_at", 1)], name="applied_at"),
        IndexModel([("expires", 1)], name="expiry", expireAfterSeconds=0, sparse=True),
    ),
    "directory_areas": (
        IndexModel(
            [("bounds.west", 1), ("bounds.south", 1), ("bounds.east", 1), ("bounds.north", 1), ("_id", 1)],
            name="bounds",
            partialFilterExpression={"bounds.west": {"$gte": -360}},
        ),
        IndexModel([("level", 1)], name="level"),
        IndexModel([("applied_at", 1)], name="applied_at"),
        IndexModel([("heard_at", 1)], name="heard_at"),
    ),
    "directory_terms": (
        IndexModel([("ids", 1)], name="ids"),
        IndexModel([("applied_at", 1)], name="applied_at"),
        IndexModel([("heard_at", 1)], name="heard_at"),
    ),
    "directory_referrals": (
        IndexModel([("organization", 1), ("accepted", 1), ("completed", 1)], name="organization"),
        IndexModel([("accepted", 1), ("subject", 1), ("completed", 1)], name="subject"),
        IndexModel(
            [("at_work", 1), ("organization", 1), ("subject", 1)],
            name="at_work",
            partialFilterExpression={"at_work": True},
        ),
        IndexModel([("applied_at", 1)], name="applied_at"),
        IndexModel([("heard_at", 1)], name="heard_at"),
    ),
    **service_store.INDEXES,
    **hsds_store.INDEXES,
    **coverage_store.INDEXES,
    "directory_figures": (),
    "directory_form": (),
    "directory_projectors": (
        IndexModel([("applied_at", 1)], name="applied_at", expireAfterSeconds=PROJECTOR_DAYS * 24 * 3600),
    ),
    "directory_rebuilds": (
        IndexModel([("open", 1)], name="open", unique=True, partialFilterExpression={"open": True}),
        IndexModel([("requested_at", 1)], name="requested_at"),
    ),
}

RETIRED: Retired = {
    "directory_organizations": ("expires", "heard_at"),
    "directory_services": ("expires",),
}

KNOWN = {
    **{"version": 1, "heard_at": 1, "removed": 1, "record": 1, "accepted": 1, "completed": 1, "cell": 1},
    **{"hours": 1, "open": 1},
}


class DirectoryStore:
    """Write the records of the directory."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        """Take the gateway's database."""
        self._organizations = database["directory_organizations"]
        self._areas = database["directory_areas"]
        self._terms = database["directory_terms"]
        self._referrals = database["directory_referrals"]
        self._figures = database["directory_figures"]
        self._projectors = database["directory_projectors"]
        self._pyramid = Pyramid(database)
        self._services = ServiceDocuments(database)
        self._cases = CaseStates(database)

    def apply(self, changes: Changes, session: ClientSession, now: datetime, *, since: datetime | None = None) -> None:
        """Write what is newer than what stands, and recount the agencies that it touches.

        ``since`` is given for what a rebuild has read: the moment from which on it reads.
        """
        areas = {
            id_: documents.area(state.record, version=state.version, now=now)
            for id_, state in changes.areas.items()
            if state.record
        }
        terms = {
            id_: documents.term(state.record, version=state.version, now=now)
            for id_, state in changes.terms.items()
            if state.record
        }
        referrals = {
            id_: documents.referral(state.record, version=state.version, now=now)
            for id_, state in changes.referrals.items()
            if state.record
        }
        write_newer(self._areas, areas, session, since)
        write_newer(self._terms, terms, session, since)
        write_newer(self._referrals, referrals, session, since)
        agencies = {referral["organization"] for referral in referrals.values()}
        self._write_organizations(changes.organizations, agencies, session, now, since)
        self._services.apply(changes.services, session, now, since)
        self._cases.apply(changes, session, now, since)

    def forget(self, kind: str, since: datetime, limit: int, session: ClientSession, now: datetime) -> int:
        """Remove at most ``limit`` records that no owner has told of since a moment, and return how many there were.

        Of organizations see :meth:`forget_between`.
        """
        if kind == SERVICES:
            return self._services.forget(_unheard(since), limit, session, now)
        wanted = {"version": 1, "organization": 1}
        gone = list(self._collection(kind).find(_unheard(since), wanted, session=session).limit(limit))
        self._collection(kind).delete_many({"_id": {"$in": [one["_id"] for one in gone]}}, session=session)
        self._write_organizations(
            {}, {one["organization"] for one in gone if "organization" in one}, session, now, None
        )
        return len(gone)

    def forget_between(self, ids: Between, since: datetime, limit: int, session: ClientSession, now: datetime) -> int:
        """Leave tombstones for at most ``limit`` organizations that a page leaves out, and return how many there were.

        What no event has told of since a moment, either, its owner has no more.
        """
        wanted, left_out = {"version": 1, "record": 1, "cell": 1}, {"_id": ids.left_out, **_unheard(since)}
        found = self._organizations.find(left_out, wanted, session=session, hint="_id_").limit(limit)
        gone = {one["_id"]: one for one in found}
        tombstones = {id_: documents.tombstone(id_, version=one["version"], now=now) for id_, one in gone.items()}
        replace(self._organizations, tombstones, session)
        self._services.follow(gone, tombstones, session, now)
        self._pyramid.note({cell for one in gone.values() for cell in moved(one, None)}, session)
        return len(gone)

    def count_tiles_anew(self) -> None:
        """Have all counts of the map's tiles made anew, while those there are go on being shown."""
        self._pyramid.count_anew()

    def count_figures_anew(self) -> None:
        """Have figures counted again, also where nothing that stands tells of a change: what was removed does not.

        The mark bears a time, as records do: figures are due whose counting began before it, whenever they are kept.
        """
        self._figures.replace_one({"_id": "anew"}, {"_id": "anew", "applied_at": present()}, upsert=True)

    def keep_figures(self, figures: dict[str, Any]) -> None:
        """Keep the figures that were just counted."""
        self._figures.replace_one({"_id": "figures"}, {"_id": "figures", **figures}, upsert=True)

    def note(self, projector: str, now: datetime, event_time: datetime, session: ClientSession) -> None:
        """Note what a projector applied last, and the time of the event that caused it."""
        state = {"_id": projector, "applied_at": now, "event_time": event_time, "form": FORM}
        self._projectors.replace_one({"_id": projector}, state, upsert=True, session=session)

    def _collection(self, kind: str) -> Collection[dict[str, Any]]:
        public = {
            ORGANIZATIONS: self._organizations,
            AREAS: self._areas,
            TERMS: self._terms,
            REFERRALS: self._referrals,
        }
        return (public | self._cases.collections)[kind]

    def _write_organizations(
        self,
        states: dict[str, State],
        agencies: set[str],
        session: ClientSession,
        now: datetime,
        since: datetime | None,
    ) -> None:
        touched = list({*states, *agencies})
        if not touched:
            return
        known = KNOWN if since is None else None
        asked = {"_id": {"$in": touched}}
        found = self._organizations.find(asked, known, session=session, batch_size=len(touched) + 1)
        standing = {one["_id"]: one for one in found}
        counts = self._counts(touched, session)
        written = {}
        for id_ in touched:
            document = _newest(id_, states.get(id_), standing.get(id_), counts.get(id_, (0, 0)), now, since=since)
            if document is not None:
                written[id_] = document | _opening(standing.get(id_), document)
        if since is None:
            replace(self._organizations, written, session, standing)
        else:
            written = mend(self._organizations, written, standing, session)
        self._services.follow(standing, written, session, now)
        moves = (moved(standing.get(id_), document) for id_, document in written.items())
        self._pyramid.note(set().union(*moves), session)

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


@dataclass(frozen=True, slots=True)
class Between:
    """Hold the ids of a page, the id that they follow upon, and the one up to which they are all: empty at the end."""

    after: str
    upto: str
    ids: Sequence[str]

    @property
    def left_out(self) -> dict[str, Any]:
        """Return the condition for an id to lie between them and be none of them."""
        return {"$gt": self.after, "$nin": list(self.ids), **({"$lte": self.upto} if self.upto else {})}


def _rendered(id_: str, state: State, counts: tuple[int, int], now: datetime) -> dict[str, Any]:
    accepted, completed = counts
    if state.record is not None:
        return documents.organization(
            state.record, version=state.version, accepted=accepted, completed=completed, now=now, told=state.told
        )
    if state.version:
        return documents.tombstone(id_, version=state.version, now=now)
    return documents.placeholder(id_, accepted=accepted, completed=completed, now=now)


def _unheard(since: datetime) -> dict[str, Any]:
    return {"heard_at": {"$not": {"$gte": since}}, "removed": {"$ne": True}}


def _opening(standing: dict[str, Any] | None, document: dict[str, Any]) -> dict[str, Any]:
    """Return what stays of what stands, whatever the organization says: when its services are open."""
    kept = {} if document["removed"] else standing or {}
    return {name: kept[name] for name in ("hours", "open") if name in kept}


def _newest(
    id_: str,
    state: State | None,
    standing: dict[str, Any] | None,
    counts: tuple[int, int],
    now: datetime,
    *,
    since: datetime | None,
) -> dict[str, Any] | None:
    """Return the document that should stand instead of what stands, or None where that is as it should be."""
    if state is not None and standing is not None and not gives_way(standing, state.version, since):
        state = None
    if state is not None:
        return _rendered(id_, state, counts, now)
    if standing is None:
        return documents.placeholder(id_, accepted=counts[0], completed=counts[1], now=now)
    if standing["removed"] or (standing["accepted"], standing["completed"]) == counts:
        return None
    recounted = _rendered(id_, State(standing["version"], standing["record"]), counts, now)
    return {**recounted, "heard_at": standing.get("heard_at")}
