"""Give the chassis's tests a database with what the guarantees rest on, and units of work on it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from chassis import clock
from chassis.config import Config
from chassis.identity import Actor
from chassis.mongo import CHASSIS_INDEXES, connect, prepare
from chassis.rpc import Call
from chassis.work import Units, event_seal
from contracts.policy import Scope

OPERATOR = Actor("client-1", "operator")


@pytest.fixture
def database(config: Config) -> Iterator[Database[dict[str, Any]]]:
    """Give a fresh service database."""
    own = connect(config, f"chassis{secrets.token_hex(3)}")
    prepare(own, {**CHASSIS_INDEXES, "things": ()})
    yield own
    own.client.drop_database(own.name)
    own.client.close()


@pytest.fixture
def units(database: Database[dict[str, Any]], config: Config) -> Units:
    """Give units of work on it."""
    return Units(database, node="qena", service="things", seal=event_seal(config))


def call_of(request: dict[str, Any], key: str = "key-1", operation: str = "things.make") -> Call:
    """Return a changing call."""
    return Call(request, OPERATOR, Scope(), clock.now() + timedelta(seconds=10), operation, key)
