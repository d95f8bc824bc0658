"""Prove that families are kept whole, kept apart and kept private."""

import pytest
from pymongo.errors import OperationFailure
from pymongo.read_concern import ReadConcern

from chassis.errors import Conflict, Invalid, NotFound, PreconditionFailed
from services.referrals.views import EVERYWHERE
from tests.integration.referrals.world import (
    ADDRESS,
    AHMAD,
    AUDITOR,
    FATMA,
    NATIONAL_ID,
    OFFICER,
    STRANGER,
    WORKER,
    a_family,
    at_once,
    codes,
)


def test_registered_family_reads_back(world):
    family = world.family()

    found = world.call("get_family", {"id": family["id"]})

    assert found == family
    assert (found["phone"], found["address"], found["head_name"]) == ("+201001234567", ADDRESS, "فاطمة عبد الرحيم")
    assert found["members"][0]["national_id"] == NATIONAL_ID


def test_nothing_personal_is_stored_plain(world):
    family = world.family()
    world.need(family)

    raw = world.raw()

    for secret in (NATIONAL_ID, "1001234567", ADDRESS, "السكري"):
        assert secret.encode() not in raw


def test_equal_values_look_different(world):
    world.family()
    world.another_family()

    phones = {bytes(document["phone"]) for document in world.database["families"].find()}

    assert len(phones) == 2


def test_one_national_id_one_family(world):
    world.family()

    with pytest.raises(Conflict) as raised:
        world.family(members=[FATMA | {"national_id": "٢٩١٠٥٠٢٠١٠٠٠٢١"}])

    assert raised.value.problems[0]["code"] == "national_id_taken"


def test_two_workers_register_the_same_person(world):
    outcomes = at_once(world.family, world.family, world.family)

    assert codes(outcomes) == ["national_id_taken", "national_id_taken", "ok"]
    assert world.database["families"].count_documents({}) == 1
    assert len(world.events("family")) == 1


def test_closed_family_frees_its_ids(world):
    first = world.family()
    world.call("change_family", {"id": first["id"], "status": "closed"})

    second = world.family()

    with pytest.raises(Conflict) as raised:
        world.call("change_family", {"id": first["id"], "status": "open"})
    assert second["id"] != first["id"]
    assert raised.value.problems[0]["code"] == "national_id_taken"


def test_closing_closes_open_needs(world):
    family = world.family()
    need = world.need(family)

    world.call("change_family", {"id": family["id"], "status": "closed"})

    assert world.call("get_need", {"id": need["id"]})["status"] == "closed"


def test_family_that_closes_meanwhile_is_seen(world):
    family = world.another_family()

    with world.database.client.start_session() as beginning, beginning.start_transaction(ReadConcern("snapshot")):
        world.desk.families.get(family["id"], EVERYWHERE, beginning)
        world.call("change_family", {"id": family["id"], "status": "closed"})
        with pytest.raises(OperationFailure) as met:
            world.desk.families.hold(family["id"], beginning)
        beginning.abort_transaction()

    assert met.value.has_error_label("TransientTransactionError")


def test_family_being_referred_stays_in_care(world):
    family = world.family()
    world.refer(world.need(family))

    with pytest.raises(Conflict) as raised:
        world.call("change_family", {"id": family["id"], "status": "closed"})

    assert raised.value.problems[0]["code"] == "family_has_open_referral"


@pytest.mark.parametrize(
    "asked", [{"national_id": "٢٩١٠٥٠٢ ٠١٠٠٠٢١"}, {"phone": "+20 100 123 4567"}, {"phone": "٠١٠٠١٢٣٤٥٦٧"}]
)
def test_look_up_in_any_writing(world, asked):
    family = world.family()

    found = world.call("look_up_family", asked)

    assert [one["id"] for one in found["items"]] == [family["id"]]


@pytest.mark.parametrize("asked", [{"national_id": NATIONAL_ID}, {"phone": "01001234567"}])
def test_look_up_ends_at_the_area(world, asked):
    world.family()

    assert world.call("look_up_family", asked, STRANGER)["items"] == []


@pytest.mark.parametrize("method", ["get_family", "change_family"])
def test_family_elsewhere_does_not_exist(world, method):
    family = world.family()

    with pytest.raises(NotFound):
        world.call(method, {"id": family["id"]}, STRANGER)


def test_governorate_holds_its_counties(world):
    family = world.family()

    assert world.call("get_family", {"id": family["id"]}, OFFICER)["id"] == family["id"]


def test_nobody_registers_outside_the_area(world):
    with pytest.raises(Invalid) as raised:
        world.call("register_family", a_family(), STRANGER)

    assert raised.value.problems[0]["code"] == "unknown_area"


def test_family_lives_in_a_village(world):
    family = world.family(area="EG290101")

    assert family["areas"] == ["EG", "EG29", "EG2901", "EG290101"]


def test_auditor_reads_without_contact(world):
    family = world.family()

    seen = world.call("get_family", {"id": family["id"]}, AUDITOR)

    assert (seen["phone"], seen["address"], seen["members"][0]["national_id"]) == ("", "", "")


