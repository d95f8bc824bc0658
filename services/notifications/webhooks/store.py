"""Keep webhooks, what is to be delivered to them, and whose turn it is.

``webhooks``            one record a webhook; its address and its secrets are ciphertext
``webhook_deliveries``  one record for each event and webhook, erased with its event
``webhook_events``      the body of each event that is delivered to anybody, erased after :data:`.domain.KEPT`
``webhook_lanes``       one record a webhook: when something may be sent to it, and who is at it until when
``webhook_counts``      one record, written by whoever counts webhooks before adding one

A lane is changed by whoever records deliveries, in the same transaction, and claimed before deliveries are looked for:
so either the sender sees the delivery, or the lane is due again (:meth:`LaneStore.release`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any

from bson import Binary
from pymongo import ASCENDING, DESCENDING, IndexModel, ReplaceOne, ReturnDocument, UpdateOne
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import EncryptionError
from pymongo.read_concern import ReadConcern

from chassis.crypto import FieldVault
from chassis.errors import Conflict, NotFound
from contracts.policy import Scope
from services.notifications.webhooks.domain import Delivery, Lane, Status, Webhook

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
COUNT = "webhooks"
ENCRYPTED = ("url", "secret", "old_secret")

INDEXES = {
    "webhooks": (IndexModel([("owner", ASCENDING), ("_id", DESCENDING)], name="owner"),),
    "webhook_deliveries": (
        IndexModel([("webhook", ASCENDING), ("event", ASCENDING)], name="once", unique=True),
        IndexModel([("webhook", ASCENDING), ("status", ASCENDING), ("due", ASCENDING)], name="due"),
        IndexModel([("webhook", ASCENDING), ("_id", DESCENDING)], name="webhook"),
        IndexModel("status", name="waiting", partialFilterExpression={"status": Status.WAITING.value}),
        IndexModel("erase_at", name="erase_at", expireAfterSeconds=0),
    ),
    "webhook_events": (IndexModel("erase_at", name="erase_at", expireAfterSeconds=0),),
    "webhook_lanes": (IndexModel("due", name="due"),),
    "webhook_counts": (),
}

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Listener:
    """Name a webhook, and what it is to be told of."""

    id: str
    enabled: bool
    event_types: frozenset[str]


def types_listened_to(database: Database[Document]) -> set[str]:
    """Return the types of events that any webhook is to be told of, disabled ones too: what is for them is held.

    Asked of who is the primary still, or else an outvoted one would not know of a webhook that was made elsewhere.
    """
    webhooks = database["webhooks"].with_options(read_concern=ReadConcern("linearizable"))
    return set(webhooks.distinct("event_types"))


class WebhookStore:
    """Keep webhooks. Takes and returns :class:`Webhook`."""

    def __init__(self, database: Database[Document], vault: FieldVault) -> None:
        """Take the service's database and its vault."""
        self._webhooks = database["webhooks"]
        self._counts = database["webhook_counts"]
        self._vault = vault

    def add(self, webhook: Webhook, session: ClientSession) -> None:
        """Add a webhook."""
        self._webhooks.insert_one(self.document(webhook, session), session=session)

    def save(self, webhook: Webhook, session: ClientSession) -> None:
        """Replace a webhook by its next version. Raises :class:`Conflict` where somebody else has done so."""
        before = {"_id": webhook.id, "version": webhook.version - 1}
        if not self._webhooks.replace_one(before, self.document(webhook, session), session=session).matched_count:
            raise Conflict("The webhook has moved on.")

    def disable(self, webhook: Webhook, session: ClientSession) -> None:
        """Save that a webhook is disabled, and let be what is encrypted. Raises :class:`Conflict`."""
        before = {"_id": webhook.id, "version": webhook.version - 1}
        said = {name: getattr(webhook, name) for name in ("version", "enabled", "reason", "changed_at")}
        if not self._webhooks.update_one(before, {"$set": said}, session=session).matched_count:
            raise Conflict("The webhook has moved on.")

    def remove(self, webhook: Webhook, session: ClientSession) -> None:
        """Remove a webhook."""
        self._webhooks.delete_one({"_id": webhook.id}, session=session)

    def find(self, webhook_id: str, session: ClientSession | None = None) -> Webhook | None:
        """Return a webhook, or None."""
        found = self._webhooks.find_one({"_id": webhook_id}, session=session)
        return self.webhook(found) if found else None

    def get(self, webhook_id: str, scope: Scope, session: ClientSession | None = None) -> Webhook:
        """Return a webhook within reach. Raises :class:`NotFound`."""
        found = self._webhooks.find_one({"_id": webhook_id, **_within(scope)}, session=session)
        if found is None:
            raise NotFound("There is no such webhook.")
        return self.webhook(found)

    def page(self, scope: Scope, limit: int, after: str) -> list[Webhook]:
        """Return at most ``limit`` webhooks within reach, newest first, older than the one whose id is ``after``."""
        query = _within(scope) | ({"_id": {"$lt": after}} if after else {})
        return [self.webhook(found) for found in self._webhooks.find(query).sort("_id", DESCENDING).limit(limit)]

    def count(self, owner: str, session: ClientSession) -> int:
        """Return how many webhooks a client has; those of all for an empty name.

        Of two transactions that count at the same time one is made again after the other: nobody adds meanwhile.
        """
        self._counts.update_one({"_id": COUNT}, {"$inc": {"taken": 1}}, upsert=True, session=session)
        return self._webhooks.count_documents({"owner": owner} if owner else {}, session=session)

    def stands(self, webhook: Webhook) -> bool:
        """Tell whether a webhook is still as it was read: neither changed nor removed."""
        as_read = {"_id": webhook.id, "version": webhook.version}
        return self._webhooks.find_one(as_read, {"_id": 1}) is not None

    def listeners(self, session: ClientSession) -> list[Listener]:
        """Return what each webhook is to be told of."""
        found = self._webhooks.find({}, {"enabled": 1, "event_types": 1}, session=session)
        return [Listener(one["_id"], one["enabled"], frozenset(one["event_types"])) for one in found]

    def disabled_counts(self) -> dict[str, int]:
        """Return how many webhooks are disabled, by the reason."""
        stages: list[Document] = [{"$match": {"enabled": False}}, {"$group": {"_id": "$reason", "count": {"$sum": 1}}}]
        return {one["_id"]: one["count"] for one in self._webhooks.aggregate(stages)}

    def document(self, webhook: Webhook, session: ClientSession) -> Document:
        """Return a webhook as it is stored."""
        keys = self._vault.current(session)
        document = asdict(webhook)
        document["_id"] = document.pop("id")
        sealed = {name: keys.encrypt(document[name]) for name in ENCRYPTED if document[name]}
        return document | {"event_types": list(webhook.event_types), **sealed}

    def webhook(self, document: Mapping[str, Any]) -> Webhook:
        """Return the webhook that a document holds."""
        values = {field.name: document[field.name] for field in fields(Webhook) if field.name in document}
        opened = {name: self._opened(values[name]) for name in ENCRYPTED if values[name]}
        return Webhook(**values | opened | {"id": document["_id"], "event_types": tuple(document["event_types"])})

    def _opened(self, ciphertext: Binary) -> str:
        try:
            return self._vault.decrypt(ciphertext)
        except EncryptionError:  # said by who sends; a key that another process has is an outage, and raised
            return ""


