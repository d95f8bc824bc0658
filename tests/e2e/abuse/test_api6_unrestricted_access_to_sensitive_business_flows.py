"""API6:2023, unrestricted access to sensitive business flows: using a rightful flow to harm.

Harm here is texts to families, and learning who is in care. A family is told once of each step, only with its consent;
looking families up needs the whole number, is bounded by area, and is noted in the audit trail.
"""

from __future__ import annotations

from chassis.ids import new_id
from tests.e2e.abuse.answers import assert_refused
from tests.e2e.client import Json
from tests.e2e.world import World


def test_repeated_request_tells_a_family_once(world: World, housing: Json):
    family, key = world.family(), new_id()
    asked = {"need": world.need(family)["id"], "organization": housing["id"]}

    _, _ = world.text_after(family, lambda: [world.worker.post("/referrals", asked, key=key) for _ in range(5)])
    world.settle()

    assert len(world.texts(family)) == 1


def test_need_is_referred_to_one_at_a_time(world: World, housing: Json):
    need = world.need(world.family())["id"]
    asked = {"need": need, "organization": housing["id"]}
    world.worker.post("/referrals", asked)

    others = [
        world.worker.send("POST", "/referrals", {**asked, "organization": world.organization()["id"]}) for _ in "ab"
    ]

    for answer in others:
        assert_refused(answer, "conflict")


def test_family_without_consent_is_neither_referred_nor_told(world: World, housing: Json):
    family = world.family(consents=[])

    answer = world.worker.send("POST", "/referrals", {"need": world.need(family)["id"], "organization": housing["id"]})

    assert_refused(answer, "conflict")
    assert world.texts(family) == []


def test_part_of_a_number_finds_nobody(world: World):
    family = world.family()

    for part in (family["phone"][:-1], family["phone"][:-4] + "0000", "+2010", "*", "+2010%"):
        answer = world.worker.send("POST", "/families/look-up", {"phone": part})
        assert answer.status_code == 422 or answer.json()["items"] == []


def test_look_up_is_noted(world: World):
    family = world.family()
    trail = world.database("referrals").audit
    before = trail.count_documents({"actor": f"case_worker:{world.worker.id}"})

    world.worker.post("/families/look-up", {"phone": family["phone"]})

    assert trail.count_documents({"actor": f"case_worker:{world.worker.id}"}) > before
    assert trail.find_one({"$or": [{"why": family["phone"]}, {"record": family["phone"]}]}) is None
