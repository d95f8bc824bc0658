"""Play the directorate's main job over HTTP, and see what each one concerned receives."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from contracts.text import fold
from tests.e2e.client import Client, Json
from tests.e2e.people import WORDS
from tests.e2e.story import Story
from tests.e2e.world import World, soon

LANGUAGES = {"ar", "fa", "en"}
REFERRED = {"ar": "أُحيل طلبكم", "fa": "درخواست شما", "en": "Your request has been referred"}


def reference(referral: Json) -> str:
    """Return what messages call a referral."""
    return str(referral["id"]).replace("-", "")[-8:].upper()


def reasons(agency: Json) -> set[str]:
    """Return the codes of why an agency is, or is not, proposed."""
    return {reason["code"] for reason in agency["reasons"]}


def test_spreadsheet_fills_directory(world: World, imported: Json):
    shown = {one["id"] for one in world.public.items("/organizations")}

    assert imported["status"] == "completed"
    assert len(shown) >= imported["counts"]["created"] + imported["counts"]["unchanged"]


def test_own_county_comes_first(story: Story):
    own = [one["same_area"] for one in story.first_proposals["proposed"]]

    assert own[0]
    assert own == sorted(own, reverse=True)


def test_nearest_of_county_comes_first(story: Story):
    kilometres = [one["distance_m"] // 1000 for one in story.first_proposals["proposed"] if one["same_area"]]

    assert kilometres == sorted(kilometres)


def test_every_proposal_says_why(story: Story):
    for one in story.first_proposals["proposed"]:
        assert "covers_subject" in reasons(one)
        assert all(set(reason["message"]) == LANGUAGES and all(reason["message"].values()) for reason in one["reasons"])


def test_nearest_others_say_why_not(story: Story):
    others = story.first_proposals["not_proposed"]

    assert others
    assert all("no_capability" in reasons(one) for one in others)


def test_agency_gets_mail(story: Story):
    assert reference(story.rejected) in story.mail["subject"] + story.mail["text"]
    assert story.mail["language"] == "ar"


def test_mail_holds_nothing_of_family(world: World, story: Story):
    said = story.mail["subject"] + story.mail["text"]

    assert not [one for one in world.people.names | world.people.addresses | world.people.numbers if one in said]
    assert WORDS["note"] not in said


def test_family_is_told_of_each_step(story: Story):
    said = list(story.texts)

    assert said == ["referred", "reject", "referred again", "accept", "complete"]
    assert reference(story.rejected) in story.texts["referred"]
    assert "نبحث لكم عن جهة أخرى" in story.texts["reject"]
    assert all(story.helper in story.texts[step] for step in ("referred again", "accept", "complete"))


def test_family_gets_no_other_text(world: World, story: Story):
    assert sorted(world.texts(story.family)) == sorted(story.texts.values())


@pytest.mark.parametrize("language", ["ar", "fa", "en"])
def test_text_speaks_familys_language(world: World, housing: Json, language: str):
    family = world.family(language=language)

    sent, text = world.text_after(family, lambda: world.referral(housing["id"], family))

    assert REFERRED[language] in text
    assert reference(sent) in text


def test_rejecting_agency_is_not_proposed_again(story: Story):
    rejecting = story.rejected["organization"]

    assert rejecting not in [one["organization"] for one in story.second_proposals["proposed"]]
    left_out = [one for one in story.second_proposals["not_proposed"] if one["organization"] == rejecting]
    assert "rejected_before" in reasons(left_out[0])


def test_next_is_proposed(story: Story):
    before, after = (
        [one["organization"] for one in proposals["proposed"]]
        for proposals in (story.first_proposals, story.second_proposals)
    )

    assert after[: len(before) - 1] == before[1:]


def test_agency_reads_what_it_needs(story: Story):
    recipient = story.recipient_while_open

    assert recipient["phone"] == story.family["phone"]
    assert recipient["head_name"] == story.family["head_name"]
    assert recipient["need_note"] == WORDS["note"]


def test_agency_reads_it_only_while_open(story: Story):
    assert story.agency
    assert story.agency.get(f"/referrals/{story.completed['id']}")["recipient"] is None


def test_need_is_met(world: World, story: Story):
    assert world.worker.get(f"/needs/{story.need['id']}")["status"] == "met"
    assert story.completed["outcome"] == "successful"


def test_history_has_every_step_in_order(world: World, story: Story):
    history = world.worker.get(f"/families/{story.family['id']}/history")["items"]

    steps = [(entry["kind"], entry["what"]) for entry in history]
    told = [
        *(("family", "registered"), ("consent", "granted"), ("consent", "granted"), ("need", "registered")),
        *(("need", "referred"), ("referral", "sent")),
        *(("need", "reopened"), ("referral", "rejected")),
        *(("need", "referred"), ("referral", "sent"), ("referral", "accepted")),
        *(("referral", "started"), ("need", "met"), ("referral", "completed")),
    ]
    assert [step for step in steps if step != ("referral", "service_reported")] == told
    moments = [datetime.fromisoformat(entry["at"]) for entry in history]
    assert moments == sorted(moments)


def test_history_names_actors_and_reasons(world: World, story: Story):
    history = world.worker.get(f"/families/{story.family['id']}/history")["items"]

    rejected = next(entry for entry in history if entry["what"] == "rejected")
    sent = next(entry for entry in history if entry["what"] == "sent")
    assert rejected["reason"] == WORDS["rejection"]
    assert sent["actor"] == f"case_worker:{world.worker.id}"


def test_messages_are_delivered(world: World, story: Story):
    path = {"referral": story.completed["id"]}

    def settled() -> bool:
        return {one["status"] for one in world.operator.items("/messages", **path)} <= {"delivered", "sent"}

    soon(settled, "receipts")
    kinds = sorted((one["audience"], one["template"]) for one in world.operator.items("/messages", **path))
    family = [("family", f"family_{step}") for step in ("accepted", "completed", "referred")]
    assert kinds == [("agency", "agency_referral"), *family]


def test_onward_referral_follows(world: World, housing: Json, agency: Client):
    other = world.organization()
    family = world.family()
    first = world.referral(housing["id"], family)
    agency.post(f"/referrals/{first['id']}/accept")

    asked = {"organization": other["id"], "reason": WORDS["rejection"]}
    ended = agency.post(f"/referrals/{first['id']}/refer-onward", asked)

    following = world.association(other["id"]).get(f"/referrals/{ended['followed_by']}")
    assert (ended["status"], following["status"], following["follows"]) == ("referred_onward", "sent", first["id"])
    soon(lambda: any(other["name"] in text for text in world.texts(family)), "the text that names the next agency")


def test_revoked_referral_is_told(world: World, housing: Json):
    family = world.family()
    sent, _ = world.text_after(family, lambda: world.referral(housing["id"], family))
    seen = len(world.mails(housing["email"]))

    revoke = f"/referrals/{sent['id']}/revoke"
    _, text = world.text_after(family, lambda: world.worker.post(revoke, {"reason": WORDS["rejection"]}))

    assert "أُلغيت إحالة طلبكم" in text
    soon(lambda: len(world.mails(housing["email"])) > seen, "the agency's mail")


def test_family_that_did_not_agree_gets_no_text(world: World, housing: Json):
    family = world.family(consents=[{"purpose": "referral"}])

    sent = world.referral(housing["id"], family)

    def settled() -> bool:
        return [one["status"] for one in messages() if one["audience"] == "family"] == ["cancelled"]

    def messages() -> list[Json]:
        return world.operator.items("/messages", referral=sent["id"])

    soon(settled, "the cancelled text")
    assert [one["reason"] for one in messages() if one["audience"] == "family"] == ["consent_missing"]
    assert world.texts(family) == []


def test_withdrawn_consent_stops_referrals(world: World, housing: Json):
    family = world.family()
    consent = next(one["id"] for one in family["consents"] if one["purpose"] == "referral")
    world.worker.post(f"/families/{family['id']}/consents/{consent}/withdraw")

    asked = {"need": world.need(family)["id"], "organization": housing["id"]}
    refused = world.worker.send("POST", "/referrals", asked)

    assert refused.status_code == 409
    assert [one["code"] for one in refused.json()["problems"]] == ["consent_missing"]


@pytest.fixture(scope="module")
def busy(world: World) -> Callable[[int], Json]:
    """Give what lets an agency help so many families more, and returns what the public then sees of it."""
    helper = world.organization("elderly_care")
    client, done = world.association(helper["id"]), 0

    def help_more(families: int) -> Json:
        nonlocal done
        for _ in range(families):
            world.complete(client, world.referral(helper["id"], subject="elderly_care"))
        done += families
        counted = {"organization": helper["id"], "completed": True}
        soon(lambda: world.database("gateway").directory_referrals.count_documents(counted) == done, "the projector")
        fresh = {"Cache-Control": "no-cache"}
        return dict(world.public.send("GET", f"/organizations/{helper['id']}", headers=fresh).json()["activity"])

    return help_more


def test_activity_shows_from_five_on(busy: Callable[[int], Json]):
    assert busy(4) == {"referrals_accepted": None, "referrals_completed": None}
    assert busy(1) == {"referrals_accepted": 5, "referrals_completed": 5}


PUBLIC = ("/organizations", "/organizations.geojson", "/areas", "/areas.geojson", "/figures", "/figures/areas", "/gaps")


@pytest.mark.parametrize("path", PUBLIC)
def test_public_sees_nothing_of_families(world: World, story: Story, path: str):
    answers = [page.text for page in world.public.pages(path, **({"limit": 200} if path == "/organizations" else {}))]

    seen = fold(" ".join(answers))
    people = world.people
    hidden = people.names | people.addresses | people.numbers | people.families | set(WORDS.values())
    assert not [one for one in hidden if fold(one) in seen]


def test_public_agency_names_no_referral(world: World, story: Story):
    shown = world.public.send("GET", f"/organizations/{story.completed['organization']}").text

    assert not [one for one in (story.completed["id"], story.need["id"], story.family["id"]) if one in shown]
