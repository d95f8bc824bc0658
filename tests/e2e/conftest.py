"""Share one node, its demo directorate and one played case among all end-to-end tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.areas import read_areas
from cli.node import Node
from demo.play import AREAS, SPREADSHEET
from tests.e2e.client import Client, Json
from tests.e2e.story import Story, played
from tests.e2e.world import World, soon, world_of

HERE = Path(__file__).parent
FIRST = ("test_browser.py",)
"""They look at what an import has brought and nothing else."""
LAST = ("test_schema.py", "test_restart.py", "test_events.py", "test_privacy.py")
"""The first leaves much behind, the others look at what all have left behind."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of this folder into their order."""
    items.sort(key=lambda item: _turn(item.path))


def _turn(path: Path) -> int:
    if HERE not in path.parents:
        return -1
    if path.name in LAST:
        return 2 + LAST.index(path.name)
    return 0 if path.name in FIRST else 1


@pytest.fixture(scope="session")
def world(node: Node) -> Iterator[World]:
    """Give the node with the areas of Qena."""
    with world_of(node) as world:
        world.operator.post("/areas", {"areas": [area for _, area in read_areas(AREAS)]})
        yield world


@pytest.fixture(scope="session")
def imported(world: World) -> Json:
    """Import the demo's spreadsheet, and return the import once the directory shows it."""
    ended = world.bring_in_file(SPREADSHEET)
    brought = ended["counts"]["created"] + ended["counts"]["updated"] + ended["counts"]["unchanged"]
    soon(lambda: world.public.get("/directory/status")["organizations"] >= brought, "the directory")
    return ended


@pytest.fixture(scope="session")
def story(world: World, imported: Json) -> Story:
    """Play the main job once."""
    return played(world)


@pytest.fixture(scope="session")
def housing(world: World) -> Json:
    """Register an agency for housing."""
    return world.organization()


@pytest.fixture(scope="session")
def agency(world: World, housing: Json) -> Client:
    """Give a client of that agency."""
    return world.association(housing["id"])
