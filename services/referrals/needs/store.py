"""Keep needs; what was written about one is encrypted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pymongo import IndexModel
from pymongo.client_session import ClientSession
from pymongo.database import Database

from contracts.policy import Scope
from services.referrals.answers import conflict, not_found
from services.referrals.needs.domain import Need, Status, Step, Transition
from services.referrals.sealing import Keys, Vault, seal, unseal
from services.referrals.views import OLDEST_FIRST, Page, given, in_area, page, within

COLLECTION = "needs"
COUNTED = {"version": 1, "area": 1, "subject": 1, "status": 1}

INDEXES: dict[str, tuple[IndexModel, ...]] = {
    COLLECTION: (
        IndexModel([("family", 1), ("_id", -1)], name="family"),
        IndexModel([("areas", 1), ("_id", -1)], name="area"),
    )
}


class NeedStore:
    """Keep needs. Methods that change return the document as stored, from which that version can be read again."""

    def __init__(self, database: Database[dict[str, Any]], vault: Vault) -> None:
        """Take the service's database and its vault."""
        self._needs = database[COLLECTION]
        self._vault = vault

    def add(self, need: Need, session: ClientSession) -> dict[str, Any]:
        """Add a new need."""
        document = self._document(need, self._vault.current(session))
        self._needs.insert_one(document, session=session)
        return document

    def save(self, need: Need, session: ClientSession) -> dict[str, Any]:
        """Replace the version before this one, or raise :class:`Conflict` where that is not the current one."""
        document = self._document(need, self._vault.current(session))
        before = {"_id": need.id, "version": need.version - 1}
        if not self._needs.replace_one(before, document, session=session).matched_count:
            raise conflict("changed_meanwhile", "version")
        return document

    def get(self, need_id: str, scope: Scope, session: ClientSession | None = None) -> Need:
        """Return a need, or raise :class:`NotFound` where there is none within reach."""
        document = self._needs.find_one({"_id": need_id, **within(scope)}, session=session)
        if document is None:
            raise not_found("need")
        return self.read(document)

    def of_family(self, family_id: str, session: ClientSession | None = None) -> list[Need]:
        """Return all needs of a family, newest first."""
        found = self._needs.find({"family": family_id}, session=session).sort("_id", -1)
        return [self.read(document) for document in found]

    def page(self, scope: Scope, asked: Mapping[str, Any]) -> Page:
        """Return a page of documents without notes, newest first."""
        filters = given(**{name: asked[name] for name in ("family", "subject", "urgency", "status")})
        query = in_area(within(scope), asked["area"]) | filters
        hidden = {"note": 0, "history": 0}
        return page(self._needs, query, limit=asked["limit"], after=asked["after"], projection=hidden)

    def states(self, limit: int, after: str) -> Page:
        """Return a page of what all needs are counted by, oldest first."""
        return page(self._needs, {}, limit=limit, after=after, order=OLDEST_FIRST, projection=COUNTED)

    def read(self, document: Mapping[str, Any]) -> Need:
        """Return the need that a stored document holds."""
        known = dict(document)
        known["id"] = known.pop("_id")
        known |= {
            "areas": tuple(known["areas"]),
            "point": known["point"] and tuple(known["point"]),
            "note": unseal(self._vault, known["note"]),
            "status": Status(known["status"]),
            "history": tuple(map(_step, known["history"])),
        }
        return Need(**known)

    def _document(self, need: Need, keys: Keys) -> dict[str, Any]:
        document = asdict(need)
        document["_id"] = document.pop("id")
        document["note"] = seal(keys, need.note)
        return document


def _step(document: Mapping[str, Any]) -> Step:
    transition, status = Transition(document["transition"]), Status(document["status"])
    return Step(**{**document, "transition": transition, "status": status})
