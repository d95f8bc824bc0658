"""Prove the table: every path obeys it, ends stay ended, and what is printed and published is what it says."""

from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from contracts.referrals import OUTCOMES, REFERRAL_STATUSES, TRANSITIONS
from services.referrals.errors import DomainError, IllegalTransition
from services.referrals.needs import domain as needs
from services.referrals.referrals import domain
from services.referrals.referrals.states import (
    ENDS,
    MOVES,
    OPEN,
    NeedThen,
    Status,
    Transition,
    as_mermaid,
    as_table,
    target,
)
from tests.unit.referrals.builders import AGENCY, CLOCK, NOW, PERIOD, WORKER, a_need, a_new_referral, a_service

PAGE = Path(__file__).resolve().parents[4] / "docs" / "referrals.md"
LEGAL = {(source, move.transition): move.target for move in MOVES for source in move.sources}
NEED_VERBS = {NeedThen.OPEN: needs.reopen, NeedThen.MET: needs.meet}


@pytest.mark.parametrize(("status", "transition"), list(product(Status, Transition)))
def test_only_the_table_moves(status, transition):
    if (status, transition) in LEGAL:
        assert target(status, transition) == LEGAL[status, transition]
    else:
        with pytest.raises(IllegalTransition):
            target(status, transition)


@pytest.mark.parametrize("status", ENDS)
def test_ends_have_no_way_out(status):
    assert not [move for move in MOVES if status in move.sources]


@pytest.mark.parametrize("status", Status)
def test_every_state_can_be_reached(status):
    reached = {Status.DRAFT}
    for _ in Status:
        reached |= {goal for (source, _), goal in LEGAL.items() if source in reached}

    assert status in reached


def test_published_words_are_the_tables():
    assert tuple(Status) == REFERRAL_STATUSES
    assert tuple(Transition) == TRANSITIONS
    assert domain.OUTCOMES == OUTCOMES


def test_page_shows_the_table():
    page = PAGE.read_text(encoding="utf-8")

    assert as_table() in page
    assert as_mermaid() in page


class Case(RuleBasedStateMachine):
    """Try any move at any time on the referrals of one need, as workers, agencies and the clock might."""

    @initialize()
    def begin(self):
        """Register the need."""
        self.now = NOW
        self.need, _ = needs.register(a_need(), WORKER)
        self.referrals = []

    def current(self):
        """Return the last referral of the need."""
        return self.referrals[-1] if self.referrals else None

    def try_move(self, move, *args):
        """Make a move on the current referral; one that is refused changes nothing."""
        before = self.current()
        if before is None:
            return
        try:
            after, event = move(before, *args)
        except DomainError:
            return
        assert LEGAL[before.status, event.transition] == after.status
        assert before.status not in ENDS
        assert after.version == before.version + 1
        assert after.history[:-1] == before.history
        self.referrals[-1] = after
        self.follow()

    def follow(self):
        """Let the need follow its referral, as the service does in the same transaction."""
        then = domain.need_then(self.current())
        if then in NEED_VERBS:
            self.need, _ = NEED_VERBS[then](self.need, WORKER, self.now)

    @rule(hours=st.integers(1, 100))
    def wait(self, hours):
        """Let time pass."""
        self.now += timedelta(hours=hours)

    @rule(sent=st.booleans())
    def refer(self, sent):
        """Refer the need, if it is open."""
        try:
            self.need, _ = needs.refer(self.need, WORKER, self.now)
        except IllegalTransition:
            return
        new = a_new_referral(id=f"referral-{len(self.referrals)}", created_at=self.now)
        moved = domain.send(new, WORKER, self.now, PERIOD) if sent else domain.draft(new, WORKER, self.now)
        self.referrals.append(moved[0])

    @rule()
    def send(self):
        """Send a draft."""
        self.try_move(domain.send, WORKER, self.now, PERIOD)

    @rule(
        move=st.sampled_from([domain.reject, domain.give_back, domain.revoke]),
        reason=st.sampled_from(["", "لا مكان لدينا"]),
    )
    def end(self, move, reason):
        """End it with a reason, or without one."""
        self.try_move(move, AGENCY, self.now, reason)

    @rule()
    def accept(self):
        """Accept."""
        self.try_move(domain.accept, AGENCY, self.now)

    @rule()
    def report(self):
        """Report a service."""
        self.try_move(domain.report, AGENCY, self.now, a_service(at=self.now))

    @rule(outcome=st.sampled_from(["successful", "not_successful"]), reason=st.sampled_from(["", "انتقلت الأسرة"]))
    def complete(self, outcome, reason):
        """Complete."""
        self.try_move(domain.complete, AGENCY, self.now, outcome, reason)

    @rule(move=st.sampled_from([domain.escalate, domain.expire]))
    def hurry(self, move):
        """Escalate or expire, also too early."""
        self.try_move(move, CLOCK, self.now)

    @rule()
    def tick(self):
        """Let the clock look at it."""
        if self.current() and domain.tick(self.current(), CLOCK, self.now):
            self.try_move(domain.tick, CLOCK, self.now)

    @rule()
    def refer_onward(self):
        """Hand it on."""
        if self.current() is None:
            return
        onward = f"referral-{len(self.referrals)}"
        organization = f"agency-{len(self.referrals)}"
        try:
            (ended, _), (following, _) = domain.refer_onward(
                self.current(), AGENCY, self.now, organization=organization, reason="بعيد", onward=onward, period=PERIOD
            )
        except DomainError:
            return
        self.referrals[-1:] = [ended, following]

    @invariant()
    def one_open_referral_a_need(self):
        """Hold that a need is referred exactly while one referral of it is open."""
        if not hasattr(self, "need"):
            return
        open_ones = [referral for referral in self.referrals if referral.status in OPEN]
        assert len(open_ones) == (self.need.status == needs.Status.REFERRED)

    @invariant()
    def history_tells_the_state(self):
        """Hold that the steps lead, one after the other, to where it stands."""
        for referral in getattr(self, "referrals", []):
            assert referral.history[-1].status == referral.status
            for before, after in zip(referral.history, referral.history[1:], strict=False):
                assert before.status == after.previous_status

    @invariant()
    def expired_was_escalated(self):
        """Hold that none expires that was not escalated, and none before twice its time."""
        for referral in getattr(self, "referrals", []):
            if referral.status == Status.EXPIRED and referral.closed_at:
                assert referral.closed_at >= referral.expires


Case.TestCase.settings = settings(max_examples=150, stateful_step_count=30)
TestCase = Case.TestCase
