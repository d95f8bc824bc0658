"""Look at what the services really published: it fits its documents, and reached each consumer once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import orjson
import pytest

from chassis import deadletters
from chassis.identity import Seal
from contracts.asyncapi import name_of
from contracts.catalogue import EVENTS
from tests.consumers import ALWAYS, AT_TIMES
from tests.e2e.client import Json
from tests.e2e.story import Story
from tests.e2e.world import DATABASES, World, soon
from tests.outboxes import envelopes

TERM = {"ar": "غسيل كلوي", "fa": "دیالیز", "en": "Dialysis"}
ATTRIBUTES = {"specversion", "id", "type", "source", "subject", "subjectversion", "time", "node", "actor", "data"}


@pytest.fixture(scope="module", autouse=True)
def settled(world: World, story: Story, housing: Json) -> None:
    """Let everything arrive that the tests before have caused, a service that came and went, and a term."""
    world.operator.post("/register/terms/health.dialysis", {"names": TERM})
    service = world.officer.post(f"/organizations/{housing['id']}/services", {"name": "ترميم المساكن"})
    world.operator.post(f"/services/{service['id']}/remove")
    world.settle()


@pytest.fixture(scope="module")
def published(world: World) -> list[Json]:
    """Give every event as it went out."""
    return [orjson.loads(event["body"]) for event in world.events()]


@pytest.fixture(scope="module")
def validators(world: World) -> dict[str, Any]:
    """Give what checks an event of each type by the node's own AsyncAPI document."""
    document = world.public.get("/asyncapi.json")
    return {
        contract.type: jsonschema_rs.validator_for(
            {"$ref": f"#/components/schemas/{name_of(contract)}", "components": document["components"]},
            validate_formats=True,
        )
        for contract in EVENTS
    }


def faults(published: list[Json], validators: dict[str, Any]) -> Iterator[str]:
    """Yield what does not fit the document."""
    for event in published:
        for error in validators[event["type"]].iter_errors(event):
            yield f"{event['type']} {error.instance_path}: {error.message}"


def test_events_fit_asyncapi(published: list[Json], validators: dict[str, Any]):
    assert Counter(faults(published, validators)) == {}


def test_every_event_was_seen(published: list[Json]):
    assert {event["type"] for event in published} == {contract.type for contract in EVENTS}


def test_events_are_cloudevents(published: list[Json]):
    assert all(set(event) >= ATTRIBUTES and event["specversion"] == "1.0" for event in published)


def test_events_carry_node_and_actor(published: list[Json]):
    assert {event["node"] for event in published} == {"qena"}
    assert all(":" in event["actor"] for event in published)


def test_events_carry_the_trace_of_their_request(world: World, housing: Json):
    trace = "0af7651916cd43dd8448eb211c80319c"
    need = world.need(world.family())
    asked = {"need": need["id"], "organization": housing["id"]}
    traced = {"traceparent": f"00-{trace}-b7ad6b7169203331-01"}

    made = world.worker.send("POST", "/referrals", asked, headers=traced).json()

    (event,) = [one for one in envelopes(world.database("referrals")) if one["subject"] == made["id"]]
    assert event["traceparent"].split("-")[1] == trace


def test_events_are_sealed(world: World):
    seal = Seal((world.config.keys / "event.key").read_bytes())

    assert all(seal.fits(event["body"], event["seal"]) for event in world.events())


def test_versions_of_a_subject_have_no_gap(published: list[Json]):
    versions: dict[tuple[str, str], list[int]] = {}
    for event in published:
        versions.setdefault((event["type"], event["subject"]), []).append(event["subjectversion"])

    broken = {subject: found for subject, found in versions.items() if sorted(found) != list(range(1, len(found) + 1))}
    assert broken == {}


def test_everything_was_published(world: World):
    def waiting() -> list[str]:
        return [event["_id"] for event in world.events() if "due" in event]

    soon(lambda: not waiting(), "the relays")

    assert waiting() == []


def test_each_consumer_took_each_event_once(world: World):
    world.settle()
    events = list(world.events())

    due = Counter(f"{one.queue}:{event['_id']}" for event in events for one in ALWAYS[event["type"]])
    at_times = {f"{queue}:{event['_id']}" for queue in AT_TIMES for event in events}
    taken = Counter(entry["_id"] for name in DATABASES for entry in world.database(name).inbox.find({}, {"_id": 1}))
    assert taken == due + Counter(at_times & taken.keys())


def test_nothing_is_parked(world: World):
    counts = deadletters.counts(world.config.amqp_url, deadletters.queues(EVENTS))

    assert {queue: count for queue, count in counts.items() if count} == {}


def test_one_message_for_one_notice(world: World):
    messages = world.database("notifications").messages
    notices = Counter((one["event"], one["audience"], one["channel"]) for one in messages.find())

    assert {notice: count for notice, count in notices.items() if count > 1} == {}
