"""Prove that nobody who calls two replicas notices that all keys are exchanged beneath them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chassis import masters
from chassis.config import Config
from chassis.crypto import FieldVault
from chassis.errors import TashbikError
from chassis.rotation import data, look_ups, master
from chassis.rotation.turn import Turn
from cli.keys import create, create_next_master
from contracts.referrals import GET_FAMILY, LOOK_UP_FAMILY, REGISTER_FAMILY
from services.referrals.families.store import TOKENED
from tests.integration.referrals.node import Node, node_at
from tests.integration.referrals.world import FATMA, a_family, codes
from tests.parts import Broker

pytestmark = pytest.mark.slow
TAKEN = "29001012100018"
CALLERS = 3
HASTE = 5  # a rotation waits for transactions; ours here take a tenth of what the server allows them


@pytest.fixture
def keys_of_node(tmp_path: Path) -> Path:
    """Give keys of its own to the node, whose master key is to change."""
    create(tmp_path / "keys")
    return tmp_path / "keys"


@pytest.fixture
def node(config: Config, broker: Broker, keys_of_node: Path, tmp_path: Path) -> Iterator[Node]:
    """Give a node with two replicas of the service."""
    with node_at(replace(config, keys=keys_of_node), broker, tmp_path) as running:
        yield running


def national_id(number: int) -> str:
    """Return the national id of a number."""
    return f"290010121{number:05}"


class Caller(threading.Thread):
    """Register families, each of them once only, and look up the newest and the oldest, until told to stop."""

    def __init__(self, node: Node, first: int, stopping: threading.Event) -> None:
        """Take the number of the first family."""
        super().__init__()
        self._node = node
        self._numbers = iter(range(first, first + 9_999))
        self._stopping = stopping
        self.registered: dict[str, str] = {}
        self.faults: list[Any] = []

    def run(self) -> None:
        """Go on until told to stop."""
        while not self._stopping.is_set():
            try:
                self._once(national_id(next(self._numbers)))
            except TashbikError as error:
                self.faults.append(error)

    def _once(self, number: str) -> None:
        family = self._register(number)
        self.registered[number] = family["id"]
        for one, id_ in (next(iter(self.registered.items())), (number, family["id"])):
            found = self._node.call(LOOK_UP_FAMILY, {"national_id": one})["items"]
            if [each["id"] for each in found] != [id_]:
                self.faults.append(("not found", one))
        for again in (number, TAKEN):
            try:
                self.faults.append(("registered twice", self._register(again)["id"]))
            except TashbikError as error:
                if codes([error]) != ["national_id_taken"]:
                    self.faults.append(error)

    def _register(self, number: str) -> Any:
        return self._node.call(REGISTER_FAMILY, a_family(members=[FATMA | {"national_id": number}]))


def rotate_everything(node: Node, keys: Path) -> None:
    """Exchange every key in a running node."""
    turn = Turn(
        FieldVault(node.database, keys), "operator:cli", pause=lambda seconds: time.sleep(seconds / HASTE), batch=20
    )
    create_next_master(keys)

    with turn.held():
        look_ups.rotate(turn, (TOKENED,))
        data.rotate(turn)
        master.rewrap(turn, masters.read(keys), master.following(keys))
        master.put_in(keys)


def test_callers_notice_no_rotation(node: Node, keys_of_node: Path):
    stopping = threading.Event()
    first = node.call(REGISTER_FAMILY, a_family(members=[FATMA | {"national_id": TAKEN}]))
    callers = [Caller(node, 20_000 * number, stopping) for number in range(1, 1 + CALLERS)]

    with calling(callers, stopping):
        rotate_everything(node, keys_of_node)

    assert [caller.faults for caller in callers] == [[]] * CALLERS
    assert all(len(caller.registered) > 10 for caller in callers)
    assert node.call(GET_FAMILY, {"id": first["id"]}) == first


@contextmanager
def calling(callers: list[Caller], stopping: threading.Event) -> Iterator[None]:
    """Let callers call meanwhile."""
    for caller in callers:
        caller.start()
    try:
        yield
    finally:
        stopping.set()
        for caller in callers:
            caller.join()
