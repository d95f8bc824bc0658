"""Prove that a rebuild makes the directory what its owners have, while it stays in use."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, tzinfo
from functools import partial
from typing import Any

import orjson
import pytest
from pymongo.database import Database

from chassis import clock
from chassis.errors import Unavailable
from services.gateway.directory import rebuild as rebuilding
from services.gateway.directory.changes import Changes
from services.gateway.directory.documents import FEW
from services.gateway.directory.rebuild_store import RebuildStore
from services.gateway.directory.search.query import Search
from services.gateway.directory.services.search import ServiceSearch
from services.gateway.directory.store import DirectoryStore
from services.gateway.directory.views import Directory
from tests.integration.gateway.directories import Projected, area, family, need, organization, referral, service
from tests.integration.gateway.owners import Owners, rebuilder, rebuilt

Json = dict[str, Any]
LONG_AGO = 3600.0


@pytest.fixture
def rebuilds(database: Database[Json]) -> RebuildStore:
    """Give the store of rebuilds."""
    return RebuildStore(database)


@pytest.fixture
def rebuild(database: Database[Json]) -> Callable[[Owners], Json]:
    """Give a function that rebuilds the directory from owners, and returns the rebuild."""
    return partial(rebuilt, database)


def ids(shown: Directory) -> set[str]:
    """Return the ids of all that is listed."""
    return {orjson.loads(item)["id"] for item in shown.page(Search(limit=200)).items}


def test_empty_directory_is_filled(shown: Directory, rebuild):
    owners = Owners(
        [area("EG29"), area("EG2901")],
        [organization(f"org-{number}") for number in range(5)],
        [referral(f"ref-{number}", "org-1", "completed") for number in range(FEW)],
    )

    done = rebuild(owners)

    assert (done["status"], done["seen"], done["removed"]) == ("done", 12, 0)
    assert ids(shown) == {f"org-{number}" for number in range(5)}
    assert orjson.loads(shown.organization("org-1")[0])["activity"]["referrals_completed"] == FEW
    assert len(shown.areas()) == 2


def test_services_are_rebuilt(projected: Projected, shown: Directory, rebuild):
    projected.services(service("wrong", "مكسور"), service("gone"))
    projected.age(seconds=LONG_AGO)
    owners = Owners(
        page_organizations=[organization("ehsan")], page_services=[service("wrong", "سليم"), service("new", "جديد")]
    )

    done = rebuild(owners)

    found = shown.service_page(ServiceSearch(organization_id="ehsan")).items
    assert [orjson.loads(item)["name"] for item in found] == ["جديد", "سليم"]
    assert (done["seen"], done["removed"]) == (3, 1)
    assert shown.services(["gone"]) == {}


def test_families_and_needs_are_rebuilt(projected: Projected, database: Database[Json], rebuild):
    projected.families(family("wrong", "EG2905"), family("gone"))
    projected.needs(need("wrong", "EG2905", version=3), need("gone"))
    projected.age(seconds=LONG_AGO)
    families, needs = (family("new"), family("wrong", status="closed")), (need("new"), need("wrong", version=2))

    done = rebuild(Owners(page_families=list(families), page_needs=list(needs)))

    assert (done["seen"], done["removed"]) == (4, 2)
    kept = {one["_id"]: (one["area"], one["in_care"]) for one in database["directory_families"].find()}
    assert kept == {"new": ("EG2901", True), "wrong": ("EG2901", False)}
    kept = {one["_id"]: (one["area"], one["version"]) for one in database["directory_needs"].find()}
    assert kept == {"new": ("EG2901", 1), "wrong": ("EG2901", 2)}


@pytest.mark.parametrize("stages", [{"$set": {"stages": 8}}, {"$unset": {"stages": ""}}], ids=["fewer", "unknown"])
def test_rebuild_of_other_stages_begins_anew(database: Database[Json], shown: Directory, rebuilds, rebuild, stages):
    asked = rebuilds.request("operator:test", clock.now())
    stands = {"step": 6, "after": "org-9", "seen": 7, "removed": 1}
    database["directory_rebuilds"].update_one({"_id": asked["_id"]}, {"$set": stands})
    database["directory_rebuilds"].update_one({"_id": asked["_id"]}, stages)

    done = rebuild(Owners(page_organizations=[organization("ehsan")]))

    assert (done["status"], done["seen"], done["removed"]) == ("done", 1, 0)
    assert ids(shown) == {"ehsan"}


def test_what_was_wrong_is_mended(projected: Projected, shown: Directory, rebuild):
    projected.organizations(organization("ehsan", "مكسور", version=3))

    rebuild(Owners(page_organizations=[organization("ehsan", "سليم", version=3)]))

    assert orjson.loads(shown.organization("ehsan")[0])["name"] == "سليم"


def test_what_is_right_is_not_written_again(projected: Projected, database: Database[Json], rebuild):
    projected.areas(area("EG2901"))
    projected.organizations(organization("ehsan"), organization("amal", "قديم"))
    projected.services(service("cure"))
    projected.age(minutes=2)
    before = {one["_id"]: one for one in database["directory_organizations"].find()}

    rebuild(
        Owners(
            [area("EG2901")],
            [organization("ehsan"), organization("amal", "جديد")],
            page_services=[service("cure")],
        )
    )

    after = {one["_id"]: one for one in database["directory_organizations"].find()}
    assert after["ehsan"]["applied_at"] == before["ehsan"]["applied_at"]
    assert after["ehsan"]["heard_at"] == before["ehsan"]["heard_at"]
    assert after["amal"]["applied_at"] > before["amal"]["applied_at"]


def test_only_what_differs_is_mended(projected: Projected, database: Database[Json], rebuild):
    projected.organizations(organization("ehsan"))
    projected.age(minutes=2)
    before = database["directory_organizations"].find_one({})
    database["directory_organizations"].update_one({}, {"$set": {"hsds": b"", "of_old": 1}})

    rebuild(Owners(page_organizations=[organization("ehsan")]))

    assert database["directory_organizations"].find_one({}) == before


def test_more_is_left_out_than_goes_at_once(projected: Projected, shown: Directory, rebuild, monkeypatch):
    monkeypatch.setattr(rebuilding, "REMOVED_AT_ONCE", 2)
    projected.organizations(*(organization(f"org-{number}") for number in range(9)))
    projected.age(seconds=LONG_AGO)

    done = rebuild(Owners(page_organizations=[organization("org-3"), organization("org-4"), organization("org-7")]))

    assert ids(shown) == {"org-3", "org-4", "org-7"}
    assert (done["seen"], done["removed"]) == (3, 6)


def test_what_no_owner_has_is_removed(projected: Projected, shown: Directory, rebuild):
    projected.organizations(organization("ehsan"), organization("gone"))
    projected.accepted("ehsan", FEW)
    projected.areas(area("EG99"))
    projected.age(seconds=LONG_AGO)

    done = rebuild(Owners(page_organizations=[organization("ehsan")]))

    assert ids(shown) == {"ehsan"}
    assert done["removed"] == 1 + FEW + 1
    assert orjson.loads(shown.organization("ehsan")[0])["activity"]["referrals_accepted"] is None
    assert shown.areas() == []


def test_figures_are_counted_again(shown: Directory, database: Database[Json], rebuild):
    moment = clock.now()
    kept = [{"_id": what, "counted_at": moment} for what in ("areas", "figures")]
    database["directory_figures"].insert_many(kept)

    rebuild(Owners())

    assert shown.changed_since(moment, clock.now())
    assert list(database["directory_figures"].find({"_id": {"$ne": "anew"}}).sort("_id", 1)) == kept


def test_removed_record_may_come_back(projected: Projected, shown: Directory, rebuild):
    projected.organizations(organization("ehsan"))
    projected.age(seconds=LONG_AGO)
    rebuild(Owners())

    projected.organizations(organization("ehsan", version=2))

    assert ids(shown) == {"ehsan"}


def test_event_during_rebuild_wins(projected: Projected, shown: Directory, rebuild):
    projected.organizations(organization("ehsan", "قديم", version=1))
    projected.age(seconds=LONG_AGO)

    def an_event_comes(method: str) -> None:
        if method == "page_organizations":
            projected.organizations(organization("ehsan", "جديد", version=2), organization("new"))

    rebuild(Owners(page_organizations=[organization("ehsan", "قديم", version=1)], meanwhile=an_event_comes))

    assert ids(shown) == {"ehsan", "new"}
    assert orjson.loads(shown.organization("ehsan")[0])["name"] == "جديد"


class Behind(datetime):
    """A clock that was set back by a minute."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return datetime.now(tz) - timedelta(minutes=1)


