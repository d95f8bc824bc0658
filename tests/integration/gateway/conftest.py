"""Give tests the gateway's database, prepared as its processes prepare it, and empty."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from pymongo.database import Database

from chassis import clock
from chassis.config import Config
from chassis.database import CHASSIS_INDEXES, connect, prepare
from services.gateway.auth import store as clients
from services.gateway.directory import store as directory
from services.gateway.directory.coverage.schemas import AreasFigures
from services.gateway.directory.views import Directory
from services.gateway.ogc.views import Features
from services.gateway.tiles import store as tiles
from tests.integration.gateway.counted import CENTRE_OF_QUS, UP, Count, the_counting
from tests.integration.gateway.directories import QENA, QUS, Projected, area
from tests.integration.gateway.features import fill
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


@pytest.fixture
def features(projected: Projected) -> Features:
    """Give what the API reads features from, with some to find."""
    fill(projected)
    return Features(projected.database)


@pytest.fixture
def places(projected: Projected) -> None:
    """Put the country, a governorate and two counties there."""
    paths = {"EG": ["EG"], "EG29": ["EG", "EG29"], "EG2901": QENA, "EG2905": QUS}
    for code, above in UP.items():
        projected.areas(area(code, parent=above, path=paths[code], centre=CENTRE_OF_QUS if code == "EG2905" else None))


@pytest.fixture
def counted(projected: Projected, shown: Directory, places: None) -> Count:
    """Give a function that counts, and returns the figures by area."""

    def count() -> dict[str, dict[str, Any]]:
        the_counting(projected, shown).turn(clock.now())
        body = orjson.loads(b"".join(shown.coverage.figures()))
        assert not AreasFigures().validate(body)
        return {one["area"]: one for one in body["items"]}

    return count
