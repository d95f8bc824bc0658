"""Page through collections, and bound every query by what exists for its caller."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pymongo.client_session import ClientSession
from pymongo.collection import Collection

from contracts.policy import Scope
from services.referrals.errors import NotValid

Documents = Collection[dict[str, Any]]
NEWEST_FIRST, OLDEST_FIRST = -1, 1
EVERYWHERE = Scope()


@dataclass(frozen=True, slots=True)
class Page:
    """Hold a page of documents, and the cursor of the next, empty on the last."""

    documents: list[dict[str, Any]]
    next: str


def page(
    collection: Documents,
    query: Mapping[str, Any],
    *,
    limit: int,
    after: str = "",
    order: int = NEWEST_FIRST,
    projection: Mapping[str, Any] | None = None,
    session: ClientSession | None = None,
) -> Page:
    """Return at most ``limit`` documents in the order of their ids, which is that of their making, after a cursor.

    A page is stable: what is added meanwhile never moves what follows a cursor. Raises :class:`NotValid` for a cursor
    that no page gave.
    """
    bounded = dict(query)
    if after:
        bounded["_id"] = {"$lt" if order == NEWEST_FIRST else "$gt": _id_of(after)}
    found = list(collection.find(bounded, projection, session=session).sort("_id", order).limit(limit + 1))
    more = len(found) > limit
    return Page(found[:limit], _cursor_of(found[limit - 1]["_id"]) if more else "")


def within(scope: Scope) -> dict[str, Any]:
    """Return the part of a query that keeps to what exists for the caller: an area and all that lies within it."""
    return {"areas": scope.area} if scope.area else {}


def in_area(query: dict[str, Any], area: str) -> dict[str, Any]:
    """Return the query narrowed to an area, within whatever bound it has."""
    if not area:
        return query
    bound = query.get("areas")
    return query | {"areas": {"$all": [bound, area]} if bound and bound != area else area}


def given(**filters: Any) -> dict[str, Any]:
    """Return those filters that are given."""
    return {name: value for name, value in filters.items() if value not in ("", None)}


def _cursor_of(record_id: str) -> str:
    return base64.urlsafe_b64encode(record_id.encode()).decode().rstrip("=")


def _id_of(cursor: str) -> str:
    try:
        return base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise NotValid("unknown_cursor", "after") from error
