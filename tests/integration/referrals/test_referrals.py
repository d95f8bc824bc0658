"""Prove that a referral runs from need to outcome, by consent, seen by those whom it concerns."""

from datetime import datetime, timedelta

import pytest

from chassis.errors import Conflict, Invalid, NotFound, PreconditionFailed
from tests.integration.referrals.neighbours import an_agency
from tests.integration.referrals.world import (
    AUDITOR,
    IHSAN,
    ITSELF,
    NOTE,
    RAHMA,
    STRANGER,
    WORKER,
    a_family,
    at_once,
    codes,
)


def code_of(raised):
    """Return the code of an error's first problem."""
    return raised.value.problems[0]["code"]


def accepted(world, **fields):
    """Return a referral that its agency has accepted."""
    return world.call("accept_referral", {"id": world.referral(**fields)["id"]}, IHSAN)


def at_work(world):
    """Return a referral of which a service is reported."""
    report = {"id": accepted(world)["id"], "description": "ثلاجة", "quantity": 1}
    return world.call("report_service", report, IHSAN)


def test_need_is_met(world):
    referral = at_work(world)

    world.call("report_service", {"id": referral["id"], "description": "موقد"}, IHSAN)
    done = world.call("complete_referral", {"id": referral["id"], "outcome": "successful"}, IHSAN)

    assert (done["status"], done["outcome"]) == ("completed", "successful")
    assert [service["description"] for service in done["services"]] == ["ثلاجة", "موقد"]
    assert world.call("get_need", {"id": referral["need"]})["status"] == "met"


def test_failure_opens_the_need(world):
    failed = {"id": at_work(world)["id"], "outcome": "not_successful", "reason": "انتقلت الأسرة"}

    done = world.call("complete_referral", failed, IHSAN)

    assert done["reason"] == "انتقلت الأسرة"
    assert world.call("get_need", {"id": done["need"]})["status"] == "open"


def test_rejected_need_goes_to_the_next(world):
    first = world.referral()
    world.call("reject_referral", {"id": first["id"], "reason": "لا مكان لدينا"}, IHSAN)

    proposals = world.call("propose_agencies", {"need": first["need"]})
    second = world.refer({"id": first["need"]}, proposals["proposed"][0]["organization"])

    assert second["organization"] == "rahma"
    reasons = {one["organization"]: [reason["code"] for reason in one["reasons"]] for one in proposals["not_proposed"]}
    assert reasons == {"ihsan": ["rejected_before"], "nour": ["inactive"], "tibb": ["no_capability"]}


def test_work_at_hand_fills_an_agency(world):
    accepted(world)
    accepted(world)
    need = world.need(world.another_family())

    proposals = world.call("propose_agencies", {"need": need["id"]})

    assert [one["organization"] for one in proposals["proposed"]] == ["rahma", "qus"]
    full = next(one for one in proposals["not_proposed"] if one["organization"] == "ihsan")
    assert [reason["code"] for reason in full["reasons"]] == ["no_free_capacity"]


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


def test_draft_is_nobodys_business(world):
    draft = world.referral(send=False)

    with pytest.raises(NotFound):
        world.call("get_referral", {"id": draft["id"]}, IHSAN)
    assert world.call("list_referrals", {}, IHSAN)["items"] == []


def test_draft_is_sent(world):
    draft = world.referral(send=False)

    sent = world.call("send_referral", {"id": draft["id"]})

    assert (draft["status"], sent["status"], sent["version"]) == ("draft", "sent", 2)
    assert world.call("get_referral", {"id": draft["id"]}, IHSAN)["status"] == "sent"


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


def test_handed_on_to_another(world):
    referral = accepted(world)

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
    referral = accepted(world)

    with pytest.raises(PreconditionFailed):
        world.call("revoke_referral", {"id": referral["id"], "reason": "انتقلوا"}, if_version=1)


def test_event_carries_the_public_state(world):
    referral = accepted(world)

    event = world.events()[-1]

    assert event["subjectversion"] == 2
    assert event["data"] == {
        "id": referral["id"],
        "organization": "ihsan",
        "area": "EG2901",
        "areas": ["EG", "EG29", "EG2901"],
        "subject": "household_goods",
        "status": "accepted",
        "previous_status": "sent",
        "transition": "accepted",
        "outcome": "",
        "escalated": False,
        "accepted_at": event["data"]["accepted_at"],
        "deadline": event["data"]["deadline"],
        "follows": "",
    }
    assert datetime.fromisoformat(event["data"]["deadline"]) == datetime.fromisoformat(referral["deadline"])


