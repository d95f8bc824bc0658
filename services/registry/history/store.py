"""Keep the history of records in MongoDB: an entry for each change, found by the record and the version it made.

The id of an entry is made of both, so the entries of a record are a range of ids, in the order of its versions. The
entry of an end bears ``owner`` as long as values are kept, then ``erase`` until they are gone. With an organization
goes what its services left that were removed before: not in its transaction, since nobody says how many they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from pymongo import DeleteOne, IndexModel, InsertOne, UpdateMany, UpdateOne
from pymongo.client_session import ClientSession
from pymongo.database import Database

from chassis.database import DAY
from contracts.registry import HISTORY_DAYS, HISTORY_VERSIONS
from services.registry.history.domain import ORGANIZATION, Change, Entry, Stamp, plain

INDEXES = {
    "history": [
        IndexModel([("stamp.at", 1)], name="at", expireAfterSeconds=HISTORY_DAYS * DAY),
        IndexModel([("erase", 1)], name="erase", sparse=True),
        IndexModel([("owner", 1)], name="owner", sparse=True),
    ],
}
ERASED_AT_ONCE = 200  # records

READ_AT_ONCE = 20  # entries, which may hold two megabytes each

WITHOUT_VALUES = {"$unset": dict.fromkeys(("changes.$[].previous_value", "changes.$[].replacement_value"), "")}
FORGOTTEN = {"$set": {"erase": True}, "$unset": {"owner": ""}}


class HistoryStore:
    """Keep what changes replaced: of each record the last ones, for a time."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        """Take the registry's database."""
        self._history = database["history"]

    def add(self, entries: Iterable[Entry], session: ClientSession) -> None:
        """Add entries in one bulk write; what is then too many of a record goes."""
        if writes := [write for entry in entries for write in _writes(entry)]:
            self._history.bulk_write(writes, ordered=False, session=session)

    def before(self, kind: str, record: str, version: int, limit: int) -> Iterator[Entry]:
        """Yield the entries of a record that are older than a version, newest first; of all versions for 0.

        They are read as they are taken: a hundred of them may be more than a process should hold.
        """
        last = _id(kind, record, version) if version else _end(kind, record)
        found = self._history.find({"_id": {"$gt": _beginning(kind, record), "$lt": last}}, batch_size=READ_AT_ONCE)
        return map(_from_document, found.sort("_id", -1).limit(limit))

    def end(self, kind: str, record: str, session: ClientSession | None = None) -> Entry | None:
        """Return the entry of a record's end, without its changes, or None where it has not ended."""
        end = self._newest(kind, record, session)
        if end is None or not end.ended:
            return None
        owner = self.end(ORGANIZATION, end.owner, session) if end.owner and kind != ORGANIZATION else None
        return replace(end, owner="") if owner and owner.erased else end

    def forget(self, end: Entry, session: ClientSession) -> None:
        """Have the values erased that a record left at its end."""
        self._history.update_one({"_id": _id(end.kind, end.record, end.version)}, FORGOTTEN, session=session)

    def erase(self) -> None:
        """Erase the values of removed records, outside of the transactions that remove them: there may be thousands."""
        ended = self._history.find({"erase": True}, {"_id": True}).limit(ERASED_AT_ONCE)
        if writes := [write for end in ended for write in _erasing(end["_id"])]:
            self._history.bulk_write(writes)

    def _newest(self, kind: str, record: str, session: ClientSession | None) -> Entry | None:
        own = {"$gt": _beginning(kind, record), "$lt": _end(kind, record)}
        found = self._history.find_one({"_id": own}, {"changes": False}, sort=[("_id", -1)], session=session)
        return found and _from_document(found)


def _writes(entry: Entry) -> Iterator[Any]:
    yield InsertOne(_to_document(entry))
    if entry.version > HISTORY_VERSIONS:
        yield DeleteOne({"_id": _id(entry.kind, entry.record, entry.version - HISTORY_VERSIONS)})


def _erasing(end: str) -> Iterator[Any]:
    kind, record, _ = end.split(":")
    yield UpdateMany({"_id": {"$gt": _beginning(kind, record), "$lte": end}}, WITHOUT_VALUES)
    if kind == ORGANIZATION:
        yield UpdateMany({"owner": record}, FORGOTTEN)
    yield UpdateOne({"_id": end}, {"$unset": {"erase": ""}})


def _beginning(kind: str, record: str) -> str:
    return f"{kind}:{record}:"


def _end(kind: str, record: str) -> str:
    return f"{kind}:{record};"  # which follows the colon


def _id(kind: str, record: str, version: int) -> str:
    return f"{_beginning(kind, record)}{version:010d}"


def _to_document(entry: Entry) -> dict[str, Any]:
    told: dict[str, Any] = {
        "action": entry.action,
        "stamp": plain(entry.stamp),
        "changes": [_values(one) for one in entry.changes],
    }
    if entry.ended:
        told |= {"erase": True} if entry.erased else {"owner": entry.owner}
    return {"_id": _id(entry.kind, entry.record, entry.version), **told}


def _values(change: Change) -> dict[str, Any]:
    return {name: getattr(change, name) for name in Change.__slots__}


def _from_document(document: Mapping[str, Any]) -> Entry:
    kind, record, version = document["_id"].split(":")
    changes = [
        Change(one["field_name"], one.get("previous_value"), one.get("replacement_value"))
        for one in document.get("changes", ())
    ]
    stamp, owner = Stamp(**document["stamp"]), document.get("owner", "")
    return Entry(kind, record, int(version), document["action"], stamp, tuple(changes), owner)
