"""Prove that a projector may be stopped, or killed, in the middle of a rebuild, and the next one goes on."""

from __future__ import annotations

import secrets
import signal
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from pymongo.database import Database

from chassis import clock
from chassis.config import Config
from chassis.database import connect
from cli.process import wait_until
from services.gateway.directory.rebuild_store import RebuildStore
from services.gateway.directory.search.query import Search
from services.gateway.directory.views import Directory
from tests.integration.gateway.directories import organization
from tests.parts import Broker, Running, child, fresh_vhost

pytestmark = pytest.mark.slow

ORGANIZATIONS = 400
QUICK = 8.0
"""Seconds: a turn, the page at work, and the end of a process on a busy machine; well below supervisor's patience."""


@dataclass
class Owned:
    """Reach the gateway's database, and start projectors beside owners that have organizations."""

    config: Config
    database: Database[dict[str, Any]]
    logs: Path

    @property
    def rebuilds(self) -> RebuildStore:
        """Return the store of rebuilds."""
        return RebuildStore(self.database)

    def projector(self) -> AbstractContextManager[Running]:
        """Start a projector."""
        run = ("-m", "chassis.run", "services.gateway.service:Projector")
        return child(self.config, *run, name="projector", log=self.logs)

    def begin(self) -> None:
        """Ask for a rebuild, and return once it has begun to read."""
        self.rebuilds.request("operator:test", clock.now())
        wait_until(lambda: self.rebuild()["seen"] > 0, "the first page", 20, interval=0.01)

    def rebuild(self) -> dict[str, Any]:
        """Return how the rebuild stands."""
        return self.database["directory_rebuilds"].find_one({}) or {}

    def listed(self) -> int:
        """Return how many organizations can be found."""
        return len(Directory(self.database).page(Search(limit=2 * ORGANIZATIONS)).items)


@pytest.fixture(scope="module")
def beside(config: Config, broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Owned]:
    """Give owners that run, for the module."""
    logs = tmp_path_factory.mktemp("rebuild")
    with ExitStack() as stack:
        vhost = stack.enter_context(fresh_vhost(broker))
        prefix = f"{config.database_prefix}_{secrets.token_hex(3)}"
        settings = replace(config, amqp_url=vhost.amqp_url, database_prefix=prefix)
        registry, gateway = (stack.enter_context(opened(settings, name)) for name in ("registry", "gateway"))
        records = [organization(f"org-{number:04}") for number in range(ORGANIZATIONS)]
        registry["records"].insert_many([{"_id": one["id"], "record": one} for one in records])
        for name in ("Registry", "Referrals"):
            owner = f"tests.integration.gateway.standin:{name}"
            stack.enter_context(child(settings, "-m", "chassis.run", owner, name=name.lower(), log=logs))
        yield Owned(settings, gateway, logs)


@pytest.fixture
def owned(beside: Owned) -> Owned:
    """Give owners that run, and a directory in which nothing stands."""
    for name in beside.database.list_collection_names():
        beside.database[name].delete_many({})
    return beside


@contextmanager
def opened(config: Config, service: str) -> Iterator[Database[dict[str, Any]]]:
    """Open a service's database."""
    database = connect(config, service)
    with database.client:
        yield database


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGKILL], ids=["stopped", "killed"])
def test_next_projector_goes_on(owned: Owned, sent: signal.Signals):
    with owned.projector() as projector:
        owned.begin()
        began = time.monotonic()
        projector.stop(stop_signal=sent)
        lasted = time.monotonic() - began
    left = owned.rebuild()
    owned.rebuilds.release(left)  # as it is released by the end of a killed projector's lease

    with owned.projector():
        wait_until(lambda: owned.rebuild()["status"] == "done", "the rebuild", 60)

    assert lasted < QUICK
    assert 0 < left["seen"] < ORGANIZATIONS
    assert owned.rebuild()["seen"] == ORGANIZATIONS
    assert owned.listed() == ORGANIZATIONS
