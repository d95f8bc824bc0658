"""Prove the rules of single moves of a referral."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.referrals.errors import IllegalTransition, NotAllowed, NotValid
from services.referrals.referrals import domain
from services.referrals.referrals.states import NeedThen, Status, Transition
from tests.unit.referrals.builders import AGENCY, CLOCK, NOW, PERIOD, WORKER, a_new_referral, a_referral, a_service


def test_sending_sets_both_moments():
    referral, event = domain.send(a_new_referral(), WORKER, NOW, PERIOD)

    assert (referral.deadline, referral.expires) == (NOW + PERIOD, NOW + 2 * PERIOD)
    assert (referral.version, event.transition) == (1, Transition.SENT)


def test_draft_waits_without_deadline():
    referral, _ = domain.draft(a_new_referral(), WORKER, NOW)

    assert (referral.status, referral.deadline) == (Status.DRAFT, None)


def test_first_service_starts_the_work():
    referral, event = domain.report(a_referral("accepted"), AGENCY, NOW, a_service())

    assert (referral.status, event.transition) == (Status.IN_PROGRESS, Transition.STARTED)


def test_further_services_are_added():
    referral, event = domain.report(a_referral("in_progress"), AGENCY, NOW, a_service(description="موقد"))

    assert [service.description for service in referral.services] == ["ثلاجة", "موقد"]
    assert event.transition == Transition.SERVICE_REPORTED


def test_services_have_an_end():
    full = a_referral("in_progress")
    full = replace(full, services=full.services * domain.MOST_SERVICES)

    with pytest.raises(NotValid) as raised:
        domain.report(full, AGENCY, NOW, a_service())

    assert raised.value.code == "too_many"


def test_service_is_not_given_tomorrow():
    with pytest.raises(NotValid):
        domain.report(a_referral("accepted"), AGENCY, NOW, a_service(at=NOW + timedelta(days=1)))


def test_work_is_completed_not_the_promise():
    with pytest.raises(IllegalTransition):
        domain.complete(a_referral("accepted"), AGENCY, NOW, "successful")


def test_success_meets_the_need():
    referral, _ = domain.complete(a_referral("in_progress"), AGENCY, NOW, "successful")

    assert domain.need_then(referral) == NeedThen.MET


def test_failure_opens_the_need():
    referral, _ = domain.complete(a_referral("in_progress"), AGENCY, NOW, "not_successful", "انتقلت الأسرة")

    assert domain.need_then(referral) == NeedThen.OPEN


@pytest.mark.parametrize(
    "move",
    [
        lambda: domain.reject(a_referral(), AGENCY, NOW, " "),
        lambda: domain.give_back(a_referral("accepted"), AGENCY, NOW, ""),
        lambda: domain.revoke(a_referral(), WORKER, NOW, ""),
        lambda: domain.complete(a_referral("in_progress"), AGENCY, NOW, "not_successful"),
    ],
    ids=["reject", "return", "revoke", "fail"],
)
def test_ending_needs_a_reason(move):
    with pytest.raises(NotValid) as raised:
        move()

    assert raised.value.code == "required"


def test_onward_referral_follows():
    (ended, _), (following, event) = domain.refer_onward(
        a_referral("accepted"),
        AGENCY,
        NOW,
        organization="rahma",
        reason="لا نخدم القرية",
        onward="referral-2",
        period=PERIOD,
    )

    assert (ended.status, ended.followed_by) == (Status.REFERRED_ONWARD, "referral-2")
    assert (following.status, following.follows, following.organization) == (Status.SENT, ended.id, "rahma")
    assert event.transition == Transition.SENT


def test_onward_goes_to_another():
    with pytest.raises(NotValid):
        domain.refer_onward(
            a_referral("accepted"), AGENCY, NOW, organization="ihsan", reason="خطأ", onward="referral-2", period=PERIOD
        )


@pytest.mark.parametrize(
    ("hours", "transition"),
    [(71, None), (72, Transition.ESCALATED), (143, Transition.ESCALATED), (500, Transition.ESCALATED)],
)
def test_clock_escalates_at_the_deadline(hours, transition):
    moved = domain.tick(a_referral(), CLOCK, NOW + timedelta(hours=hours))

    assert (moved and moved[1].transition) == transition


@pytest.mark.parametrize(("hours", "transition"), [(72, None), (143, None), (144, Transition.EXPIRED)])
def test_clock_expires_at_twice_the_deadline(hours, transition):
    escalated, _ = domain.escalate(a_referral(), CLOCK, NOW + PERIOD)

    moved = domain.tick(escalated, CLOCK, NOW + timedelta(hours=hours))

    assert (moved and moved[1].transition) == transition


def test_escalated_once_only():
    escalated, _ = domain.escalate(a_referral(), CLOCK, NOW + PERIOD)

    with pytest.raises(NotAllowed):
        domain.escalate(escalated, CLOCK, NOW + PERIOD)


@pytest.mark.parametrize("move", [domain.escalate, domain.expire])
def test_nothing_before_its_time(move):
    with pytest.raises(NotAllowed) as raised:
        move(a_referral(), CLOCK, NOW)

    assert raised.value.code == "too_early"


def test_escalated_referral_can_be_accepted():
    escalated, _ = domain.escalate(a_referral(), CLOCK, NOW + PERIOD)

    accepted, _ = domain.accept(escalated, AGENCY, NOW + PERIOD)

    assert accepted.status == Status.ACCEPTED
