"""Carry one import through, a batch at a time: whoever runs it may stop between two batches, and another goes on.

::

    received ─▶ file fetched, header found, mapping guessed or settled, areas asked ─▶ plan kept ─▶ running
    running  ─▶ next batch: rows built ─▶ registry.put_organizations, key: import, number, rows ─▶ acknowledged
             ─▶ no rows left ─▶ completed

The registry is asked for the next batch as soon as it has answered for one, which is acknowledged meanwhile, and the
one after is read. A crash between the registry's answer and the acknowledgement has a batch put again under its key,
with its effect once. Rows that are counted are read over, not put: whoever goes on may be of another version, that cuts
batches otherwise. One that makes other rows of them has another key, too, and finds what the registry has; as does one
whose key the registry takes for another request's, since it is of another version that adds other defaults.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import asdict, replace
from hashlib import sha256
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Protocol

import orjson

from chassis.clock import now
from chassis.errors import Forbidden, Invalid
from chassis.logs import get_logger
from contracts.envelope import RpcContract
from contracts.registry import PAGE_AREAS, PUT_ORGANIZATIONS
from contracts.registry.areas import is_there
from services.gateway.imports import mapping as mappings
from services.gateway.imports.areas import Area, AreaIndex, of_wire
from services.gateway.imports.batches import Batch, batches, outcome
from services.gateway.imports.domain import Import, Status, UnreadableFile
from services.gateway.imports.draft import Plan
from services.gateway.imports.mapping import Mapping
from services.gateway.imports.messages import reason
from services.gateway.imports.reader import open_table
from services.gateway.imports.store import MOST_TRIES, ImportStore
from services.gateway.imports.table import Table

PAGE = 200
KEY_REUSED = "idempotency_key_reused"

log = get_logger()


class Caller(Protocol):
    """Call the registry: chassis's client, or a fake."""

    def call(
        self, contract: RpcContract, request: dict[str, Any], *, key: str = "", timeout: float | None = None
    ) -> Any:
        """Return the answer as plain JSON types, or raise what the registry raised."""


