"""Keep referrals; what was written in one is encrypted.

Three fields of a document stand for what a query asks: ``open`` (true while it takes its need: one such a need, by a
unique index), ``at_work`` (true while it takes of the agency's capacity) and ``due`` (when the clock must look at it).
Where the clock could not move it, ``again`` says when it looks next, and ``tries`` how often it has looked in vain;
neither is part of a version, and the next one is without them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from pymongo import IndexModel
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from contracts.policy import Scope
from services.referrals.answers import conflict, not_found
from services.referrals.referrals.domain import Referral, Service, Step
from services.referrals.referrals.states import AT_WORK, OPEN, Status, Transition
from services.referrals.sealing import Keys, Vault, seal, unseal
from services.referrals.views import within

COLLECTION = "referrals"
DERIVED = ("open", "at_work", "due", "again", "tries")

Due = tuple[str, int]
"""The id of a referral that the clock must look at, and how often it has looked in vain."""

INDEXES: dict[str, tuple[IndexModel, ...]] = {
    COLLECTION: (
        IndexModel([("need", 1)], name="one_open_a_need", unique=True, partialFilterExpression={"open": True}),
        IndexModel([("need", 1), ("_id", -1)], name="need"),
        IndexModel([("family", 1), ("_id", -1)], name="family"),
        IndexModel([("organization", 1), ("_id", -1)], name="organization"),
        IndexModel([("areas", 1), ("_id", -1)], name="area"),
        IndexModel([("organization", 1), ("subject", 1)], name="at_work", partialFilterExpression={"at_work": True}),
        IndexModel([("due", 1), ("again", 1)], name="due_again", sparse=True),
    )
}


class ReferralStore:
    """Keep referrals. Methods that change return the document as stored, from which that version can be read again."""

    def __init__(self, database: Database[dict[str, Any]], vault: Vault) -> None:
        """Take the service's database and its vault."""
        self._referrals = database[COLLECTION]
        self._vault = vault

    def add(self, referral: Referral, session: ClientSession) -> dict[str, Any]:
        """Add a new referral. Raises :class:`Conflict` (``need_already_referred``)."""
        document = self._document(referral, self._vault.current(session))
        with _one_open_a_need():
            self._referrals.insert_one(document, session=session)
        return document

    def save(self, referral: Referral, session: ClientSession) -> dict[str, Any]:
        """Replace the version before this one, or raise :class:`Conflict` where that is not the current one."""
        document = self._document(referral, self._vault.current(session))
        before = {"_id": referral.id, "version": referral.version - 1}
        if not self._referrals.replace_one(before, document, session=session).matched_count:
            raise conflict("changed_meanwhile", "version")
        return document

    def get(self, referral_id: str, scope: Scope, session: ClientSession | None = None) -> Referral:
        """Return a referral, or raise :class:`NotFound` where there is none within reach."""
        document = self._referrals.find_one({"_id": referral_id, **reachable(scope)}, session=session)
        if document is None:
            raise not_found("referral")
        return self.read(document)

    def of_family(self, family_id: str, session: ClientSession | None = None) -> list[Referral]:
        """Return all referrals of a family, newest first."""
        found = self._referrals.find({"family": family_id}, session=session).sort("_id", -1)
        return [self.read(document) for document in found]

    def due(self, at: datetime, limit: int) -> list[Due]:
        """Return referrals that the clock must look at now, those that have waited longest first."""
        query = {"due": {"$lte": at}, "again": {"$not": {"$gt": at}}}
        found = self._referrals.find(query, {"tries": 1}).sort("due", 1).limit(limit)
        return [(document["_id"], document.get("tries", 0)) for document in found]

    def step_back(self, referral_id: str, at: datetime, delay: timedelta) -> None:
        """Let the clock look at a referral that it could not move after ``delay``; its version stays."""
        still_due = {"_id": referral_id, "due": {"$lte": at}}
        self._referrals.update_one(still_due, {"$set": {"again": at + delay}, "$inc": {"tries": 1}})

    def overdue(self, at: datetime, limit: int) -> tuple[int, datetime | None]:
        """Return how many referrals the clock must look at, ``limit`` at most, and since when the first has waited."""
        waiting = {"due": {"$lte": at}}
        first = self._referrals.find_one(waiting, {"_id": 0, "due": 1}, sort=[("due", 1)])
        return self._referrals.count_documents(waiting, limit=limit), first["due"] if first else None

    def read(self, document: Mapping[str, Any]) -> Referral:
        """Return the referral that a stored document holds."""
        known = {name: value for name, value in document.items() if name not in DERIVED}
        known["id"] = known.pop("_id")
        known |= {
            "areas": tuple(known["areas"]),
            "note": unseal(self._vault, known["note"]),
            "reason": unseal(self._vault, known["reason"]),
            "status": Status(known["status"]),
            "services": tuple(map(self._read_service, known["services"])),
            "history": tuple(map(self._read_step, known["history"])),
        }
        return Referral(**known)

    def _document(self, referral: Referral, keys: Keys) -> dict[str, Any]:
        document = asdict(referral)
        document["_id"] = document.pop("id")
        document["note"] = seal(keys, referral.note)
        document["reason"] = seal(keys, referral.reason)
        for service in document["services"]:
            service["description"] = seal(keys, service["description"])
        for step in document["history"]:
            step["reason"] = seal(keys, step["reason"])
        return document | _derived(referral)

    def _read_service(self, document: Mapping[str, Any]) -> Service:
        return Service(**{**document, "description": unseal(self._vault, document["description"])})

    def _read_step(self, document: Mapping[str, Any]) -> Step:
        words = {
            "transition": Transition(document["transition"]),
            "previous_status": Status(document["previous_status"]),
            "status": Status(document["status"]),
            "reason": unseal(self._vault, document["reason"]),
        }
        return Step(**{**document, **words})


def reachable(scope: Scope) -> dict[str, Any]:
    """Return the part of a query that keeps to what exists for the caller: for an agency, what was sent to it."""
    if not scope.organization:
        return within(scope)
    return {"organization": scope.organization, "sent_at": {"$ne": None}} | within(scope)


def _derived(referral: Referral) -> dict[str, Any]:
    derived: dict[str, Any] = {}
    if referral.status in OPEN:
        derived["open"] = True
    if referral.status in AT_WORK:
        derived["at_work"] = True
    if referral.status == Status.SENT:
        derived["due"] = referral.deadline if referral.escalated_at is None else referral.expires
    return derived


@contextmanager
def _one_open_a_need() -> Iterator[None]:
    try:
        yield
    except DuplicateKeyError as error:
        raise conflict("need_already_referred", "need") from error
