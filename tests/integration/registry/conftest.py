"""Give the registry's tests a registry on a database of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chassis.config import Config
from tests.integration.registry.house import QENA, House, house_at


@pytest.fixture
def house(config: Config) -> Iterator[House]:
    """Give a registry with the areas of Qena."""
    with house_at(config) as made:
        made.put_areas(QENA)
        yield made
