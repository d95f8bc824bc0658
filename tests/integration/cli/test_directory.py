"""Prove what the command says of a rebuild that moves, and of one that does not."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pymongo.database import Database

from chassis import clock
from chassis.config import Config
from chassis.database import connect, prepare
from cli.process import wait_until
from services.gateway.directory.changes import ORGANIZATIONS
from services.gateway.directory.rebuild_store import READ, STAGES, RebuildStore
from services.gateway.directory.store import INDEXES
from tests.integration.cli.conftest import Run

PATIENCE = 1.0
SOON = ("--timeout", str(PATIENCE))


@pytest.fixture
def gateway(config: Config) -> Iterator[Database[dict[str, Any]]]:
    """Give the gateway's database, without a rebuild."""
    database = connect(config, "gateway")
    with database.client:
        prepare(database, INDEXES)
        yield database
        database["directory_rebuilds"].delete_many({})


@pytest.fixture
def rebuilds(gateway: Database[dict[str, Any]]) -> RebuildStore:
    """Give the store of rebuilds."""
    return RebuildStore(gateway)


def begun(rebuilds: RebuildStore) -> dict[str, Any]:
    """Return a rebuild that a projector has begun."""
    rebuilds.request("operator:test", clock.now())
    rebuild = rebuilds.claim("a-projector")
    assert rebuild is not None
    rebuilds.advance(rebuild, step=STAGES.index((READ, ORGANIZATIONS)), seen=9)
    return rebuild


def test_nobody_takes_it_up(run: Run, rebuilds: RebuildStore):
    result = run("directory", "rebuild", *SOON)

    assert result.exit_code == 1
    assert "while waiting for a projector" in result.output
    assert "No projector has taken it up" in result.output


def test_stuck_rebuild_is_explained(run: Run, rebuilds: RebuildStore):
    begun(rebuilds)

    result = run("directory", "rebuild", *SOON)

    assert result.exit_code == 1
    assert "while reading organizations" in result.output
    assert "`tashbik logs projector`" in result.output


def test_slow_rebuild_is_waited_for(run: Run, rebuilds: RebuildStore):
    rebuild, began = begun(rebuilds), time.monotonic()

    def moves() -> bool:
        rebuilds.advance(rebuild, after=f"org-{rebuild['seen']}", seen=rebuild["seen"] + 1)
        return time.monotonic() - began > 3 * PATIENCE

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(run, "directory", "rebuild", *SOON)
        wait_until(moves, "three times the patience", 30)
        rebuilds.finish(rebuild)
        result = running.result()

    assert result.exit_code == 0, result.output
    assert f"The directory is rebuilt: {rebuild['seen']} records read" in result.output
