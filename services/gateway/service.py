"""Wire the projector: it builds the directory from events, and rebuilds it when asked.

::

    registry.events ──┐                                       ┌─▶ directory_* (MongoDB) ─▶ API
                      ├─▶ projector.on_directory_event ───────┤
    referrals.events ─┘    up to 200 events a transaction     ├─▶ directory_figures, counted again when it changed
                                                              └─▶ directory_cells, counted again where it changed
    registry, referrals ◀── RPC, page by page ── rebuild

Several may run: writes are guarded by version, a rebuild is held by lease. One is asked for by the projector itself
after an update that renders records otherwise: see :mod:`services.gateway.directory.form_store`.
"""

from __future__ import annotations

import os
import platform
from typing import Any

from chassis import clock
from chassis.event_batches import event_batch_handler
from chassis.identity import Actor
from chassis.mongo import Mongo
from chassis.rpc import Rpc
from chassis.timer import every
from chassis.trail.sealing import Sealing
from chassis.work import Unit, Work
from contracts.envelope import Event
from contracts.policy import Role
from contracts.referrals import FAMILY_CHANGED, NEED_CHANGED, REFERRAL_CHANGED
from contracts.registry import AREA_CHANGED, ORGANIZATION_CHANGED, SERVICE_CHANGED, TERM_CHANGED
from services.gateway.auth import store as clients
from services.gateway.directory import changes
from services.gateway.directory.coverage.counting import Counting
from services.gateway.directory.coverage.store import CoverageStore
from services.gateway.directory.form_store import FormStore
from services.gateway.directory.rebuild import Rebuilder
from services.gateway.directory.rebuild_store import RebuildStore
from services.gateway.directory.store import INDEXES, RETIRED, DirectoryStore
from services.gateway.directory.views import Directory
from services.gateway.tiles import store as tiles

REBUILD_LOOK = 1.0
FIGURES_LOOK = 2.0
TILES_LOOK = 0.5
FORM_LOOK = 10.0


class Figures(Mongo):
    """Give workers what counts figures, one for the whole process: it remembers until when it rests."""

    def setup(self) -> None:
        """Begin with nothing to rest from."""
        super().setup()
        directory, store = Directory(self.database), DirectoryStore(self.database)
        self._counting = Counting(directory, store, directory.coverage, CoverageStore(self.database))

    def get_dependency(self, worker_ctx: Any) -> Counting:  # type: ignore[override]
        """Return what counts."""
        return self._counting


class Form(Mongo):
    """Give workers what compares the directory's form with this version's."""

    def setup(self) -> None:
        """Note the form of a directory in which nothing stands yet."""
        super().setup()
        self._form = FormStore(self.database)
        self._form.begin(clock.now())

    def get_dependency(self, worker_ctx: Any) -> FormStore:  # type: ignore[override]
        """Return it."""
        return self._form


class Projector:
    """Keep the directory."""

    name = "projector"
    mongo = Mongo({**INDEXES, **tiles.INDEXES, **clients.INDEXES}, owner="gateway", retired=RETIRED)
    work = Work()
    rpc = Rpc()
    sealing = Sealing(owner="gateway")
    figures = Figures(owner="gateway")
    form = Form(owner="gateway")

    @event_batch_handler(
        ORGANIZATION_CHANGED,
        SERVICE_CHANGED,
        AREA_CHANGED,
        TERM_CHANGED,
        REFERRAL_CHANGED,
        FAMILY_CHANGED,
        NEED_CHANGED,
    )
    def on_directory_event(self, events: list[Event], unit: Unit) -> None:
        """Show what the events say, and count the agencies again whose referrals moved.

        An event older than what the directory shows changes nothing. A version that is missing does not matter, since
        each event carries the whole state. A tombstone stays for longer than any event may be late.
        """
        store = DirectoryStore(self.mongo)
        store.apply(changes.of_events(events), unit.session, unit.now)
        newest = max(event.time for event in events)
        store.note(_who(), unit.now, newest, unit.session)

    @every(REBUILD_LOOK)
    def rebuild(self) -> None:
        """Go on with a rebuild that was asked for, for a turn, wherever it stands."""
        rebuilds = RebuildStore(self.mongo)
        claimed = rebuilds.claim(_who())
        if claimed is not None:
            actor = Actor(self.name, str(Role.SERVICE))
            Rebuilder(rebuilds, DirectoryStore(self.mongo), self.work, self.rpc, actor).turn(claimed)

    @every(FORM_LOOK)
    def renew(self) -> None:
        """Have the directory rebuilt where an older version rendered what stands in it."""
        self.form.turn(Actor(self.name, str(Role.SERVICE)).label, clock.now())

    @every(FIGURES_LOOK)
    def count_figures(self) -> None:
        """Count the public figures and gaps again, where the directory has changed since."""
        self.figures.turn(clock.now())

    @every(TILES_LOOK)
    def count_tiles(self) -> None:
        """Count what the map's tiles show again, where something moved."""
        tiles.Pyramid(self.mongo).turn(_who())

    @every("seal_interval")
    def seal_audit(self) -> None:
        """Seal what was noted in the gateway's database since the last time."""
        self.sealing.turn()


def _who() -> str:
    """Name this process among several projectors."""
    return f"{platform.node()}:{os.getpid()}"
