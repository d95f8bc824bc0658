"""Keep what families and needs are counted by, and the figures that are made of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import orjson
from pymongo import IndexModel
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from chassis.database import Indexes, transaction
from chassis.ids import new_id
from services.gateway.directory.changes import FAMILIES, NEEDS, Changes, State
from services.gateway.directory.coverage import documents
from services.gateway.directory.newer_store import write_newer

_MOMENTS = (IndexModel([("applied_at", 1)], name="applied_at"), IndexModel([("heard_at", 1)], name="heard_at"))

PART_BYTES = 1_000_000
"""Bytes of figures from which on a part ends: a document of MongoDB has 16 MB at most."""
KEPT_FOR = timedelta(minutes=15)
"""How long figures of several parts are kept once there are newer ones: a reader has ten minutes."""
UNSEEN_FOR = timedelta(days=1)
"""How long parts are kept that nobody was told of, since whoever wrote them died."""

INDEXES: Indexes = {
    "directory_area_figures": (
        IndexModel([("run", 1), ("number", 1)], name="run", unique=True),
        IndexModel([("expires_at", 1)], name="expires_at", expireAfterSeconds=0),
    ),
    "directory_needs": (IndexModel([("open", 1), ("area", 1), ("subject", 1)], name="open"), *_MOMENTS),
    "directory_families": (IndexModel([("in_care", 1), ("area", 1)], name="in_care"), *_MOMENTS),
}

Shape = Callable[..., dict[str, Any]]


class CaseStates:
    """Write what families and needs are counted by."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        """Take the gateway's database."""
        self.collections = {NEEDS: database["directory_needs"], FAMILIES: database["directory_families"]}

    def apply(self, changes: Changes, session: ClientSession, now: datetime, since: datetime | None) -> None:
        """Write those states that are newer than what stands; see :func:`write_newer`."""
        needs = _shaped(documents.need, changes.needs, now)
        families = _shaped(documents.family, self._located(changes.families, session), now)
        write_newer(self.collections[NEEDS], needs, session, since)
        write_newer(self.collections[FAMILIES], families, session, since)

    def _located(self, states: dict[str, State], session: ClientSession) -> dict[str, State]:
        """Return families with their areas: those that an older replica told without one are where they were."""
        untold = [id_ for id_, one in states.items() if one.record and "area" not in one.record]
        kept = self.collections[FAMILIES].find({"_id": {"$in": untold}}, {"area": 1}, session=session) if untold else ()
        areas = {one["_id"]: one["area"] for one in kept}
        found = {id_: replace(states[id_], record={**(states[id_].record or {}), "area": areas[id_]}) for id_ in areas}
        return {**states, **found}


class CoverageStore:
    """Keep what was counted of areas, and the gaps found in it.

    Figures of areas lie in parts, as many as they need; the document ``areas`` says which run of counting is shown. It
    is exchanged once all parts of a run are there: whoever reads the run that it names reads figures of one counting.
    Parts expire, but those of the run that is shown: with the exchange, in one transaction, its own no longer do, and
    those before begin to. So whoever dies leaves nothing that stays.
    """

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        """Take the gateway's database."""
        self._database = database
        self._figures = database["directory_figures"]
        self._parts = database["directory_area_figures"]

    def keep_areas(self, items: Iterable[dict[str, Any]], counted: dict[str, Any], now: datetime) -> dict[str, Any]:
        """Keep the figures of areas in place of those before, and return the document that tells of them."""
        run, parts = new_id(), 0
        for parts, body in enumerate(_parted(items), 1):
            self._parts.insert_one({"run": run, "number": parts, "body": body, "expires_at": now + UNSEEN_FOR})
        head = {"_id": "areas", "run": run, "parts": parts, **counted}
        transaction(self._database, lambda session: self._show(head, now, session))
        return head

    def keep_gaps(self, found: dict[str, Any], latest: datetime) -> None:
        """Keep the gaps that were found, where those that stand are of an older counting, or one after ``latest``."""
        older = {"_id": "gaps", "counted_at": {"$not": {"$gte": found["counted_at"], "$lte": latest}}}
        with suppress(DuplicateKeyError):  # those that stand are not
            self._figures.replace_one(older, {"_id": "gaps", **found}, upsert=True)

    def _show(self, head: dict[str, Any], now: datetime, session: ClientSession) -> None:
        self._parts.update_many({"run": head["run"]}, {"$unset": {"expires_at": 1}}, session=session)
        before = self._figures.find_one_and_replace({"_id": "areas"}, head, upsert=True, session=session)
        self._retire(before or {}, now, session)

    def _retire(self, head: dict[str, Any], now: datetime, session: ClientSession) -> None:
        """Drop a run of one part, which is read at once; let those who read several parts come to their end."""
        if head.get("parts") == 1:
            self._parts.delete_many({"run": head["run"]}, session=session)
        elif "run" in head:
            expiring = {"$set": {"expires_at": now + KEPT_FOR}}
            self._parts.update_many({"run": head["run"]}, expiring, session=session)


def _parted(items: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """Give items as JSON, comma between them, some in each part; one part without any where there are none."""
    held, size, given = [], 0, False
    for item in items:
        held.append(orjson.dumps(item))
        size += len(held[-1])
        if size >= PART_BYTES:
            yield b",".join(held)
            held, size, given = [], 0, True
    if held or not given:
        yield b",".join(held)


def _shaped(shape: Shape, states: dict[str, State], now: datetime) -> dict[str, dict[str, Any]]:
    return {id_: shape(one.record, version=one.version, now=now) for id_, one in states.items() if one.record}
