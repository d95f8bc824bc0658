"""Give tests of the referrals service a database of its own, with real encryption and real transactions."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from chassis.config import Config
from chassis.crypto import FieldVault
from chassis.mongo import CHASSIS_INDEXES, connect, prepare
from chassis.work import Units, event_seal
from services.referrals.desk import Desk, House
from services.referrals.families.store import FamilyStore
from services.referrals.families.views import FamilyViews
from services.referrals.needs.store import NeedStore
from services.referrals.referrals.store import ReferralStore
from services.referrals.referrals.views import ReferralViews
from services.referrals.registry import Memory, Registry
from services.referrals.service import INDEXES
from tests.integration.referrals.neighbours import FakeRegistry
from tests.integration.referrals.world import World
from tests.parts import emptied

MakeDesk = Callable[[Database[dict[str, Any]]], Desk]


@pytest.fixture(scope="module")
def prepared(config: Config) -> Iterator[Database[dict[str, Any]]]:
    """Give a database of the service, for the module."""
    own = connect(config, f"referrals{secrets.token_hex(3)}")
    prepare(own, {**CHASSIS_INDEXES, **INDEXES})
    yield own
    own.client.drop_database(own.name)
    own.client.close()


@pytest.fixture
def database(prepared: Database[dict[str, Any]]) -> Database[dict[str, Any]]:
    """Give that database without any record; its keys stay."""
    return emptied(prepared)


@pytest.fixture
def registry() -> FakeRegistry:
    """Give a registry that answers for Qena."""
    return FakeRegistry()


@pytest.fixture
def make_desk(config: Config, registry: FakeRegistry) -> MakeDesk:
    """Give a way to open a desk on a database, as each replica does."""

    def make(database: Database[dict[str, Any]]) -> Desk:
        vault = FieldVault(database, config.keys)
        vault.prepare()
        return Desk(
            units=Units(database, node="qena", service="referrals", seal=event_seal(config)),
            families=FamilyStore(database, vault),
            family_views=FamilyViews(database),
            needs=NeedStore(database, vault),
            referrals=ReferralStore(database, vault),
            referral_views=ReferralViews(database),
            registry=Registry(registry, Memory()),
            house=replace(House.of(config), officer_email="officers@example.org"),
        )

    return make


@pytest.fixture
def world(database: Database[dict[str, Any]], make_desk: MakeDesk) -> World:
    """Give the service, to be called as anyone."""
    return World(make_desk(database), database)


@pytest.fixture
def hasty(world: World) -> World:
    """Give the service of a node where every deadline has passed as soon as it is set."""
    house = replace(world.desk.house, period=timedelta(0))
    return World(replace(world.desk, house=house), world.database)
