"""Prove what is told of a referral: in events and pages, in the history, and whom to tell at which address."""

from datetime import datetime

import pytest

from tests.integration.referrals.world import IHSAN, ITSELF, OFFICER


def test_event_carries_the_public_state(world):
    referral = world.accepted()

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
    world.accepted()
    world.at_work()
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


def paged(world, method):
    """Return all that a rebuild reads, page by page."""
    items, after = [], ""
    while True:
        page = world.call(method, {"limit": 1, "after": after}, ITSELF)
        items += page["items"]
        after = page["next"]
        if not after:
            return items


def test_rebuild_counts_families_by_codes(world):
    family, gone = world.family(), world.another_family()
    gone = world.call("change_family", {"id": gone["id"], "status": "closed"})

    assert paged(world, "page_families") == [
        {"id": family["id"], "version": 1, "area": "EG2901", "status": "open"},
        {"id": gone["id"], "version": gone["version"], "area": "EG2901", "status": "closed"},
    ]


def test_rebuild_counts_needs_by_codes(world):
    need = world.need(world.family())
    world.refer(need)
    other = world.need(world.another_family(), subject="food")

    assert paged(world, "page_needs") == [
        {"id": need["id"], "version": 2, "area": "EG2901", "subject": "household_goods", "status": "referred"},
        {"id": other["id"], "version": 1, "area": "EG2901", "subject": "food", "status": "open"},
    ]


def test_family_event_tells_its_area(world):
    family = world.family()
    world.call("change_family", {"id": family["id"], "area": "EG2904"}, OFFICER)

    told = [(event["subjectversion"], event["data"]["area"]) for event in world.events("family")]

    assert told == [(1, "EG2901"), (2, "EG2904")]


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
