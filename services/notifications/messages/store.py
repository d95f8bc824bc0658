"""Keep messages, what they said to whom, and receipts.

``messages``  one record a message: nothing personal
``contents``  address and text by message, encrypted; MongoDB erases them once they expire
``receipts``  what the SMSC said by its own id, kept for a while: a receipt may come before the answer that names its id

Every change of a message compares its version, so of two that change it at once one fails with :class:`Conflict`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel, ReturnDocument
from pymongo.client_session import ClientSession
from pymongo.database import Database

from chassis.clock import CLOCKS_APART
from chassis.crypto import FieldVault
from chassis.database import transaction
from chassis.errors import Conflict, NotFound
from services.notifications.channels.receipts import Receipt
from services.notifications.messages.domain import LONGEST_WAIT, Delivery, Message, Status

RECEIPT_DAYS = 7
SWEPT_AT_ONCE = 100
TRIED = {"status": Status.CREATED.value, "in_vain_since": {"$type": "date"}}
OPEN = (Status.CREATED, Status.SENDING, Status.PENDING)

INDEXES = {
    "messages": (
        IndexModel([("event", ASCENDING), ("audience", ASCENDING), ("channel", ASCENDING)], name="once", unique=True),
        IndexModel([("status", ASCENDING), ("due", ASCENDING)], name="due"),
        IndexModel([("status", ASCENDING), ("_id", DESCENDING)], name="status"),
        IndexModel("in_vain_since", name="in_vain", partialFilterExpression=TRIED),
        IndexModel([("referral", ASCENDING), ("_id", DESCENDING)], name="referral"),
        IndexModel("unconfirmed", name="unconfirmed", partialFilterExpression={"status": Status.PENDING.value}),
    ),
    "contents": (IndexModel("erase_at", name="erase_at", expireAfterSeconds=0),),
    "receipts": (IndexModel("at", name="at", expireAfterSeconds=RECEIPT_DAYS * 24 * 3600),),
}

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Overdue:
    """Name a message that a sweep is to settle, and how often that was in vain; ``read`` returns it, or raises."""

    id: str
    tries: int
    read: Callable[[], Message]


class MessageStore:
    """Keep messages. Takes and returns :class:`Message`."""

    def __init__(self, database: Database[Document]) -> None:
        """Take the service's database."""
        self._messages = database["messages"]
        self._receipts = database["receipts"]

    def add(self, message: Message, session: ClientSession) -> bool:
        """Add a message unless its event has made one for this audience and channel; tell whether it was added."""
        key = {"event": message.event, "audience": message.audience, "channel": message.channel}
        document = {name: value for name, value in to_document(message).items() if name not in key}
        result = self._messages.update_one(key, {"$setOnInsert": document}, upsert=True, session=session)
        return result.upserted_id is not None

    def claim(self, now: datetime, lease: timedelta) -> Message | None:
        """Claim the message that has been due longest, for the length of the lease, or return None.

        A claim that holds for longer than any is of a clock that was ahead, and holds no more.
        """
        claimed = {"$gt": now, "$lte": now + lease + CLOCKS_APART}
        found = self._messages.find_one_and_update(
            {
                "status": Status.CREATED.value,
                "due": {"$lte": now},
                "lease": {"$not": claimed},
            },
            {"$set": {"lease": now + lease}, "$inc": {"version": 1}},
            sort=[("due", ASCENDING)],
            return_document=ReturnDocument.AFTER,
        )
        return to_message(found) if found else None

    def extend(self, ids: Iterable[str], until: datetime) -> None:
        """Let those who hold these messages hold them until then."""
        self._messages.update_many({"_id": {"$in": list(ids)}, "lease": {"$ne": None}}, {"$set": {"lease": until}})

    def hasten(self, now: datetime, lease: timedelta) -> None:
        """Let nothing wait for longer than it ever can: that is of a clock that was ahead, and has been set back since.

        What was postponed is due. What is on its way has a lease as of now, in which a sender that lives extends it.
        """
        latest, longest = now + LONGEST_WAIT + CLOCKS_APART, now + lease + CLOCKS_APART
        postponed = {"status": Status.CREATED.value, "due": {"$gt": latest}}
        under_way = {"status": Status.SENDING.value, "lease": {"$gt": longest}}
        self._messages.update_many(postponed, {"$set": {"due": now}})
        self._messages.update_many(under_way, {"$set": {"lease": now + lease}})

    def save(self, message: Message) -> None:
        """Replace the message by its next version. Raises :class:`Conflict` where somebody else has done so."""
        before = {"_id": message.id, "version": message.version - 1}
        if not self._messages.replace_one(before, to_document(message)).matched_count:
            raise Conflict("The message has moved on.")

    def get(self, message_id: str) -> Message:
        """Return a message. Raises :class:`NotFound`."""
        found = self._messages.find_one({"_id": message_id})
        if found is None:
            raise NotFound("There is no such message.")
        return to_message(found)

    def page(self, *, referral: str, status: str | None, limit: int, after: str) -> list[Message]:
        """Return at most ``limit`` messages, newest first, older than the one whose id is ``after``."""
        query: Document = {"referral": referral} if referral else {}
        if status:
            query["status"] = status
        if after:
            query["_id"] = {"$lt": after}
        return [to_message(found) for found in self._messages.find(query).sort("_id", DESCENDING).limit(limit)]

    def follows_another(self, message: Message) -> bool:
        """Tell whether an earlier message of the same referral to the same audience has yet to go out."""
        earlier = {
            "referral": message.referral,
            "audience": message.audience,
            "channel": message.channel,
            "order": {"$lt": message.order},
            "status": {"$in": [Status.CREATED.value, Status.SENDING.value]},
        }
        return self._messages.find_one(earlier, {"_id": 1}) is not None

    def in_doubt(self, now: datetime) -> list[Overdue]:
        """Return messages found in ``sending`` whose lease has run out, the oldest first."""
        return self._overdue(Status.SENDING, "lease", now)

    def in_doubt_count(self, now: datetime) -> int:
        """Return how many messages those are, with those that have stepped back."""
        return self._messages.count_documents({"status": Status.SENDING.value, "lease": {"$lte": now}})

    def without_receipt(self, now: datetime) -> list[Overdue]:
        """Return messages whose receipts should have come by now, the oldest first."""
        return self._overdue(Status.PENDING, "due", now)

    def step_back(self, message_id: str, until: datetime) -> None:
        """Let nobody settle a message before a moment, since it could not be settled; its version stays."""
        self._messages.update_one({"_id": message_id}, {"$set": {"again": until}, "$inc": {"vain_sweeps": 1}})

    def awaiting(self, reference: str) -> Message | None:
        """Return the message that awaits the receipt of this part."""
        found = self._messages.find_one({"unconfirmed": reference, "status": Status.PENDING.value})
        return to_message(found) if found else None

    def keep_receipt(self, receipt: Receipt, now: datetime) -> None:
        """Keep what a receipt says; a later one for the same part replaces it."""
        document = {"delivery": receipt.delivery.value, "at": now}
        self._receipts.replace_one({"_id": receipt.reference}, document, upsert=True)

    def receipts_of(self, references: Iterable[str]) -> list[Receipt]:
        """Return the receipts that have come for these parts."""
        found = self._receipts.find({"_id": {"$in": list(references)}})
        return [Receipt(receipt["_id"], Delivery(receipt["delivery"])) for receipt in found]

    def _overdue(self, status: Status, moment: str, now: datetime) -> list[Overdue]:
        query = {"status": status.value, moment: {"$lte": now}, "again": {"$not": {"$gt": now}}}
        found = self._messages.find(query).sort(moment, ASCENDING).limit(SWEPT_AT_ONCE)
        return [Overdue(one["_id"], one.get("vain_sweeps", 0), partial(to_message, one)) for one in found]

    def open_counts(self) -> dict[str, int]:
        """Return how many messages are in each state that is not final."""
        return {status.value: self._messages.count_documents({"status": status.value}) for status in OPEN}

    def oldest_due(self, now: datetime) -> datetime | None:
        """Return since when the message that waits longest could have been sent, or None where none waits.

        That is one that nobody has tried to send, or one that was tried in vain and waits for the next attempt.
        """
        untried = {"status": Status.CREATED.value, "due": {"$lte": now}}
        found = [
            self._messages.find_one(query, {name: 1}, sort=[(name, ASCENDING)])
            for query, name in ((untried, "due"), (TRIED, "in_vain_since"))
        ]
        return min((each.get("in_vain_since") or each["due"] for each in found if each), default=None)


