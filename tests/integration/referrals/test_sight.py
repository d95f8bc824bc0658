"""Prove that each sees of a referral what concerns it, and nothing else."""

import pytest

from chassis.errors import NotFound
from tests.integration.referrals.world import AUDITOR, IHSAN, NOTE, RAHMA, STRANGER, WORKER


def test_draft_is_nobodys_business(world):
    draft = world.referral(send=False)

    with pytest.raises(NotFound):
        world.call("get_referral", {"id": draft["id"]}, IHSAN)
    assert world.call("list_referrals", {}, IHSAN)["items"] == []


def test_revoked_draft_stays_unseen(world):
    draft = world.referral(send=False)
    world.call("revoke_referral", {"id": draft["id"], "reason": "انتقلوا"})

    assert world.call("list_referrals", {}, IHSAN)["items"] == []


def test_agency_sees_what_it_needs(world):
    referral = world.referral(note="الأفضل بعد العصر")

    seen = world.call("get_referral", {"id": referral["id"]}, IHSAN)

    assert seen["family"] == ""
    assert seen["note"] == "الأفضل بعد العصر"
    assert seen["recipient"] == {
        "head_name": "فاطمة عبد الرحيم",
        "phone": "+201001234567",
        "language": "ar",
        "urgency": "high",
        "need_note": NOTE,
        "members_count": 1,
        "members": [{"age": seen["recipient"]["members"][0]["age"], "sex": "female"}],
    }


def test_agency_reading_leaves_a_trace(world):
    family = world.another_family()
    referral = world.refer(world.need(family))

    world.call("get_referral", {"id": referral["id"]}, IHSAN)

    assert ("association:ihsan-1", "family.read") in world.audit(family["id"])


def test_agency_sees_nothing_after_the_end(world):
    referral = world.referral()
    world.call("reject_referral", {"id": referral["id"], "reason": "لا مكان لدينا"}, IHSAN)

    assert world.call("get_referral", {"id": referral["id"]}, IHSAN)["recipient"] is None


def test_agency_sees_nothing_after_withdrawal(world):
    family = world.family()
    referral = world.refer(world.need(family))
    consent = next(one["id"] for one in family["consents"] if one["purpose"] == "referral")
    world.call("withdraw_consent", {"family": family["id"], "consent": consent})

    assert world.call("get_referral", {"id": referral["id"]}, IHSAN)["recipient"] is None


@pytest.mark.parametrize("actor", [WORKER, AUDITOR])
def test_others_read_the_family_itself(world, actor):
    referral = world.referral()

    seen = world.call("get_referral", {"id": referral["id"]}, actor)

    assert seen["recipient"] is None
    assert seen["family"] != ""


@pytest.mark.parametrize(
    ("method", "request_of", "actor"),
    [
        ("get_referral", lambda one: {"id": one["id"]}, RAHMA),
        ("accept_referral", lambda one: {"id": one["id"]}, RAHMA),
        ("get_referral", lambda one: {"id": one["id"]}, STRANGER),
        ("revoke_referral", lambda one: {"id": one["id"], "reason": "خطأ"}, STRANGER),
        ("get_need", lambda one: {"id": one["need"]}, STRANGER),
        ("propose_agencies", lambda one: {"need": one["need"]}, STRANGER),
        ("refer_family", lambda one: {"need": one["need"], "organization": "rahma"}, STRANGER),
        ("register_need", lambda one: {"family": one["family"], "subject": "food"}, STRANGER),
        ("get_history", lambda one: {"family": one["family"]}, STRANGER),
    ],
)
def test_others_referral_does_not_exist(world, method, request_of, actor):
    referral = world.referral()

    with pytest.raises(NotFound):
        world.call(method, request_of(referral), actor)


def test_lists_end_where_reach_ends(world):
    referral = world.referral()

    seen = {
        actor.id: [one["id"] for one in world.call("list_referrals", {}, actor)["items"]]
        for actor in (WORKER, STRANGER, IHSAN, RAHMA, AUDITOR)
    }

    assert {name for name, found in seen.items() if found == [referral["id"]]} == {"worker-1", "ihsan-1", "auditor-1"}
    assert not seen["worker-2"] + seen["rahma-1"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"status": "sent"}, 1),
        ({"status": "draft"}, 0),
        ({"organization": "ihsan"}, 1),
        ({"organization": "rahma"}, 0),
        ({"area": "EG2901"}, 1),
        ({"area": "EG2904"}, 0),
        ({"escalated": False}, 1),
        ({"escalated": True}, 0),
    ],
)
@pytest.mark.parametrize("actor", [WORKER, IHSAN, AUDITOR], ids=lambda actor: actor.role)
def test_list_is_filtered(world, asked, found, actor):
    world.referral()

    assert len(world.call("list_referrals", asked, actor)["items"]) == found
