"""Prove the rules by which a message moves."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from contracts.notifications import STATUSES
from services.notifications.messages import domain
from services.notifications.messages.domain import Delivery, Failure, IllegalMove, Status
from tests.unit.notifications.fakes import NOON, a_message

LATER = NOON + timedelta(seconds=20)
MUCH_LATER = NOON + domain.GIVE_UP_AFTER


def sending(**changes):
    """Build a message that is on its way out."""
    return domain.begun(a_message(**changes), "ar", LATER)


def pending(*references):
    """Build a message that awaits receipts."""
    return domain.taken(sending(), NOON, references, receipts=True)


def test_states_are_the_published():
    assert {status.value for status in Status} == set(STATUSES)


def test_finished_states_stay():
    assert {status for status, moves in domain.MOVES.items() if not moves} == set(Status) - {
        Status.CREATED,
        Status.SENDING,
        Status.PENDING,
    }


def test_beginning_counts_the_attempt():
    message = domain.begun(a_message(), "ar", LATER)

    assert (message.status, message.attempts, message.version) == (Status.SENDING, 1, 2)


def test_taken_text_awaits_receipts():
    message = pending("A1", "A2")

    assert (message.status, message.parts, message.unconfirmed) == (Status.PENDING, 2, ("A1", "A2"))


def test_taken_mail_is_finished():
    message = domain.taken(sending(channel="email"), NOON, ("<1@qena>",), receipts=False)

    assert message.status is Status.SENT
    assert message.finished


@pytest.mark.parametrize("failure", [Failure.BUSY, Failure.UNREACHABLE])
def test_passing_failure_tries_again(failure):
    message = domain.failed(sending(), failure, NOON)

    assert (message.status, message.due, message.lease) == (Status.CREATED, NOON + timedelta(seconds=1), None)


def test_refusal_is_final():
    message = domain.failed(sending(), Failure.REFUSED, NOON)

    assert (message.status, message.reason) == (Status.PERMANENT_FAILURE, "refused")


@pytest.mark.parametrize(
    ("failure", "status"),
    [(Failure.BUSY, Status.TEMPORARY_FAILURE), (Failure.UNREACHABLE, Status.TECHNICAL_FAILURE)],
)
def test_trying_has_an_end(failure, status):
    message = domain.failed(sending(), failure, MUCH_LATER)

    assert message.status is status


def test_delay_doubles_up_to_limit():
    delays = [domain.delay(attempts).total_seconds() for attempts in (1, 2, 3, 11, 500)]

    assert delays == [1, 2, 4, 900, 900]


def test_doubtful_repeatable_is_sent_again():
    message = domain.in_doubt(sending(repeats=True), NOON)

    assert (message.status, message.doubts, message.reason) == (Status.CREATED, 1, "unanswered")


def test_doubtful_unrepeatable_is_given_up():
    message = domain.in_doubt(sending(repeats=False), NOON)

    assert (message.status, message.doubts) == (Status.TECHNICAL_FAILURE, 1)


def test_doubts_have_an_end():
    message = domain.in_doubt(sending(doubts=domain.MOST_DOUBTS - 1), NOON)

    assert message.status is Status.TECHNICAL_FAILURE


def test_unanswered_is_a_doubt():
    assert domain.failed(sending(), Failure.UNANSWERED, NOON) == domain.in_doubt(sending(), NOON)


def test_delivered_with_last_part():
    first = domain.confirmed(pending("A1", "A2"), "A1", Delivery.DELIVERED, NOON)
    last = domain.confirmed(first, "A2", Delivery.DELIVERED, NOON)

    assert (first.status, last.status) == (Status.PENDING, Status.DELIVERED)


@pytest.mark.parametrize(
    ("delivery", "status"),
    [(Delivery.FAILED, Status.PERMANENT_FAILURE), (Delivery.MISSED, Status.TEMPORARY_FAILURE)],
)
def test_failed_with_first_part(delivery, status):
    assert domain.confirmed(pending("A1", "A2"), "A2", delivery, NOON).status is status


def test_repeated_receipt_changes_nothing():
    message = domain.confirmed(pending("A1", "A2"), "A1", Delivery.DELIVERED, NOON)

    assert domain.confirmed(message, "A1", Delivery.DELIVERED, NOON) is message


def test_missing_receipt_ends_waiting():
    assert domain.unconfirmed(pending("A1"), NOON).status is Status.TEMPORARY_FAILURE


def test_postponing_gives_claim_back():
    message = domain.postponed(a_message(lease=LATER), LATER)

    assert (message.due, message.lease, message.status) == (LATER, None, Status.CREATED)


def test_vain_attempts_count_from_the_first():
    first = domain.failed(sending(), Failure.UNREACHABLE, NOON)
    second = domain.failed(domain.begun(first, "ar", LATER), Failure.UNREACHABLE, LATER)

    assert (first.in_vain_since, second.in_vain_since) == (NOON, NOON)
    assert domain.unreachable(second, LATER).in_vain_since == NOON
    assert domain.unreachable(a_message(), NOON).in_vain_since == NOON


def test_asking_has_an_end():
    assert domain.unreachable(a_message(), NOON).due == NOON + domain.ASK_AGAIN
    assert domain.unreachable(a_message(), MUCH_LATER).status is Status.TECHNICAL_FAILURE


@pytest.mark.parametrize(
    "move",
    [
        lambda: domain.cancelled(sending(), "consent_missing", NOON),
        lambda: domain.postponed(sending(), LATER),
        lambda: domain.begun(sending(), "ar", LATER),
        lambda: domain.taken(a_message(), NOON, ("A1",), receipts=True),
        lambda: domain.unconfirmed(a_message(), NOON),
    ],
)
def test_illegal_move_raises(move):
    with pytest.raises(IllegalMove):
        move()


class MessageLife(RuleBasedStateMachine):
    """Let anything happen to a message, in any order that the states allow."""

    def __init__(self):
        super().__init__()
        self.now = NOON
        self.message = a_message()
        self.sendings = 0

    def move(self, after):
        assert after.version in {self.message.version, self.message.version + 1}
        assert after.status is self.message.status or after.status in domain.MOVES[self.message.status]
        self.message = after

    @rule(seconds=st.integers(1, 100_000))
    def time_passes(self, seconds):
        self.now += timedelta(seconds=seconds)

    @precondition(lambda self: self.message.status is Status.CREATED)
    @rule()
    def begin(self):
        self.sendings += 1
        self.move(domain.begun(replace(self.message, lease=None), "fa", self.now))

    @precondition(lambda self: self.message.status is Status.CREATED)
    @rule(seconds=st.integers(1, 50_000))
    def postpone(self, seconds):
        self.move(domain.postponed(self.message, self.now + timedelta(seconds=seconds)))

    @precondition(lambda self: self.message.status is Status.SENDING)
    @rule(failure=st.sampled_from(Failure))
    def fail(self, failure):
        self.move(domain.failed(self.message, failure, self.now))

    @precondition(lambda self: self.message.status is Status.SENDING)
    @rule(parts=st.integers(1, 3), receipts=st.booleans())
    def take(self, parts, receipts):
        references = tuple(f"{self.sendings}-{part}" for part in range(parts))
        self.move(domain.taken(self.message, self.now, references, receipts=receipts))

    @rule(part=st.integers(0, 2), delivery=st.sampled_from(Delivery))
    def confirm(self, part, delivery):
        self.move(domain.confirmed(self.message, f"{self.sendings}-{part}", delivery, self.now))

    @invariant()
    def finished_has_its_moment(self):
        assert self.message.finished == (self.message.completed_at is not None)

    @invariant()
    def nothing_finished_is_claimed(self):
        assert not (self.message.finished and self.message.lease)

    @invariant()
    def attempts_are_counted(self):
        assert self.message.attempts == self.sendings

    @invariant()
    def doubled_only_in_doubt(self):
        assert self.message.doubts <= domain.MOST_DOUBTS


test_message_life = MessageLife.TestCase