def test_rebuild_gives_the_last_events(world):
    accepted(world)
    at_work(world)
    world.referral("rahma", send=False)

    pages, after = [], ""
    while True:
        page = world.call("page_referrals", {"limit": 2, "after": after}, ITSELF)
        pages += page["items"]
        after = page["next"]
        if not after:
            break

    last = {event["subject"]: event["data"] | {"version": event["subjectversion"]} for event in world.events()}
    assert {one["id"]: one for one in pages} == last


def test_history_tells_the_case(world):
    family = world.family(consents=[{"purpose": "referral"}])
    referral = world.refer(world.need(family))
    world.call("reject_referral", {"id": referral["id"], "reason": "لا مكان لدينا"}, IHSAN)

    history = world.call("get_history", {"family": family["id"]})

    assert [(step["kind"], step["what"]) for step in history["items"]] == [
        ("family", "registered"),
        ("consent", "granted"),
        ("need", "registered"),
        ("need", "referred"),
        ("referral", "sent"),
        ("need", "reopened"),
        ("referral", "rejected"),
    ]
    assert history["items"][-1]["reason"] == "لا مكان لدينا"
    assert history["items"][-1]["actor"] == "association:ihsan-1"


def test_text_is_stored_encrypted(world):
    referral = at_work(world)
    failed = {"id": referral["id"], "outcome": "not_successful", "reason": "انتقلت الأسرة إلى أسوان"}
    world.call("complete_referral", failed, IHSAN)

    raw = world.raw()

    assert not [text for text in ("ثلاجة", "أسوان") if text.encode() in raw]


def contact(world, referral, audience):
    """Ask whom to tell."""
    return world.call("get_recipient", {"referral": referral["id"], "audience": audience}, ITSELF)


def test_family_is_told_at_its_phone(world):
    told = contact(world, world.referral(), "family")

    assert (told["phone"], told["language"], told["withheld"]) == ("+201001234567", "ar", "")
    assert told["agency"] == {"id": "ihsan", "name": "جمعية الإحسان", "phone": "+20965331234"}


def test_family_is_told_where_it_is_now(world):
    family = world.family()
    referral = world.refer(world.need(family))
    world.call("change_family", {"id": family["id"], "phone": "01112223334", "language": "en"})

    told = contact(world, referral, "family")

    assert (told["phone"], told["language"]) == ("+201112223334", "en")


@pytest.mark.parametrize(
    ("fields", "withheld"),
    [({"consents": [{"purpose": "referral"}]}, "consent_missing"), ({"phone": ""}, "no_phone")],
)
def test_family_that_cannot_be_told(world, fields, withheld):
    referral = world.refer(world.need(world.family(**fields)))

    told = contact(world, referral, "family")

    assert (told["phone"], told["withheld"]) == ("", withheld)


@pytest.mark.parametrize(
    ("organization", "email", "withheld"), [("ihsan", "ihsan@example.org", ""), ("qus", "", "no_email")]
)
def test_agency_is_told_by_mail(world, organization, email, withheld):
    told = contact(world, world.referral(organization), "agency")

    assert (told["email"], told["withheld"], told["phone"]) == (email, withheld, "")


def test_officer_is_told_by_mail(world):
    assert contact(world, world.referral(), "officer")["email"] == "officers@example.org"


def test_service_in_the_future_is_refused(world):
    tomorrow = (datetime.now().astimezone() + timedelta(days=1)).isoformat()

    with pytest.raises(Invalid) as raised:
        world.call("report_service", {"id": accepted(world)["id"], "description": "ثلاجة", "at": tomorrow}, IHSAN)

    assert code_of(raised) == "in_the_future"


def test_closed_family_has_no_new_needs(world):
    family = world.call("register_family", a_family())
    world.call("change_family", {"id": family["id"], "status": "closed"})

    with pytest.raises(Conflict) as raised:
        world.need(family)

    assert code_of(raised) == "family_closed"


@pytest.mark.parametrize(
    ("asked", "found"),
    [({"status": "open"}, 1), ({"status": "met"}, 0), ({"subject": "household_goods"}, 1), ({"urgency": "low"}, 0)],
)
def test_needs_are_filtered(world, asked, found):
    world.need(world.family())

    page = world.call("list_needs", asked)

    assert len(page["items"]) == found
    assert not [item for item in page["items"] if "note" in item]
