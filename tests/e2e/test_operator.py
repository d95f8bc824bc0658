"""Look after a node by its commands: see what failed, mend it, rebuild what is public."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import httpx
import orjson
import pytest
from bson import encode

from chassis import deadletters
from chassis.amqp import Outgoing, Publisher
from chassis.clock import now
from chassis.ids import new_id
from cli.process import LOOPBACK
from cli.roster import ROOT
from tests.e2e.client import Json
from tests.e2e.world import COUNTY, World, soon

QUEUE = "notifications.on_referral_changed"
PROCESSES = ("registry", "referrals", "notifications", "projector", "importer", "api")
VOLATILE = ("applied_at", "expires", "heard_at", "touched")


def test_status_shows_every_process_ready(world: World):
    result = world.run("status")

    assert result.exit_code == 0
    rows = {line.split()[0]: line.split() for line in result.output.splitlines() if "running" in line}
    assert set(PROCESSES) <= set(rows)
    assert {row[-1] for row in rows.values()} == {"yes"}


@pytest.mark.parametrize("name", PROCESSES)
def test_process_tells_its_readiness(world: World, name: str):
    answer = httpx.get(f"{world.node.health_url(name)}/readyz").json()

    assert answer["status"] == "ready"
    assert {answer["checks"][part] for part in ("broker", "database")} == {"ok"}


@pytest.mark.parametrize("name", PROCESSES)
def test_process_shows_its_metrics(world: World, name: str):
    assert "tashbik_" in httpx.get(f"{world.node.health_url(name)}/metrics").text


ENDINGS = {"counter": ("",), "gauge": ("",), "histogram": ("_bucket", "_count", "_sum")}


def series(text: str) -> set[str]:
    """Return the names of the series that a process says it has."""
    declared = re.findall(r"^# TYPE (\S+) (\w+)$", text, re.MULTILINE)
    return {name + ending for name, kind in declared for ending in ENDINGS.get(kind, ())}


def test_alerts_and_board_ask_for_what_is_shown(world: World):
    soon(lambda: world.public.get("/directory/status") is not None, "an answer to be measured")
    exchange = f"http://{LOOPBACK}:{world.node.layout.ports['prometheus']}/metrics/detailed"
    scraped = [httpx.get(f"{world.node.health_url(name)}/metrics").text for name in PROCESSES]
    scraped.append(httpx.get(exchange, params={"family": ["queue_coarse_metrics", "queue_consumer_count"]}).text)
    texts = [(ROOT / "monitoring" / name).read_text(encoding="utf-8") for name in ("alerts.yml", "dashboard.json")]

    asked = set(re.findall(r"\b(?:tashbik|rabbitmq)_\w+", "".join(texts)))

    assert asked <= set().union(*map(series, scraped))


# Dead letters


def parked(world: World) -> list[str]:
    """Return the ids of the events that are parked."""
    return [one.id for one in deadletters.look(world.config.amqp_url, QUEUE)]


@contextmanager
def messages_refused(world: World) -> Iterator[None]:
    """Let the database take no new message meanwhile, as if a rule of it were broken."""
    database = world.database("notifications")
    database.command("collMod", "messages", validator={"never": {"$exists": True}}, validationLevel="moderate")
    try:
        yield
    finally:
        database.command("collMod", "messages", validator={}, validationLevel="strict")


def test_failed_event_is_replayed(world: World, housing: Json):
    family = world.family()
    with messages_refused(world):
        referral = world.referral(housing["id"], family)
        soon(lambda: len(parked(world)) == 1, "the parked event")
        assert world.texts(family) == []
    (event,) = parked(world)

    listed, shown = world.run("dead-letters", "list").output, world.run("dead-letters", "show", QUEUE).output
    assert [QUEUE, "1"] in [line.split() for line in listed.splitlines()]
    assert event in shown
    assert referral["id"] in shown

    assert world.run("dead-letters", "replay", QUEUE).exit_code == 0
    soon(lambda: len(world.texts(family)) == 1, "the text")
    assert parked(world) == []


def test_replayed_twice_has_one_effect(world: World, housing: Json):
    family = world.family()
    with messages_refused(world):
        world.referral(housing["id"], family)
        soon(lambda: len(parked(world)) == 1, "the parked event")
    (letter,) = deadletters.look(world.config.amqp_url, QUEUE)

    world.run("dead-letters", "replay", QUEUE)
    soon(lambda: len(world.texts(family)) == 1, "the text")
    copy = world.database("referrals").outbox.find_one({"_id": letter.id})
    assert copy
    publisher = Publisher(world.node.broker_url, name="e2e")
    publisher.publish([Outgoing(letter.id, copy["body"], "", QUEUE, {"seal": copy["seal"]})])
    publisher.close()

    path = f"/referrals/{letter.subject}/accept"
    world.text_after(family, lambda: world.association(housing["id"]).post(path))
    assert len(world.texts(family)) == 2
    assert parked(world) == []


def test_forged_event_is_parked_and_discarded(world: World):
    forged = {"specversion": "1.0", "id": new_id(), "type": "tashbik.referrals.referral.changed.v1", "subject": "none"}
    publisher = Publisher(world.node.broker_url, name="e2e")
    publisher.publish([Outgoing(forged["id"], orjson.dumps(forged), "", QUEUE, {"seal": "0" * 64})])
    publisher.close()
    soon(lambda: parked(world) == [forged["id"]], "the parked event")

    assert world.run("dead-letters", "discard", QUEUE, "--yes").output == "1 discarded.\n"
    assert parked(world) == []


# The directory


def shown(world: World) -> dict[str, bytes]:
    """Return every document of the directory as bytes, without what says when it was written."""
    gateway = world.database("gateway")
    return {
        f"{name}:{one['_id']}": encode({field: value for field, value in sorted(one.items()) if field not in VOLATILE})
        for name in (f"directory_{kind}" for kind in ("organizations", "areas", "referrals", "families", "needs"))
        for one in gateway[name].find()
        if not one.get("removed")
    }


def imported_one(world: World) -> str:
    """Return the id of an organization of the spreadsheet."""
    return str(world.public.items("/organizations", area=COUNTY, limit=1)[0]["id"])


def test_rebuild_mends_the_directory(world: World, imported: Json):
    helper = world.organization()
    world.complete(world.association(helper["id"]), world.referral(helper["id"]))
    world.settle()
    before = shown(world)
    gateway = world.database("gateway")
    gateway.directory_organizations.delete_one({"_id": imported_one(world)})
    gateway.directory_areas.update_one({"_id": COUNTY}, {"$set": {"body": b"{}"}})
    ghost = gateway.directory_referrals.find_one({"organization": helper["id"]}) or {}
    gateway.directory_referrals.insert_one({**ghost, "_id": "ghost", "heard_at": now() - timedelta(hours=1)})
    gateway.directory_needs.delete_one({})
    gateway.directory_families.update_one({}, {"$set": {"area": "EG"}})

    result = world.run("directory", "rebuild", "--timeout", "60")

    assert result.exit_code == 0, result.output
    assert shown(world) == before


def test_rebuild_can_be_asked_for_over_http(world: World):
    asked = world.operator.send("POST", "/directory/rebuild")

    assert asked.status_code == 202
    soon(lambda: world.operator.get(asked.headers["location"])["status"] == "done", "the rebuild")
    assert world.public.get("/directory/status")["rebuild"]["status"] == "done"
