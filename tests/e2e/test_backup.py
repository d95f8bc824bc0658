"""Back a node up while families are being told, and restore it elsewhere: nothing is lost, and nobody is told twice."""

from __future__ import annotations

import shutil
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from cli.node import Node
from cli.process import free_ports
from demo.stage import lines
from tests.e2e.client import Json
from tests.e2e.conftest import NODE_SETTINGS
from tests.e2e.world import PUBLISHERS, World, soon, world_of

pytestmark = pytest.mark.slow

BEFORE, AFTER = 15, 5
"""Referrals that are made before the backup, and after it."""


@dataclass
class Jobs:
    """Refer one family after the other, as case workers do, and know which were acknowledged."""

    world: World
    organization: str
    done: list[Json] = field(default_factory=list)
    phones: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def flowing(self) -> Iterator[None]:
        """Go on for the length of the block."""
        stopped = threading.Event()
        worker = threading.Thread(target=self._run, args=(stopped,))
        worker.start()
        try:
            yield
        finally:
            stopped.set()
            worker.join()

    def reach(self, count: int) -> None:
        """Wait until so many are acknowledged."""
        soon(lambda: len(self.done) >= count, f"{count} referrals")

    def _run(self, stopped: threading.Event) -> None:
        while not stopped.is_set():
            family = self.world.family()
            referral = self.world.referral(self.organization, family)
            self.phones[referral["id"]] = family["phone"]
            self.done.append(referral)


@dataclass
class Outcome:
    """Hold what became of the jobs on both nodes."""

    acknowledged: list[str]
    phones: dict[str, str]
    restored: World
    told_before: Counter[str]
    told: Counter[str]


@pytest.fixture(scope="module")
def outcome(world: World, housing: Json, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outcome]:
    """Back the node up with texts on their way, let it go on, and restore the backup into an empty one."""
    copy, jobs = tmp_path_factory.mktemp("backup") / "copy", Jobs(world, housing["id"])
    world.settle()
    world.node.stop("smsc")  # so that texts wait when it is back
    with jobs.flowing():
        jobs.reach(BEFORE)
        world.node.start("smsc")
        soon(lambda: len(told(world.node, jobs)) > 0, "the first text")
        acknowledged, told_before = [each["id"] for each in jobs.done], told(world.node, jobs)
        made = world.run("backup", str(copy))
        jobs.reach(len(acknowledged) + AFTER)
    assert made.exit_code == 0, made.output
    soon(lambda: len(told(world.node, jobs)) == len(jobs.done), "all texts")
    with empty_node(tmp_path_factory.mktemp("empty") / "run", world.node.layout.keys) as node, world_of(node) as other:
        restored = other.run("restore", str(copy))
        assert restored.exit_code == 0, restored.output
        catch_up(other)
        yield Outcome(acknowledged, jobs.phones, other, told_before, told(world.node, jobs))


@contextmanager
def empty_node(home: Path, keys: Path) -> Iterator[Node]:
    """Run a node that holds nothing but the keys of another."""
    shutil.copytree(keys, home / "keys")
    settings = NODE_SETTINGS | {"TASHBIK_API_PORT": str(*free_ports(1))}
    node = Node(home, demo=True, settings=settings)
    try:
        node.up()
        yield node
    finally:
        node.down()


def catch_up(world: World) -> None:
    """Wait until a restored node has published every event again, consumed it, and tells a family of its own."""
    soon(
        lambda: not any(world.database(name).outbox.find_one({"due": {"$exists": True}}) for name in PUBLISHERS), "them"
    )
    world.settle()
    family = world.family()
    world.referral(world.organization()["id"], family)
    soon(lambda: len(world.texts(family)) == 1, "the text")
    waiting = {"status": {"$in": ["created", "sending"]}}
    soon(lambda: not world.database("notifications").messages.count_documents(waiting), "every message")


def told(node: Node, jobs: Jobs) -> Counter[str]:
    """Return how many texts the SMSC of a node has received for each of the jobs' phones."""
    phones = set(jobs.phones.values())
    return Counter(line["destination"] for line in lines(node.texts) if line["destination"] in phones)


def messages(outcome: Outcome) -> dict[str, Json]:
    """Return the restored node's message to the family, by the family's phone."""
    found = outcome.restored.database("notifications").messages.find({"audience": "family"})
    return {outcome.phones[each["referral"]]: each for each in found if each["referral"] in outcome.phones}


def test_acknowledged_is_restored(outcome: Outcome):
    there = {each["_id"] for each in outcome.restored.database("referrals").referrals.find({}, {"_id": 1})}

    assert set(outcome.acknowledged) <= there


def test_texts_were_under_way(outcome: Outcome):
    states = Counter(each["reason"] or each["status"] for each in messages(outcome).values())

    assert states["restored"] > 0
    assert sum(states.values()) > states["restored"]


def test_nobody_is_told_twice(outcome: Outcome):
    again = told(outcome.restored.node, Jobs(outcome.restored, "", phones=outcome.phones))

    assert set(outcome.told.values()) == {1}
    assert again == Counter()


def test_told_before_is_known_or_held(outcome: Outcome):
    states = messages(outcome)

    assert set(outcome.told_before) <= set(states)
    assert {each["status"] for each in states.values()} <= {"delivered", "pending", "technical-failure"}


def test_every_referral_has_its_notice(outcome: Outcome):
    phones = {outcome.phones[id_] for id_ in outcome.acknowledged}

    assert phones <= set(messages(outcome))


def test_restored_node_is_well(outcome: Outcome):
    found = outcome.restored.run("doctor")

    assert "broken" not in found.output


def test_restored_trail_is_whole(outcome: Outcome):
    verified = outcome.restored.run("audit", "verify")

    assert verified.exit_code == 0, verified.output
