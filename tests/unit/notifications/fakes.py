"""Stand in for the notifications service's neighbours: stores in memory, channels that do as told, a clock by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from chassis.clock import CLOCKS_APART
from chassis.errors import Conflict, NotFound
from services.notifications.channels.channel import ChannelError, Letter, Taken
from services.notifications.channels.receipts import Receipt
from services.notifications.messages.domain import LONGEST_WAIT, Message, Status
from services.notifications.messages.store import Overdue

NOON = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)  # noon in Cairo
NIGHT = datetime(2026, 11, 22, 20, 30, tzinfo=UTC)  # half past ten at night there


class Clock:
    """Tell the time that a test sets."""

    def __init__(self, moment: datetime = NOON) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def pass_(self, **duration: float) -> None:
        self.moment += timedelta(**duration)


class FakeChannel:
    """Take every letter, or raise what it was told to raise: one failure a letter, for an address or for any."""

    def __init__(self, *, receipts: bool = True) -> None:
        self.receipts = receipts
        self.letters: list[Letter] = []
        self.failures: dict[str, list[ChannelError]] = {}
        self.on_send = lambda: None

    def fail(self, *failures: ChannelError, address: str = "") -> None:
        self.failures.setdefault(address, []).extend(failures)

    def send(self, letter: Letter) -> Taken:
        self.on_send()
        if failures := self.failures.get(letter.address) or self.failures.get(""):
            raise failures.pop(0)
        self.letters.append(letter)
        return Taken((f"ref-{len(self.letters)}",))

    def start(self) -> None:
        pass

    def stop(self) -> None:
        pass


class MemoryStore:
    """Keep messages in memory, as :class:`MessageStore` keeps them in the database."""

    def __init__(self) -> None:
        self.messages: dict[str, Message] = {}
        self.receipts: dict[str, Receipt] = {}
        self.stepped_back: dict[str, tuple[datetime, int]] = {}

    def add(self, message: Message, session: Any = None) -> bool:
        key = (message.event, message.audience, message.channel)
        if key in {(one.event, one.audience, one.channel) for one in self.messages.values()}:
            return False
        self.messages[message.id] = message
        return True

    def claim(self, now: datetime, lease: timedelta) -> Message | None:
        free = [
            one
            for one in self.messages.values()
            if one.status is Status.CREATED
            and one.due <= now
            and (one.lease is None or not now < one.lease <= now + lease + CLOCKS_APART)
        ]
        if not free:
            return None
        message = min(free, key=lambda one: one.due)
        self.messages[message.id] = claimed = replace(message, version=message.version + 1, lease=now + lease)
        return claimed

    def extend(self, ids: Iterable[str], until: datetime) -> None:
        for one in ids:
            if self.messages[one].lease is not None:
                self.messages[one] = replace(self.messages[one], lease=until)

    def hasten(self, now: datetime, lease: timedelta) -> None:
        for one in list(self.messages.values()):
            if one.status is Status.CREATED and one.due > now + LONGEST_WAIT + CLOCKS_APART:
                self.messages[one.id] = replace(one, due=now)
            if one.status is Status.SENDING and one.lease and one.lease > now + lease + CLOCKS_APART:
                self.messages[one.id] = replace(one, lease=now + lease)

    def save(self, message: Message) -> None:
        if self.messages[message.id].version != message.version - 1:
            raise Conflict("The message has moved on.")
        self.messages[message.id] = message
        self.stepped_back.pop(message.id, None)

    def get(self, message_id: str) -> Message:
        if message_id not in self.messages:
            raise NotFound("There is no such message.")
        return self.messages[message_id]

    def page(self, *, referral: str, status: str | None, limit: int, after: str) -> list[Message]:
        fitting = [
            one
            for one in self.messages.values()
            if (not referral or one.referral == referral)
            and (not status or one.status == status)
            and (not after or one.id < after)
        ]
        return sorted(fitting, key=lambda one: one.id, reverse=True)[:limit]

    def follows_another(self, message: Message) -> bool:
        return any(
            (one.referral, one.audience, one.channel) == (message.referral, message.audience, message.channel)
            and one.order < message.order
            and one.status in {Status.CREATED, Status.SENDING}
            for one in self.messages.values()
        )

    def in_doubt(self, now: datetime) -> list[Overdue]:
        sending = [one for one in self.messages.values() if one.status is Status.SENDING and one.lease <= now]
        return self._overdue(sending, now)

    def in_doubt_count(self, now: datetime) -> int:
        return sum(one.status is Status.SENDING and one.lease <= now for one in self.messages.values())

    def without_receipt(self, now: datetime) -> list[Overdue]:
        pending = [one for one in self.messages.values() if one.status is Status.PENDING and one.due <= now]
        return self._overdue(pending, now)

    def step_back(self, message_id: str, until: datetime) -> None:
        _, tries = self.stepped_back.get(message_id, (until, 0))
        self.stepped_back[message_id] = (until, tries + 1)

    def _overdue(self, messages: Iterable[Message], now: datetime) -> list[Overdue]:
        stood = {one.id: self.stepped_back.get(one.id, (now, 0)) for one in messages}
        return [Overdue(one.id, stood[one.id][1], lambda one=one: one) for one in messages if stood[one.id][0] <= now]

    def awaiting(self, reference: str) -> Message | None:
        pending = (one for one in self.messages.values() if one.status is Status.PENDING)
        return next((one for one in pending if reference in one.unconfirmed), None)

    def keep_receipt(self, receipt: Receipt, now: datetime) -> None:
        self.receipts[receipt.reference] = receipt

    def receipts_of(self, references: Iterable[str]) -> list[Receipt]:
        return [self.receipts[one] for one in references if one in self.receipts]

    def open_counts(self) -> dict[str, int]:
        states = [one.status for one in self.messages.values()]
        return {one.value: states.count(one) for one in (Status.CREATED, Status.SENDING, Status.PENDING)}

    def oldest_due(self, now: datetime) -> datetime | None:
        created = [one for one in self.messages.values() if one.status is Status.CREATED]
        untried = [one.due for one in created if one.due <= now]
        return min([*untried, *(one.in_vain_since for one in created if one.in_vain_since)], default=None)


class MemoryContents:
    """Keep contents in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[str, str]] = {}

    def keep(self, message_id: str, address: str, text: str, erase_at: datetime) -> None:
        self.kept[message_id] = (address, text)

    def read(self, message_id: str) -> tuple[str, str]:
        return self.kept[message_id]


def a_message(**changes: Any) -> Message:
    """Build a message to a family that is due at noon."""
    values: dict[str, Any] = {
        "id": "0199-message-1",
        "version": 1,
        "event": "0199-event-1",
        "referral": "0199aaaa-0000-7000-8000-0000c0ffee01",
        "order": 2,
        "template": "family_referred",
        "audience": "family",
        "channel": "sms",
        "repeats": True,
        "created_at": NOON,
        "due": NOON,
        "subject": "health",
    }
    return Message(**values | changes)


def a_contact(**changes: Any) -> Mapping[str, Any]:
    """Build what referrals says of a family that may be told."""
    contact = {
        "audience": "family",
        "language": "ar",
        "name": "فاطمة أحمد",
        "phone": "+201001234567",
        "email": "office@rahma.example.org",
        "withheld": "",
        "agency": {"id": "0199-org", "name": "جمعية الرحمة بقنا", "phone": "+20965331234"},
    }
    return contact | changes
