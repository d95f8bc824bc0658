"""Prove who is told of what."""

from __future__ import annotations

import pytest

from contracts.notifications import AUDIENCES
from contracts.referrals import TRANSITIONS
from services.notifications.messages.notices import NOTICES, all_notices, notices


def told(transition, **circumstances):
    """Return who is told by which template."""
    return {(notice.audience, notice.template) for notice in notices(transition, **circumstances)}


def test_every_transition_is_decided():
    assert set(NOTICES) == set(TRANSITIONS)


def test_audiences_are_the_published():
    assert {notice.audience for notice in all_notices()} == set(AUDIENCES)


def test_sending_tells_agency_and_family():
    assert told("sent") == {("agency", "agency_referral"), ("family", "family_referred")}


@pytest.mark.parametrize("transition", ["rejected", "returned", "expired"])
def test_referral_that_came_back(transition):
    assert told(transition) == {("family", "family_looking_for_another"), ("officer", "officer_needs_agency")}


@pytest.mark.parametrize(
    ("outcome", "template"), [("successful", "family_completed"), ("not_successful", "family_not_completed")]
)
def test_outcome_chooses_the_words(outcome, template):
    assert told("completed", outcome=outcome) == {("family", template)}


def test_draft_revoked_tells_nobody():
    assert told("revoked", previous_status="draft") == set()
    assert told("revoked", previous_status="sent") == {("agency", "agency_revoked"), ("family", "family_revoked")}


def test_escalation_tells_officer():
    assert told("escalated") == {("officer", "officer_unanswered")}


def test_unknown_transition_tells_nobody():
    assert told("something_newer") == set()


def test_only_families_get_texts():
    assert {notice.audience for notice in all_notices() if notice.by_text} == {"family"}
