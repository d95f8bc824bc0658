"""Give tests an SMSC, a mail server, and a whole house around the notifications service."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from chassis.config import Config
from cli.process import free_ports
from tests.integration.notifications.house import House, a_house
from tests.integration.notifications.servers import Server, a_mailbox, an_smsc
from tests.parts import Broker, fresh_vhost


@pytest.fixture
def smsc(tmp_path: Path) -> Iterator[Server]:
    """Give a fresh SMSC."""
    with an_smsc(tmp_path) as server:
        yield server


@pytest.fixture
def mailbox(tmp_path: Path) -> Iterator[Server]:
    """Give a fresh mail server."""
    with a_mailbox(tmp_path) as server:
        yield server


@pytest.fixture(scope="module")
def house(config: Config, broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Give a house of the module's own: databases, virtual host, SMSC, mail server, and a referrals service."""
    folder = tmp_path_factory.mktemp("house")
    with fresh_vhost(broker) as own, an_smsc(folder) as smsc, a_mailbox(folder) as mailbox:
        prefix = f"{config.database_prefix}_{secrets.token_hex(3)}"
        with a_house(replace(config, amqp_url=own.amqp_url, database_prefix=prefix), folder, smsc, mailbox) as ready:
            yield ready


@pytest.fixture
def nobody() -> int:
    """Give a port on which nobody listens."""
    return free_ports(1)[0]
