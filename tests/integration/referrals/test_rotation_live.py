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
from chassis.errors import TashbikError, Unavailable
from chassis.ids import new_id
from chassis.rotation import data, look_ups, master
from chassis.rotation.turn import Turn
from cli.keys import create, create_next_master
from cli.process import wait_until
from contracts.envelope import RpcContract
from contracts.referrals import GET_FAMILY, LOOK_UP_FAMILY, REGISTER_FAMILY
from services.referrals.families.store import TOKENED
from tests.integration.referrals.node import Node, node_at
from tests.integration.referrals.world import FATMA, a_family, codes
from tests.parts import Broker

pytestmark = pytest.mark.slow
TAKEN = "29001012100018"
CALLERS = 3
PATIENCE = 120.0  # seconds, for what takes a few on a machine that has nothing else to do
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
            found = self._call(LOOK_UP_FAMILY, {"national_id": one})["items"]
            if [each["id"] for each in found] != [id_]:
                self.faults.append(("not found", one))
        for again in (number, TAKEN):
            try:
                self.faults.append(("registered twice", self._register(again)["id"]))
            except TashbikError as error:
                if codes([error]) != ["national_id_taken"]:
                    self.faults.append(error)

    def _register(self, number: str) -> Any:
        return self._call(REGISTER_FAMILY, a_family(members=[FATMA | {"national_id": number}]))

    def _call(self, contract: RpcContract, request: dict[str, Any]) -> Any:
        """Call, and again by the same key where no answer came in time: that is the machine's load, and no fault."""
        key, until = new_id(), time.monotonic() + PATIENCE
        while True:
            try:
                return self._node.call(contract, request, key=key)
            except Unavailable:
                if time.monotonic() > until:
                    raise


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
        wait_for_more(callers)
        before = [len(caller.registered) for caller in callers]
        rotate_everything(node, keys_of_node)
        meanwhile = [len(caller.registered) for caller in callers]
        wait_for_more(callers)

    assert [caller.faults for caller in callers] == [[]] * CALLERS
    assert all(was < became for was, became in zip(before, meanwhile, strict=True))
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


def wait_for_more(callers: list[Caller]) -> None:
    """Return when each caller has registered three more families."""
    wanted = [len(caller.registered) + 3 for caller in callers]
    wait_until(
        lambda: all(len(caller.registered) >= count for caller, count in zip(callers, wanted, strict=True)),
        "every caller",
        PATIENCE,
    )
