"""Share one node, its demo directorate and one played case among all end-to-end tests, and end it with the last."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from pathlib import Path

import pytest

from cli.areas import read_areas
from cli.node import Node
from cli.process import free_ports
from demo.play import AREAS, SPREADSHEET
from tests.collector import Collector, collecting
from tests.compose.node import HOME as COMPOSED
from tests.compose.node import ComposedNode
from tests.e2e.client import Client, Json
from tests.e2e.story import Story, played
from tests.e2e.world import World, soon, world_of
from tests.provider import AUDIENCE, IdentityProvider, providing

HERE = Path(__file__).parent
FIRST = ("test_browser.py",)
"""They look at what an import has brought and nothing else."""
LAST = ("test_schema.py", "test_restart.py", "test_events.py", "test_privacy.py")
"""The first leaves much behind, the others look at what all have left behind."""
NODE_SETTINGS = {
    "TASHBIK_API_PROCESSES": "1",
    "TASHBIK_QUIET_HOURS": "",
    "TASHBIK_RETRY_DELAYS": "0.2,0.5,1",
    "TASHBIK_SWEEP_INTERVAL": "0.5",
    "TASHBIK_SEAL_INTERVAL": "1",
    "TASHBIK_SMSC_RATE": "200",
    "TASHBIK_TOKEN_RATE": "6000/minute",
    "TASHBIK_WRITE_RATE": "60000/minute",
    "TASHBIK_PUBLIC_RATE": "60000/minute",
    "TASHBIK_WEBHOOK_PORTS": "",  # receivers are on loopback, on ports of their own
    "TASHBIK_WEBHOOK_PRIVATE": "yes",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of this folder into their order."""
    items.sort(key=lambda item: _turn(item.path))


@cache
def _turn(path: Path) -> int:
    if HERE not in path.parents:
        return -1
    if path.name in LAST:
        return 2 + LAST.index(path.name)
    return 0 if path.name in FIRST else 1


@pytest.fixture(scope="package")
def collector() -> Iterator[Collector]:
    """Give what the node sends its traces to."""
    with collecting() as ready:
        yield ready


@pytest.fixture(scope="package")
def identity_provider() -> Iterator[IdentityProvider]:
    """Give an identity provider whose tokens the node takes."""
    with providing() as ready:
        yield ready


@pytest.fixture(scope="package")
def node(
    tmp_path_factory: pytest.TempPathFactory, collector: Collector, identity_provider: IdentityProvider
) -> Iterator[Node]:
    """Give a whole node that runs: broker, database, SMSC, mail server, every service and the HTTP side."""
    if COMPOSED in os.environ:
        with closing(ComposedNode()) as composed:
            yield composed
        return
    own = {
        "TASHBIK_API_PORT": str(*free_ports(1)),  # the usual one may be another node's
        "TASHBIK_OTLP_ENDPOINT": collector.url,
        "TASHBIK_OIDC_ISSUER": identity_provider.issuer,
        "TASHBIK_OIDC_AUDIENCE": AUDIENCE,
    }
    running = Node(tmp_path_factory.mktemp("node") / "run", demo=True, settings=NODE_SETTINGS | own)
    try:
        running.up()
        yield running
    finally:
        running.down()


@pytest.fixture(scope="package")
def world(node: Node) -> Iterator[World]:
    """Give the node with the areas of Qena."""
    with world_of(node) as world:
        world.operator.post("/areas", {"areas": [area for _, area in read_areas(AREAS)]})
        yield world


@pytest.fixture(scope="package")
def imported(world: World) -> Json:
    """Import the demo's spreadsheet, and return the import once the directory shows it."""
    ended = world.bring_in_file(SPREADSHEET)
    brought = ended["counts"]["created"] + ended["counts"]["updated"] + ended["counts"]["unchanged"]
    soon(lambda: world.public.get("/directory/status")["organizations"] >= brought, "the directory")
    return ended


@pytest.fixture(scope="package")
def story(world: World, imported: Json) -> Story:
    """Play the main job once."""
    return played(world)


@pytest.fixture(scope="package")
def housing(world: World) -> Json:
    """Register an agency for housing."""
    return world.organization()


@pytest.fixture(scope="package")
def agency(world: World, housing: Json) -> Client:
    """Give a client of that agency."""
    return world.association(housing["id"])
