"""List and look up families without decrypting anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pymongo.client_session import ClientSession
from pymongo.database import Database

from contracts.policy import Scope
from contracts.text import sought
from services.referrals.families.domain import HEAD
from services.referrals.families.store import COLLECTION
from services.referrals.views import OLDEST_FIRST, Page, given, in_area, page, within

SHOWN = {
    **dict.fromkeys(("version", "area", "areas", "language", "status", "last_modified"), 1),
    **dict.fromkeys(("members.given_name", "members.family_name", "members.relationship"), 1),
}
COUNTED = {"version": 1, "area": 1, "status": 1}
MOST_FOUND = 50
NOBODY = [{"names": {"$in": []}}]


class FamilyViews:
    """Read families as lists show them: documents of :data:`SHOWN`."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        """Take the service's database."""
        self._families = database[COLLECTION]

    def page(self, scope: Scope, asked: Mapping[str, Any], session: ClientSession | None = None) -> Page:
        """Return a page, newest first, of those in an area and a status whose members' names begin with the words."""
        query = in_area(within(scope), asked["area"]) | given(status=asked["status"])
        if asked["q"]:
            query["$and"] = sought("names", asked["q"]) or NOBODY
        return page(
            self._families, query, limit=asked["limit"], after=asked["after"], projection=SHOWN, session=session
        )

    def found(self, scope: Scope, path: str, tokens: list[str], session: ClientSession) -> list[dict[str, Any]]:
        """Return those with one of these tokens at a path; by national id one in care, and any that were."""
        query = {path: {"$in": tokens}, **within(scope)}
        return list(self._families.find(query, SHOWN, session=session).limit(MOST_FOUND))

    def states(self, limit: int, after: str) -> Page:
        """Return a page of what all families are counted by, oldest first."""
        return page(self._families, {}, limit=limit, after=after, order=OLDEST_FIRST, projection=COUNTED)


def head_name(document: Mapping[str, Any]) -> str:
    """Return the name of the head in a document of :data:`SHOWN`."""
    head = next(member for member in document["members"] if member["relationship"] == HEAD)
    return f"{head['given_name']} {head['family_name']}".strip()
