"""Stand for the services that own what the directory shows, and rebuild it from what they have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pymongo.database import Database

from chassis import clock
from chassis.errors import TooMany
from chassis.identity import Actor, Seal
from chassis.work import Units
from contracts.envelope import RpcContract
from services.gateway.directory.rebuild import Rebuilder
from services.gateway.directory.rebuild_store import RebuildStore
from services.gateway.directory.store import DirectoryStore

Json = dict[str, Any]


@dataclass
class Owners:
    """Answer pages of what the owners have; ``meanwhile`` is called before each page."""

    page_areas: list[Json] = field(default_factory=list)
    page_organizations: list[Json] = field(default_factory=list)
    page_referrals: list[Json] = field(default_factory=list)
    meanwhile: Callable[[str], None] = lambda method: None
    most: int = 200
    page_services: list[Json] = field(default_factory=list)
    page_families: list[Json] = field(default_factory=list)
    page_needs: list[Json] = field(default_factory=list)
    page_terms: list[Json] = field(default_factory=list)

    def call(self, contract: RpcContract, request: Json) -> Json:
        """Return a page: two records, or as many as are wanted."""
        assert not contract.request().validate(request)
        self.meanwhile(contract.method)
        if request["limit"] > self.most:
            raise TooMany("The answer is too large.")
        records = [one for one in getattr(self, contract.method) if one["id"] > request["after"]]
        page = sorted(records, key=lambda one: one["id"])[:2]
        return {"items": page, "next": page[-1]["id"] if len(records) > len(page) else ""}


def rebuilder(database: Database[Json], owners: Owners, **options: Any) -> Rebuilder:
    """Return what a projector rebuilds with."""
    units = Units(database, node="qena", service="projector", seal=Seal(b"0" * 32))
    actor = Actor("projector", "service")
    store = options.pop("store", None) or DirectoryStore(database)
    return Rebuilder(RebuildStore(database), store, units, owners, actor, **options)


def rebuilt(database: Database[Json], owners: Owners) -> Json:
    """Rebuild the directory from owners, and return the rebuild."""
    rebuilds = RebuildStore(database)
    asked = rebuilds.request("operator:test", clock.now())
    while claimed := rebuilds.claim("here"):
        rebuilder(database, owners).turn(claimed)
    return rebuilds.find(asked["_id"]) or {}
