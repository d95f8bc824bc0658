"""Prove that whoever asks the API whether it is ready cannot make it ask its database."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from pymongo.monitoring import CommandListener

from chassis.database import connect
from cli.process import wait_until
from services.gateway.app import assemble, create_app


class Pings(CommandListener):
    """Count pings."""

    def __init__(self):
        """Start with none."""
        self.count = 0

    def started(self, event):
        """Count a ping."""
        self.count += event.command_name == "ping"

    def succeeded(self, event):
        """Leave it."""

    def failed(self, event):
        """Leave it."""


@pytest.fixture
def pings():
    """Give a count of pings."""
    return Pings()


@pytest.fixture
def http(config, pings):
    """Give a caller of a gateway whose pings are counted."""
    database = connect(config, "gateway", event_listeners=[pings])
    parts = assemble(config, SimpleNamespace(connected=True), database)
    yield create_app(config, parts, rate_storage="memory://").test_client()
    database.client.close()


def test_probes_do_not_reach_the_database(http, pings):
    wait_until(lambda: http.get("/readyz").status_code == 200, "the gateway", 10)
    before = pings.count

    statuses = {http.get("/readyz").status_code for _ in range(50)}

    assert statuses == {200}
    assert pings.count - before <= 1  # its own, every other second
