"""List referrals, and count what matching asks, without decrypting anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pymongo.database import Database

from contracts.policy import Scope
from services.referrals.referrals.store import COLLECTION, reachable
from services.referrals.views import OLDEST_FIRST, Page, given, in_area, page

SHOWN = dict.fromkeys(
    (
        *("version", "need", "family", "organization", "subject", "area", "status", "sent_at", "deadline"),
        *("escalated_at", "outcome", "last_modified"),
    ),
    1,
)
HIDDEN = dict.fromkeys(("note", "reason", "services", "history.reason"), 0)


class ReferralViews:
    """Read referrals as plain documents."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        """Take the service's database."""
        self._referrals = database[COLLECTION]

    def page(self, scope: Scope, asked: Mapping[str, Any]) -> Page:
        """Return a page of :data:`SHOWN`, newest first."""
        filters = given(**{name: asked[name] for name in ("family", "need", "status")})
        query = in_area(reachable(scope), asked["area"]) | filters
        if asked["organization"]:
            query["$and"] = [{"organization": asked["organization"]}]
        if asked["escalated"] is not None:
            query["escalated_at"] = {"$ne": None} if asked["escalated"] else None
        return page(self._referrals, query, limit=asked["limit"], after=asked["after"], projection=SHOWN)

    def states(self, limit: int, after: str) -> Page:
        """Return a page of documents without what was written in them, oldest first."""
        return page(self._referrals, {}, limit=limit, after=after, order=OLDEST_FIRST, projection=HIDDEN)

    def at_work(self, organizations: Iterable[str], subject: str) -> dict[str, int]:
        """Count the referrals of a subject that each agency has accepted and not ended; one without is left out."""
        match = {"organization": {"$in": list(organizations)}, "subject": subject, "at_work": True}
        counted = self._referrals.aggregate([{"$match": match}, {"$sortByCount": "$organization"}])
        return {document["_id"]: document["count"] for document in counted}

    def tried(self, need_id: str) -> dict[str, str]:
        """Return the status of each agency's last referral of a need."""
        found = self._referrals.find({"need": need_id}, {"organization": 1, "status": 1}).sort("_id", -1)
        return {document["organization"]: document["status"] for document in reversed(list(found))}
