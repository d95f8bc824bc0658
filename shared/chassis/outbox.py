"""Relay events from the outbox to the broker: at least once, each until the broker has confirmed it.

One relay a service, by lease; every replica has one ready. It is woken by the process that commits, by a change stream
for what other replicas commit, and by a sweep as their net. On each new connection it sees that the queues of all
consumers stand before it publishes, so that one that was never started, or is away, misses nothing, even where the
broker has come back empty: events then wait in the outbox until those queues are declared.

Events stand and go in parcels (:mod:`chassis.parcels`): what one unit of work tells of one type is one entry.

An entry in the outbox has ``due`` until it is confirmed: then ``due`` goes and ``expires`` comes. One that is nacked,
returned or unconfirmed gets a later ``due``, a count of attempts and the reason, so that it is retried, is visible, and
does not hold up the others.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from nameko.extensions import DependencyProvider
from pymongo import UpdateOne
from pymongo.database import Database
from pymongo.errors import PyMongoError

from chassis import amqp, clock, deadletters, metrics, parcels, topology
from chassis.amqp import Publisher, Receipt
from chassis.config import Config
from chassis.lease import Lease
from chassis.logs import get_logger
from chassis.mongo import OUTBOX_DAYS, Storage
from chassis.parcels import Stored
from chassis.work import DUE_AT_ONCE
from contracts.envelope import EventContract

AWAY: tuple[type[BaseException], ...] = (PyMongoError, *amqp.BROKER_ERRORS)
BATCH = 500  # entries
MOST_BYTES = 4 * 2**20
"""Bytes of events that one batch holds, but for its last: those of areas with their outlines have up to a million."""
SWEEP = 1.0
FIRST_DELAY = 1.0
LONGEST_DELAY = 60.0
DOUBLINGS = 6
"""After which a delay is longer than the longest: a float holds no two to the power of what days of refusals count."""
STATE_INTERVAL = 5.0
IN_ORDER = [("due", 1), ("at", 1)]
COMMITS: list[dict[str, Any]] = [
    {"$match": {"operationType": "insert", "fullDocument.wakes": True}},
    {"$project": {"_id": 1}},
]
"""What a change stream of the outbox shows: the first entry of each commit."""

log = get_logger()


class OutboxRelay:
    """Publish what is due. Plain class: needs no Nameko."""

    def __init__(
        self,
        database: Database[dict[str, Any]],
        publisher: Publisher,
        contracts: Sequence[EventContract],
    ) -> None:
        """Take the service's database, a publisher of its own, and all contracts of the service."""
        self._outbox = database["outbox"]
        self._publisher = publisher
        publisher.on_connect(lambda channel: topology.declare_exchanges(channel, contracts))

    def pass_once(self) -> int:
        """Publish one batch of what is due and return how many were confirmed."""
        due = list(self._due())
        if not due:
            return 0
        if fault := self._publisher.fault():
            log.warning("outbox_not_published", error=fault)
            return 0
        packed = {parcel[0]["_id"]: parcel for parcel in parcels.packed(due)}
        receipt = self._publisher.publish([parcels.outgoing(parcel) for parcel in packed.values()])
        return self._record(packed, receipt)

    def state(self) -> tuple[int, float, int]:
        """Return how many events wait, the seconds since the oldest was written, and how many were refused before."""
        waiting, oldest = self._counted({"$gte": DUE_AT_ONCE})
        refused, _ = self._counted({"$gt": DUE_AT_ONCE})
        age = (clock.now() - oldest).total_seconds() if oldest else 0.0
        return waiting, max(0.0, age), refused

    def _due(self) -> Iterator[Stored]:
        """Yield a batch of what is due; less of it where events are large."""
        left = MOST_BYTES
        now = clock.now()
        of_a_clock_ahead = {"due": {"$gt": now + timedelta(seconds=LONGEST_DELAY) + clock.CLOCKS_APART}}
        due = {"$or": [{"due": {"$lte": now}}, of_a_clock_ahead]}
        for entry in self._outbox.find(due).sort(IN_ORDER).limit(BATCH):
            yield entry
            left -= len(entry["body"])
            if left < 0:
                return

    def _counted(self, due: dict[str, Any]) -> tuple[int, datetime | None]:
        """Return how many events are due so, and the time of the oldest; by keys alone."""
        events = {"$sum": {"$ifNull": ["$count", 1]}}
        stages: list[dict[str, Any]] = [
            {"$match": {"due": due}},
            {"$group": {"_id": None, "events": events, "at": {"$min": "$at"}}},
        ]
        found = next(iter(self._outbox.aggregate(stages, hint="in_order")), None)
        return (found["events"], found["at"]) if found else (0, None)

    def _record(self, packed: Mapping[str, Sequence[Stored]], receipt: Receipt) -> int:
        """Note what became of parcels, which are found by their messages' ids; return how many events are confirmed."""
        confirmed = [entry for id_ in receipt.confirmed for entry in packed[id_]]
        events = Counter[str]()
        if confirmed:
            expires = clock.now() + timedelta(days=OUTBOX_DAYS)
            self._outbox.update_many(
                {"_id": {"$in": [entry["_id"] for entry in confirmed]}},
                {"$unset": {"due": ""}, "$set": {"expires": expires}},
            )
            for entry in confirmed:
                events[entry["type"]] += parcels.events_in(entry)
            for type_, count in events.items():
                metrics.OUTBOX_PUBLISHED.labels(type_).inc(count)
        if receipt.refused:
            self._publisher.close()  # a queue may have gone: connecting anew declares it
            refused = [(entry, why) for id_, why in receipt.refused.items() for entry in packed[id_]]
            self._outbox.bulk_write([_later(entry, why) for entry, why in refused])
            count = sum(parcels.events_in(entry) for entry, _ in refused)
            log.warning("events_not_published", refused=count, reasons=sorted(set(_kinds(receipt))))
        return events.total()


