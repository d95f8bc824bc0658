"""Hold back what a restored node may have told already: notices of after its backup."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

import orjson
from pymongo.database import Database

from chassis import clock, parcels
from chassis.config import Config
from chassis.database import connect
from chassis.ids import new_id
from chassis.inbox import find_consumed, mark_consumed
from chassis.work import Unit, Units, event_seal
from cli.context import OPERATOR
from contracts.envelope import Event, EventSchema
from contracts.referrals import REFERRAL_CHANGED
from services.notifications.messages.making import messages_of
from services.notifications.messages.store import MessageStore

OPEN_MESSAGES = ("created", "sending")
TOLD_BY = "notifications.on_referral_changed"
Document = dict[str, Any]


def hold_back(config: Config) -> int:
    """End every notice that may have gone out after the backup; return how many there are.

    Those are messages that were under way and due, and those that events ask for which nobody had heard yet. These
    events are noted as heard: one that comes again would make a second message for a person whom other ways lead to by
    then, since the operator has another SMSC or mail server.
    """
    referrals, notifications = connect(config, "referrals"), connect(config, "notifications")
    with referrals.client, notifications.client:
        now, messages = clock.now(), notifications["messages"]
        units = Units(notifications, node=config.node, service="notifications", seal=event_seal(config))
        entries = referrals["outbox"].find({"type": REFERRAL_CHANGED.type}, {"body": 1, "seal": 1, "count": 1})
        for entry in entries:
            events = [_event(one.body) for one in parcels.stands(entry)]
            units.do(OPERATOR, partial(_hear, notifications, events, _ways(config), now))
        ended = {"status": "technical-failure", "reason": "restored", "completed_at": now, "lease": None}
        doubtful = {"status": {"$in": OPEN_MESSAGES}, "due": {"$lte": now}}
        return messages.update_many(doubtful, {"$set": ended, "$inc": {"version": 1}}).modified_count


def _hear(database: Database[Document], events: Sequence[Event], ways: set[str], now: datetime, unit: Unit) -> None:
    """Do what notifications do at these events, but for those that they have heard."""
    store, known = MessageStore(database), find_consumed(database, TOLD_BY, [each.id for each in events], unit.session)
    unheard = [each for each in events if each.id not in known]
    for event in unheard:
        for message in messages_of(event, ways, new_id, now):
            if store.add(message, unit.session):
                unit.audit("message.created", message.id, why=event.id)
    mark_consumed(database, TOLD_BY, [each.id for each in unheard], unit)


def _event(body: bytes) -> Event:
    wire = EventSchema().load(orjson.loads(body))
    named = ("id", "type", "source", "subject", "subjectversion", "time", "node", "actor")
    return Event(**{name: wire[name] for name in named}, payload=wire["data"])


def _ways(config: Config) -> set[str]:
    return {way for way, host in (("sms", config.smsc_host), ("email", config.smtp_host)) if host}
