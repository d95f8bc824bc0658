"""Tell every process to end, and see it end in order and come back with nothing lost."""

from __future__ import annotations

import os
import signal

import pytest

from cli.node import Node
from cli.process import wait_until
from tests.e2e.client import Json
from tests.e2e.world import World

pytestmark = pytest.mark.slow

PROCESSES = ("registry", "referrals", "notifications", "projector", "importer", "api")
BACK = 60.0
STOPPED = {"registry", "referrals", "notifications", "projector", "importer"}


def pids(node: Node) -> dict[str, int]:
    """Return the pid of each process, 0 where it does not run."""
    return {status.name: status.pid for status in node.status() if status.name in PROCESSES}


def ended(node: Node, name: str) -> int:
    """Return how often a service's log says that it has stopped in order."""
    return node.log(name).read_text(encoding="utf-8").count('"event":"service_stopped"')


@pytest.fixture(scope="module")
def restarted(world: World, housing: Json) -> Json:
    """Refer a family, send SIGTERM to every process at once, and return the referral when all are ready again."""
    node, referral = world.node, world.referral(housing["id"])
    before, stopped = pids(node), {name: ended(node, name) for name in STOPPED}
    for pid in before.values():
        os.kill(pid, signal.SIGTERM)
    wait_until(lambda: not set(pids(node).values()) & {0, *before.values()}, "their successors", BACK)
    for name in PROCESSES:
        node.wait_ready(name, BACK)
    return {**referral, "stopped": stopped}


@pytest.mark.parametrize("name", sorted(STOPPED))
def test_service_ends_in_order(world: World, restarted: Json, name: str):
    assert ended(world.node, name) == restarted["stopped"][name] + 1


def test_nothing_is_lost(world: World, restarted: Json):
    world.settle()

    family = world.worker.get(f"/families/{restarted['family']}")
    wait_until(lambda: len(world.texts(family)) == 1, "the text")


def test_node_works_again(world: World, restarted: Json, housing: Json):
    completed = world.complete(world.association(housing["id"]), restarted)

    assert completed["status"] == "completed"
