"""Give tests the gateway's database, prepared as its processes prepare it, and empty."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo.database import Database

from chassis.config import Config
from chassis.database import CHASSIS_INDEXES, connect, prepare
from services.gateway.auth import store as clients
from services.gateway.directory import store as directory
from services.gateway.directory.views import Directory
from services.gateway.tiles import store as tiles
from tests.integration.gateway.directories import Projected
from tests.parts import emptied


@pytest.fixture(scope="session")
def gateway_database(config: Config) -> Iterator[Database[dict[str, Any]]]:
    """Give the database, with its collections and indexes."""
    database = connect(config, "gateway")
    prepare(database, {**CHASSIS_INDEXES, **directory.INDEXES, **tiles.INDEXES, **clients.INDEXES})
    yield database
    database.client.close()


@pytest.fixture
def database(gateway_database: Database[dict[str, Any]]) -> Database[dict[str, Any]]:
    """Give the database with nothing in it."""
    return emptied(gateway_database)


@pytest.fixture
def projected(database: Database[dict[str, Any]]) -> Projected:
    """Give what applies changes."""
    return Projected(database)


@pytest.fixture
def shown(database: Database[dict[str, Any]]) -> Directory:
    """Give what the API reads from."""
    return Directory(database)
