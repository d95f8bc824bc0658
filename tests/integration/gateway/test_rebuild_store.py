"""Prove that one rebuild is open at a time, and one projector at it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from chassis import clock
from services.gateway.directory.rebuild_store import LEASE, RebuildStore
from tests.integration.gateway.owners import Owners, rebuilt

Json = dict[str, Any]


@pytest.fixture
def rebuilds(database: Database[Json]) -> RebuildStore:
    """Give the store of rebuilds."""
    return RebuildStore(database)


def test_one_rebuild_is_open_at_a_time(rebuilds: RebuildStore):
    first = rebuilds.request("operator:one", clock.now())

    assert rebuilds.request("operator:two", clock.now())["_id"] == first["_id"]


def test_done_rebuild_makes_room(database: Database[Json], rebuilds: RebuildStore):
    first = rebuilt(database, Owners())

    assert rebuilds.request("operator:one", clock.now())["_id"] != first["_id"]


def test_one_projector_holds_a_rebuild(rebuilds: RebuildStore):
    rebuilds.request("operator:one", clock.now())

    claims = [rebuilds.claim(holder) for holder in ("one", "two", "one")]

    assert [claim is not None for claim in claims] == [True, False, True]


@pytest.mark.parametrize("ends", [-timedelta(seconds=1), timedelta(hours=1)], ids=["ended", "of a clock ahead"])
def test_dead_projectors_rebuild_is_taken_over(database: Database[Json], rebuilds: RebuildStore, ends: timedelta):
    rebuilds.request("operator:one", clock.now())
    held = rebuilds.claim("one")
    database["directory_rebuilds"].update_one({}, {"$set": {"leased_until": clock.now() + ends}})

    taken = rebuilds.claim("two")

    assert taken is not None
    assert taken["leased_until"] > clock.now() + LEASE / 2
    assert not rebuilds.advance(held, after="x")
