"""Prove that many events for many webhooks are recorded in bounded transactions, each delivery once."""

from __future__ import annotations

from collections import Counter

import pytest

from services.notifications.webhooks.making import MOST_AT_ONCE
from services.notifications.webhooks.store import DeliveryStore
from tests.integration.notifications.webhooks.station import an_event

WEBHOOKS, EVENTS = 100, 25


class Noting(DeliveryStore):
    """Note how many deliveries are added at once, and break off where a test says so."""

    def __init__(self, database):
        super().__init__(database)
        self.sizes = []
        self.breaks_at = None

    def add(self, deliveries, bodies, session):
        self.sizes.append(len(deliveries))
        super().add(deliveries, bodies, session)
        if len(self.sizes) == self.breaks_at:
            raise RuntimeError("the process has died")


@pytest.fixture
def deliveries(station, receiver):
    """Give the deliveries of a node that has as many webhooks as it may."""
    station.subscribed(receiver.url)
    for name in ("webhooks", "webhook_lanes"):
        (one,) = station.database[name].find()
        station.database[name].insert_many([{**one, "_id": f"0199-w{n:03}"} for n in range(1, WEBHOOKS)])
    station.deliveries = Noting(station.database)
    return station.deliveries


def recorded(station):
    """Return how often each delivery is recorded."""
    return Counter((one["webhook"], one["event"]) for one in station.database["webhook_deliveries"].find())


def woken(station):
    """Return how many lanes are due."""
    return station.database["webhook_lanes"].count_documents({"due": {"$lte": station.now}})


def test_transactions_are_bounded(station, deliveries):
    station.all_happen([an_event() for _ in range(EVENTS)])

    assert max(deliveries.sizes) <= MOST_AT_ONCE
    assert set(recorded(station).values()) == {1}
    assert len(recorded(station)) == WEBHOOKS * EVENTS
    assert woken(station) == WEBHOOKS


def test_broken_recording_goes_on(station, deliveries):
    events = [an_event() for _ in range(EVENTS)]
    deliveries.breaks_at = 2
    with pytest.raises(RuntimeError):
        station.all_happen(events)
    before = len(recorded(station))

    station.all_happen(events)

    assert 0 < before < WEBHOOKS * EVENTS
    assert set(recorded(station).values()) == {1}
    assert len(recorded(station)) == WEBHOOKS * EVENTS


def test_few_are_recorded_in_one_transaction(station, deliveries):
    station.all_happen([an_event() for _ in range(MOST_AT_ONCE // WEBHOOKS)])

    assert deliveries.sizes == [MOST_AT_ONCE]
