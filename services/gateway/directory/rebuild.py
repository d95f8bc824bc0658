"""Rebuild the directory from its owners' records, while events go on being applied.

Three walks (areas, organizations, referrals) page through what the owners have; each page is applied and marked in one
transaction, a state of the same version too, so that whatever was wrong is mended. What no page has shown, though it
stood before the rebuild began, its owner has no more: it is removed at the end. A record that an event brings while the
rebuild runs is younger than its beginning, and stays.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from chassis.errors import TooMany
from chassis.identity import Actor
from chassis.logs import get_logger
from chassis.work import Unit, Units
from contracts.envelope import RpcContract
from contracts.referrals import PAGE_REFERRALS
from contracts.registry import PAGE_AREAS, PAGE_ORGANIZATIONS
from services.gateway.directory.changes import AREAS, ORGANIZATIONS, REFERRALS, of_page
from services.gateway.directory.rebuild_store import RebuildStore
from services.gateway.directory.store import DirectoryStore

WALKS: tuple[tuple[str, RpcContract, int], ...] = (
    (AREAS, PAGE_AREAS, 50),
    (ORGANIZATIONS, PAGE_ORGANIZATIONS, 100),
    (REFERRALS, PAGE_REFERRALS, 200),
)
REMOVED_AT_ONCE = 200

log = get_logger()


class Caller(Protocol):
    """Call other services: chassis's client, or a fake."""

    def call(self, contract: RpcContract, request: dict[str, Any]) -> Any:
        """Return the answer."""


class Rebuilder:
    """Carry out a rebuild that was claimed."""

    def __init__(self, rebuilds: RebuildStore, store: DirectoryStore, units: Units, rpc: Caller, actor: Actor) -> None:
        """Take the stores, the unit of work, who calls the owners, and who we are."""
        self._rebuilds = rebuilds
        self._store = store
        self._units = units
        self._rpc = rpc
        self._actor = actor

    def run(self, rebuild: dict[str, Any]) -> bool:
        """Go on with a rebuild from where it stands to its end; False where another projector took it over."""
        while rebuild["step"] < len(WALKS):
            if not self._page(rebuild):
                return False
        removed = sum(self._sweep(kind, rebuild) for kind, _, _ in WALKS)
        self._rebuilds.advance(rebuild, removed=rebuild["removed"] + removed)
        self._rebuilds.finish(rebuild)
        log.info("directory_rebuilt", rebuild=rebuild["_id"], seen=rebuild["seen"], removed=rebuild["removed"])
        return True

    def _page(self, rebuild: dict[str, Any]) -> bool:
        kind, contract, limit = WALKS[rebuild["step"]]
        page = self._read(contract, rebuild["after"], limit)
        records = page["items"]
        self._do(lambda unit: self._apply(kind, records, rebuild["_id"], unit))
        done = not page["next"]
        return self._rebuilds.advance(
            rebuild,
            step=rebuild["step"] + done,
            after=page["next"],
            seen=rebuild["seen"] + len(records),
        )

    def _read(self, contract: RpcContract, after: str, limit: int) -> dict[str, Any]:
        """Return a page, smaller where its records are too large to cross together."""
        try:
            page: dict[str, Any] = self._rpc.call(contract, {"after": after, "limit": limit})
        except TooMany:
            if limit == 1:
                raise
            return self._read(contract, after, max(1, limit // 4))
        return page

    def _apply(self, kind: str, records: list[dict[str, Any]], rebuild: str, unit: Unit) -> None:
        self._store.apply(of_page(kind, records), unit.session, unit.now, mend=True)
        self._store.mark(kind, [record["id"] for record in records], rebuild, unit.session)

    def _sweep(self, kind: str, rebuild: dict[str, Any]) -> int:
        removed = 0
        while gone := self._store.unseen(kind, rebuild["_id"], rebuild["started_at"], REMOVED_AT_ONCE):
            self._do(lambda unit, gone=gone: self._store.remove(kind, gone, unit.session, unit.now))  # type: ignore[misc]
            removed += len(gone)
        return removed

    def _do(self, effect: Callable[[Unit], None]) -> None:
        self._units.do(self._actor, effect)