def _later(entry: Stored, reason: str) -> UpdateOne:
    delay = min(LONGEST_DELAY, FIRST_DELAY * 2 ** min(entry["attempts"], DOUBLINGS))
    due = clock.now() + timedelta(seconds=delay)
    return UpdateOne({"_id": entry["_id"]}, {"$set": {"due": due, "reason": reason[:200]}, "$inc": {"attempts": 1}})


def _kinds(receipt: Receipt) -> list[str]:
    return [reason.partition(":")[0] for reason in receipt.refused.values()]


class Relay(DependencyProvider):
    """Run a service's relay. As a dependency it gives the contracts it was made with."""

    storage = Storage()

    def __init__(self, contracts: Sequence[EventContract] = ()) -> None:
        """Take every event contract of the service."""
        super().__init__()
        self.contracts = contracts
        self._wake = threading.Event()
        self._stopping = False
        self._threads: list[Any] = []

    def setup(self) -> None:
        """Make the relay, and have it woken by this process's own commits."""
        config: Config = self.container.config["TASHBIK"]
        service = self.container.service_name
        self._publisher = Publisher(config.amqp_url, name=f"{service}-relay")
        self._counting = deadletters.Counting(config.amqp_url, deadletters.queues(self.contracts), f"{service}-counts")
        self._relay = OutboxRelay(self.storage.database, self._publisher, self.contracts)
        self._lease = Lease(self.storage.database, "relay")
        self._lease.prepare()
        self.storage.on_commit(self._wake.set)

    def start(self) -> None:
        """Start relaying and watching."""
        for run in (self._run, self._watch, self._report):
            self._threads.append(self.container.spawn_managed_thread(run, identifier=f"relay{run.__name__}"))

    def stop(self) -> None:
        """Publish what the last workers left, as far as it goes at once, and give the lease back."""
        self._stopping = True
        self._wake.set()
        self._threads[0].wait()
        self._publisher.close()
        self._counting.close()

    def kill(self) -> None:
        """Stop without waiting."""
        self._stopping = True
        self._wake.set()

    def get_dependency(self, worker_ctx: Any) -> Sequence[EventContract]:
        """Return the contracts."""
        return self.contracts

    def _run(self) -> None:
        while not self._stopping:
            self._wake.clear()
            if not self._pass():
                self._wake.wait(SWEEP)
        self._pass()
        self._lease.release()

    def _pass(self) -> int:
        try:
            return self._relay.pass_once() if self._lease.hold() else 0
        except PyMongoError as error:
            log.warning("outbox_not_read", error=type(error).__name__)
            return 0

    def _watch(self) -> None:
        while not self._stopping:
            try:
                with self.storage.database["outbox"].watch(COMMITS, max_await_time_ms=1000) as stream:
                    while not self._stopping:
                        if stream.try_next() is not None:
                            self._wake.set()
            except PyMongoError as error:
                log.warning("outbox_not_watched", error=type(error).__name__)
                time.sleep(SWEEP)

    def _report(self) -> None:
        while not self._stopping:
            try:
                self._report_once()
            except AWAY as error:
                log.warning("outbox_not_counted", error=type(error).__name__)
            time.sleep(STATE_INTERVAL)

    def _report_once(self) -> None:
        waiting, age, refused = self._relay.state()
        metrics.OUTBOX_PENDING.set(waiting)
        metrics.OUTBOX_OLDEST_SECONDS.set(age)
        metrics.OUTBOX_REFUSED.set(refused)
        for queue, parked in self._counting.counts().items():
            metrics.EVENTS_PARKED.labels(queue).set(parked)
