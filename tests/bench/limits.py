"""Measure what the guarantees cost: a library alone, and what the node makes of it, one process beside one process."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pymongo.database import Database

from chassis import amqp, mongo, topology
from chassis.identity import Actor
from chassis.lease import Lease
from chassis.work import Unit, Units, event_seal
from cli.node import Node
from cli.process import wait_until
from demo.stage import lines
from tests.bench import load
from tests.bench.baselines.raw import TEXT
from tests.bench.contracts import NAME, SAID
from tests.bench.measures import SHOWN, Measure
from tests.bench.processes import administrator, gateway, guarded, plain_nameko, raw
from tests.bench.speeds import Speeds
from tests.bench.traffic import KEPT, READS, Traffic
from tests.outboxes import events, waiting

WARM_UP = 2.0
EVENTS_A_SECOND = 4_000  # that the outbox is filled with for each second of the load
UNIT = 500
LEAST_READ, LEAST_RELAY, MOST_CALL = 0.5, 0.4, 1.15


class Limits:
    """Measure one node that runs with the demo directorate on it."""

    def __init__(self, node: Node, traffic: Traffic, speeds: Speeds, home: Path, seconds: float) -> None:
        """Take the node, its traffic, and how long each load lasts."""
        self._node = node
        self._traffic = traffic
        self._speeds = speeds
        self._home = home
        self._seconds = seconds

    def of(self, name: str) -> list[Measure]:
        """Measure one of :data:`NAMES`."""
        return list(MEASURES[name](self))

    # pymongo

    def reads(self) -> list[Measure]:
        """Read organizations by their ids: pymongo in 32 threads, and one worker process of the gateway."""
        config, ids = self._node.config, self._traffic.ids()
        name = mongo.connect(config, "gateway").name
        alone = raw("pymongo", self._seconds, self._pymongo(config.mongo_url, name, ids))
        baseline = alone["pymongo"]["rate"]
        fresh, kept = self._one_worker(cache_seconds="0"), self._one_worker()
        note = f"pymongo: p50 {alone['pymongo']['p50']} ms, {_each(alone, 'pymongo')}"
        return [
            at_least("read by id, one worker process, beside pymongo alone", fresh, baseline, LEAST_READ, note=note),
            at_least("the same, answers kept as shipped", kept, baseline, LEAST_READ, note=""),
        ]

    def _pymongo(self, url: str, database: str, ids: list[str]) -> dict[str, str]:
        path = self._home / "ids.txt"
        path.write_text("\n".join(ids), "utf-8")
        return {"BENCH_MONGO_URL": url, "BENCH_DATABASE": database, "BENCH_IDS": str(path)}

    def _one_worker(self, **settings: str) -> float:
        paths = self._home / "paths.txt"
        paths.write_text("\n".join(READS[KEPT](self._traffic)) + "\n", "utf-8")
        with gateway(self._node, 1, **settings) as (url, _):
            load.each(url, WARM_UP, paths)
            return load.each(url, self._seconds, paths).rate

    # kombu

    def relay(self) -> list[Measure]:
        """Publish events with confirms: kombu from memory, and a service's relay out of its outbox."""
        database = mongo.connect(self._node.config, NAME)
        with amqp.connect(self._node.broker_url, name="bench") as connection:
            channel = connection.default_channel
            topology.declare(channel, (SAID,), self._node.config.retry_delays)
            try:
                body = self._fill(database)
                before = self._kombu(body, channel)
                rate = self._drained(database)
                after = self._kombu(body, channel)
            finally:
                _remove(channel, SAID.consumers[0].queue)
                database.client.drop_database(database.name)
                database.client.close()
        baseline = max(before, after, key=lambda one: one["kombu"]["rate"])
        note = f"kombu: the better of a run before and one after, {_each(baseline, 'kombu')}"
        name = "events out of the outbox, beside kombu with confirms alone"
        return [at_least(name, rate, baseline["kombu"]["rate"], LEAST_RELAY, note=note, unit="events/s")]

    def _fill(self, database: Database[Any]) -> bytes:
        """Put events into the outbox as a service does, and return the body of one."""
        mongo.prepare(database, mongo.CHASSIS_INDEXES)
        units = Units(database, node="bench", service=NAME, seal=event_seal(self._node.config))
        for _ in range(int(self._seconds * EVENTS_A_SECOND / UNIT)):
            units.do(Actor(NAME, "service"), _emit)
        return next(events(database))["body"]

    def _kombu(self, body: bytes, channel: Any) -> dict[str, Any]:
        """Publish into an empty queue."""
        channel.queue_purge(SAID.consumers[0].queue)
        path = self._home / "body.json"
        path.write_bytes(body)
        exchange = {"BENCH_EXCHANGE": SAID.exchange, "BENCH_KEY": SAID.type}
        environment = {"BENCH_AMQP_URL": self._node.broker_url, "BENCH_BODY": str(path), **exchange}
        return raw("kombu", self._seconds, environment)

    def _drained(self, database: Database[Any]) -> float:
        """Start the service and return how many events a second it relays; the lease holds it back until it is up."""
        lease = Lease(database, "relay", seconds=3600)
        lease.prepare()
        lease.hold()
        with guarded(self._node):
            whole = waiting(database)
            lease.release()
            wait_until(lambda: waiting(database) < whole, "the first events", 30, interval=0.01)
            left, began = waiting(database), time.monotonic()
            wait_until(lambda: not waiting(database), "the outbox", 300, interval=0.1)
            return left / (time.monotonic() - began)

    # smpplib

    def texts(self) -> list[Measure]:
        """Hand texts to the SMSC: smpplib alone, part after part, and the node, from referral to acceptance."""
        config = self._node.config
        environment = {
            "BENCH_SMSC_HOST": config.smsc_host,
            "BENCH_SMSC_PORT": str(config.smsc_port),
            "BENCH_SMSC_ID": config.smsc_system_id,
            "BENCH_SMSC_PASSWORD": config.smsc_password,
        }
        baseline = raw("smpplib", self._seconds, environment)
        ours = self._speeds.of("text")[0].figures.rate
        parts = lines(self._node.texts)[-1]["parts"]
        note = (
            f"smpplib sends parts from memory, ours texts of {parts} parts from referrals; {_each(baseline, 'smpplib')}"
        )
        return [
            at_least(
                "texts, beside smpplib alone", ours, baseline["smpplib"]["rate"] / parts, 0, note=note, unit="texts/s"
            )
        ]

    # RPC

    def calls(self) -> list[Measure]:
        """Make one call at a time: ours with every guarantee, and plain Nameko's, in turn."""
        plain = {"BENCH_MONGO_URL": self._node.config.mongo_url, "BENCH_DATABASE": "bench_plain"}
        environment = {**self._node.environment, **administrator(self._node)}
        environment["BENCH_AMQP_URL"] = self._node.broker_url
        with guarded(self._node), plain_nameko(self._node.broker_url, plain, self._home):
            found = raw("calls", self._seconds, environment)
        ours, theirs = found["ours"], found["nameko"]
        ratio = round(ours["p50"] / theirs["p50"], 2)
        note = f"p50; p99 {ours['p99']} ms, baseline {theirs['p99']} ms; {ours['count']} calls each, one at a time"
        target, met = f"<= {MOST_CALL} x", ratio <= MOST_CALL
        return [Measure("one call, beside plain Nameko", "ms", ours["p50"], theirs["p50"], ratio, target, met, note)]


def at_least(name: str, ours: float, baseline: float, least: float, *, note: str, unit: str = "requests/s") -> Measure:
    """Return the line of a rate beside its baseline; without a least ratio it is only shown."""
    ratio = round(ours / baseline, 3) if baseline else 0.0
    target = f">= {least} x" if least else SHOWN
    return Measure(name, unit, round(ours, 1), round(baseline, 1), ratio, target, ratio >= least, note)


def _each(found: dict[str, Any], name: str) -> str:
    """Say what an operation cost the library's process; its start counts too."""
    return f"{found['cpu_seconds'] * 1000 / max(1, found[name]['count']):.2f} ms of CPU each"


def _emit(unit: Unit) -> None:
    for number in range(UNIT):
        unit.emit(SAID, subject=str(number), version=1, payload={"text": TEXT})


def _remove(channel: Any, queue: str) -> None:
    """Delete what belongs to a consumer's queue."""
    for name in (queue, topology.parked_name(queue)):
        channel.queue_delete(name)


MEASURES: dict[str, Callable[[Limits], list[Measure]]] = {
    "read-limit": Limits.reads,
    "relay-limit": Limits.relay,
    "text-limit": Limits.texts,
    "call-limit": Limits.calls,
}
NAMES = tuple(MEASURES)
