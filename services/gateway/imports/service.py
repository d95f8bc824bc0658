"""Wire the importer: it claims imports and puts their rows into the register, a batch at a time.

::

    POST /imports ─▶ imports (MongoDB) ─▶ Importer ── put_organizations, page_areas ──▶ registry

Several may run: each holds one import at a time by lease, and goes on where a dead one stopped.
"""

from __future__ import annotations

import resource
import time
from contextlib import suppress
from typing import Any

from nameko.extensions import DependencyProvider

from chassis.config import Config
from chassis.errors import TooMany, Unavailable
from chassis.ids import new_id
from chassis.logs import get_logger
from chassis.mongo import UNREACHABLE, Mongo
from chassis.rpc import Rpc
from chassis.timer import every
from services.gateway.imports.run import Run
from services.gateway.imports.store import INDEXES, ImportStore, LeaseLost

LOOK_SECONDS = 0.5
TURN_SECONDS = 1.0
"""How long one tick works before it returns, so that the service can stop between two."""
SWEEP_SECONDS = 3600.0
MEMORY = 1_500_000_000
"""Bytes that the process may hold; a file that would need more ends it before it ends the machine."""

log = get_logger()


class Hand(DependencyProvider):
    """Keep the import that this process is at from one tick to the next."""

    def __init__(self) -> None:
        """Start with nothing in hand."""
        super().__init__()
        self.holder = new_id()
        self.run: Run | None = None
        self.store: ImportStore | None = None

    def setup(self) -> None:
        """Bound the memory of this process, which reads what strangers have made."""
        _, most = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, most))

    @property
    def country(self) -> str:
        """Return the node's country."""
        config: Config = self.container.config["TASHBIK"]
        return config.country

    def take(self, run: Run) -> None:
        """Take an import into hand."""
        self.run = run

    def drop(self) -> None:
        """Put the import down; its lease runs out by itself."""
        if self.run is not None:
            self.run.close()
            self.run = None

    def stop(self) -> None:
        """Hand the import back at once, so that another goes on without waiting for the lease."""
        if self.run is not None and self.store is not None and not self.run.ended:
            with suppress(*UNREACHABLE):  # then the lease runs out
                self.store.release(self.run.stands.id, self.holder)
        self.drop()

    def get_dependency(self, worker_ctx: Any) -> Hand:
        """Return itself."""
        return self


class Importer:
    """Carry imports through."""

    name = "importer"
    mongo = Mongo(INDEXES, owner="gateway")
    rpc = Rpc()
    hand = Hand()

    @every(LOOK_SECONDS)
    def work(self) -> None:
        """Work at imports for one turn. A registry that does not answer has the same step made in the next."""
        until = time.monotonic() + TURN_SECONDS
        try:
            while time.monotonic() < until and (run := self._run()) is not None:
                self._step(run)
        except (Unavailable, TooMany, *UNREACHABLE) as error:
            log.warning("import_waits", reason=type(error).__name__)

    @every(SWEEP_SECONDS)
    def sweep(self) -> None:
        """Erase files that a crash left without an import."""
        erased = ImportStore(self.mongo).erase_orphans()
        if erased:
            log.info("import_files_erased", count=erased)

    def _run(self) -> Run | None:
        """Return the import in hand, or the next one that is free."""
        if self.hand.run is None:
            store = self.hand.store = ImportStore(self.mongo)
            claimed = store.claim(self.hand.holder)
            if claimed is not None:
                hand = self.hand
                hand.take(Run(claimed, hand.holder, store=store, caller=self.rpc, country=hand.country))
                log.info("import_claimed", id=claimed.id, next_batch=claimed.next_batch)
        return self.hand.run

    def _step(self, run: Run) -> None:
        """Make one step of the import in hand, and put it down unless there is more to do, now or later."""
        keeps = False
        try:
            run.step()
            keeps = not run.ended
        except (Unavailable, TooMany, *UNREACHABLE):
            keeps = True
            raise
        except LeaseLost:
            log.info("import_given_up", id=run.stands.id)
        finally:
            if not keeps:
                self.hand.drop()
