"""Compare the public directory with its owners' records, and with what a rebuild makes of them."""

from __future__ import annotations

from typing import Any

from chassis import clock
from services.gateway.directory.rebuild_store import RebuildStore
from tests.chaos.audit import Databases
from tests.chaos.workload import wait_while

OWNERS = {
    **dict.fromkeys(("organizations", "services", "areas"), "registry"),
    **dict.fromkeys(("referrals", "families", "needs"), "referrals"),
}
MOMENTS = {"applied_at": False, "heard_at": False, "expires": False, "touched": False}
REBUILD_SECONDS = 120.0

Shown = dict[str, dict[str, Any]]


def audit(databases: Databases) -> list[str]:
    """Return every record that the directory shows otherwise than its owner has it, or than a rebuild shows it."""
    before = _shown(databases)
    differing = behind(databases)
    _rebuild(databases)
    after = _shown(databases)
    changed = [id_ for id_ in before.keys() | after.keys() if before.get(id_) != after.get(id_)]
    return differing + [f"{id_} is otherwise after a rebuild" for id_ in changed]


def behind(databases: Databases) -> list[str]:
    """Return every record of which the directory has another version than its owner."""
    differing = []
    for kind, owner in OWNERS.items():
        owned = _versions(databases[owner][kind])
        shown = _versions(databases["gateway"][f"directory_{kind}"])
        differing += [
            f"{kind} {id_}: the owner has version {owned.get(id_)}, the directory {shown.get(id_)}"
            for id_ in owned.keys() | shown.keys()
            if owned.get(id_) != shown.get(id_)
        ]
    return differing


def _versions(collection: Any) -> dict[str, int]:
    return {one["_id"]: one["version"] for one in collection.find({"removed": {"$ne": True}}, {"version": 1})}


def _shown(databases: Databases) -> Shown:
    gateway = databases["gateway"]
    return {f"{kind} {one['_id']}": one for kind in OWNERS for one in gateway[f"directory_{kind}"].find({}, MOMENTS)}


def _rebuild(databases: Databases) -> None:
    store = RebuildStore(databases["gateway"])
    asked = store.request("chaos", clock.now())
    if not wait_while(lambda: (store.find(asked["_id"]) or asked)["status"] != "done", REBUILD_SECONDS):
        raise TimeoutError("the directory was not rebuilt")
