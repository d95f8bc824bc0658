"""Keep how far the register is looked over, in MongoDB: one document, which whoever goes on moves on.

::

    {"_id": "register", "of", "since", "after", "changed", "done"}

``of`` is what it is looked over for, a day, a revision of the areas and the form in which organizations are found, and
``since`` when that was seen first, ``after`` the last organization that was looked at, ``changed`` how many were
changed, and ``done`` what it was looked over for to its end last.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from pymongo import UpdateOne
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.registry.organizations.domain import Organization
from services.registry.organizations.store import covers, from_document

INDEXES = {"reviews": ()}
REGISTER = "register"
QUIET = timedelta(minutes=1)
"""So long a tree of areas rests before the register is looked over by it: a load comes in many calls."""

MAY_DIFFER = {"$or": [{"placed": True}, {"international_cooperation": True}, {"locations.area": {"$gt": ""}}]}
_PLACE = ("id", "latitude", "longitude", "area", "outside_area")
_SAID = ("version", "status", "name", "last_modified", "area", "areas", "capabilities.subject")
_COOPERATES = ("international_cooperation", "cooperations")
_NEEDED = dict.fromkeys((*_SAID, *_COOPERATES, *(f"locations.{name}" for name in _PLACE)), True)


class Elsewhere(Exception):
    """Say that another process went on, or began anew."""


class ReviewStore:
    """Read whom to look at, and keep how far that is done."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        """Take the service's database."""
        self._reviews = database["reviews"]
        self._organizations = database["organizations"]

    def due(self, of: str, now: datetime) -> str | None:
        """Return after whom to go on, or None where nothing is due; whatever else was in hand is begun anew."""
        known = self._reviews.find_one({"_id": REGISTER})
        if known and known.get("done") == of:
            return None
        if known and known["of"] == of:
            rests = known["since"] <= now < known["since"] + QUIET
            return None if rests else str(known["after"])
        with suppress(DuplicateKeyError):  # another process was first
            fresh = {"of": of, "since": now, "after": "", "changed": 0}
            self._reviews.update_one({"_id": REGISTER, "of": {"$ne": of}}, {"$set": fresh}, upsert=True)
        return None

    def last_day(self) -> str:
        """Return the day for which the register was looked over to its end last; empty before the first time."""
        known = self._reviews.find_one({"_id": REGISTER}, {"done": 1}) or {}
        return str(known.get("done", "")).partition(" ")[0]

    def page(self, after: str, limit: int) -> list[Organization]:
        """Return organizations that may have to change, in the order of their ids, with what decides it alone."""
        wanted = {"_id": {"$gt": after}, **MAY_DIFFER}
        found = self._organizations.find(wanted, _NEEDED, hint="_id_", batch_size=limit).sort("_id", 1).limit(limit)
        return list(map(from_document, found))

    def cover(self, page: Iterable[Organization]) -> None:
        """Have organizations of a page found where their branches are, that were stored before that was.

        It is the same record: what it is found by follows from it. Their places tell their ``areas``.
        """
        branching = (one for one in page if any(set(place.areas) - set(one.areas) for place in one.locations))
        found_by = ((one, covers(one)) for one in branching)
        renewed = [
            UpdateOne(
                {"_id": one.id, "version": one.version, "covers": {"$not": {"$all": keys}}}, {"$set": {"covers": keys}}
            )
            for one, keys in found_by
            if keys
        ]
        if renewed:
            self._organizations.bulk_write(renewed, ordered=False)

    def advance(self, of: str, after: str, to: str, changed: int = 0, session: ClientSession | None = None) -> None:
        """Note that all up to ``to`` are looked at. Raises :class:`Elsewhere` where that was not next."""
        self._move(of, after, {"$set": {"after": to}, "$inc": {"changed": changed}}, session)

    def finish(self, of: str, after: str) -> int:
        """Note that all are looked at, and return how many were changed. Raises :class:`Elsewhere`."""
        return int(self._move(of, after, {"$set": {"done": of}}, None)["changed"])

    def _move(self, of: str, after: str, change: dict[str, Any], session: ClientSession | None) -> dict[str, Any]:
        stands = {"_id": REGISTER, "of": of, "after": after, "done": {"$ne": of}}
        found = self._reviews.find_one_and_update(stands, change, session=session)
        if found is None:
            raise Elsewhere
        return found
