"""Give the doctor a node that stands as declared; whoever breaks it mends it in the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import kombu
import pytest

from chassis.config import Config
from cli.doctor import broker as broker_checks
from cli.doctor.patient import Patient
from cli.keys import create
from tests.integration.cli.doctor.patients import QUEUE, consume, declare, prepare_databases
from tests.parts import Broker, fresh_vhost


@pytest.fixture(scope="session")
def node_config(config: Config, broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Config]:
    """Give the configuration of a node that stands as its services declare it, and somebody consumes every queue."""
    keys = tmp_path_factory.mktemp("doctor-keys")
    create(keys)
    with fresh_vhost(broker) as own:
        prefix = f"{config.database_prefix}_doctor"
        stands = replace(config, amqp_url=own.amqp_url, database_prefix=prefix, keys=keys)
        prepare_databases(stands)
        with kombu.Connection(stands.amqp_url) as connection:
            declare(connection.channel(), stands)
        yield stands


@pytest.fixture(scope="session", autouse=True)
def listening(node_config: Config) -> Iterator[Any]:
    """Consume every queue of work, as services do, and give the channel."""
    with kombu.Connection(node_config.amqp_url) as connection:
        channel = connection.channel()
        consume(channel, QUEUE, "notifications.on_referral_changed", "notifications.on_public_event")
        consume(channel, *map("rpc-{}".format, broker_checks.answering()))
        yield channel


@pytest.fixture
def patient(node_config: Config, broker: Broker) -> Iterator[Patient]:
    """Give that node to the doctor."""
    looked_at = Patient(node_config, management=broker.management_url)
    yield looked_at
    looked_at.close()


@pytest.fixture
def channel(node_config: Config) -> Iterator[Any]:
    """Give a channel to the node's broker; in the end all stands again."""
    with kombu.Connection(node_config.amqp_url) as connection:
        yield connection.channel()
        declare(connection.channel(), node_config)
