"""Tell another system by webhooks what changes, over HTTP from end to end."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from chassis.ids import new_id
from contracts.policy import Role
from tests.compose.node import HOME as COMPOSED
from tests.e2e.client import Client, Json
from tests.e2e.world import GOVERNORATE, World, soon
from tests.receiver import Received, Receiver, receiving, status

pytestmark = pytest.mark.skipif(COMPOSED in os.environ, reason="containers do not reach a receiver on loopback")

ORGANIZATION = "tashbik.registry.organization.changed.v1"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Give another system's server."""
    with receiving() as ready:
        yield ready


def subscribed(client: Client, receiver: Receiver) -> Json:
    """Make a webhook."""
    return client.post("/webhooks", {"url": receiver.url + "?key=hidden", "event_types": [ORGANIZATION]})


def told_of(receiver: Receiver, organization: str) -> list[Received]:
    """Return the requests that tell of an organization."""
    return [one for one in receiver.received if one.event["subject"] == organization]


def delivered(client: Client, webhook: Json) -> bool:
    """Tell whether nothing waits for a webhook any more."""
    return {one["status"] for one in client.items(f"/webhooks/{webhook['id']}/deliveries")} == {"delivered"}


def test_change_is_told_within_seconds(world: World, receiver: Receiver):
    webhook = subscribed(world.officer, receiver)
    organization = world.organization()
    answer = world.operator.send("PATCH", f"/organizations/{organization['id']}", {"members_count": 135}, match="*")

    soon(lambda: len(told_of(receiver, organization["id"])) >= 2, "the webhook", 10)

    versions = {
        event["subjectversion"]: event["data"]
        for event in (one.verified(webhook["secret"]) for one in told_of(receiver, organization["id"]))
    }
    assert versions[2]["members_count"] == answer.json()["members_count"] == 135
    assert all("actor" not in one.event for one in receiver.received)


def test_family_is_not_told_of(world: World, receiver: Receiver):
    subscribed(world.worker, receiver)
    world.family()
    organization = world.organization()

    soon(lambda: told_of(receiver, organization["id"]), "the webhook", 10)

    assert {one.event["type"] for one in receiver.received} == {ORGANIZATION}


def test_failed_is_told_again(world: World, receiver: Receiver):
    webhook = subscribed(world.officer, receiver)
    receiver.answers.append(status(500))
    tried = world.officer.post(f"/webhooks/{webhook['id']}/ping")

    soon(lambda: delivered(world.officer, webhook), "the second attempt", 30)

    first, second = receiver.received
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == tried["event"]


def test_webhook_is_its_owners(world: World, agency: Client, receiver: Receiver):
    webhook = subscribed(agency, receiver)
    path = f"/webhooks/{webhook['id']}"

    seen = {name: client.send("GET", path).status_code for name, client in callers(world).items()}

    assert seen == {"operator": 200, "auditor": 200, "officer": 404, "worker": 404}
    assert world.officer.send("PATCH", path, {"enabled": False}, match="*").status_code == 404
    assert agency.get("/webhooks")["items"] == [{name: webhook[name] for name in webhook if name != "secret"}]


def callers(world: World) -> dict[str, Client]:
    """Return who else may ask."""
    return {
        "operator": world.operator,
        "auditor": world.auditor,
        "officer": world.officer,
        "worker": world.worker,
    }


def test_held_is_replayed(world: World, receiver: Receiver):
    webhook = subscribed(world.officer, receiver)
    path = f"/webhooks/{webhook['id']}"
    stopped = world.officer.send("PATCH", path, {"enabled": False}, match="*").json()
    organization = world.organization()
    soon(lambda: world.officer.get(f"{path}/deliveries", status="held")["items"], "the event", 10)

    world.officer.send("PATCH", path, {"enabled": True}, match="*")
    replayed = world.officer.post(f"{path}/replay", {})

    assert (stopped["enabled"], stopped["reason"]) == (False, "owner")
    assert replayed["replayed"] >= 1
    soon(lambda: told_of(receiver, organization["id"]), "the replay", 10)


def test_rotated_secret_signs_beside_the_old(world: World, receiver: Receiver):
    webhook = subscribed(world.officer, receiver)
    rotated = world.officer.post(f"/webhooks/{webhook['id']}/rotate")

    world.officer.post(f"/webhooks/{webhook['id']}/ping")

    (received,) = receiver.wait_for(1)
    assert received.verified(webhook["secret"]) == received.verified(rotated["secret"])
    assert "secret" not in world.officer.get(f"/webhooks/{webhook['id']}")


def test_removed_webhook_is_gone(world: World, receiver: Receiver):
    webhook = subscribed(world.officer, receiver)

    world.officer.post(f"/webhooks/{webhook['id']}/remove")

    assert world.officer.send("GET", f"/webhooks/{webhook['id']}").status_code == 404


@pytest.mark.parametrize(
    "url",
    [
        "https://169.254.169.254/latest/meta-data",
        "https://[fd00:ec2::254]/",
        "https://0.0.0.0/",
        "http://cases.qena.example/",
        "file:///etc/passwd",
        "https://user:password@cases.qena.example/",
    ],
)
def test_inner_address_is_refused(world: World, url: str):
    answer = world.operator.send("POST", "/webhooks", {"url": url, "event_types": [ORGANIZATION]})

    problem = answer.json()["problems"][0]
    assert (answer.status_code, problem["field"], problem["code"]) == (422, "url", "not_an_address")


def test_secret_and_address_are_stored_nowhere(world: World, receiver: Receiver):
    client = world.client(Role.OFFICER, area=GOVERNORATE)
    webhook = subscribed(client, receiver)

    stored = "".join(
        repr(list(world.database("notifications")[name].find()))
        for name in world.database("notifications").list_collection_names()
    )

    assert webhook["secret"] not in stored
    assert "key=hidden" not in stored


def test_unknown_webhook_is_not_found(world: World):
    for what in ("", "/deliveries"):
        assert world.operator.send("GET", f"/webhooks/{new_id()}{what}").status_code == 404
