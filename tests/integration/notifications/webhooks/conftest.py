"""Give tests a station that sends webhooks, and a receiver."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from pymongo.database import Database

from chassis.config import Config
from chassis.mongo import CHASSIS_INDEXES, connect, prepare
from services.notifications.webhooks.store import INDEXES
from tests.integration.notifications.webhooks.station import Station
from tests.integration.notifications.webhooks.surroundings import Surroundings
from tests.parts import Broker, emptied, fresh_vhost
from tests.receiver import Receiver, receiving


@pytest.fixture(scope="module")
def database(config: Config) -> Iterator[Database[dict[str, Any]]]:
    """Give a database with the service's indexes."""
    own = connect(config, f"webhooks{secrets.token_hex(3)}")
    prepare(own, {**CHASSIS_INDEXES, **INDEXES})
    yield own
    own.client.drop_database(own.name)
    own.client.close()


@pytest.fixture
def station(database: Database[dict[str, Any]], config: Config) -> Station:
    """Give a station on an empty database."""
    return Station(emptied(database), config)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Give a receiver."""
    with receiving() as ready:
        yield ready


@pytest.fixture
def other() -> Iterator[Receiver]:
    """Give another receiver."""
    with receiving() as ready:
        yield ready


@pytest.fixture(scope="module")
def around(config: Config, broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Surroundings]:
    """Give surroundings of the module's own, in which webhooks may be sent within the node's network."""
    prefix = f"{config.database_prefix}_{secrets.token_hex(3)}"
    with fresh_vhost(broker) as own:
        ours = replace(
            config,
            amqp_url=own.amqp_url,
            database_prefix=prefix,
            webhook_ports=(),
            webhook_private=True,
            log_level="info",
        )
        made = Surroundings(ours, tmp_path_factory.mktemp("around"))
        yield made
        made.close()