class DeliveryStore:
    """Keep deliveries, and the events that they are of. Takes and returns :class:`Delivery`."""

    def __init__(self, database: Database[Document]) -> None:
        """Take the service's database."""
        self._deliveries = database["webhook_deliveries"]
        self._events = database["webhook_events"]

    def add(self, deliveries: Sequence[Delivery], bodies: Mapping[str, bytes], session: ClientSession) -> None:
        """Add deliveries that are not there yet, with the bodies of their events."""
        erase_at = max(one.erase_at for one in deliveries)
        events = [
            UpdateOne({"_id": event}, {"$setOnInsert": {"body": Binary(body), "erase_at": erase_at}}, upsert=True)
            for event, body in bodies.items()
        ]
        self._events.bulk_write(events, ordered=False, session=session)
        known = self._known(deliveries, session)
        fresh = [to_document(one) for one in deliveries if (one.webhook, one.event) not in known]
        if fresh:
            self._deliveries.insert_many(fresh, ordered=False, session=session)

    def _known(self, deliveries: Sequence[Delivery], session: ClientSession) -> set[tuple[str, str]]:
        webhooks, events = {one.webhook for one in deliveries}, {one.event for one in deliveries}
        query = {"webhook": {"$in": [*webhooks]}, "event": {"$in": [*events]}}
        found = self._deliveries.find(query, {"_id": 0, "webhook": 1, "event": 1}, session=session)
        return {(one["webhook"], one["event"]) for one in found}

    def bodies(self, events: Collection[str]) -> dict[str, bytes]:
        """Return the bodies of events by their ids, without those that are erased."""
        return {found["_id"]: bytes(found["body"]) for found in self._events.find({"_id": {"$in": [*events]}})}

    def due(self, webhook: str, now: datetime, limit: int) -> list[Delivery]:
        """Return what may be sent to a webhook by now, what has been due longest first."""
        query = {"webhook": webhook, "status": Status.WAITING.value, "due": {"$lte": now}}
        return [to_delivery(found) for found in self._deliveries.find(query).sort("due", ASCENDING).limit(limit)]

    def next_due(self, webhook: str) -> datetime | None:
        """Return when the next delivery to a webhook may be made, or None where none waits."""
        query = {"webhook": webhook, "status": Status.WAITING.value}
        found = self._deliveries.find_one(query, {"due": 1}, sort=[("due", ASCENDING)])
        return found["due"] if found else None

    def save(self, delivery: Delivery) -> None:
        """Replace a delivery by its next version. Raises :class:`Conflict` where somebody else has done so."""
        before = {"_id": delivery.id, "version": delivery.version - 1}
        if not self._deliveries.replace_one(before, to_document(delivery)).matched_count:
            raise Conflict("The delivery has moved on.")

    def save_all(self, deliveries: Iterable[Delivery], session: ClientSession) -> None:
        """Replace deliveries by their next versions, in a transaction that has read them."""
        changes = [ReplaceOne({"_id": one.id, "version": one.version - 1}, to_document(one)) for one in deliveries]
        if changes:
            self._deliveries.bulk_write(changes, ordered=False, session=session)

    def hold(self, webhook: str, limit: int, session: ClientSession) -> int:
        """Hold what waits for a webhook, so much at most, and return how much that is."""
        waiting = {"webhook": webhook, "status": Status.WAITING.value}
        found = [one["_id"] for one in self._deliveries.find(waiting, {"_id": 1}, session=session).limit(limit)]
        change = {"$set": {"status": Status.HELD.value}, "$inc": {"version": 1}}
        return self._deliveries.update_many({"_id": {"$in": found}}, change, session=session).modified_count

    def erase(self, webhook: str) -> None:
        """Erase all that was or is to be delivered to a webhook."""
        self._deliveries.delete_many({"webhook": webhook})

    def page(self, webhook: str, status: str | None, limit: int, after: str) -> list[Delivery]:
        """Return at most ``limit`` deliveries, newest first, older than the one whose id is ``after``."""
        query: Document = {"webhook": webhook} | ({"status": status} if status else {})
        if after:
            query["_id"] = {"$lt": after}
        return [to_delivery(found) for found in self._deliveries.find(query).sort("_id", DESCENDING).limit(limit)]

    def ended(self, webhook: str, asked: Mapping[str, Any], limit: int, session: ClientSession) -> list[Delivery]:
        """Return the oldest deliveries that are asked for: see :class:`contracts.webhooks.Replay`."""
        query: Document = {"webhook": webhook, "status": {"$in": [*asked["statuses"]]}}
        if asked["since"] is not None:
            query["created_at"] = {"$gte": asked["since"]}
        if after := asked.get("after"):
            query["_id"] = {"$gt": after}
        found = self._deliveries.find(query, session=session).sort("_id", ASCENDING).limit(limit)
        return [to_delivery(one) for one in found]

    def waiting(self) -> int:
        """Return how many deliveries wait, to whomever."""
        return self._deliveries.count_documents({"status": Status.WAITING.value})


