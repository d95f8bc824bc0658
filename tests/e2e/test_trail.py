"""Prove that a node seals what it notes, and that a change in a database is found."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result

from chassis.database import connect
from cli.audit import TRAILS
from cli.context import Context
from cli.main import main
from cli.node import Node
from cli.process import wait_until
from tests.e2e.story import Story
from tests.e2e.world import World, soon

SEALED = 60.0


def verify(node: Node, *arguments: str) -> Result:
    """Verify the node's audit trails."""
    return CliRunner().invoke(main, ["audit", "verify", *arguments], obj=Context(node.home))


@pytest.fixture(scope="module")
def sealed(world: World, story: Story) -> World:
    """Give a node in which a case was played, when all that it noted is sealed."""
    for service in TRAILS:
        trail = world.database(service).audit
        soon(lambda trail=trail: trail.find_one({"seal": None}) is None, f"the seals of {service}", SEALED)
    return world


def test_every_trail_is_sealed_and_whole(sealed: World):
    result = verify(sealed.node)

    assert result.exit_code == 0, result.output
    assert all(f"{service}: OK; " in result.output for service in TRAILS)
    assert " under 0 seals" not in result.output


def test_change_in_the_database_is_found(sealed: World):
    with connect(sealed.config, "referrals").client as client:
        trail = client[sealed.config.database("referrals")]["audit"]
        before = trail.find_one_and_update({"seal": 1}, {"$set": {"actor": "officer:nobody"}})

        result = verify(sealed.node, "referrals")

        trail.update_one({"_id": before["_id"]}, {"$set": {"actor": before["actor"]}})
    assert result.exit_code == 1
    assert f"seal 1 entry {before['_id']} was changed after it was sealed" in result.output


@pytest.mark.slow
def test_sealing_goes_on_after_a_restart(sealed: World):
    head = sealed.database("referrals").audit_seals.find_one(sort=[("_id", -1)])["_id"]
    sealed.node.stop("referrals")
    sealed.node.start("referrals")
    sealed.node.wait_ready("referrals", SEALED)

    sealed.family()

    trail = sealed.database("referrals").audit_seals
    wait_until(lambda: trail.find_one({"_id": head + 1}) is not None, "the next seal", SEALED)
    assert verify(sealed.node, "referrals").exit_code == 0
