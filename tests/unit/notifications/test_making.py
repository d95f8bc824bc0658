"""Prove which messages an event makes, and what callers see of them."""

from __future__ import annotations

import itertools

from contracts.envelope import Event
from contracts.notifications import Message as MessageAnswer
from services.notifications.messages import domain, schemas
from services.notifications.messages.making import messages_of
from tests.unit.notifications.fakes import NOON, a_message

BOTH = {"sms", "email", "log"}


def a_transition(transition, **changes):
    """Build the event of a referral's transition."""
    payload = {
        "id": "0199-referral-1",
        "organization": "0199-org",
        "area": "EG2901",
        "areas": ["EG", "EG29", "EG2901"],
        "subject": "health",
        "status": "sent",
        "previous_status": "",
        "transition": transition,
        "outcome": "",
        "escalated": False,
        "accepted_at": None,
        "deadline": "2026-11-25T10:00:00+00:00",
        "follows": "",
    }
    return Event(
        id="0199-event-1",
        type="tashbik.referrals.referral.changed.v1",
        source="/qena/referrals",
        subject="0199-referral-1",
        subjectversion=3,
        time=NOON,
        node="qena",
        actor="case_worker:c-1",
        payload=payload | changes,
    )


def made(event, ways=BOTH):
    """Return the messages that an event makes."""
    numbers = itertools.count(1)
    return messages_of(event, ways, lambda: f"0199-message-{next(numbers)}", NOON)


def test_event_makes_one_each():
    messages = made(a_transition("sent"))

    assert {(one.audience, one.channel, one.template) for one in messages} == {
        ("agency", "email", "agency_referral"),
        ("family", "sms", "family_referred"),
    }
    assert {(one.event, one.order, one.referral) for one in messages} == {("0199-event-1", 3, "0199-referral-1")}


def test_log_stands_in():
    assert {one.channel for one in made(a_transition("sent"), ways={"log"})} == {"log"}


def test_draft_makes_none():
    assert made(a_transition("drafted", deadline=None)) == []


def test_repeatability_stands_in_record():
    assert [one.repeats for one in made(a_transition("completed", outcome="successful"))] == [False]


def test_answer_fits_contract():
    pending = domain.taken(domain.begun(a_message(), "ar", NOON), NOON, ("A1", "A2"), receipts=True)

    shown = schemas.shown(pending)

    assert MessageAnswer().validate(shown) == {}
    assert (shown["provider_reference"], shown["parts"], shown["due_at"]) == ("A1", 2, None)


def test_full_page_names_the_next():
    messages = [a_message(id="0199-b"), a_message(id="0199-a")]

    assert schemas.page_shown(messages, 2)["next"] == "0199-a"
    assert schemas.page_shown(messages, 3)["next"] == ""
