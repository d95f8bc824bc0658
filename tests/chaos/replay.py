"""Publish what a broker, a second relay or a stranger might: events again, out of order, and what breaks a consumer.

What is published here goes through the same exchanges, with the same seal, as what the relays publish.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import orjson
from pymongo.database import Database

from chassis import clock, mongo, parcels
from chassis.amqp import Outgoing, Publisher
from chassis.config import Config
from chassis.ids import new_id
from chassis.outbox import OutboxRelay
from chassis.work import event_seal
from contracts.catalogue import EVENTS
from contracts.envelope import EventContract
from tests.consumers import ALWAYS

PUBLISHERS = tuple(sorted({contract.service for contract in EVENTS}))
CONSUMED = tuple(contract for contract in EVENTS if contract.consumers)
MOST = 300
PAUSE = 0.05
LEASE_MILLISECONDS = 5000

Parked = set[tuple[str, str]]


class Replay:
    """Publish beside the relays. ``poisoned`` holds every (queue, event) that must be parked for it, and no other."""

    def __init__(self, config: Config) -> None:
        """Take the node's configuration; connects to its databases and its broker."""
        self._config = config
        self._seal = event_seal(config)
        self._databases = {name: mongo.connect(config, name) for name in PUBLISHERS}
        self._publisher = Publisher(config.amqp_url, name="chaos")
        self.poisoned: Parked = set()

    def close(self) -> None:
        """Close every connection."""
        self._publisher.close()
        for database in self._databases.values():
            database.client.close()

    def deliver_again(self, rng: random.Random) -> int:
        """Publish events that were published before once more, in another order; return how many."""
        entries = [entry for name in PUBLISHERS for entry in self._published(name)]
        rng.shuffle(entries)
        self._publish([parcels.outgoing([entry]) for entry in entries])
        return sum(map(parcels.events_in, entries))

    def poison(self, rng: random.Random) -> None:
        """Publish an event of ours whose data no consumer can take, and bytes that nobody can read."""
        contract = rng.choice(CONSUMED)
        id_ = new_id()
        queue = rng.choice(contract.consumers).queue
        unreadable = Outgoing(new_id(), b"\xff\x00 no event", "", queue)
        self._publish([self._outgoing(id_, contract.exchange, contract.type, _broken(contract, id_)), unreadable])
        reading = {consumer.queue for consumer in ALWAYS[contract.type]}
        self.poisoned |= {(one, id_) for one in reading} | {(queue, unreadable.id)}

    @contextmanager
    def second_relays(self) -> Iterator[None]:
        """Take every relay's lease away from it, and relay beside it while it believes that it holds it still."""
        stopping = threading.Event()
        with ExitStack() as stack:
            for name in PUBLISHERS:
                _take_lease(self._databases[name])
                publisher = Publisher(self._config.amqp_url, name=f"chaos-{name}-relay")
                stack.callback(publisher.close)
                contracts = [contract for contract in EVENTS if contract.service == name]
                relay = OutboxRelay(self._databases[name], publisher, contracts)
                thread = threading.Thread(target=_relay, args=(relay.pass_once, stopping), daemon=True)
                thread.start()
                stack.callback(thread.join)
            stack.callback(stopping.set)
            yield

    def _published(self, service: str) -> list[dict[str, Any]]:
        published = {"due": {"$exists": False}, "consumed": True}
        stages: list[dict[str, Any]] = [{"$match": published}, {"$sample": {"size": MOST}}]
        return list(self._databases[service]["outbox"].aggregate(stages))

    def _outgoing(self, id_: str, exchange: str, type_: str, body: bytes) -> Outgoing:
        return Outgoing(id_, body, exchange, type_, {"seal": self._seal.of(body)})

    def _publish(self, messages: list[Outgoing]) -> None:
        if refused := self._publisher.publish(messages).refused:
            raise RuntimeError(f"the broker did not take {len(refused)} messages: {next(iter(refused.values()))}")


def _take_lease(database: Database[dict[str, Any]]) -> None:
    until = {"$add": ["$$NOW", LEASE_MILLISECONDS]}
    database["leases"].update_one({"_id": "relay"}, [{"$set": {"holder": "chaos", "until": until}}])


def _relay(pass_once: Callable[[], int], stopping: threading.Event) -> None:
    while not stopping.is_set():
        pass_once()
        time.sleep(PAUSE)


def _broken(contract: EventContract, id_: str) -> bytes:
    envelope = {
        "specversion": "1.0",
        "id": id_,
        "type": contract.type,
        "source": f"/chaos/{contract.service}",
        "subject": new_id(),
        "subjectversion": 1,
        "time": clock.now(),
        "datacontenttype": "application/json",
        "node": "chaos",
        "actor": "chaos:chaos",
        "data": {"id": new_id()},
    }
    return orjson.dumps(envelope, option=orjson.OPT_UTC_Z)
