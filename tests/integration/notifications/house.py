"""Run the notifications service with all that it needs, and speak to it as its neighbours do."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from chassis.amqp import Outgoing, Publisher
from chassis.config import Config
from chassis.identity import Actor
from chassis.ids import new_id
from chassis.mongo import CHASSIS_INDEXES, connect, prepare
from chassis.outbox import OutboxRelay
from chassis.rpc_client import RpcClient
from chassis.rpc_client import connect as connect_client
from chassis.work import Units, event_seal
from cli.process import wait_until
from contracts.notifications import GET_MESSAGE, LIST_MESSAGES
from contracts.referrals import EVENTS, REFERRAL_CHANGED
from tests.integration.notifications.servers import Server
from tests.parts import Running, child

NOTIFICATIONS = ("-m", "chassis.run", "services.notifications.service:Notifications")
STAND_IN = ("-m", "chassis.run", "tests.integration.notifications.standin:Referrals")
WORKER = Actor("worker-1", "case_worker", area="EG29")
OPERATOR = Actor("operator-1", "operator")
AUDITOR = Actor("auditor-1", "auditor")

_phones = (f"+2010111{number:05}" for number in itertools.count(1))


def new_phone() -> str:
    """Return a number that no other test uses."""
    return next(_phones)


@dataclass
class House:
    """Hold a running service, its neighbours, and what they have received."""

    config: Config
    folder: Path
    smsc: Server
    mailbox: Server
    client: RpcClient

    def __post_init__(self) -> None:
        self.referrals = connect(self.config, "referrals")
        self.database = connect(self.config, "notifications")
        prepare(self.referrals, CHASSIS_INDEXES)
        units = Units(self.referrals, node="qena", service="referrals", seal=event_seal(self.config))
        self._units, self._publisher = units, Publisher(self.config.amqp_url)
        self._relay = OutboxRelay(self.referrals, self._publisher, EVENTS)

    def close(self) -> None:
        """Close what is open to the database and the broker."""
        self._publisher.close()
        self.referrals.client.close()
        self.database.client.close()

    @contextmanager
    def service(self, **changes: Any) -> Iterator[Running]:
        """Run the service; the log level tells its steps."""
        config = replace(self.config, log_level="info", **changes)
        with child(config, *NOTIFICATIONS, name="notifications", log=self.folder) as running:
            yield running

    def family(self, phone: str = "", language: str = "ar", withheld: str = "") -> str:
        """Have referrals know a referral whose family, agency and officer may be told; return the referral's id."""
        referral = new_id()
        agency = {"id": "0199-org", "name": "جمعية الرحمة بقنا", "phone": "+20965331234"}
        common = {"language": language, "name": "فاطمة أحمد", "withheld": withheld, "agency": agency}
        for audience in ("family", "agency", "officer"):
            contact = common | {
                "audience": audience,
                "phone": phone if audience == "family" else "",
                "email": "" if audience == "family" else f"{audience}-{referral[-6:]}@qena.example",
            }
            self.referrals["contacts"].insert_one({"_id": f"{referral}:{audience}", "contact": contact})
        return referral

    def happens(self, referral: str, transition: str, version: int = 2, **changes: Any) -> str:
        """Publish a transition of a referral and return the event's id."""
        payload = {
            "id": referral,
            "organization": "0199-org",
            "area": "EG2901",
            "areas": ["EG", "EG29", "EG2901"],
            "subject": "health",
            "status": "sent",
            "previous_status": "sent",
            "transition": transition,
            "outcome": "",
            "escalated": False,
            "accepted_at": None,
            "deadline": "2026-11-25T10:00:00+00:00",
            "follows": "",
        }
        event: str = self._units.do(
            WORKER,
            lambda unit: unit.emit(REFERRAL_CHANGED, subject=referral, version=version, payload=payload | changes),
        )
        self._relay.pass_once()
        return event

    def happens_again(self, event: str) -> None:
        """Publish an event once more, as a broker that lost its confirm would have it."""
        stored = self.referrals["outbox"].find_one({"_id": event})
        assert stored is not None
        self._publisher.publish(
            [Outgoing(event, stored["body"], stored["exchange"], stored["type"], {"seal": stored["seal"]})]
        )

    def messages(self, referral: str, actor: Actor = OPERATOR) -> list[dict[str, Any]]:
        """Return the messages of a referral, as an operator reads them."""
        page = self.client.call(LIST_MESSAGES, {"referral": referral}, actor=actor)
        return list(page["items"])

    def message(self, referral: str, audience: str = "family") -> dict[str, Any]:
        """Return the one message of a referral to an audience."""
        (message,) = [one for one in self.messages(referral) if one["audience"] == audience]
        return dict(self.client.call(GET_MESSAGE, {"id": message["id"]}, actor=OPERATOR))

    def until(self, referral: str, status: str, audience: str = "family", seconds: float = 20) -> dict[str, Any]:
        """Return the message once it has come to a status."""
        self.until_stored(referral, status, audience, seconds)
        return self.message(referral, audience)

    def until_stored(self, referral: str, status: str, audience: str = "family", seconds: float = 20) -> None:
        """Return once the message has come to a status, without asking the service."""
        wait_until(lambda: self._stands(referral, audience, status), f"{status} of {referral}", seconds)

    def _stands(self, referral: str, audience: str, status: str) -> bool:
        query = {"referral": referral, "audience": audience, "status": status}
        return self.database["messages"].find_one(query) is not None

    def claims_run_out(self) -> None:
        """Let time pass for every claim at once."""
        past = datetime(2026, 1, 1, tzinfo=UTC)
        self.database["messages"].update_many({"lease": {"$ne": None}}, {"$set": {"lease": past}})


def metric(running: Running, sample: str) -> float:
    """Return the value of one sample of a service, 0 where there is none."""
    text = httpx.get(f"{running.health_url}/metrics", timeout=5).text
    lines = (line.rpartition(" ") for line in text.splitlines())
    return sum(float(value) for name, _, value in lines if name == sample)


@contextmanager
def a_house(config: Config, folder: Path, smsc: Server, mailbox: Server) -> Iterator[House]:
    """Give a node's part around the service; the service itself is started by the test."""
    ours = replace(
        config,
        smsc_host="127.0.0.1",
        smsc_port=smsc.port,
        smsc_system_id="tashbik",
        smsc_rate=200.0,
        smtp_host="127.0.0.1",
        smtp_port=mailbox.port,
    )
    client = connect_client(ours, "gateway")
    with ExitStack() as stack:
        stack.callback(client.stop)
        stack.enter_context(child(ours, *STAND_IN, name="standin", log=folder))
        house = House(ours, folder, smsc, mailbox, client)
        stack.callback(house.close)
        yield house
