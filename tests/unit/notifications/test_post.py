"""Prove what becomes of a claimed message, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pymongo.errors import AutoReconnect

from chassis.errors import NotFound, Unavailable
from services.notifications.channels.channel import Busy, Refused, Unanswered, Unreachable
from services.notifications.channels.receipts import Receipt
from services.notifications.messages import domain
from services.notifications.messages.domain import Delivery, Status
from services.notifications.messages.hours import QuietHours
from services.notifications.messages.ledger import Ledger
from services.notifications.messages.post import House, Post
from tests.unit.notifications.fakes import (
    NIGHT,
    NOON,
    Clock,
    FakeChannel,
    MemoryContents,
    MemoryStore,
    a_contact,
    a_message,
)

CAIRO = ZoneInfo("Africa/Cairo")
HOUSE = House(CAIRO, QuietHours(CAIRO, 21, 8), "EG", "ar", "https://tashbik.example", timedelta(days=30))
LEASE = timedelta(seconds=20)


class Office:
    """Hold a post with all that it needs, at noon."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.store = MemoryStore()
        self.contents = MemoryContents()
        self.sms, self.email = FakeChannel(), FakeChannel(receipts=False)
        self.contact: Mapping[str, Any] | Exception = a_contact()
        self.ledger = Ledger(self.store, now=self.clock)
        self.slept: list[float] = []
        self.post = Post(
            self.store,
            self.ledger,
            self.contents,
            channels={"sms": self.sms, "email": self.email},
            ask=self.ask,
            house=HOUSE,
            now=self.clock,
            sleep=self.slept.append,
        )

    def ask(self, referral: str, audience: str) -> Mapping[str, Any]:
        if isinstance(self.contact, Exception):
            raise self.contact
        return self.contact

    def send(self, **changes: Any) -> domain.Message:
        """Add a message, claim what is due, send it, and return what became of it."""
        message = a_message(**changes)
        self.store.add(message)
        claimed = self.store.claim(self.clock(), LEASE)
        assert claimed is not None
        self.post.send(claimed)
        return self.store.get(message.id)


@pytest.fixture
def office() -> Office:
    return Office()


def test_text_reaches_the_family(office):
    message = office.send()

    assert (message.status, message.language, message.references) == (Status.PENDING, "ar", ("ref-1",))
    assert office.sms.letters[0].address == "+201001234567"
    assert "جمعية الرحمة بقنا" in office.sms.letters[0].text


def test_text_does_not_name_the_family(office):
    office.send()

    assert "فاطمة" not in office.sms.letters[0].text


def test_mail_reaches_the_agency(office):
    message = office.send(template="agency_referral", audience="agency", channel="email")

    assert message.status is Status.SENT
    assert office.email.letters[0].address == "office@rahma.example.org"
    assert "C0FFEE01" in office.email.letters[0].subject


def test_recipients_language_is_used(office):
    office.contact = a_contact(language="fa")

    office.send()

    assert office.sms.letters[0].text.startswith("با سلام")


def test_contents_are_kept(office):
    office.send()

    assert office.contents.kept["0199-message-1"] == ("+201001234567", office.sms.letters[0].text)


def test_sending_is_recorded_before(office):
    seen = []
    office.sms.on_send = lambda: seen.append(office.store.get("0199-message-1").status)

    office.send()

    assert seen == [Status.SENDING]


@pytest.mark.parametrize("withheld", ["consent_missing", "no_phone"])
def test_withheld_is_cancelled(office, withheld):
    office.contact = a_contact(phone="", withheld=withheld)

    message = office.send()

    assert (message.status, message.reason) == (Status.CANCELLED, withheld)
    assert office.sms.letters == []


def test_short_number_gets_no_text(office):
    office.contact = a_contact(phone="19828")

    message = office.send()

    assert (message.status, message.reason) == (Status.CANCELLED, "no_phone")
    assert office.sms.letters == []


def test_empty_address_is_cancelled(office):
    office.contact = a_contact(email="")

    message = office.send(template="agency_referral", audience="agency", channel="email")

    assert (message.status, message.reason) == (Status.CANCELLED, "no_email")


def test_vanished_referral_is_cancelled(office):
    office.contact = NotFound("There is no such referral.")

    assert office.send().reason == "not_found"


def test_silent_referrals_is_asked_again(office):
    office.contact = Unavailable("referrals does not answer in time.")

    message = office.send()

    assert (message.status, message.due, message.attempts) == (Status.CREATED, NOON + domain.ASK_AGAIN, 0)


def test_night_holds_the_text(office):
    office.clock.moment = NIGHT

    message = office.send(due=NIGHT)

    assert message.due.astimezone(CAIRO).hour == 8
    assert office.sms.letters == []


def test_night_does_not_hold_mail(office):
    office.clock.moment = NIGHT

    message = office.send(due=NIGHT, template="agency_referral", audience="agency", channel="email")

    assert message.status is Status.SENT


def test_later_waits_for_earlier(office):
    office.store.add(a_message(id="0199-message-0", event="0199-event-0", order=1, due=NOON + LEASE))

    message = office.send(order=2)

    assert (message.status, message.due) == (Status.CREATED, NOON + timedelta(seconds=1))


def test_later_does_not_wait_for_finished(office):
    office.store.add(
        domain.cancelled(a_message(id="0199-message-0", event="0199-event-0", order=1), "consent_missing", NOON)
    )

    assert office.send(order=2).status is Status.PENDING


@pytest.mark.parametrize(
    ("failure", "status", "reason"),
    [
        (Busy("0x00000058"), Status.CREATED, "busy"),
        (Unreachable("not_bound"), Status.CREATED, "unreachable"),
        (Refused("0x0000000b"), Status.PERMANENT_FAILURE, "refused"),
        (Unanswered("late"), Status.CREATED, "unanswered"),
    ],
)
def test_failures_are_told_apart(office, failure, status, reason):
    office.sms.fail(failure)

    message = office.send()

    assert (message.status, message.reason) == (status, reason)


def test_unanswered_unrepeatable_is_given_up(office):
    office.sms.fail(Unanswered("late"))

    message = office.send(template="family_completed", repeats=False)

    assert message.status is Status.TECHNICAL_FAILURE


def test_broken_template_fails_for_good(office):
    message = office.send(template="family_surprised")

    assert (message.status, message.reason) == (Status.TECHNICAL_FAILURE, "template")


def test_channel_no_longer_configured(office):
    message = office.send(channel="pigeon")

    assert (message.status, message.reason) == (Status.CREATED, "unreachable")


def test_receipt_before_the_answer(office):
    office.sms.on_send = lambda: office.ledger.take_receipt(Receipt("ref-1", Delivery.DELIVERED))

    assert office.send().status is Status.DELIVERED


def test_lost_claim_is_left_alone(office):
    office.sms.on_send = lambda: office.store.messages.update(
        {"0199-message-1": domain.in_doubt(office.store.get("0199-message-1"), NOON)}
    )

    message = office.send()

    assert (message.status, message.doubts) == (Status.CREATED, 1)


def test_answer_outlives_a_database_pause(office):
    save, vain = office.store.save, []

    def fail_twice(message):
        if message.status is Status.PENDING and len(vain) < 2:
            vain.append(message)
            raise AutoReconnect("no primary")
        save(message)

    office.store.save = fail_twice

    assert office.send().status is Status.PENDING
    assert len(office.slept) == 2
