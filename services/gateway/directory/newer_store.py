"""Write what is newer than what stands, and nothing else."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime
from typing import Any

from pymongo import InsertOne, ReplaceOne, UpdateOne
from pymongo.client_session import ClientSession
from pymongo.collection import Collection

Documents = dict[str, dict[str, Any]]
"""Documents by their ids."""

WRITTEN = frozenset({"applied_at", "heard_at", "touched"})
"""Moments, and what only makes two transactions meet: no part of what a document says."""


class _All:
    def __contains__(self, _id: object) -> bool:
        return True


ALL = _All()
"""Any id: where nobody knows which documents stand."""


def gives_way(standing: dict[str, Any], version: int, since: datetime | None) -> bool:
    """Tell whether what stands gives way to a version of an event, or of what was read ``since`` a moment.

    An event brings what is newer. What was read mends what is as new; and whatever was heard of before it was read, for
    its owner may have gone back to an older version, by a restored copy of its database.
    """
    if since is None:
        return bool(version > standing["version"])
    heard_at = standing.get("heard_at")
    return bool(version >= standing["version"] or heard_at is None or heard_at < since)


def write_newer(
    collection: Collection[dict[str, Any]], written: Documents, session: ClientSession, since: datetime | None
) -> Documents:
    """Write those documents that what stands gives way to, and return them."""
    if not written:
        return {}
    found = collection.find({"_id": {"$in": list(written)}}, {"version": 1, "heard_at": 1}, session=session)
    standing = {one["_id"]: one for one in found}
    newer = {
        id_: document
        for id_, document in written.items()
        if id_ not in standing or gives_way(standing[id_], document["version"], since)
    }
    replace(collection, newer, session, standing)
    return newer


def replace(
    collection: Collection[dict[str, Any]], written: Documents, session: ClientSession, standing: Container[str] = ALL
) -> None:
    """Put documents in the place of those that stand, if any.

    ``standing`` are the ids of those, as read in the same transaction: the others are added, which costs the database
    less. Where another has added one meanwhile that is a write conflict, as it is where both replace.
    """
    if written:
        collection.bulk_write(
            [_write(id_, document, new=id_ not in standing) for id_, document in written.items()],
            ordered=False,
            session=session,
        )


def mend(
    collection: Collection[dict[str, Any]], written: Documents, standing: Documents, session: ClientSession
) -> Documents:
    """Write what does not stand yet as it is written, and return that.

    ``standing`` holds whole documents, as read in the same transaction. Of one that stands otherwise only those fields
    are written that differ, and the moments with its record only: who writes a field that has an index has the database
    look at all indexes of the document, which costs it more than the rest together.
    """
    changes = {id_: _change(standing.get(id_), document) for id_, document in written.items()}
    if writes := [change for change in changes.values() if change]:
        collection.bulk_write(writes, ordered=False, session=session)
    return {id_: document for id_, document in written.items() if changes[id_]}


def _change(standing: dict[str, Any] | None, document: dict[str, Any]) -> InsertOne[Any] | UpdateOne | None:
    """Return what makes a document of what stands, or None where it stands so already."""
    if standing is None:
        return InsertOne(document)
    set_ = {name: value for name, value in document.items() if name not in standing or standing[name] != value}
    if "record" not in set_:
        set_ = {name: value for name, value in set_.items() if name not in WRITTEN}
    gone = dict.fromkeys(standing.keys() - document.keys() - WRITTEN, "")
    changes = {name: fields for name, fields in (("$set", set_), ("$unset", gone)) if fields}
    return UpdateOne({"_id": document["_id"]}, changes) if changes else None


def _write(id_: str, document: dict[str, Any], *, new: bool) -> InsertOne[Any] | ReplaceOne[Any]:
    return InsertOne(document) if new else ReplaceOne({"_id": id_}, document, upsert=True)
