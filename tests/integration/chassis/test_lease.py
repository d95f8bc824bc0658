"""Prove that one of several holders has the lease, and that it passes on."""

from __future__ import annotations

from chassis.lease import Lease


def test_one_holder_at_a_time(database):
    first, second = Lease(database, "relay"), Lease(database, "relay")
    first.prepare()

    assert [first.hold(), second.hold(), first.hold()] == [True, False, True]


def test_released_lease_passes_on(database):
    first, second = Lease(database, "relay"), Lease(database, "relay")
    first.prepare()
    first.hold()

    first.release()

    assert second.hold()


def test_lease_of_the_dead_runs_out(database):
    dead, heir = Lease(database, "relay", seconds=0.01), Lease(database, "relay")
    dead.prepare()
    dead.hold()
    database["leases"].update_one({"_id": "relay"}, [{"$set": {"until": {"$subtract": ["$$NOW", 1]}}}])

    assert heir.hold()


def test_release_of_anothers_lease_is_nothing(database):
    holder, other = Lease(database, "relay"), Lease(database, "relay")
    holder.prepare()
    holder.hold()

    other.release()

    assert not Lease(database, "relay").hold()
