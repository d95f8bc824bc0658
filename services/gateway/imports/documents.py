"""Turn imports into what the database keeps, and back."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import orjson

from chassis.errors import Invalid
from services.gateway.imports.domain import Counts, Creator, Import, Status

_HIDDEN = ("open", "holder", "leased_until", "tries", "file", "digest", "expires")


def document_of(stands: Import) -> dict[str, Any]:
    """Return the document of an import, without what the store alone keeps beside it."""
    document = asdict(stands)
    document["_id"] = document.pop("id")
    document["status"] = str(stands.status)
    document["mapping"] = packed(stands.mapping)
    document["columns"] = list(stands.columns)
    return document


def import_of(document: dict[str, Any]) -> Import:
    """Return the import of a document."""
    values = {name: value for name, value in document.items() if name not in (*_HIDDEN, "_id")}
    return Import(
        **values
        | {
            "id": document["_id"],
            "creator": Creator(**document["creator"]),
            "counts": Counts(**document["counts"]),
            "status": Status(document["status"]),
            "mapping": unpacked(document["mapping"]),
            "columns": tuple(document["columns"]),
        }
    )


def packed(document: dict[str, Any] | None) -> bytes | None:
    """Return a document whose keys are the users' words (``$100``) as the database takes it: as JSON."""
    return None if document is None else orjson.dumps(document)


def unpacked(kept: bytes | None) -> dict[str, Any] | None:
    """Return what :func:`packed` packed."""
    return None if kept is None else orjson.loads(kept)


def cursor_of(document: dict[str, Any]) -> str:
    """Return the cursor of the page behind an import."""
    return f"{document['created_at'].isoformat()}|{document['_id']}"


def before(cursor: str) -> dict[str, Any]:
    """Return the query for imports that come behind a cursor; raise :class:`Invalid` for one that is not ours."""
    at, _, import_id = cursor.partition("|")
    try:
        created_at = datetime.fromisoformat(at).astimezone(UTC)
    except (ValueError, OverflowError) as error:  # no moment, or none in UTC
        raise Invalid("The cursor is not one of ours.") from error
    return {"$or": [{"created_at": {"$lt": created_at}}, {"created_at": created_at, "_id": {"$lt": import_id}}]}
