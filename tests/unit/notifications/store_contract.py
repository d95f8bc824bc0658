"""State what a store of messages must do, as tests: the one in memory passes them, and the one on MongoDB does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chassis.errors import Conflict, NotFound
from services.notifications.channels.receipts import Receipt
from services.notifications.messages import domain
from services.notifications.messages.domain import LONGEST_WAIT, Delivery, Failure, Status
from tests.unit.notifications.fakes import NOON, a_message

LEASE = timedelta(seconds=20)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


class StoreContract:
    """Ask for ``store`` and for ``session``, which its ``add`` is called with."""

    def sending(self, store, session, **changes):
        """Bring a message to ``sending``."""
        store.add(a_message(**changes), session)
        claimed = store.claim(NOON, LEASE)
        sending = domain.begun(claimed, "ar", NOON + LEASE)
        store.save(sending)
        return sending

    def pending(self, store, session, *references, **changes):
        """Bring a message to ``pending``."""
        pending = domain.taken(self.sending(store, session, **changes), NOON, references, receipts=True)
        store.save(pending)
        return pending

    def test_added_is_found(self, store, session):
        message = a_message(deadline=NOON + timedelta(days=3))

        assert store.add(message, session)
        assert store.get(message.id) == message

    def test_event_makes_one_message(self, store, session):
        store.add(a_message(), session)

        assert not store.add(a_message(id="0199-message-2"), session)
        with pytest.raises(NotFound):
            store.get("0199-message-2")

    def test_event_makes_one_for_each_audience(self, store, session):
        store.add(a_message(), session)

        assert store.add(a_message(id="0199-message-2", audience="agency", channel="email"), session)

    def test_oldest_due_is_claimed(self, store, session):
        store.add(a_message(id="0199-late", event="0199-e1", due=NOON), session)
        store.add(a_message(id="0199-early", event="0199-e2", due=NOON - SECOND), session)

        claimed = store.claim(NOON, LEASE)

        assert (claimed.id, claimed.version, claimed.lease) == ("0199-early", 2, NOON + LEASE)

    def test_claimed_is_not_claimed_again(self, store, session):
        store.add(a_message(), session)
        store.claim(NOON, LEASE)

        assert store.claim(NOON + SECOND, LEASE) is None

    def test_claim_runs_out(self, store, session):
        store.add(a_message(), session)
        store.claim(NOON, LEASE)

        assert store.claim(NOON + LEASE, LEASE).version == 3

    def test_claim_of_a_clock_ahead_runs_out(self, store, session):
        store.add(a_message(due=NOON - HOUR), session)
        store.claim(NOON, LEASE)

        assert store.claim(NOON - HOUR, LEASE).version == 3

    def test_wait_of_a_clock_ahead_is_over(self, store, session):
        store.add(a_message(due=NOON + LONGEST_WAIT), session)
        store.add(a_message(id="0199-ahead", event="0199-e2", due=NOON + LONGEST_WAIT + HOUR), session)

        store.hasten(NOON, LEASE)

        assert (store.claim(NOON, LEASE).id, store.claim(NOON, LEASE)) == ("0199-ahead", None)

    def test_sender_of_a_clock_ahead_is_given_a_lease(self, store, session):
        sending = self.sending(store, session)
        long_ago = NOON - HOUR

        store.hasten(long_ago, LEASE)

        assert store.in_doubt(long_ago) == []
        assert [one.id for one in store.in_doubt(long_ago + LEASE)] == [sending.id]

    def test_claim_is_extended(self, store, session):
        store.add(a_message(), session)
        store.claim(NOON, LEASE)

        store.extend(["0199-message-1"], NOON + 2 * LEASE)

        assert store.claim(NOON + LEASE, LEASE) is None

    def test_unclaimed_is_not_extended(self, store, session):
        store.add(a_message(), session)

        store.extend(["0199-message-1"], NOON + LEASE)

        assert store.get("0199-message-1").lease is None

    def test_not_yet_due_is_not_claimed(self, store, session):
        store.add(a_message(due=NOON + SECOND), session)

        assert store.claim(NOON, LEASE) is None

    def test_saving_compares_versions(self, store, session):
        sending = self.sending(store, session)
        store.save(domain.in_doubt(sending, NOON))

        with pytest.raises(Conflict):
            store.save(domain.taken(sending, NOON, ("A1",), receipts=True))

    def test_saved_is_what_is_read(self, store, session):
        pending = self.pending(store, session, "A1", "A2")

        assert store.get(pending.id) == pending

    def test_earlier_message_is_seen(self, store, session):
        store.add(a_message(id="0199-a", event="0199-e1", order=1), session)
        later = a_message(id="0199-b", event="0199-e2", order=2)

        assert store.follows_another(later)
        assert not store.follows_another(a_message(order=1))
        assert not store.follows_another(a_message(order=2, referral="0199-other"))
        assert not store.follows_another(a_message(order=2, audience="officer", channel="email"))

    def test_finished_message_holds_nobody_up(self, store, session):
        self.pending(store, session, "A1", order=1)

        assert not store.follows_another(a_message(order=2))

    def test_lost_senders_are_found(self, store, session):
        sending = self.sending(store, session)

        assert store.in_doubt(NOON + LEASE - SECOND) == []
        assert [one.read() for one in store.in_doubt(NOON + LEASE)] == [sending]
        assert store.in_doubt_count(NOON + LEASE) == 1

    def test_missing_receipts_are_found(self, store, session):
        pending = self.pending(store, session, "A1")

        assert store.without_receipt(NOON + domain.RECEIPT_WAIT - SECOND) == []
        assert [one.read() for one in store.without_receipt(NOON + domain.RECEIPT_WAIT)] == [pending]

    def test_stepped_back_gives_way_for_a_while(self, store, session):
        sending, late = self.sending(store, session), NOON + LEASE
        store.step_back(sending.id, late + SECOND)

        meanwhile, (afterwards,) = store.in_doubt(late), store.in_doubt(late + SECOND)

        assert (meanwhile, afterwards.tries) == ([], 1)
        assert store.in_doubt_count(late) == 1

    def test_settled_has_not_stepped_back(self, store, session):
        sending = self.sending(store, session)
        store.step_back(sending.id, NOON + timedelta(days=30))
        store.save(pending := domain.taken(sending, NOON, ("A1",), receipts=True))

        (found,) = store.without_receipt(NOON + domain.RECEIPT_WAIT)

        assert (found.read(), found.tries) == (pending, 0)

    def test_awaiting_message_is_found(self, store, session):
        pending = self.pending(store, session, "A1", "A2")
        store.save(confirmed := domain.confirmed(pending, "A1", Delivery.DELIVERED, NOON))

        assert store.awaiting("A1") is None
        assert store.awaiting("A2") == confirmed

    def test_last_receipt_counts(self, store, session):
        store.keep_receipt(Receipt("A1", Delivery.MISSED), NOON)
        store.keep_receipt(Receipt("A1", Delivery.DELIVERED), NOON)

        assert store.receipts_of(["A1", "A2"]) == [Receipt("A1", Delivery.DELIVERED)]

    def test_pages_are_newest_first(self, store, session):
        for number in range(1, 6):
            store.add(a_message(id=f"0199-{number}", event=f"0199-e{number}"), session)

        first = store.page(referral="", status=None, limit=2, after="")
        second = store.page(referral="", status=None, limit=2, after=first[-1].id)

        assert [one.id for one in first + second] == ["0199-5", "0199-4", "0199-3", "0199-2"]

    def test_pages_are_filtered(self, store, session):
        self.pending(store, session, "A1", id="0199-1", event="0199-e1", referral="0199-r1")
        store.add(a_message(id="0199-2", event="0199-e2", referral="0199-r2"), session)

        by_referral = store.page(referral="0199-r2", status=None, limit=9, after="")
        by_status = store.page(referral="", status=Status.PENDING.value, limit=9, after="")

        assert [one.id for one in by_referral] == ["0199-2"]
        assert [one.id for one in by_status] == ["0199-1"]

    def test_open_messages_are_counted(self, store, session):
        self.pending(store, session, "A1", id="0199-1", event="0199-e1")
        store.add(a_message(id="0199-2", event="0199-e2", due=NOON - SECOND), session)

        assert store.open_counts() == {"created": 1, "sending": 0, "pending": 1}
        assert store.oldest_due(NOON) == NOON - SECOND
        assert store.oldest_due(NOON - 2 * SECOND) is None

    def test_tried_in_vain_is_waiting(self, store, session):
        failing = domain.failed(self.sending(store, session), Failure.UNREACHABLE, NOON)
        store.save(failing)

        assert failing.due > NOON
        assert store.oldest_due(NOON) == NOON

    def test_put_off_on_purpose_is_not_waiting(self, store, session):
        failing = domain.failed(self.sending(store, session), Failure.UNREACHABLE, NOON)
        store.save(failing)

        store.save(domain.postponed(failing, NOON + timedelta(hours=9)))

        assert store.oldest_due(NOON) is None
