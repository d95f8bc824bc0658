"""Rebuild the directory from its owners' records, while events go on being applied.

Seven walks (areas, terms, organizations, services, referrals, families, needs) page through what the owners have; each
page is applied in one transaction, over whatever stands, unless an event has brought something newer since the rebuild
began. What neither a page nor an event has told of since then, its owner has no more: it is removed, an organization
with the page that leaves it out, all else at the end. So whoever reads meanwhile finds every record, as it was or as it
is (``docs/decisions/0009-rebuild-in-place.md``). The next page is asked for, and rendered, while one is written.

A projector works at a rebuild in short turns and keeps in it where it stands: a stop waits for no longer than a turn,
and whoever comes next goes on.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from chassis import clock
from chassis.errors import TooMany
from chassis.identity import Actor
from chassis.logs import get_logger
from chassis.work import Unit, Units
from contracts.envelope import RpcContract
from contracts.referrals import PAGE_FAMILIES, PAGE_NEEDS, PAGE_REFERRALS
from contracts.registry import PAGE_AREAS, PAGE_ORGANIZATIONS, PAGE_SERVICES, PAGE_TERMS
from services.gateway.directory.ahead import Ahead
from services.gateway.directory.changes import (
    AREAS,
    FAMILIES,
    NEEDS,
    ORGANIZATIONS,
    REFERRALS,
    SERVICES,
    TERMS,
    Changes,
    of_page,
)
from services.gateway.directory.rebuild_store import READ, STAGES, RebuildStore
from services.gateway.directory.store import Between, DirectoryStore

T = TypeVar("T")

PAGES: dict[str, tuple[RpcContract, int]] = {
    AREAS: (PAGE_AREAS, 50),
    TERMS: (PAGE_TERMS, 200),
    ORGANIZATIONS: (PAGE_ORGANIZATIONS, 200),
    SERVICES: (PAGE_SERVICES, 100),
    REFERRALS: (PAGE_REFERRALS, 200),
    FAMILIES: (PAGE_FAMILIES, 200),
    NEEDS: (PAGE_NEEDS, 200),
}
REMOVED_AT_ONCE = 200
TURN_SECONDS = 1.0

log = get_logger()


@dataclass(frozen=True, slots=True)
class _Page:
    """Hold what an owner has on a page: ids, the id that the next page follows upon, empty at the end, and states."""

    ids: list[str]
    next: str
    changes: Changes


class Caller(Protocol):
    """Call other services: chassis's client, or a fake."""

    def call(self, contract: RpcContract, request: dict[str, Any]) -> Any:
        """Return the answer."""


class Rebuilder:
    """Carry out a rebuild that was claimed."""

    def __init__(
        self,
        rebuilds: RebuildStore,
        store: DirectoryStore,
        units: Units,
        rpc: Caller,
        actor: Actor,
        *,
        turn_seconds: float = TURN_SECONDS,
    ) -> None:
        """Take the stores, the unit of work, who calls the owners, who we are, and how long a turn lasts."""
        self._rebuilds = rebuilds
        self._store = store
        self._units = units
        self._rpc = rpc
        self._actor = actor
        self._turn_seconds = turn_seconds
        self._until = self._lasted = 0.0
        self._ahead = Ahead(self._read)

    def turn(self, rebuild: dict[str, Any]) -> None:
        """Go on with a rebuild for a turn, of one step at least, and leave the rest to whoever claims it next."""
        self._until = time.monotonic() + self._turn_seconds
        try:
            while self._step(rebuild) and time.monotonic() < self._until:
                pass
        finally:
            self._rebuilds.release(rebuild)

    def _step(self, rebuild: dict[str, Any]) -> bool:
        """Make the next step; False where there is none, or another projector took the rebuild over."""
        if rebuild["step"] == len(STAGES):
            self._store.count_tiles_anew()
            self._store.count_figures_anew()
            self._rebuilds.finish(rebuild)
            log.info("directory_rebuilt", rebuild=rebuild["_id"], seen=rebuild["seen"], removed=rebuild["removed"])
            return False
        work, kind = STAGES[rebuild["step"]]
        return self._page(kind, rebuild) if work == READ else self._remove(kind, rebuild)

    def _page(self, kind: str, rebuild: dict[str, Any]) -> bool:
        began, page = time.monotonic(), self._ahead.take((kind, rebuild["after"]))
        if page.next and began + self._lasted < self._until:  # else the turn ends with this page
            self._ahead.begin((kind, page.next))
        since, removed = _beginning(rebuild), rebuild["removed"]
        between = Between(rebuild["after"], page.next, page.ids)
        further = {
            "step": rebuild["step"] + (not page.next),
            "after": page.next,
            "seen": rebuild["seen"] + len(page.ids),
        }

        def effect(unit: Unit) -> bool:
            gone = 0
            if kind == ORGANIZATIONS:
                gone = self._store.forget_between(between, since, REMOVED_AT_ONCE, unit.session, unit.now)
            if gone == REMOVED_AT_ONCE:  # there may be more: the page is read again after them
                return self._rebuilds.advance(rebuild, unit.session, removed=removed + gone)
            self._store.apply(page.changes, unit.session, unit.now, since=since)
            return self._rebuilds.advance(rebuild, unit.session, **further, removed=removed + gone)

        done = self._do(effect)
        self._lasted = time.monotonic() - began
        return done

    def _read(self, place: tuple[str, str]) -> _Page:
        """Return the page of a kind that follows upon an id; all that its records alone decide is worked out here."""
        kind, after = place
        page = self._ask(*PAGES[kind], after)
        changes = of_page(kind, page["items"])
        changes.tell()
        return _Page([one["id"] for one in page["items"]], page["next"], changes)

    def _ask(self, contract: RpcContract, limit: int, after: str) -> dict[str, Any]:
        """Return a page, smaller where its records are too large to cross together."""
        try:
            page: dict[str, Any] = self._rpc.call(contract, {"after": after, "limit": limit})
        except TooMany:
            if limit == 1:
                raise
            return self._ask(contract, max(1, limit // 4), after)
        return page

    def _remove(self, kind: str, rebuild: dict[str, Any]) -> bool:
        since = _beginning(rebuild)
        removed = self._do(lambda unit: self._store.forget(kind, since, REMOVED_AT_ONCE, unit.session, unit.now))
        return self._rebuilds.advance(
            rebuild,
            step=rebuild["step"] + (removed < REMOVED_AT_ONCE),
            removed=rebuild["removed"] + removed,
        )

    def _do(self, effect: Callable[[Unit], T]) -> T:
        return self._units.do(self._actor, effect)


def _beginning(rebuild: dict[str, Any]) -> datetime:
    """Return the moment before which nobody can have heard of a record from this rebuild, on any projector's clock.

    Not even on one that was set back since.
    """
    return min(rebuild["started_at"], clock.now()) - clock.CLOCKS_APART