class ContentStore:
    """Keep address and text of a message, encrypted, until they expire. Nothing but this module reads them."""

    def __init__(self, database: Database[Document], vault: FieldVault) -> None:
        """Take the service's database and its vault."""
        self._database = database
        self._contents = database["contents"]
        self._vault = vault

    def keep(self, message_id: str, address: str, text: str, erase_at: datetime) -> None:
        """Keep what is about to be sent, in place of what an attempt before has sent."""

        def body(session: ClientSession) -> None:
            keys = self._vault.current(session)
            encrypted = {"address": keys.encrypt(address), "text": keys.encrypt(text), "erase_at": erase_at}
            self._contents.replace_one({"_id": message_id}, encrypted, upsert=True, session=session)

        transaction(self._database, body)

    def read(self, message_id: str) -> tuple[str, str]:
        """Return address and text. Raises :class:`NotFound` once they are erased."""
        found = self._contents.find_one({"_id": message_id})
        if found is None:
            raise NotFound("Nothing is kept of what this message said.")
        return self._vault.decrypt(found["address"]), self._vault.decrypt(found["text"])


def to_document(message: Message) -> Document:
    """Return a message as it is stored."""
    document = asdict(message)
    document["_id"] = document.pop("id")
    document["status"] = message.status.value
    return document


def to_message(document: Document) -> Message:
    """Return the message that a document holds."""
    values = {field.name: document[field.name] for field in fields(Message) if field.name in document}
    return Message(
        **values
        | {
            "id": document["_id"],
            "status": Status(document["status"]),
            "references": tuple(document["references"]),
            "unconfirmed": tuple(document["unconfirmed"]),
        }
    )
