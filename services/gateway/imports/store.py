"""Keep imports, their files and their reports in the gateway's database, and who of several importers is at which.

::

    imports              the resource; ``open`` stands while it is not ended, with the ``holder`` of its lease
    import_files.*       the file, until the import has ended (see file_store)
    import_plans         mapping and areas that decide what a row becomes, fixed when the import began to run
    import_findings      one document a row that was rejected or has a warning

A lease is judged by the server's clock. What is done under it bears being done twice: a batch is put by its number, its
findings have the row's own ids, and :meth:`ImportStore.acknowledge` counts a batch once.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from pymongo import IndexModel, ReplaceOne, ReturnDocument
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from chassis import audit
from chassis.clock import now
from chassis.database import CHASSIS_INDEXES, transaction
from chassis.errors import Conflict, Invalid, NotFound
from chassis.ids import new_id
from contracts.text import fold
from services.gateway.hsds.own.views import OwnTerms
from services.gateway.imports.documents import before, cursor_of, document_of, import_of, packed, unpacked
from services.gateway.imports.domain import MOVES, Counts, Creator, Finding, IllegalMove, Import, Status
from services.gateway.imports.file_store import FILE_INDEXES, FileStore

LEASE_SECONDS = 12
MOST_TRIES = 6
KEPT_DAYS = 90
_LEASE = {"$add": ["$$NOW", LEASE_SECONDS * 1000]}
PER_IMPORT = uuid.UUID("6f0c6c1c-0d9b-5f43-9f0e-5b7d0a7a4e1d")

INDEXES = {
    "imports": (
        IndexModel([("open", 1), ("created_at", 1)], name="open", sparse=True),
        IndexModel([("created_at", -1), ("_id", -1)], name="created_at"),
        IndexModel([("creator.id", 1), ("created_at", -1), ("_id", -1)], name="creator"),
        IndexModel([("file", 1)], name="file", sparse=True),
        IndexModel([("expires", 1)], name="expires", expireAfterSeconds=0),
    ),
    "import_findings": (
        IndexModel([("import", 1), ("rejected", 1), ("row", 1)], name="import_rejected"),
        IndexModel([("import", 1), ("row", 1)], name="import"),
        IndexModel([("expires", 1)], name="expires", expireAfterSeconds=0),
    ),
    "import_plans": (IndexModel([("expires", 1)], name="expires", expireAfterSeconds=0),),
    **FILE_INDEXES,
    audit.COLLECTION: CHASSIS_INDEXES[audit.COLLECTION],
}


class LeaseLost(Exception):
    """Say that another importer holds the import now, or that it has ended."""


class ImportStore:
    """Create, show, claim and advance imports."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        """Take the gateway's database."""
        self._database = database
        self._imports = database["imports"]
        self._audit = database[audit.COLLECTION]
        self._findings = database["import_findings"]
        self._plans = database["import_plans"]
        self._files = FileStore(database)

    # What the API asks

    def create(
        self,
        content: BinaryIO,
        filename: str,
        creator: Creator,
        *,
        language: str,
        dry_run: bool = False,
        mapping: dict[str, Any] | None = None,
        key: str = "",
        traceparent: str = "",
    ) -> tuple[Import, bool]:
        """Keep a file and return its import, ``received``; and whether it is new.

        ``key`` is the caller's idempotency key: the same file and options under it give the import that stands (False).
        Others raise :class:`Invalid` with ``idempotency_key_reused``. The file is streamed.
        """
        made = Import(
            id=str(uuid.uuid5(PER_IMPORT, f"{creator.role}:{creator.id}|{key}")) if key else new_id(),
            filename=filename[:200],
            size=0,
            creator=creator,
            language=language,
            created_at=now(),
            dry_run=dry_run,
            mapping=mapping,
            mapping_given=mapping is not None,
        )
        kept = self._files.keep(content, options=repr((filename, language, dry_run, mapping)))
        document = document_of(replace(made, size=kept.size)) | {
            "open": True,
            "tries": 0,
            "file": kept.id,
            "digest": kept.digest,
            "expires": made.created_at + timedelta(days=KEPT_DAYS),
        }
        note = _note(creator, "import.created", made.id, traceparent)
        try:
            transaction(self._database, lambda session: self._add(document, note, session))
        except DuplicateKeyError:
            self._files.erase(kept.id)
            return self._repeated(made.id, kept.digest), False
        return import_of(document), True

    def get(self, import_id: str, created_by: str = "") -> Import:
        """Return one import, of one creator where that is given. Raises :class:`NotFound`."""
        bound = {"_id": import_id} | ({"creator.id": created_by} if created_by else {})
        document = self._imports.find_one(bound)
        if document is None:
            raise NotFound("There is no such import.")
        return import_of(document)

    def page(self, limit: int, after: str = "", created_by: str = "") -> tuple[list[Import], str]:
        """Return imports, the newest first, and the cursor of the next page (empty for none).

        ``after`` is the cursor of the page before, ``created_by`` the id of the one creator whose imports are wanted.
        """
        query: dict[str, Any] = {"creator.id": created_by} if created_by else {}
        if after:
            query |= before(after)
        found = list(self._imports.find(query).sort([("created_at", -1), ("_id", -1)]).limit(limit + 1))
        return [import_of(one) for one in found[:limit]], cursor_of(found[limit - 1]) if len(found) > limit else ""

    def rejections_page(
        self, import_id: str, limit: int, after: int = 0, *, warnings: bool = True
    ) -> tuple[list[Finding], int]:
        """Return what is reported of rows after row ``after``, in their order, and where to go on (0 for no more).

        Rejected rows, and with ``warnings`` those that went in with something left out or mended.
        """
        query: dict[str, Any] = {"import": import_id, "row": {"$gt": after}}
        if not warnings:
            query["rejected"] = True
        found = list(self._findings.find(query).sort("row", 1).limit(limit + 1))
        page = [Finding(one["row"], one["rejected"], tuple(one["problems"])) for one in found[:limit]]
        return page, page[-1].row if len(found) > limit else 0

    def cancel(self, import_id: str, actor: Creator, traceparent: str = "") -> Import:
        """End an import before its time; batches that were put stay. Raises :class:`Conflict` where it has ended."""
        stands = self.get(import_id)
        try:
            ended = stands.move(Status.CANCELLED, now())
        except IllegalMove as error:
            raise Conflict(str(error)) from error
        note = _note(actor, "import.cancelled", import_id, traceparent)
        if not transaction(self._database, lambda session: self._end(ended, stands.version, note, session)):
            return self.cancel(import_id, actor, traceparent)
        self._forget(import_id)
        return ended

    # What the importer does

    def claim(self, holder: str) -> Import | None:
        """Return the oldest open import that nobody holds, as ours for :data:`LEASE_SECONDS`; None where there is none.

        One that was claimed :data:`MOST_TRIES` times without a batch done in between is given back all the same:
        :meth:`tries` tells.
        """
        free = {"$lt": [{"$ifNull": ["$leased_until", 0]}, "$$NOW"]}
        document = self._imports.find_one_and_update(
            {"open": True, "$expr": {"$or": [free, {"$eq": ["$holder", holder]}]}},
            [{"$set": {"holder": holder, "leased_until": _LEASE, "tries": {"$add": ["$tries", 1]}}}],
            sort=[("created_at", 1)],
            return_document=ReturnDocument.AFTER,
        )
        return import_of(document) if document else None

    def tries(self, import_id: str) -> int:
        """Return how often an import was claimed since its last batch."""
        document = self._imports.find_one({"_id": import_id}, {"tries": 1})
        return int(document["tries"]) if document else 0

    def renew(self, import_id: str, holder: str) -> None:
        """Hold the lease on; raise :class:`LeaseLost` where it is not ours any more."""
        held = self._imports.update_one(
            {"_id": import_id, "open": True, "holder": holder}, [{"$set": {"leased_until": _LEASE}}]
        )
        if not held.matched_count:
            raise LeaseLost(import_id)

    def release(self, import_id: str, holder: str) -> None:
        """Give the lease back at once; that was no vain try."""
        self._imports.update_one(
            {"_id": import_id, "holder": holder}, {"$set": {"tries": 0}, "$unset": {"holder": "", "leased_until": ""}}
        )

    def fetch(self, import_id: str, target: Path) -> None:
        """Write an import's file to a path; raise :class:`UnreadableFile` where it is not kept any more."""
        document = self._imports.find_one({"_id": import_id}, {"file": 1}) or {}
        self._files.fetch(document.get("file"), target)

    def save(self, stands: Import, holder: str) -> None:
        """Write an import as it stands, held by us; raise :class:`LeaseLost` where it is not any more.

        An import that has ended gives its lease back and its file and plan up.
        """
        if not self._save(stands, {"_id": stands.id, "open": True, "holder": holder}):
            raise LeaseLost(stands.id)
        if not MOVES[stands.status]:
            self._forget(stands.id)

    def acknowledge(self, stands: Import, holder: str, findings: Sequence[Finding], counts: Counts) -> Import:
        """Note that the next batch is done, with its findings, and return the import after it.

        Counted once, however often it is called for the same batch. Raises :class:`LeaseLost`.
        """
        self._add_findings(stands, findings)
        after = replace(
            stands, next_batch=stands.next_batch + 1, counts=stands.counts.plus(counts), version=stands.version + 1
        )
        changed = {"next_batch": after.next_batch, "counts": asdict(after.counts), "version": after.version, "tries": 0}
        done = self._imports.update_one(
            {"_id": stands.id, "open": True, "holder": holder, "next_batch": stands.next_batch},
            [{"$set": {**changed, "leased_until": _LEASE}}],
        )
        if not done.matched_count:
            raise LeaseLost(stands.id)
        return after

    def keep_plan(self, import_id: str, plan: dict[str, Any]) -> None:
        """Keep what decides the rows of an import."""
        expires = now() + timedelta(days=KEPT_DAYS)
        self._plans.replace_one({"_id": import_id}, {"plan": packed(plan), "expires": expires}, upsert=True)

    def plan(self, import_id: str) -> dict[str, Any] | None:
        """Return what :meth:`keep_plan` kept, or None."""
        document = self._plans.find_one({"_id": import_id})
        return unpacked(document["plan"]) if document else None

    def terms(self) -> dict[str, str]:
        """Return the codes of the node's own terms by their names, folded, as far as the directory has them by now.

        A name of several means the first of their codes.
        """
        known = sorted(OwnTerms(self._database).known().items(), reverse=True)
        return {fold(name): code for code, term in known for name in term["names"].values()}

    def erase_orphans(self, before: datetime | None = None) -> int:
        """Erase files of which no import knows (a crash between the two writes), and return how many."""
        old = set(self._files.older(before))
        known = {one["file"] for one in self._imports.find({"file": {"$in": list(old)}}, {"file": 1})}
        for file in old - known:
            self._files.erase(file)
        return len(old - known)

    # Within

    def _repeated(self, import_id: str, digest: str) -> Import:
        document = self._imports.find_one({"_id": import_id})
        if document is None or document["digest"] != digest:
            message = "The key was used for another file or other options."
            problem = {"field": "Idempotency-Key", "code": "idempotency_key_reused", "message": message}
            raise Invalid(message, [problem])
        return import_of(document)

    def _add(self, document: dict[str, Any], note: dict[str, Any], session: ClientSession) -> None:
        self._imports.insert_one(document, session=session)
        self._audit.insert_one(note, session=session)

    def _end(self, ended: Import, version: int, note: dict[str, Any], session: ClientSession) -> bool:
        saved = self._save(ended, {"_id": ended.id, "version": version}, session)
        if saved:
            self._audit.insert_one(note, session=session)
        return saved

    def _save(self, stands: Import, guard: dict[str, Any], session: ClientSession | None = None) -> bool:
        document = document_of(stands)
        del document["_id"]
        ended = not MOVES[stands.status]
        left: dict[str, Any] = {"$unset": {"open": "", "holder": "", "leased_until": ""}} if ended else {}
        return bool(self._imports.update_one(guard, {"$set": document, **left}, session=session).matched_count)

    def _add_findings(self, stands: Import, findings: Iterable[Finding]) -> None:
        expires = stands.created_at + timedelta(days=KEPT_DAYS)
        writes = [
            ReplaceOne(
                {"_id": f"{stands.id}:{one.row}"},
                {
                    "import": stands.id,
                    "row": one.row,
                    "rejected": one.rejected,
                    "problems": list(one.problems),
                    "expires": expires,
                },
                upsert=True,
            )
            for one in findings
        ]
        if writes:
            self._findings.bulk_write(writes, ordered=False)

    def _forget(self, import_id: str) -> None:
        document = self._imports.find_one_and_update({"_id": import_id}, {"$unset": {"file": ""}}, {"file": 1})
        self._plans.delete_one({"_id": import_id})
        if document and "file" in document:
            self._files.erase(document["file"])


def _note(actor: Creator, action: str, import_id: str, traceparent: str) -> dict[str, Any]:
    label = f"{actor.role}:{actor.id}"
    return audit.entry(label, action, import_id, at=now(), organization=actor.organization, traceparent=traceparent)
