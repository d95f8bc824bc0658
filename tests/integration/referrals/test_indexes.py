"""Prove that every query the service makes of its own records uses an index."""

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo.monitoring import CommandListener, CommandStartedEvent

from chassis import clock
from chassis.mongo import CHASSIS_INDEXES, connect, prepare
from services.referrals.referrals.commands import measure, sweep
from services.referrals.service import INDEXES, ITSELF
from tests.integration.referrals.world import AUDITOR, IHSAN, NATIONAL_ID, WORKER, World
from tests.integration.referrals.world import ITSELF as NOTIFICATIONS

QUERIES = {"find", "aggregate", "update", "findAndModify", "count", "delete", "distinct"}
OURS = {"families", "needs", "referrals"}
OPTIONS = ("lsid", "txnNumber", "startTransaction", "autocommit", "readConcern", "writeConcern", "$db", "$clusterTime")


class Listener(CommandListener):
    """Remember the queries that are made."""

    def __init__(self):
        """Start with none."""
        self.commands: list[dict[str, Any]] = []

    def started(self, event: CommandStartedEvent):
        """Remember a query of our collections."""
        if event.command_name in QUERIES and event.command[event.command_name] in OURS:
            self.commands.append(dict(event.command))

    def succeeded(self, event):
        """Leave it."""

    def failed(self, event):
        """Leave it."""


@pytest.fixture
def listener() -> Listener:
    """Give a listener."""
    return Listener()


@pytest.fixture
def watched(config, make_desk, database, listener) -> Iterator[World]:
    """Give the service on a database whose queries are remembered."""
    own = connect(config, database.name.split("_", 1)[1], event_listeners=[listener])
    assert own.name == database.name
    prepare(own, {**CHASSIS_INDEXES, **INDEXES})
    yield World(make_desk(own), own)
    own.client.close()


def use_everything(world: World) -> None:
    """Make every query that the service can make."""
    family = world.family()
    for _ in range(3):
        world.another_family()
    need = world.need(family)
    referral = world.refer(need)
    for actor in (WORKER, AUDITOR):
        for asked in ({}, {"q": "فاطمة"}, {"area": "EG2901"}, {"status": "open"}, {"limit": 1}):
            page = world.call("list_families", asked, actor)
            if page["next"]:
                world.call("list_families", asked | {"after": page["next"]}, actor)
        for asked in ({}, {"family": family["id"]}, {"area": "EG2901"}, {"status": "open"}, {"subject": "food"}):
            world.call("list_needs", asked, actor)
    for actor in (WORKER, AUDITOR, IHSAN):
        for asked in (
            {},
            {"family": family["id"]},
            {"need": need["id"]},
            {"organization": "ihsan"},
            {"status": "sent"},
        ):
            world.call("list_referrals", asked, actor)
    for asked in ({"national_id": NATIONAL_ID}, {"phone": "01001234567"}):
        world.call("look_up_family", asked)
    world.call("propose_agencies", {"need": need["id"]})
    world.call("get_history", {"family": family["id"]})
    world.call("get_referral", {"id": referral["id"]}, IHSAN)
    world.call("get_recipient", {"referral": referral["id"], "audience": "family"}, NOTIFICATIONS)
    for pages in ("page_referrals", "page_families", "page_needs"):
        world.call(pages, {"limit": 1}, NOTIFICATIONS)
    measure(world.desk, clock.now())
    sweep(world.desk, ITSELF, clock.now())
    world.call("accept_referral", {"id": referral["id"]}, IHSAN)
    world.call("report_service", {"id": referral["id"], "description": "ثلاجة"}, IHSAN)
    world.call("complete_referral", {"id": referral["id"], "outcome": "successful"}, IHSAN)
    world.call("change_family", {"id": family["id"], "status": "closed"})


def stages(plan: Any) -> Iterator[str]:
    """Yield the names of all stages of an explained plan."""
    if isinstance(plan, dict):
        if "stage" in plan:
            yield plan["stage"]
        for part in plan.values():
            yield from stages(part)
    elif isinstance(plan, list):
        for part in plan:
            yield from stages(part)


def winning(database, command: dict[str, Any]) -> set[str]:
    """Return the stages by which the server would run a command."""
    plain = {name: value for name, value in command.items() if name not in OPTIONS}
    explained = database.command("explain", plain, verbosity="queryPlanner")
    plans = explained.get("queryPlanner") or explained["stages"][0]["$cursor"]["queryPlanner"]
    return set(stages(plans["winningPlan"]))


def test_every_query_uses_an_index(watched, listener):
    use_everything(watched)
    made = list(listener.commands)

    scans = [command for command in made if "COLLSCAN" in winning(watched.database, command)]

    assert len(made) > 60
    assert not scans