def test_clock_set_back_removes_nothing(shown: Directory, rebuild, monkeypatch):
    def set_back(method: str) -> None:
        if method == "page_areas":
            monkeypatch.setattr(clock, "datetime", Behind)  # the machine's own is everybody's

    owners = Owners([area("EG29")], [organization("ehsan")], meanwhile=set_back, page_services=[service("food")])
    done = rebuild(owners)

    assert (done["seen"], done["removed"], len(shown.areas())) == (3, 0, 1)
    assert len(shown.service_page(ServiceSearch(organization_id="ehsan")).items) == 1


def test_event_after_clock_was_set_back_wins(projected: Projected, shown: Directory, rebuild, monkeypatch):
    projected.organizations(organization("ehsan", "قديم", version=1))
    projected.age(seconds=LONG_AGO)

    def an_event_comes(method: str) -> None:
        if method == "page_organizations":
            monkeypatch.setattr(clock, "datetime", Behind)  # the machine's own is everybody's
            projected.organizations(organization("ehsan", "جديد", version=2), organization("new"))

    rebuild(Owners(page_organizations=[organization("ehsan", "قديم", version=1)], meanwhile=an_event_comes))

    assert ids(shown) == {"ehsan", "new"}
    assert orjson.loads(shown.organization("ehsan")[0])["name"] == "جديد"


