"""Remember which events a consumer has consumed, in the same transaction as what they caused."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pymongo.client_session import ClientSession
from pymongo.database import Database

from chassis.work import Unit


def find_consumed(
    database: Database[dict[str, Any]], consumer: str, event_ids: Iterable[str], session: ClientSession
) -> set[str]:
    """Return which of these events the consumer has consumed before."""
    names = [f"{consumer}:{event_id}" for event_id in event_ids]
    found = database["inbox"].find({"_id": {"$in": names}}, {"_id": 1}, session=session)
    return {one["_id"].removeprefix(f"{consumer}:") for one in found}


def mark_consumed(database: Database[dict[str, Any]], consumer: str, event_ids: Iterable[str], unit: Unit) -> None:
    """Note in the unit's transaction that the consumer has consumed these events."""
    entries = [{"_id": f"{consumer}:{event_id}", "at": unit.noted_at} for event_id in event_ids]
    if entries:
        database["inbox"].insert_many(entries, ordered=False, session=unit.session)
