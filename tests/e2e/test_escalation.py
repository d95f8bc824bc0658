"""Let deadlines pass: whoever does not answer is reported, and then the next is asked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chassis.clock import now
from tests.e2e.client import Json
from tests.e2e.world import World, soon


def let_pass(world: World, referral: Json, *moments: str) -> None:
    """Move a referral's deadlines into the past, as if it had been sent so much earlier."""
    past = now() - timedelta(seconds=1)
    world.database("referrals").referrals.update_one(
        {"_id": referral["id"]}, {"$set": {**dict.fromkeys(moments, past), "due": past}}
    )


@pytest.fixture
def family(world: World) -> Json:
    """Register a family."""
    return world.family()


@pytest.fixture
def escalated(world: World, family: Json, housing: Json) -> Json:
    """Refer it to an agency that does not answer by its deadline."""
    sent, _ = world.text_after(family, lambda: world.referral(housing["id"], family))
    let_pass(world, sent, "deadline")
    soon(lambda: bool(world.worker.get(f"/referrals/{sent['id']}")["escalated_at"]), "the escalation")
    return dict(sent)


def test_unanswered_is_escalated_and_stays_sent(world: World, escalated: Json):
    referral = world.worker.get(f"/referrals/{escalated['id']}")

    assert referral["status"] == "sent"
    assert [step["transition"] for step in referral["history"]] == ["sent", "escalated"]
    assert referral["history"][-1]["actor"] == "service:referrals"


def test_officer_is_told(world: World, escalated: Json):
    reference = escalated["id"].replace("-", "")[-8:].upper()

    def told() -> bool:
        return any(reference in mail["subject"] for mail in world.mails(world.config.officer_email))

    soon(told, "the officer's mail")


def test_agency_may_answer_late(world: World, escalated: Json, housing: Json):
    late = world.association(housing["id"]).post(f"/referrals/{escalated['id']}/accept")

    assert late["status"] == "accepted"


def test_expired_goes_to_the_next(world: World, family: Json, escalated: Json, housing: Json):
    _, text = world.text_after(family, lambda: let_pass(world, escalated, "deadline", "expires"))

    assert "نبحث لكم عن جهة أخرى" in text
    assert world.worker.get(f"/referrals/{escalated['id']}")["status"] == "expired"
    proposals = world.worker.get(f"/needs/{escalated['need']}/proposals")
    assert housing["id"] not in [one["organization"] for one in proposals["proposed"]]
    failed = next(one for one in proposals["not_proposed"] if one["organization"] == housing["id"])
    assert "expired_before" in [reason["code"] for reason in failed["reasons"]]