@pytest.mark.parametrize(
    ("method", "request_of", "action"),
    [
        ("get_family", lambda family: {"id": family}, "family.read"),
        ("get_history", lambda family: {"family": family}, "family.history_read"),
        ("list_families", lambda _: {}, "family.listed"),
        ("look_up_family", lambda _: {"national_id": NATIONAL_ID}, "family.found"),
    ],
)
def test_reading_leaves_a_trace(world, method, request_of, action):
    family = world.family()["id"]

    world.call(method, request_of(family))

    assert ("case_worker:worker-1", action) in world.audit(family)


@pytest.mark.parametrize("words", ["فاطمه", "احم", "الرحیم فاط", "رحيم"])
def test_name_is_found_in_any_spelling(world, words):
    family = world.family()

    found = world.call("list_families", {"q": words})

    assert [one["id"] for one in found["items"]] == [family["id"]]


def test_pages_follow_each_other(world):
    made = [world.another_family()["id"] for _ in range(5)]

    first = world.call("list_families", {"limit": 3})
    second = world.call("list_families", {"limit": 3, "after": first["next"]})

    assert sorted(one["id"] for one in first["items"] + second["items"]) == sorted(made)
    assert (len(second["items"]), second["next"]) == (2, "")


@pytest.mark.parametrize("cursor", ["nonsense!", "a", "\u0642"])
def test_strange_cursor_is_refused(world, cursor):
    with pytest.raises(Invalid):
        world.call("list_families", {"after": cursor})


def test_repeat_gets_the_first_answer(world):
    first = world.call("register_family", a_family(), key="k-1")
    world.call("change_family", {"id": first["id"], "phone": "01009999999"})

    repeated = world.call("register_family", a_family(), key="k-1")

    assert repeated == first
    assert world.database["families"].count_documents({}) == 1


def test_repeated_change_gets_its_own_version(world):
    family = world.family()
    change = {"id": family["id"], "address": "قوص"}
    first = world.call("change_family", change, key="k-2")
    world.call("change_family", {"id": family["id"], "address": "نقادة"})

    assert world.call("change_family", change, key="k-2") == first


def test_key_belongs_to_one_request(world):
    world.call("register_family", a_family(), key="k-3")

    with pytest.raises(Invalid) as raised:
        world.call("register_family", a_family(address="دشنا"), key="k-3")

    assert raised.value.problems[0]["code"] == "idempotency_key_reused"


def test_same_key_at_once_has_one_effect(world):
    outcomes = at_once(*[lambda: world.call("register_family", a_family(), key="k-4")] * 4)

    assert len({outcome["id"] for outcome in outcomes}) == 1
    assert world.database["families"].count_documents({}) == 1


def test_other_version_is_refused(world):
    family = world.family()
    world.call("change_family", {"id": family["id"], "language": "en"}, if_version=1)

    with pytest.raises(PreconditionFailed):
        world.call("change_family", {"id": family["id"], "language": "fa"}, if_version=1)


def test_two_workers_change_the_same_version(world):
    family = world.family()
    changes = [{"id": family["id"], "address": place} for place in ("قوص", "نقادة", "دشنا")]

    outcomes = at_once(*[lambda change=change: world.call("change_family", change, if_version=1) for change in changes])

    assert codes(outcomes) == ["changed_meanwhile", "changed_meanwhile", "ok"]
    assert world.call("get_family", {"id": family["id"]})["version"] == 2


def test_equal_change_keeps_the_version(world):
    family = world.family()

    same = world.call("change_family", {"id": family["id"], "phone": "0100 123 4567"})

    assert same == family


def test_member_is_corrected(world):
    family = world.family()
    head = family["members"][0]["id"]

    changed = world.call("change_family", {"id": family["id"], "members": [{"id": head, "national_id": ""}]})

    assert changed["members"][0]["national_id"] == ""
    assert world.call("look_up_family", {"national_id": NATIONAL_ID})["items"] == []


def test_member_joins(world):
    family = world.family(members=[FATMA])

    joined = world.call("add_member", {"family": family["id"], **AHMAD})

    assert [member["relationship"] for member in joined["members"]] == ["head", "child"]


def test_wrong_id_names_its_field(world):
    with pytest.raises(Invalid) as raised:
        world.family(members=[FATMA, AHMAD | {"national_id": "123"}])

    assert raised.value.problems[0] | {"message": ""} == {
        "field": "members.1.national_id",
        "code": "national_id_structure",
        "message": "",
    }


def test_consent_comes_and_goes(world):
    family = world.family(consents=[])

    granted = world.call("record_consent", {"family": family["id"], "purpose": "referral"})
    consent = granted["consents"][0]["id"]
    withdrawn = world.call("withdraw_consent", {"family": family["id"], "consent": consent})

    assert granted["consents"][0]["withdrawn_at"] is None
    assert withdrawn["consents"][0]["withdrawn_at"] is not None


def test_events_hold_nothing_personal(world):
    world.need(world.family())

    events = [*world.events("family"), *world.events("need")]

    assert [sorted(event["data"]) for event in events] == [
        ["area", "id", "status", "what"],
        ["area", "family", "id", "status", "subject", "urgency"],
    ]
    assert WORKER.label == events[0]["actor"]


def test_names_stay_in_their_records(world):
    world.refer(world.need(world.family()))

    elsewhere = {"outbox", "audit", "idempotency", "inbox", "needs", "referrals"}
    raw = world.raw(elsewhere)

    assert "فاطمة".encode() not in raw
