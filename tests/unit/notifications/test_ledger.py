"""Prove what is done with receipts and with messages that nobody knows of."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chassis.errors import Conflict
from services.notifications import metrics
from services.notifications.channels.receipts import Receipt
from services.notifications.messages import domain
from services.notifications.messages.domain import Delivery, Status
from services.notifications.messages.ledger import Ledger
from tests.unit.notifications.fakes import NOON, Clock, MemoryStore, a_message

LEASE = timedelta(seconds=20)


class Book:
    """Hold a ledger at noon."""

    def __init__(self):
        self.clock = Clock()
        self.store = MemoryStore()
        self.ledger = Ledger(self.store, now=self.clock)

    def sending(self, **changes):
        message = domain.begun(a_message(**changes), "ar", NOON + LEASE)
        self.store.messages[message.id] = message
        return message

    def pending(self, *references, **changes):
        message = domain.taken(self.sending(**changes), NOON, references, receipts=True)
        self.store.messages[message.id] = message
        return message

    def stick(self, message):
        """Let nothing more be saved of a message."""
        save = self.store.save
        self.store.save = lambda one: {}[one.id] if one.id == message.id else save(one)


@pytest.fixture
def book():
    return Book()


def doubts(answer):
    """Return how often a doubt was answered so."""
    return metrics.DOUBTS.labels(answer)._value.get()


def test_receipts_deliver(book):
    message = book.pending("A1", "A2")

    book.ledger.take_receipt(Receipt("A1", Delivery.DELIVERED))
    book.ledger.take_receipt(Receipt("A2", Delivery.DELIVERED))

    assert book.store.get(message.id).status is Status.DELIVERED


def test_stray_receipt_is_kept(book):
    book.ledger.take_receipt(Receipt("Z9", Delivery.DELIVERED))

    assert book.store.receipts_of(["Z9"]) == [Receipt("Z9", Delivery.DELIVERED)]


def test_receipts_at_the_same_moment(book):
    message = book.pending("A1", "A2")
    awaiting = book.store.awaiting
    stale = [message]
    book.store.awaiting = lambda reference: stale.pop() if stale else awaiting(reference)
    book.store.messages[message.id] = domain.confirmed(message, "A2", Delivery.DELIVERED, NOON)

    book.ledger.take_receipt(Receipt("A1", Delivery.DELIVERED))

    assert book.store.get(message.id).status is Status.DELIVERED


def test_dead_senders_message_is_repeated(book):
    message = book.sending()
    repeated = doubts("repeated")
    book.clock.pass_(seconds=21)

    assert book.ledger.resolve_doubts() == 1

    assert book.store.get(message.id).status is Status.CREATED
    assert doubts("repeated") == repeated + 1


def test_stuck_message_delays_no_other(book):
    stuck, other = book.sending(id="0199-stuck"), book.sending(id="0199-other")
    book.stick(stuck)
    book.clock.pass_(seconds=21)

    book.ledger.resolve_doubts()

    assert book.store.get(other.id).status is Status.CREATED


def test_stuck_receipt_delays_no_other(book):
    stuck, other = book.pending("A1", id="0199-stuck"), book.pending("A2", id="0199-other")
    book.stick(stuck)
    book.clock.pass_(hours=72)

    book.ledger.stop_waiting()

    assert book.store.get(other.id).reason == "no_receipt"


def test_unrepeatable_message_is_given_up(book):
    message = book.sending(repeats=False)
    given_up = doubts("given_up")
    book.clock.pass_(seconds=21)

    book.ledger.resolve_doubts()

    assert book.store.get(message.id).status is Status.TECHNICAL_FAILURE
    assert doubts("given_up") == given_up + 1


def test_living_sender_is_left_alone(book):
    message = book.sending()
    book.clock.pass_(seconds=19)

    assert book.ledger.resolve_doubts() == 0
    assert book.store.get(message.id).status is Status.SENDING


def test_waiting_for_receipts_ends(book):
    message = book.pending("A1")
    book.clock.pass_(hours=72)

    assert book.ledger.stop_waiting() == 1
    assert book.store.get(message.id).reason == "no_receipt"


def test_kept_receipt_comes_before_the_end(book):
    message = book.pending("A1")
    book.store.keep_receipt(Receipt("A1", Delivery.DELIVERED), NOON)
    book.clock.pass_(hours=72)

    book.ledger.stop_waiting()

    assert book.store.get(message.id).status is Status.DELIVERED


def test_stale_record_is_refused(book):
    message = book.pending("A1")
    book.ledger.take_receipt(Receipt("A1", Delivery.DELIVERED))

    with pytest.raises(Conflict):
        book.ledger.record(domain.unconfirmed(message, NOON))


def test_open_messages_are_measured(book):
    book.store.messages["0199-message-7"] = a_message(id="0199-message-7")
    book.clock.pass_(seconds=90)

    book.ledger.measure()

    assert metrics.OPEN.labels("created")._value.get() == 1
    assert metrics.OLDEST_DUE._value.get() == 90
