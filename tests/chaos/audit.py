"""Count what was lost or doubled, by reading the databases, the queues and the SMSC's own record.

The auditor trusts no service's word: it compares what callers were told (the ledger) with what stands in the owners'
databases, and each event in an outbox with the inbox of each of its consumers.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from pymongo.database import Database

from chassis import deadletters, mongo
from chassis.config import Config
from contracts.catalogue import EVENTS
from demo.stage import lines
from tests.chaos.workload import FAMILY_NAME, Ledger

STEPS = ("sent", "accepted", "started", "completed")  # a job reports one service, which starts the work
SERVICES = ("registry", "referrals", "notifications", "projector", "gateway")


class Auditor:
    """Read a node's databases and queues directly."""

    def __init__(self, config: Config, ledger: Ledger, texts: Any) -> None:
        """Take the configuration, what callers were told, and the SMSC's record."""
        self._config = config
        self._ledger = ledger
        self._texts = texts
        self._databases = {name: mongo.connect(config, name) for name in SERVICES}

    def close(self) -> None:
        """Close every connection."""
        for database in self._databases.values():
            database.client.close()

    def waiting(self) -> int:
        """Return how much is still on its way: events in outboxes, events in queues, messages not yet sent."""
        return self.in_outboxes() + len(self.undelivered()) + self.unsent()

    def in_outboxes(self) -> int:
        """Return how many events no broker has confirmed."""
        return sum(self._outbox(name).count_documents({"due": {"$exists": True}}) for name in SERVICES)

    def unsent(self) -> int:
        """Return how many messages were made and not sent."""
        return self._of("notifications")["messages"].count_documents({"status": {"$in": ["created", "sending"]}})

    def undelivered(self) -> list[str]:
        """Return every (event, consumer) whose inbox entry is missing."""
        consumers = {contract.type: contract.consumers for contract in EVENTS}
        missing = []
        for name in SERVICES:
            for event in self._outbox(name).find({}, {"type": 1}):
                missing += [
                    f"{consumer.queue}:{event['_id']}"
                    for consumer in consumers[event["type"]]
                    if self._of(consumer.service)["inbox"].find_one({"_id": f"{consumer.queue}:{event['_id']}"}) is None
                ]
        return missing

    def lost(self) -> list[str]:
        """Return every accepted request whose effect is missing."""
        referrals = self._of("referrals")
        gone = [f"family {id_}" for id_ in self._ledger.families if not referrals["families"].find_one({"_id": id_})]
        gone += [
            f"referral {id_}" for id_ in self._ledger.referrals if not referrals["referrals"].find_one({"_id": id_})
        ]
        for id_ in self._ledger.completed:
            steps = self._steps(id_)
            gone += [f"{step} of {id_}" for step in STEPS if not steps[step]]
        return gone

    def doubled(self) -> list[str]:
        """Return every effect that happened twice, and every effect without a request."""
        referrals = self._of("referrals")
        twice = [
            f"{step} of {id_}"
            for id_ in self._ledger.referrals
            for step, count in self._steps(id_).items()
            if count > 1
        ]
        asked = {"members.given_name": {"$regex": f"^{FAMILY_NAME} "}}
        families = list(referrals["families"].find(asked, {"members.given_name": 1}))
        names = Counter(family["members"][0]["given_name"] for family in families)
        twice += [name for name, count in names.items() if count > 1]
        strangers = {family["_id"] for family in families} - set(self._ledger.families)
        return twice + [f"family {id_} that no caller was told of" for id_ in strangers]

    def texts(self) -> tuple[int, int]:
        """Return how many texts the SMSC received for jobs, and how many of them came twice."""
        phones = set(self._ledger.referrals.values())
        received = Counter(
            (str(line["destination"]).lstrip("+"), line["text"])
            for line in lines(self._texts)
            if str(line["destination"]).lstrip("+") in phones
        )
        return sum(received.values()), sum(count - 1 for count in received.values())

    def texts_expected(self) -> int:
        """Return how many texts the jobs' referrals ask for, by the messages' own records."""
        return self._of("notifications")["messages"].count_documents(
            {"channel": "sms", "audience": "family", "referral": {"$in": list(self._ledger.referrals)}}
        )

    def parked(self) -> dict[str, int]:
        """Return how many events failed for good, by queue."""
        counts = deadletters.counts(self._config.amqp_url, deadletters.queues(EVENTS))
        return {queue: count for queue, count in counts.items() if count}

    def _steps(self, referral: str) -> Counter[str]:
        stored = self._of("referrals")["referrals"].find_one({"_id": referral}) or {}
        return Counter(step["transition"] for step in stored.get("history", []))

    def _of(self, service: str) -> Database[dict[str, Any]]:
        return self._databases[service]

    def _outbox(self, service: str) -> Any:
        return self._of(service)["outbox"]