def test_referrals_keep_no_lost_organization(projected: Projected, shown: Directory, rebuild):
    projected.organizations(organization("gone"))
    projected.age(seconds=LONG_AGO)

    rebuild(Owners(page_referrals=[referral(f"ref-{number}", "gone") for number in range(FEW)]))

    assert ids(shown) == set()


def test_older_copy_of_an_owner_counts(projected: Projected, shown: Directory, rebuild):
    projected.organizations(
        organization("ehsan", "بعد النسخة", version=5), {"id": "back", "version": 7, "removed": True}
    )
    projected.areas(area("EG29", version=4, names={"ar": "بعد النسخة"}))
    projected.accepted("ehsan", FEW, version=6, status="completed")
    projected.age(seconds=LONG_AGO)
    states = [referral(f"ehsan-{number}", "ehsan", "accepted", version=2) for number in range(FEW)]
    copy = [organization("ehsan", "من النسخة", version=3), organization("back", version=6)]

    rebuild(Owners([area("EG29", version=2)], copy, states))

    ehsan = orjson.loads(shown.organization("ehsan")[0])
    assert ids(shown) == {"ehsan", "back"}
    assert (ehsan["name"], ehsan["version"], ehsan["activity"]["referrals_completed"]) == ("من النسخة", 3, None)
    assert orjson.loads(shown.areas()[0])["version"] == 2


def test_readers_miss_nothing_meanwhile(projected: Projected, shown: Directory, rebuild):
    there = [organization(f"org-{number:02}") for number in range(20)]
    projected.organizations(*there)
    projected.age(seconds=LONG_AGO)
    seen: list[set[str]] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            seen.append(ids(shown))

    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(read)
        rebuild(Owners(page_organizations=there))
        done.set()
        reading.result()

    assert len(seen) > 1
    assert [found for found in seen if len(found) != 20] == []


def test_turn_ends_soon(database: Database[Json], rebuilds: RebuildStore):
    owners = Owners(page_areas=[area(f"EG{number}") for number in range(8)])
    asked = rebuilds.request("operator:test", clock.now())

    rebuilder(database, owners, turn_seconds=0).turn(rebuilds.claim("one"))
    rebuilder(database, owners, turn_seconds=0).turn(rebuilds.claim("two"))

    stands = rebuilds.find(asked["_id"])
    assert (stands["status"], stands["seen"], stands["step"]) == ("running", 4, 0)


def test_rebuild_goes_on_where_it_stopped(shown: Directory, rebuilds: RebuildStore, rebuild):
    pages: list[str] = []

    def fail_once(method: str) -> None:
        pages.append(method)
        if len(pages) == 3:
            raise Unavailable("The broker is away.")

    owners = Owners([], [organization(f"org-{number}") for number in range(6)], [], fail_once)
    with pytest.raises(Unavailable):
        rebuild(owners)

    done = rebuild(owners)

    assert done["seen"] == 6
    assert pages.count("page_organizations") == 4  # three pages, one of them asked for twice


def test_next_page_is_asked_for_meanwhile(database: Database[Json], rebuilds: RebuildStore):
    asked_for, page = threading.Event(), [0]

    def second_page_comes(method: str) -> None:
        page[0] += method == "page_organizations"
        if page[0] == 2:
            asked_for.set()

    class Waiting(DirectoryStore):
        def apply(self, changes: Changes, *args: Any, **options: Any) -> None:
            assert not changes.organizations or asked_for.wait(5)
            super().apply(changes, *args, **options)

    records = [organization(f"org-{number}") for number in range(4)]
    asked, owners = rebuilds.request("operator:test", clock.now()), Owners([], records, [], second_page_comes)

    rebuilder(database, owners, store=Waiting(database), turn_seconds=60.0).turn(rebuilds.claim("here"))

    done = rebuilds.find(asked["_id"])
    assert (done["status"], done["seen"]) == ("done", 4)


def test_page_too_large_is_asked_for_in_parts(shown: Directory, rebuild):
    rebuild(Owners([area("EG29")], [organization("ehsan")], [], most=3))

    assert ids(shown) == {"ehsan"}
