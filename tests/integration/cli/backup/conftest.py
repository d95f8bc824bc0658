"""Give the node that is backed up, and the one that it is restored into."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import replace

import pytest

from chassis.config import Config
from chassis.crypto import FieldVault
from chassis.database import connect, prepare
from cli.doctor import storage
from tests.integration.cli.backup.copies import OPENED
from tests.parts import Broker, fresh_vhost


@pytest.fixture
def lost(config: Config) -> Iterator[Config]:
    """Give the node that is backed up: its databases stand as services make them."""
    node = replace(config, database_prefix=f"{config.database_prefix}_{secrets.token_hex(3)}")
    for service, indexes in storage.declared().items():
        if service in {"projector", "importer"}:
            continue  # they hold inboxes only
        with (database := connect(node, service)).client:
            prepare(database, indexes)
    with (referrals := connect(node, "referrals")).client:
        FieldVault(referrals, node.keys).prepare()
        yield node


@pytest.fixture
def empty(config: Config, broker: Broker) -> Iterator[Config]:
    """Give an empty node with a broker of its own and the same keys."""
    with fresh_vhost(broker) as own:
        prefix = f"{config.database_prefix}_{secrets.token_hex(3)}"
        yield replace(config, amqp_url=own.amqp_url, database_prefix=prefix)


@pytest.fixture(scope="module", autouse=True)
def closed() -> Iterator[None]:
    """Close the tests' clients of databases when the last test is over."""
    yield
    for database in OPENED.values():
        database.client.close()
