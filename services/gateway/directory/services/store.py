"""Write the directory's services, in the transaction of what they are rendered from.

A service shows where its organization's places are, so it is rendered again when those change. Whoever writes a service
touches its organization too: of two projectors, one with the service and one with the organization, one meets a write
conflict and is run again, and sees what the other wrote. Where the service came first, a placeholder stands for the
organization. Its organization keeps when its services are open, to be found by that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from pymongo import GEOSPHERE, IndexModel, UpdateOne
from pymongo.client_session import ClientSession
from pymongo.database import Database

from chassis.database import Indexes
from services.gateway.directory import hours
from services.gateway.directory.changes import State
from services.gateway.directory.covering_store import BY_CELL
from services.gateway.directory.documents import placeholder, tombstone
from services.gateway.directory.newer_store import Documents, replace, write_newer
from services.gateway.directory.services.documents import borne, service
from services.gateway.hsds.store import AtLocations

INDEXES: Indexes = {
    "directory_services": (
        IndexModel([("facets", 1), ("sort", 1), ("_id", 1), ("status", 1)], name="facets"),
        IndexModel([("terms", 1), ("_id", 1)], name="words"),
        IndexModel([("places.point", GEOSPHERE)], name="places"),
        IndexModel([("organization", 1)], name="organization"),
        IndexModel([("open", 1)], name="open", sparse=True),
        BY_CELL,
        IndexModel([("further", 1), ("_id", 1)], name="further", partialFilterExpression={"further": {"$gte": 0}}),
        IndexModel([("modified", 1), ("_id", 1)], name="modified", partialFilterExpression={"cell": {"$gte": 0}}),
        IndexModel([("record.capacities.unit.name", 1)], name="capacities", sparse=True),
        IndexModel([("applied_at", 1)], name="applied_at"),
        IndexModel([("heard_at", 1)], name="heard_at"),
        IndexModel([("expires", 1)], name="expiry", expireAfterSeconds=0, sparse=True),
    ),
}
RENDERED = {"version": 1, "heard_at": 1, "record": 1}
UNKEPT = {"hours": "", "open": ""}


class ServiceDocuments:
    """Write services of the directory."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        """Take the gateway's database."""
        self._services = database["directory_services"]
        self._organizations = database["directory_organizations"]
        self._at_locations = AtLocations(database)

    def apply(
        self, states: Mapping[str, State], session: ClientSession, now: datetime, since: datetime | None = None
    ) -> None:
        """Write those states that are newer than what stands; see :func:`write_newer`."""
        owners = {state.record["organization_id"] for state in states.values() if state.record}
        losing = self._owners([id_ for id_, state in states.items() if state.record is None], session)
        self._touch(owners | losing, session, now)
        homes = self._homes(owners, session)
        written: Documents = {}
        for id_, state in states.items():
            if state.record is None:
                written[id_] = tombstone(id_, version=state.version, now=now)
            else:
                home = homes.get(state.record["organization_id"])
                written[id_] = service(state.record, home, version=state.version, now=now)
        self._at_locations.follow(write_newer(self._services, written, session, since), session)
        self._keep_hours(owners | losing, session)

    def follow(
        self,
        before: Mapping[str, dict[str, Any]],
        after: Mapping[str, dict[str, Any]],
        session: ClientSession,
        now: datetime,
    ) -> None:
        """Render the services of those organizations again of which they show what changed."""
        homes = {id_: document.get("record") for id_, document in after.items()}
        moved = [id_ for id_, home in homes.items() if borne(before.get(id_, {}).get("record")) != borne(home)]
        if not moved:
            return
        found = self._services.find({"organization": {"$in": moved}}, RENDERED, session=session)
        written = {one["_id"]: _again(one, homes[one["record"]["organization_id"]], now) for one in found}
        self._replace(written, session)

    def forget(self, unheard: dict[str, Any], limit: int, session: ClientSession, now: datetime) -> int:
        """Leave tombstones for at most ``limit`` services that match, and return how many there were."""
        gone = list(self._services.find(unheard, {"version": 1, "organization": 1}, session=session).limit(limit))
        owners = {one["organization"] for one in gone if "organization" in one}
        self._touch(owners, session, now)
        tombstones = {one["_id"]: tombstone(one["_id"], version=one["version"], now=now) for one in gone}
        self._replace(tombstones, session)
        self._keep_hours(owners, session)
        return len(gone)

    def _replace(self, written: Documents, session: ClientSession) -> None:
        replace(self._services, written, session)
        self._at_locations.follow(written, session)

    def _touch(self, organizations: Iterable[str], session: ClientSession, now: datetime) -> None:
        standing = {id_: placeholder(id_, accepted=0, completed=0, now=now) for id_ in organizations}
        touches = [
            UpdateOne({"_id": id_}, {"$inc": {"touched": 1}, "$setOnInsert": document}, upsert=True)
            for id_, document in standing.items()
        ]
        if touches:
            self._organizations.bulk_write(touches, ordered=False, session=session)

    def _owners(self, services: list[str], session: ClientSession) -> set[str]:
        """Return the organizations of some services, as far as they are known."""
        found = self._services.find({"_id": {"$in": services}}, {"organization": 1}, session=session)
        return {one["organization"] for one in found if "organization" in one} if services else set()

    def _keep_hours(self, organizations: set[str], session: ClientSession) -> None:
        """Have organizations keep when their services are open. Writes only where that has changed."""
        if not organizations:
            return
        of_each: dict[str, list[str]] = defaultdict(list)
        owned = {"organization": {"$in": list(organizations)}}
        for one in self._services.find(owned, {"organization": 1, "hours": 1}, session=session):
            of_each[one["organization"]] += one.get("hours", [])
        standing = self._organizations.find({"_id": owned["organization"]}, {"hours": 1}, session=session)
        changes = [
            UpdateOne({"_id": id_}, {"$set": kept} if (kept := hours.kept(wanted)) else {"$unset": UNKEPT})
            for id_, before in [(one["_id"], one.get("hours", [])) for one in standing]
            if (wanted := hours.together(of_each[id_])) != before
        ]
        if changes:
            self._organizations.bulk_write(changes, ordered=False, session=session)

    def _homes(self, organizations: Iterable[str], session: ClientSession) -> dict[str, dict[str, Any] | None]:
        found = self._organizations.find({"_id": {"$in": list(organizations)}}, {"record": 1}, session=session)
        return {one["_id"]: one.get("record") for one in found}


def _again(standing: dict[str, Any], home: dict[str, Any] | None, now: datetime) -> dict[str, Any]:
    """Return what stands, rendered from another state of its organization; nobody told of the service itself."""
    rendered = service(standing["record"], home, version=standing["version"], now=now)
    return {**rendered, "heard_at": standing.get("heard_at")}
