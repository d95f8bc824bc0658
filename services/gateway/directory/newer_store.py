"""Write what is newer than what stands, and nothing else."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime
from typing import Any

from pymongo import InsertOne, ReplaceOne
from pymongo.client_session import ClientSession
from pymongo.collection import Collection

Documents = dict[str, dict[str, Any]]
"""Documents by their ids."""

WRITTEN = frozenset({"applied_at", "heard_at", "touched"})


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


def news(
    collection: Collection[dict[str, Any]], written: Documents, standing: Documents, session: ClientSession
) -> Documents:
    """Return what does not stand yet as it is written; of the rest note when it was heard of, and write nothing else.

    ``standing`` holds whole documents, as read in the same transaction.
    """
    heard = {id_: document for id_, document in written.items() if _said(standing.get(id_)) == _said(document)}
    if heard:
        at = max(document["heard_at"] for document in heard.values())
        collection.update_many({"_id": {"$in": list(heard)}}, {"$set": {"heard_at": at}}, session=session)
    return {id_: document for id_, document in written.items() if id_ not in heard}


def _said(document: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return a document without when it was written, heard of and touched."""
    return document and {name: value for name, value in document.items() if name not in WRITTEN}


def _write(id_: str, document: dict[str, Any], *, new: bool) -> InsertOne[Any] | ReplaceOne[Any]:
    return InsertOne(document) if new else ReplaceOne({"_id": id_}, document, upsert=True)
