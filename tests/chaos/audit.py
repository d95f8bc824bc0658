"""Count what was lost or doubled, by reading the databases, the queues and the SMSC's own record.

The auditor trusts no service's word: it compares what callers were told (the ledger) with what stands in the owners'
databases, each event in an outbox with the inbox of each of its consumers, and what is parked with what was poisoned.
Texts and directory have auditors of their own, :mod:`tests.chaos.audit_texts` and :mod:`tests.chaos.audit_directory`.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from pymongo.database import Database

from chassis import deadletters, mongo
from chassis.config import Config
from contracts.catalogue import EVENTS
from tests.chaos.replay import Parked
from tests.chaos.workload import FAMILY_NAME, IMPORT_NAME, Ledger
from tests.consumers import ALWAYS
from tests.outboxes import events, waiting

STEPS = ("sent", "accepted", "started", "completed")  # a job reports one service, which starts the work
SERVICES = ("registry", "referrals", "notifications", "projector", "gateway")
Databases = dict[str, Database[dict[str, Any]]]


class Auditor:
    """Read a node's databases and queues directly."""

    def __init__(self, config: Config, ledger: Ledger) -> None:
        """Take the configuration, and what callers were told."""
        self._config = config
        self._ledger = ledger
        self.databases: Databases = {name: mongo.connect(config, name) for name in SERVICES}

    def close(self) -> None:
        """Close every connection."""
        for database in self.databases.values():
            database.client.close()

    def waiting(self) -> int:
        """Return how much is still on its way: events in outboxes, events in queues, messages not yet sent."""
        return self.in_outboxes() + len(self.undelivered()) + self.unsent()

    def in_outboxes(self) -> int:
        """Return how many events no broker has confirmed."""
        return sum(waiting(self._of(name)) for name in SERVICES)

    def unsent(self) -> int:
        """Return how many messages were made and not sent."""
        return self._of("notifications")["messages"].count_documents({"status": {"$in": ["created", "sending"]}})

    def undelivered(self) -> list[str]:
        """Return every (event, consumer) whose inbox entry is missing, of consumers that take note of all events."""
        taken = {name: {one["_id"] for one in self._of(name)["inbox"].find({}, {"_id": 1})} for name in SERVICES}
        return [
            f"{consumer.queue}:{event['_id']}"
            for name in SERVICES
            for event in events(self._of(name))
            for consumer in ALWAYS[event["type"]]
            if f"{consumer.queue}:{event['_id']}" not in taken[consumer.service]
        ]

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
        return gone + [name for name in self._ledger.imported if not self._imported()[name]]

    def doubled(self) -> list[str]:
        """Return every effect that happened twice, and every effect without a request."""
        twice = [
            f"{step} of {id_}"
            for id_ in self._ledger.referrals
            for step, count in self._steps(id_).items()
            if count > 1
        ]
        return twice + self._families_too_many() + self._cases_too_many() + self._imported_too_many()

    def parked(self, poisoned: Parked) -> tuple[list[str], list[str]]:
        """Return what is parked that should not be, each with its reason, and what was poisoned and is not parked."""
        found = {
            (one.queue, one.id): one.reason
            for queue in deadletters.queues(EVENTS)
            for one in deadletters.look(self._config.amqp_url, queue, limit=1000)
        }
        innocent = [f"{queue}:{id_}: {found[queue, id_]}" for queue, id_ in found.keys() - poisoned]
        return innocent, [f"{queue}:{id_}" for queue, id_ in poisoned - found.keys()]

    def _families_too_many(self) -> list[str]:
        asked = {"members.given_name": {"$regex": f"^{FAMILY_NAME} "}}
        families = list(self._of("referrals")["families"].find(asked, {"members.given_name": 1}))
        names = Counter(family["members"][0]["given_name"] for family in families)
        strangers = {family["_id"] for family in families} - set(self._ledger.families)
        twice = [name for name, count in names.items() if count > 1]
        return twice + [f"family {id_} that no caller was told of" for id_ in strangers]

    def _cases_too_many(self) -> list[str]:
        """Return what a family has beside its one need and its one referral."""
        asked = {"family": {"$in": list(self._ledger.families)}}
        needs = Counter(need["family"] for need in self._of("referrals")["needs"].find(asked, {"family": 1}))
        referrals = {one["_id"] for one in self._of("referrals")["referrals"].find(asked, {"_id": 1})}
        strangers = referrals - set(self._ledger.referrals)
        twice = [f"{count} needs of family {id_}" for id_, count in needs.items() if count > 1]
        return twice + [f"referral {id_} that no caller was told of" for id_ in strangers]

    def _imported_too_many(self) -> list[str]:
        twice = [f"{count} times {name}" for name, count in self._imported().items() if count > 1]
        return twice + [f"{name} that nobody imported" for name in self._imported().keys() - set(self._ledger.imported)]

    def _imported(self) -> Counter[str]:
        asked = {"name": {"$regex": f"^{IMPORT_NAME} "}}
        return Counter(one["name"] for one in self._of("registry")["organizations"].find(asked, {"name": 1}))

    def _steps(self, referral: str) -> Counter[str]:
        stored = self._of("referrals")["referrals"].find_one({"_id": referral}) or {}
        return Counter(step["transition"] for step in stored.get("history", []))

    def _of(self, service: str) -> Database[dict[str, Any]]:
        return self.databases[service]
