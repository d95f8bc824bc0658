"""Keep of which form the directory's records are, and have it rebuilt where that is an older one's.

A record is rendered when it changes, so after an update those that stand are as the version before wrote them, until
they change or the directory is rebuilt. :data:`.form.FORM` numbers what they are rendered as; ``directory_form`` holds
the number that all of them are known to be of, none where a version wrote them that knew of no numbers::

    {"_id": "directory", "number": 1, "since": when that came to be known}

Until then what older records cannot answer is refused for a while (:class:`Renewed`): an answer that lacks some of them
looks like any other. A rebuild makes them so, if projectors of this form alone took turns at it and none of an older
one has applied an event since it began. That one is asked for by the projectors themselves: one at a time, whichever of
them looks first.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from chassis.errors import Unavailable
from chassis.logs import get_logger
from services.gateway.directory.form import FORM
from services.gateway.directory.rebuild_store import KINDS, RebuildStore

REST = timedelta(seconds=60)
"""How long an older version's projector must have applied nothing, before it counts as gone."""

KEY = {"_id": "directory"}
OTHERS = {"form": {"$not": {"$gte": FORM}}}

log = get_logger()


class FormStore:
    """Compare the directory's form with this version's."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        """Take the gateway's database."""
        self._database = database
        self._form = database["directory_form"]
        self._rebuilds = database["directory_rebuilds"]
        self._projectors = database["directory_projectors"]

    def begin(self, now: datetime) -> None:
        """Note that a directory in which nothing stands is of this form. For a projector's start, before it applies."""
        if self.outdated() and self.empty():
            self._note(now)

    def outdated(self) -> bool:
        """Tell whether records may stand that an older version rendered."""
        return self.number() < FORM

    def number(self) -> int:
        """Return the form that all records are known to be of, or a newer one; zero where none is known."""
        found = self._form.find_one(KEY)
        return found["number"] if found else 0

    def empty(self) -> bool:
        """Tell whether nothing stands."""
        return not any(self._database[f"directory_{kind}"].find_one({}, {"_id": 1}) for kind in KINDS)

    def turn(self, actor: str, now: datetime) -> None:
        """Ask for a rebuild where one is wanted, or note that it is done. Does nothing most of the time."""
        if not self.outdated():
            return
        under_way = self._rebuilds.find_one({"open": True})  # before those that are done: it may end meanwhile
        done = self._rebuilds.find_one({"status": "done", "form": {"$gte": FORM}}, sort=[("requested_at", -1)])
        if done and not self._older_since(done["started_at"]):
            if self._note(now):
                log.info("directory_renewed", form=FORM, rebuild=done["_id"])
        elif older := self._older_since(now - REST):
            log.warning("older_projector_at_work", projector=older["_id"], applied_at=older["applied_at"])
        elif not under_way:
            asked = RebuildStore(self._database).request(actor, now)
            log.info("directory_outdated", form=FORM, rebuild=asked["_id"])

    def _older_since(self, moment: datetime) -> dict[str, Any] | None:
        """Return an older version's projector that applied an event since a moment."""
        return self._projectors.find_one({"applied_at": {"$gte": moment}, **OTHERS})

    def _note(self, now: datetime) -> bool:
        """Note that all is of this form; False where another projector did, perhaps one of a newer form."""
        noted, older = {"$set": {"number": FORM, "since": now}}, {**KEY, "number": {"$not": {"$gte": FORM}}}
        with suppress(DuplicateKeyError):
            self._form.update_one(older, noted, upsert=True)
            return True
        return False


class Renewed:
    """See that the directory can answer what records of an older form cannot. Asks no more once it can."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        """Take the gateway's database."""
        self._kept = FormStore(database)
        self._number = 0

    def wants(self, form: int) -> None:
        """Raise :class:`Unavailable` where records may stand that are of an older form than a question needs."""
        if self._number >= form:
            return
        self._number = self._kept.number()
        if self._number < form and not self._kept.empty():
            raise Unavailable("The directory is being renewed after an update. Repeat it then, or ask without a place.")
