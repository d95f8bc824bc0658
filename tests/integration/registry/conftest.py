"""Give the registry's tests a registry with nothing but the areas of Qena."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo.database import Database

from chassis.config import Config
from chassis.work import Units, event_seal
from tests.integration.registry.house import QENA, Commands, House, ground_at
from tests.parts import emptied


@pytest.fixture(scope="session")
def ground(config: Config) -> Iterator[tuple[Database[dict[str, Any]], Commands]]:
    """Give the database that these tests share, and what notes the commands that are sent to it."""
    with ground_at(config) as made:
        yield made


@pytest.fixture
def house(config: Config, ground: tuple[Database[dict[str, Any]], Commands]) -> House:
    """Give a registry with the areas of Qena."""
    database, commands = ground
    units = Units(emptied(database), node="qena", service="registry", seal=event_seal(config))
    made = House(database, units, commands)
    made.put_areas(QENA)
    commands.names.clear()
    return made
