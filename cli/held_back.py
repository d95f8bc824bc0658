"""Hold back what a restored node may have told already: notices of after its backup."""

from __future__ import annotations

from typing import Any

import orjson
from pymongo.collection import Collection

from chassis import clock, parcels
from chassis.config import Config
from chassis.database import connect
from chassis.ids import new_id
from contracts.envelope import Event, EventSchema
from contracts.referrals import REFERRAL_CHANGED
from services.notifications.messages.making import messages_of
from services.notifications.messages.store import to_document

OPEN_MESSAGES = ("created", "sending")
TOLD_BY = "notifications.on_referral_changed"
Document = dict[str, Any]


def hold_back(config: Config) -> int:
    """End every notice that may have gone out after the backup; return how many there are.

    Those are messages that were under way and due, and those that events ask for which nobody had heard yet.
    """
    referrals, notifications = connect(config, "referrals"), connect(config, "notifications")
    with referrals.client, notifications.client:
        now, messages = clock.now(), notifications["messages"]
        entries = referrals["outbox"].find({"type": REFERRAL_CHANGED.type}, {"body": 1, "seal": 1, "count": 1})
        for event in (_event(one.body) for entry in entries for one in parcels.stands(entry)):
            if notifications["inbox"].find_one({"_id": f"{TOLD_BY}:{event.id}"}) is None:
                for message in messages_of(event, _ways(config), new_id, now):
                    _add(messages, to_document(message))
        ended = {"status": "technical-failure", "reason": "restored", "completed_at": now, "lease": None}
        doubtful = {"status": {"$in": OPEN_MESSAGES}, "due": {"$lte": now}}
        return messages.update_many(doubtful, {"$set": ended, "$inc": {"version": 1}}).modified_count


def _add(messages: Collection[Document], document: Document) -> None:
    key = {name: document.pop(name) for name in ("event", "audience", "channel")}
    messages.update_one(key, {"$setOnInsert": document}, upsert=True)


def _event(body: bytes) -> Event:
    wire = EventSchema().load(orjson.loads(body))
    named = ("id", "type", "source", "subject", "subjectversion", "time", "node", "actor")
    return Event(**{name: wire[name] for name in named}, payload=wire["data"])


def _ways(config: Config) -> set[str]:
    return {way for way, host in (("sms", config.smsc_host), ("email", config.smtp_host)) if host}
