"""Prove on a real database that no number of messages that cannot be moved keeps others from being settled."""

from __future__ import annotations

import secrets
from datetime import timedelta

import pytest

from chassis import metrics
from chassis.mongo import connect, prepare
from services.notifications.messages import domain
from services.notifications.messages.domain import Status
from services.notifications.messages.ledger import BACK_OFF, Ledger
from services.notifications.messages.store import INDEXES, SWEPT_AT_ONCE, MessageStore
from tests.unit.notifications.fakes import NOON, Clock, a_message

LEASE = timedelta(seconds=20)
STATES = {"resolve_doubts": Status.SENDING, "stop_waiting": Status.PENDING}


class Book:
    """Hold a ledger on an empty database, at a moment when everything in it is overdue."""

    def __init__(self, database):
        self.messages = database["messages"]
        self.store = MessageStore(database)
        self.clock = Clock()
        self.ledger = Ledger(self.store, now=self.clock)
        self.session = database.client.start_session()

    def overdue(self, work):
        """Add a message that this sweep is to settle."""
        self.store.add(a_message(), self.session)
        message = domain.begun(self.store.claim(NOON, LEASE), "ar", NOON + LEASE)
        self.store.save(message)
        if work == "stop_waiting":
            self.store.save(domain.taken(message, NOON, ("A1",), receipts=True))
        self.clock.pass_(hours=73)
        return message.id

    def stuck(self, work, count=SWEPT_AT_ONCE):
        """Add records that this sweep finds first, and cannot read."""
        long_ago = NOON - timedelta(days=1)
        record = {"status": STATES[work].value, "due": long_ago, "lease": long_ago}
        self.messages.insert_many([{**record, "_id": f"stuck-{n}", "event": f"e-{n}"} for n in range(count)])


@pytest.fixture
def book(config):
    """Give a ledger on a database of its own."""
    own = connect(config, f"sweeps{secrets.token_hex(3)}")
    prepare(own, INDEXES)
    yield Book(own)
    own.client.drop_database(own.name)
    own.client.close()


@pytest.mark.parametrize("work", STATES)
def test_many_stuck_delay_no_other(book, work):
    message = book.overdue(work)
    book.stuck(work)

    for _ in range(2):
        getattr(book.ledger, work)()

    assert book.store.get(message).status not in STATES.values()


@pytest.mark.parametrize("work", STATES)
def test_stuck_is_tried_again_later(book, work):
    book.stuck(work, 1)
    failed = metrics.TIMER_ITEMS_FAILED.labels(f"notifications.{work}")._value
    before, settle = failed.get(), getattr(book.ledger, work)

    settle()
    settle()
    book.clock.pass_(seconds=BACK_OFF[0].total_seconds())
    settle()
    book.clock.pass_(seconds=BACK_OFF[0].total_seconds())
    settle()

    assert failed.get() - before == 2
