"""Run the referrals service as its users find it: in two replicas, beside the real registry, behind a broker."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import quote

import orjson
from pymongo.database import Database

from chassis.config import Config
from chassis.identity import Actor
from chassis.ids import new_id
from chassis.mongo import connect as connect_mongo
from chassis.rpc_client import RpcClient, connect
from contracts import referrals, registry
from contracts.envelope import RpcContract
from tests.integration.referrals.world import IHSAN, WORKER, a_family
from tests.outboxes import envelopes
from tests.parts import Broker, child, fresh_vhost

OPERATOR = Actor("operator-1", "operator")
SERVICES = ("registry:Registry", "referrals:Referrals", "referrals:Referrals")
PERIOD = 1.5
AREAS = [
    {"id": "EG", "level": "country", "names": {"ar": "مصر"}},
    {"id": "EG29", "parent": "EG", "level": "governorate", "names": {"ar": "قنا"}},
    {"id": "EG2901", "parent": "EG29", "level": "county", "names": {"ar": "مركز قنا"}},
]
PLACE = {"latitude": 26.164, "longitude": 32.727, "area": "EG2901"}
CAPABILITY = {"subject": "household_goods", "capacity": 1_000}


@dataclass
class Node:
    """Hold the running services, a client that calls as the gateway does, and the ids of two agencies."""

    client: RpcClient
    database: Database[dict[str, Any]]
    broker: Broker
    agencies: list[str]

    @property
    def agency(self) -> Actor:
        """Return the first agency as a caller."""
        return replace(IHSAN, organization=self.agencies[0])

    def call(self, contract: RpcContract, request: dict[str, Any], actor: Actor = WORKER, key: str = "") -> Any:
        """Make one call."""
        return self.client.call(contract, request, actor=actor, key=key or new_id())

    def need(self) -> Any:
        """Register a new family and its need."""
        member = {"given_name": "فاطمة", "relationship": "head"}
        family = self.call(referrals.REGISTER_FAMILY, a_family(members=[member]))
        return self.call(referrals.REGISTER_NEED, {"family": family["id"], "subject": "household_goods"})

    def refer(self, need: dict[str, Any], agency: int = 0, key: str = "") -> Any:
        """Refer a need to one of the agencies."""
        return self.call(referrals.REFER_FAMILY, {"need": need["id"], "organization": self.agencies[agency]}, key=key)

    def get(self, referral: dict[str, Any]) -> Any:
        """Read a referral again."""
        return self.call(referrals.GET_REFERRAL, {"id": referral["id"]})

    def transitions(self, referral: dict[str, Any]) -> list[str]:
        """Return what the events of a referral say, in the order of its versions."""
        events = envelopes(self.database, {"type": referrals.REFERRAL_CHANGED.type})
        own = sorted(
            (event for event in events if event["subject"] == referral["id"]), key=lambda one: one["subjectversion"]
        )
        return [event["data"]["transition"] for event in own]

    def sent_to(self, queue: str, kind: str = "") -> set[str]:
        """Return the ids of events that lie in a queue, of one type if it is given; they stay there."""
        path = f"queues/{quote(self.broker.vhost, safe='')}/{queue}/get"
        asked = {"count": 5_000, "ackmode": "ack_requeue_true", "encoding": "auto"}
        held = [orjson.loads(message["payload"]) for message in self.broker.request("POST", path, asked)]
        events = chain.from_iterable(one if isinstance(one, list) else [one] for one in held)  # a list is a parcel
        return {event["id"] for event in events if kind in ("", event["type"])}


@contextmanager
def node_at(config: Config, broker: Broker, folder: Path) -> Iterator[Node]:
    """Run a node in which agencies have :data:`PERIOD` seconds to answer."""
    with ExitStack() as stack:
        own = stack.enter_context(fresh_vhost(broker))
        here = replace(
            config,
            amqp_url=own.amqp_url,
            database_prefix=f"{config.database_prefix}_{secrets.token_hex(3)}",
            referral_deadline=PERIOD,
            sweep_interval=0.2,
        )
        for number, service in enumerate(SERVICES):
            module, _, name = service.partition(":")
            runs = ("-m", "chassis.run", f"services.{module}.service:{name}")
            stack.enter_context(child(here, *runs, name=f"{module}-{number}", log=folder))
        client = connect(here, "gateway")
        stack.callback(client.stop)
        database = connect_mongo(here, "referrals")
        stack.callback(database.client.close)
        yield Node(client, database, own, two_agencies(client))


def two_agencies(client: RpcClient) -> list[str]:
    """Put the areas and register two agencies that cover household goods; return their ids."""
    client.call(registry.PUT_AREAS, {"areas": AREAS}, actor=OPERATOR, key=new_id())
    return [
        client.call(
            registry.REGISTER_ORGANIZATION,
            {"organization": {"name": name, "capabilities": [CAPABILITY], "locations": [PLACE]}},
            actor=OPERATOR,
            key=new_id(),
        )["id"]
        for name in ("جمعية الإحسان", "جمعية الرحمة")
    ]
