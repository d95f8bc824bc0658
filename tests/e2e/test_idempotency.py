"""Repeat requests with their Idempotency-Key: one effect, and the same answer."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from chassis.ids import new_id
from contracts.policy import Role
from tests.e2e.client import Client, Json
from tests.e2e.people import WORDS
from tests.e2e.world import COUNTY, GOVERNORATE, World

AT_ONCE = 8
CSV = "اسم الجمعية,المركز\nجمعية تكرار الطلب,دشنا\n".encode()

Request = Callable[[str], httpx.Response]


def same(first: httpx.Response, second: httpx.Response) -> bool:
    """Tell whether two answers are the same in all that a caller goes by."""
    told = ("etag", "location", "content-type")
    return (first.status_code, first.json(), [first.headers.get(name) for name in told]) == (
        second.status_code,
        second.json(),
        [second.headers.get(name) for name in told],
    )


def registering(world: World) -> Request:
    """Return what registers one family with a key."""
    asked = world.people.family(COUNTY)
    return lambda key: world.worker.send("POST", "/families", asked, key=key)


def families_of(world: World, phone: str) -> int:
    """Return how many families bear a phone."""
    return len(world.worker.post("/families/look-up", {"phone": phone})["items"])


def test_repeat_gives_same_answer(world: World):
    register, key = registering(world), new_id()

    first, second = register(key), register(key)

    assert first.status_code == 201
    assert same(first, second)
    assert families_of(world, first.json()["phone"]) == 1


def test_repeat_gives_first_version_after_change(world: World):
    register, key = registering(world), new_id()
    first = register(key)
    world.worker.send("PATCH", first.headers["location"], {"language": "en"}, match=first.headers["etag"])

    second = register(key)

    assert same(first, second)
    assert world.worker.get(first.headers["location"])["language"] == "en"


def test_other_payload_is_refused(world: World):
    key = new_id()
    registering(world)(key)

    refused = registering(world)(key)

    assert refused.status_code == 422
    assert [one["code"] for one in refused.json()["problems"]] == ["idempotency_key_reused"]


def test_key_is_callers_own(world: World):
    other, key = world.client(Role.CASE_WORKER, area=GOVERNORATE), new_id()
    mine = world.worker.send("POST", "/families", world.people.family(COUNTY), key=key)

    theirs = other.send("POST", "/families", world.people.family(COUNTY), key=key)

    assert (mine.status_code, theirs.status_code) == (201, 201)
    assert mine.json()["id"] != theirs.json()["id"]


def test_two_at_once_have_one_effect(world: World):
    register, key = registering(world), new_id()
    assert world.worker.token

    with ThreadPoolExecutor(AT_ONCE) as threads:
        answers = list(threads.map(register, [key] * AT_ONCE))

    made = [answer.json() for answer in answers if answer.status_code == 201]
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({one["id"] for one in made}) == 1
    assert families_of(world, made[0]["phone"]) == 1


def test_two_moves_at_once_happen_once(world: World, housing: Json, agency: Client):
    sent, key = world.referral(housing["id"]), new_id()
    assert agency.token

    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(lambda _: agency.send("POST", f"/referrals/{sent['id']}/accept", key=key), range(AT_ONCE)))

    moves = [step["transition"] for step in world.worker.get(f"/referrals/{sent['id']}")["history"]]
    assert moves == ["sent", "accepted"]


def test_every_change_of_a_case_can_be_repeated(world: World, housing: Json, agency: Client):
    family = world.family()
    consent = family["consents"][0]["id"]
    need = world.need(family)
    sent = world.referral(housing["id"])
    other = world.referral(housing["id"])
    case, path = f"/families/{family['id']}", f"/referrals/{sent['id']}"
    member = {"given_name": "زمردة", "relationship": "child"}

    changes = [
        (world.worker, "PATCH", case, {"household": {"size": 3}}),
        (world.worker, "POST", f"{case}/members", member),
        (world.worker, "POST", f"{case}/consents", {"purpose": "messages"}),
        (world.worker, "POST", f"{case}/needs", {"subject": "food"}),
        (world.worker, "POST", "/referrals", {"need": need["id"], "organization": housing["id"], "send": False}),
        (agency, "POST", f"{path}/accept", None),
        (agency, "POST", f"{path}/report-service", {"description": WORDS["service"], "quantity": 1}),
        (agency, "POST", f"{path}/return", {"reason": WORDS["rejection"]}),
        (world.worker, "POST", f"/referrals/{other['id']}/revoke", {"reason": WORDS["rejection"]}),
        (world.worker, "POST", f"{case}/consents/{consent}/withdraw", None),
    ]
    for caller, method, where, body in changes:
        key = new_id()
        first, second = (caller.send(method, where, body, key=key, match="*" * (method == "PATCH")) for _ in range(2))
        assert first.is_success, first.text
        assert same(first, second), where


def test_every_change_of_an_organization_can_be_repeated(world: World):
    made, removed, key = world.organization(), world.organization(), new_id()
    path, gone = f"/organizations/{made['id']}", f"/organizations/{removed['id']}/remove"

    for send in (
        lambda: world.operator.send("PATCH", path, {"members_count": 7}, key=key, match="*"),
        lambda: world.operator.send("POST", gone, key=key),
    ):
        first, second = send(), send()
        assert first.is_success, first.text
        assert same(first, second)


def test_import_is_made_once(world: World):
    key = new_id()

    first, second = (
        world.operator.send("POST", "/imports", files={"file": ("repeated.csv", CSV)}, data={"language": "ar"}, key=key)
        for _ in range(2)
    )

    assert (first.status_code, second.status_code) == (202, 202)
    assert first.headers["location"] == second.headers["location"]


@pytest.mark.parametrize("key", ["مفتاح".encode(), b"x" * 256])
def test_malformed_key_is_refused(world: World, key: bytes):
    headers = {"Idempotency-Key": key}

    refused = world.worker.send("POST", "/families", world.people.family(COUNTY), headers=headers)

    assert refused.status_code == 400