class LaneStore:
    """Keep whose turn it is. Takes and returns :class:`Lane`."""

    def __init__(self, database: Database[Document]) -> None:
        """Take the service's database."""
        self._lanes = database["webhook_lanes"]

    def open(self, webhook: str, session: ClientSession) -> None:
        """Open a webhook's lane."""
        self._lanes.insert_one({"_id": webhook, "due": NEVER, **_rested(), "lease": EPOCH, "woken": 0}, session=session)

    def close(self, lane: Lane) -> None:
        """Close a lane whose webhook is gone."""
        self._lanes.delete_one({"_id": lane.id})

    def wake(self, webhooks: Collection[str], now: datetime, session: ClientSession) -> None:
        """Let lanes be due, since something waits. Writes in any case, so that a claim meanwhile is a conflict."""
        change = {"$min": {"due": now}, "$inc": {"woken": 1}}
        self._lanes.update_many({"_id": {"$in": [*webhooks]}}, change, session=session)

    def rouse(self, webhook: str, now: datetime, session: ClientSession) -> None:
        """Let a lane be due at once, and forget its failures: somebody says that its receiver is well."""
        change = {"$min": {"due": now}, "$inc": {"woken": 1, "roused": 1}, "$set": _rested()}
        self._lanes.update_one({"_id": webhook}, change, session=session)

    def touch(self, webhook: str, session: ClientSession) -> None:
        """Write to a lane, so that whoever rouses it at the same moment comes before this transaction or after it."""
        self._lanes.update_one({"_id": webhook}, {"$inc": {"touched": 1}}, session=session)

    def claim(self, now: datetime, lease: timedelta) -> Lane | None:
        """Claim the lane that has been due longest, for the length of the lease, or return None.

        Where its sender dies it is due again once the lease has run out.
        """
        found = self._lanes.find_one_and_update(
            {"due": {"$lte": now}, "lease": {"$lte": now}, "rest_until": {"$lte": now}},
            {"$set": {"lease": now + lease, "due": now + lease}},
            sort=[("due", ASCENDING)],
            return_document=ReturnDocument.AFTER,
        )
        return _to_lane(found) if found else None

    def release(self, lane: Lane, due: datetime | None) -> None:
        """Give a lane back, to be due at a moment, or sooner where it was woken meanwhile, by whatever clock.

        What happened to it before is let be where it was roused meanwhile.
        """
        moment = due or NEVER
        not_woken = {"$eq": ["$woken", lane.woken]}
        not_roused = {"$eq": [{"$ifNull": ["$roused", 0]}, lane.roused]}
        after = {
            "due": {"$cond": [not_woken, moment, {"$min": ["$due", moment]}]},
            **{name: {"$cond": [not_roused, getattr(lane, name), f"${name}"]} for name in _rested()},
            "lease": EPOCH,
        }
        self._lanes.update_one({"_id": lane.id, "lease": lane.until}, [{"$set": after}])

    def oldest_due(self, now: datetime) -> datetime | None:
        """Return since when a lane is due that neither rests nor is claimed, or None."""
        idle = {"due": {"$lte": now}, "lease": {"$lte": now}, "rest_until": {"$lte": now}}
        found = self._lanes.find_one(idle, {"due": 1, "rest_until": 1}, sort=[("due", ASCENDING)])
        return max(found["due"], found["rest_until"]) if found else None


def to_document(delivery: Delivery) -> Document:
    """Return a delivery as it is stored."""
    document = asdict(delivery)
    document["_id"] = document.pop("id")
    return document | {"status": delivery.status.value}


def to_delivery(document: Document) -> Delivery:
    """Return the delivery that a document holds."""
    values = {field.name: document[field.name] for field in fields(Delivery) if field.name in document}
    return Delivery(**values | {"id": document["_id"], "status": Status(document["status"])})


def _to_lane(document: Document) -> Lane:
    return Lane(
        id=document["_id"],
        until=document["lease"],
        rest_until=document["rest_until"],
        failures=document["failures"],
        failing_since=document["failing_since"],
        woken=document["woken"],
        roused=document.get("roused", 0),
    )


def _rested() -> Document:
    return {"rest_until": EPOCH, "failures": 0, "failing_since": None}


def _within(scope: Scope) -> Document:
    return {"owner": scope.actor} if scope.actor else {}
