"""Prove that every entry of the audit trail is sealed once, by one sealer, whatever happens to it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from prometheus_client import REGISTRY
from pymongo.errors import PyMongoError

from chassis import audit, clock
from chassis.config import Config
from chassis.errors import TashbikError
from chassis.lease import Lease
from chassis.trail.sealer import ORDER, SEALABLE
from cli.process import wait_until
from cli.roster import ROOT, python_path
from tests.integration.chassis.trails import Believer, Trail, lease, note, sealer, verify
from tests.parts import environment_of

MEGABYTE = 1_000_000
HANGS_BEFORE_COMMIT = """
import sys, time
from chassis.config import read
from chassis.database import connect
from chassis.trail.sealer import Sealer
from chassis.trail.seals import SealingKey
from tests.integration.chassis.trails import SERVICE, lease

class Hanging(Sealer):
    def _seal(self, session):
        print(super()._seal(session)["count"], flush=True)
        time.sleep(600)

config = read()
trail = connect(config, sys.argv[1])
Hanging(trail, SERVICE, SealingKey.read(config.keys), lease(trail), 10).turn()
"""


def ages() -> float:
    """Return what the metric shows."""
    return REGISTRY.get_sample_value("tashbik_audit_unsealed_seconds") or 0.0


def peak_of(work: Callable[[], Any]) -> int:
    """Return how many bytes a piece of work held at most."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_entries_are_sealed_in_batches(database: Trail, config: Config):
    note(database, 25)

    sealer(database, config).turn()

    assert [seal["count"] for seal in database["audit_seals"].find().sort("_id", 1)] == [10, 10, 5]
    faults, check = verify(database, config)
    assert (faults, check.counts.seals, check.counts.entries, check.counts.waiting) == ([], 3, 25, 0)


def test_next_sealer_goes_on(database: Trail, config: Config):
    note(database, 5)
    sealer(database, config).turn()
    note(database, 5, start=5)

    sealer(database, config).turn()

    assert [seal["_id"] for seal in database["audit_seals"].find().sort("_id", 1)] == [1, 2]
    assert verify(database, config)[0] == []


def test_late_commit_falls_in_a_later_seal(database: Trail, config: Config):
    with database.client.start_session() as session, session.start_transaction():
        note(database, 1, session=session)
        note(database, 3, start=1)
        sealer(database, config).turn()
    sealer(database, config).turn()

    assert database["audit"].find_one({"record": "thing-0"}, {"_id": 0, "seal": 1, "position": 1}) == {
        "seal": 2,
        "position": 0,
    }
    assert verify(database, config)[0] == []


def test_two_believers_seal_each_entry_once(database: Trail, config: Config):
    note(database, 300)
    both = [sealer(database, config, held=Believer(database, "audit seals")) for _ in range(2)]
    start = threading.Barrier(2)

    def seal(one: int) -> None:
        start.wait()
        while both[one].measure():
            both[one].seal_batch()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(seal, range(2)))

    faults, check = verify(database, config)
    assert (faults, check.counts.entries, check.counts.seals) == ([], 300, 30)


def test_one_without_the_lease_seals_nothing(database: Trail, config: Config):
    note(database, 5)
    holder, other = lease(database), sealer(database, config)
    holder.hold()

    other.turn()

    assert database["audit_seals"].find_one() is None


def test_lease_that_passed_on_seals_nothing(database: Trail, config: Config):
    note(database, 5)
    frozen, heir = lease(database), Lease(database, "audit seals")
    frozen.hold()
    database["leases"].update_one({}, {"$set": {"until": None}})
    heir.hold()

    assert sealer(database, config, held=frozen).seal_batch() == 0


def test_failure_in_between_leaves_nothing(database: Trail, config: Config):
    note(database, 5)
    database.command({"collMod": "audit", "validator": {"position": {"$ne": 3}}})

    with pytest.raises(PyMongoError):
        sealer(database, config).turn()

    assert (database["audit_seals"].count_documents({}), database["audit"].count_documents({"seal": 1})) == (0, 0)


def test_metric_shows_the_oldest(database: Trail, config: Config):
    database["audit"].insert_one(audit.entry("a:b", "c", "d", at=clock.now()) | {"at": clock.from_epoch_ms(0)})
    waiting = sealer(database, config)

    waiting.measure()
    before = ages()
    waiting.turn()

    assert before > 1e9
    assert ages() == 0


def test_nothing_to_seal_writes_nothing(database: Trail, config: Config):
    idle = sealer(database, config)
    before = database["leases"].find_one()

    idle.turn()

    assert database["leases"].find_one() == before


@pytest.mark.parametrize("query", ["waiting", "sealed"])
def test_queries_go_by_the_index(database: Trail, config: Config, query: str):
    note(database, 50)
    sealer(database, config, held=Believer(database, "audit seals")).seal_batch()
    found = {
        "waiting": database["audit"].find(SEALABLE).sort(ORDER).limit(10),
        "sealed": database["audit"]
        .find({"seal": {"$gt": 0, "$lte": 1}})
        .sort([("seal", 1), ("position", 1), ("_id", 1)]),
    }

    plan = found[query].explain()

    assert plan["executionStats"]["totalDocsExamined"] == plan["executionStats"]["nReturned"] == 10
    assert '"SORT"' not in str(plan).replace("'", '"')


@pytest.mark.slow
def test_killed_sealer_harms_nothing(database: Trail, config: Config):
    note(database, 30)
    sealer(database, config).turn()
    note(database, 30, start=30)
    name = database.name.removeprefix(f"{config.database_prefix}_")
    environment = {**os.environ, **environment_of(config), "PYTHONPATH": python_path()}
    command = [sys.executable, "-c", HANGS_BEFORE_COMMIT, name]
    with subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        marked = int(child.stdout.readline())
        child.kill()
    heir = sealer(database, config, held=Believer(database, "audit seals"))

    def sealed() -> bool:
        with suppress(TashbikError):  # locks of the dead are kept for a while
            heir.turn()
        return not heir.measure()

    wait_until(sealed, "all is sealed", 40)

    faults, check = verify(database, config)
    assert (marked, faults, check.counts.entries, check.counts.seals) == (10, [], 60, 6)


@pytest.mark.slow
def test_memory_stays_bounded(database: Trail, config: Config):
    for start in range(0, 50_000, 5_000):
        note(database, 5_000, start)
    trail = sealer(database, config, batch=1000, held=Believer(database, "audit seals"))

    peaks = [peak_of(trail.seal_batch) for _ in range(2)]
    while trail.seal_batch():
        pass
    peaks.append(peak_of(lambda: verify(database, config)))

    faults, check = verify(database, config)
    assert (faults, check.counts.entries, check.counts.seals) == ([], 50_000, 50)
    assert max(peaks) < 10 * MEGABYTE