class Run:
    """Hold an import that we have claimed, its file, and the batches still to come."""

    def __init__(self, stands: Import, holder: str, *, store: ImportStore, caller: Caller, country: str) -> None:
        """Take the import and its parts. Its file is put where nobody finds it, and nothing of it outlives us."""
        self.stands = stands
        self._holder = holder
        self._store = store
        self._caller = caller
        self._country = country
        self._held = TemporaryFile()  # noqa: SIM115 - closed by close()
        self._file = Path(f"/proc/self/fd/{self._held.fileno()}")
        self._plan: Plan | None = None
        self._batches: Iterator[Batch] = iter(())
        self._next: Batch | None = None
        self._threads = ThreadPoolExecutor(2)
        self._ahead: Future[Batch | None] | None = None
        self._asked: dict[int, Future[list[dict[str, Any]]]] = {}

    @property
    def ended(self) -> bool:
        """Tell whether there is nothing more to do."""
        return self.stands.finished_at is not None

    def step(self) -> None:
        """Do the next piece of work, of a batch's size.

        Raises :class:`chassis.errors.Unavailable` and the like where the registry does not answer: the same step may
        be made again. Raises :class:`LeaseLost` where the import is not ours any more.
        """
        self._store.renew(self.stands.id, self._holder)
        try:
            if self._plan is None:
                self._begin()
            elif self._next is None:
                self._advance()
            else:
                self._put(self._next, self._plan)
        except UnreadableFile as error:
            self._fail(error.code, error.details)
        except (Invalid, Forbidden) as error:
            self._fail("refused", {"detail": error.detail})

    def close(self) -> None:
        """Give up the file."""
        self._threads.shutdown(cancel_futures=True)
        self._batches = iter(())
        self._held.close()

    def _begin(self) -> None:
        if self._store.tries(self.stands.id) > MOST_TRIES:
            raise UnreadableFile("gave_up")
        self._store.fetch(self.stands.id, self._file)
        kept = self._store.plan(self.stands.id)
        if kept is None:
            self._move(Status.READING)
        document = kept["mapping"] if kept else self.stands.mapping if self.stands.mapping_given else None
        given = mappings.load(document) if document else None
        score = mappings.wanted_score(given) if given else mappings.heading_score
        table = open_table(self._file, score, given.sheet if given else "")
        plan = _plan(kept or self._settle(table, given))
        self._move(Status.RUNNING)  # where this breaks off, the next step begins again
        left = islice(table.rows, self.stands.counts.rows, None)
        self._plan, self._batches = plan, batches(left, plan, self.stands.next_batch)
        self._advance()

    def _settle(self, table: Table, given: Mapping | None) -> dict[str, Any]:
        """Decide what every row of this import will be decided by, and keep it."""
        guesses = [] if given else mappings.guess(table.columns)
        settled = mappings.settle(given or mappings.of_guesses(guesses), table)
        plan: dict[str, Any] = {
            "mapping": settled.as_document(),
            "areas": [asdict(area) for area in self._areas()],
            "country": settled.country or self._country,
            "terms": self._store.terms(),
        }
        self.stands = replace(
            self.stands,
            mapping=plan["mapping"],
            columns=tuple(one.as_dict() for one in guesses) or _told(settled),
            total=table.estimate,
        )
        self._store.save(self.stands, self._holder)
        self._store.keep_plan(self.stands.id, plan)
        return plan

    def _areas(self) -> list[Area]:
        """Return the areas that there are today: one lies in those above it, so it ends with them."""
        known, today = list(self._known_areas()), now().date().isoformat()
        gone = {area["id"] for area in known if not is_there(area, today)}
        return [of_wire(area) for area in known if gone.isdisjoint(area["path"])]

    def _known_areas(self) -> Iterator[dict[str, Any]]:
        after = ""
        while True:
            page = self._caller.call(PAGE_AREAS, {"limit": PAGE, "after": after, "outlines": False})
            yield from page["items"]
            after = page["next"]
            if not after:
                return

    def _advance(self) -> None:
        """Take the next batch that was not put before, or complete."""
        self._next = self._ahead.result() if self._ahead else self._following()
        self._ahead = None
        if self._next is not None:
            return
        self.stands = replace(self.stands, total=self.stands.counts.rows)
        self._move(Status.COMPLETED)
        log.info("import_completed", id=self.stands.id, **asdict(self.stands.counts))

    def _following(self) -> Batch | None:
        return next(self._batches, None)

    def _put(self, batch: Batch, plan: Plan) -> None:
        answer = self._ask(batch, plan)
        self._ahead = self._ahead or self._threads.submit(self._following)
        try:
            results = answer.result()
        except BaseException:
            del self._asked[batch.number]  # the same step asks again, under the same key
            raise
        if not self._ahead.exception() and (following := self._ahead.result()):
            self._ask(following, plan)
        findings, counts = outcome(batch, results, plan)
        self.stands = self._store.acknowledge(self.stands, self._holder, findings, counts)
        del self._asked[batch.number]
        self._next = None
        log.debug("import_batch_put", id=self.stands.id, number=batch.number)

    def _ask(self, batch: Batch, plan: Plan) -> Future[list[dict[str, Any]]]:
        """Return the registry's answer for a batch, which it is asked for at once, unless it was."""
        if batch.number not in self._asked:
            here = copy_context()  # the trace, which threads start without
            self._asked[batch.number] = self._threads.submit(here.run, self._answer, batch, plan)
        return self._asked[batch.number]

    def _answer(self, batch: Batch, plan: Plan) -> list[dict[str, Any]]:
        if not (rows := batch.wire):
            return []
        request = {
            "import": self.stands.id,
            "number": batch.number,
            "source": plan.mapping.source,
            "within": self.stands.creator.area,
            "creator": f"{self.stands.creator.role}:{self.stands.creator.id}",
            "dry_run": self.stands.dry_run,
            "rows": rows,
        }
        key = f"import:{self.stands.id}:{batch.number}:{sha256(orjson.dumps(rows)).hexdigest()}"
        try:
            return self._results(request, key)
        except Invalid as error:
            if not any(problem["code"] == KEY_REUSED for problem in error.problems):
                raise
            return self._results(request, f"{key}:anew")

    def _results(self, request: dict[str, Any], key: str) -> list[dict[str, Any]]:
        answer = self._caller.call(PUT_ORGANIZATIONS, request, key=key, timeout=PUT_ORGANIZATIONS.timeout)
        return list(answer["results"])

    def _move(self, status: Status) -> None:
        if self.stands.status is not status:
            moved = self.stands.move(status, now())
            self._store.save(moved, self._holder)
            self.stands = moved  # once that is kept: else the next step would take it for done

    def _fail(self, code: str, details: dict[str, str]) -> None:
        self.stands = replace(self.stands, failure={"code": code, "message": reason(code, **details)})
        self._move(Status.FAILED)
        log.warning("import_failed", id=self.stands.id, code=code)


def _plan(kept: dict[str, Any]) -> Plan:
    """Return the plan that was kept as plain JSON types."""
    areas, terms = AreaIndex(map(_area, kept["areas"])), kept.get("terms", {})
    return Plan(mappings.load(kept["mapping"]), areas, kept["country"], terms)


def _area(kept: dict[str, Any]) -> Area:
    centre = kept["centre"]
    return Area(kept["id"], kept["level"], tuple(kept["names"]), tuple(kept["path"]), tuple(centre) if centre else None)


def _told(mapping: Mapping) -> tuple[dict[str, Any], ...]:
    """Return the columns of a mapping that was given, in the form of a guess."""
    return tuple(
        mappings.ColumnGuess(column, field, 1.0, mappings.GIVEN).as_dict()
        for field, source in mapping.fields.items()
        for column in source.columns
    )
