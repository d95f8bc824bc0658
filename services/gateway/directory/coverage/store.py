"""Keep what families and needs are counted by, and the figures that are made of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from pymongo import IndexModel
from pymongo.client_session import ClientSession
from pymongo.database import Database

from chassis.database import Indexes
from services.gateway.directory.changes import FAMILIES, NEEDS, Changes, State
from services.gateway.directory.coverage import documents
from services.gateway.directory.newer_store import write_newer

_MOMENTS = (IndexModel([("applied_at", 1)], name="applied_at"), IndexModel([("heard_at", 1)], name="heard_at"))

INDEXES: Indexes = {
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
        families = _shaped(documents.family, changes.families, now)
        write_newer(self.collections[NEEDS], needs, session, since)
        write_newer(self.collections[FAMILIES], families, session, since)


class CoverageStore:
    """Keep what was counted of areas, and the gaps found in it."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        """Take the gateway's database."""
        self._figures = database["directory_figures"]

    def keep(self, what: str, counted: dict[str, Any]) -> None:
        """Keep ``areas`` or ``gaps``, in place of what was counted before."""
        self._figures.replace_one({"_id": what}, {"_id": what, **counted}, upsert=True)


def _shaped(shape: Shape, states: dict[str, State], now: datetime) -> dict[str, dict[str, Any]]:
    return {id_: shape(one.record, version=one.version, now=now) for id_, one in states.items() if one.record}
