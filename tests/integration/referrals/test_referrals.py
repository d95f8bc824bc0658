"""Prove that a referral runs from need to outcome, by consent and by the table of its moves."""

from datetime import datetime, timedelta

import pytest

from chassis.errors import Conflict, Invalid, PreconditionFailed
from tests.integration.referrals.neighbours import an_agency
from tests.integration.referrals.world import IHSAN, RAHMA, at_once, code_of, codes


def test_need_is_met(world):
    referral = world.at_work()

    world.call("report_service", {"id": referral["id"], "description": "موقد"}, IHSAN)
    done = world.call("complete_referral", {"id": referral["id"], "outcome": "successful"}, IHSAN)

    assert (done["status"], done["outcome"]) == ("completed", "successful")
    assert [service["description"] for service in done["services"]] == ["ثلاجة", "موقد"]
    assert world.call("get_need", {"id": referral["need"]})["status"] == "met"


def test_failure_opens_the_need(world):
    failed = {"id": world.at_work()["id"], "outcome": "not_successful", "reason": "انتقلت الأسرة"}

    done = world.call("complete_referral", failed, IHSAN)

    assert done["reason"] == "انتقلت الأسرة"
    assert world.call("get_need", {"id": done["need"]})["status"] == "open"


@pytest.mark.parametrize("consents", [[], [{"purpose": "messages"}]])
def test_no_referral_without_consent(world, consents):
    need = world.need(world.family(consents=consents))

    with pytest.raises(Conflict) as raised:
        world.refer(need)

    assert code_of(raised) == "consent_missing"
    assert world.call("get_need", {"id": need["id"]})["status"] == "open"


def test_no_referral_after_withdrawal(world):
    family = world.family()
    consent = next(one["id"] for one in family["consents"] if one["purpose"] == "referral")
    need = world.need(family)
    world.call("withdraw_consent", {"family": family["id"], "consent": consent})

    with pytest.raises(Conflict) as raised:
        world.refer(need)

    assert code_of(raised) == "consent_missing"


def test_two_workers_refer_the_same_need(world):
    need = world.need(world.family())

    outcomes = at_once(*[lambda to=to: world.refer(need, to) for to in ("ihsan", "rahma", "qus")])

    assert codes(outcomes) == ["need_already_referred", "need_already_referred", "ok"]
    assert world.database["referrals"].count_documents({}) == 1
    assert len(world.events()) == 1


def test_accepting_meets_revoking(world):
    referral = world.referral()

    outcomes = at_once(
        lambda: world.call("accept_referral", {"id": referral["id"]}, IHSAN, if_version=1),
        lambda: world.call("revoke_referral", {"id": referral["id"], "reason": "انتقلوا"}, if_version=1),
    )

    assert codes(outcomes) == ["changed_meanwhile", "ok"]
    assert [event["subjectversion"] for event in world.events()] == [1, 2]


@pytest.mark.parametrize(
    ("organization", "error", "code"),
    [
        ("nour", Conflict, "organization_inactive"),
        ("tibb", Conflict, "no_capability"),
        ("nobody", Invalid, "unknown_organization"),
    ],
)
def test_agency_must_be_able(world, organization, error, code):
    need = world.need(world.family())

    with pytest.raises(error) as raised:
        world.refer(need, organization)

    assert code_of(raised) == code


def test_agency_that_takes_it_up_can_be_asked(world, registry):
    need = world.need(world.family())
    with pytest.raises(Conflict):
        world.refer(need, "tibb")

    registry.agencies["tibb"] = an_agency("tibb", "مركز الطب")

    assert world.refer(need, "tibb")["status"] == "sent"


def test_draft_is_sent(world):
    draft = world.referral(send=False)

    sent = world.call("send_referral", {"id": draft["id"]})

    assert (draft["status"], sent["status"], sent["version"]) == ("draft", "sent", 2)
    assert world.call("get_referral", {"id": draft["id"]}, IHSAN)["status"] == "sent"


def test_handed_on_to_another(world):
    referral = world.accepted()

    onward = {"id": referral["id"], "organization": "rahma", "reason": "لا نخدم القرية"}
    ended = world.call("refer_onward", onward, IHSAN)
    following = world.call("get_referral", {"id": ended["followed_by"]}, RAHMA)

    assert (ended["status"], following["status"], following["follows"]) == ("referred_onward", "sent", referral["id"])
    assert world.call("get_need", {"id": referral["need"]})["status"] == "referred"


def test_illegal_move_changes_nothing(world):
    referral = world.referral()

    with pytest.raises(Conflict) as raised:
        world.call("complete_referral", {"id": referral["id"], "outcome": "successful"}, IHSAN)

    assert code_of(raised) == "illegal_transition"
    assert world.call("get_referral", {"id": referral["id"]}) == referral


def test_repeat_after_the_end_gets_the_first_answer(world):
    referral = world.referral()
    first = world.call("accept_referral", {"id": referral["id"]}, IHSAN, key="k-1")
    world.call("return_referral", {"id": referral["id"], "reason": "نفدت المواد"}, IHSAN)

    assert world.call("accept_referral", {"id": referral["id"]}, IHSAN, key="k-1") == first
    assert len(world.events()) == 3


def test_repeated_referral_is_one(world, registry):
    need = world.need(world.family())
    asked = {"need": need["id"], "organization": "ihsan"}
    first = world.call("refer_family", asked, key="k-2")
    world.call("reject_referral", {"id": first["id"], "reason": "لا مكان لدينا"}, IHSAN)
    registry.agencies["ihsan"] = an_agency("ihsan", "جمعية الإحسان", status="inactive")

    assert world.call("refer_family", asked, key="k-2") == first


def test_old_version_is_refused(world):
    referral = world.accepted()

    with pytest.raises(PreconditionFailed):
        world.call("revoke_referral", {"id": referral["id"], "reason": "انتقلوا"}, if_version=1)


def test_text_is_stored_encrypted(world):
    referral = world.at_work()
    failed = {"id": referral["id"], "outcome": "not_successful", "reason": "انتقلت الأسرة إلى أسوان"}
    world.call("complete_referral", failed, IHSAN)

    raw = world.raw()

    assert not [text for text in ("ثلاجة", "أسوان") if text.encode() in raw]


def test_service_in_the_future_is_refused(world):
    tomorrow = (datetime.now().astimezone() + timedelta(days=1)).isoformat()

    with pytest.raises(Invalid) as raised:
        world.call("report_service", {"id": world.accepted()["id"], "description": "ثلاجة", "at": tomorrow}, IHSAN)

    assert code_of(raised) == "in_the_future"
