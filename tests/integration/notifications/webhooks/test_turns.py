"""Prove what a sender's turn leaves behind where something happens to the webhook, or to the sender, meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from services.notifications.webhooks import domain
from services.notifications.webhooks.domain import Status
from services.notifications.webhooks.sender import LEASE
from services.notifications.webhooks.store import DeliveryStore, WebhookStore
from tests.receiver import status


def meanwhile(happens, answer):
    """Answer, once something has happened."""
    return lambda request: (happens(), answer(request))


def lane_of(station, webhook):
    """Return a webhook's lane as it is stored."""
    return station.database["webhook_lanes"].find_one({"_id": webhook.id})


def changed(station, webhook, **fields):
    """Change a webhook for its owner."""
    station.call(station.desk.change, id=webhook.id, webhook=fields)


# A webhook that is changed while it is sent to


def test_mended_receiver_does_not_wait(station, receiver, other):
    webhook = station.subscribed(receiver.url)
    station.happens()
    receiver.answers.append(meanwhile(lambda: changed(station, webhook, url=other.url), status(503)))
    station.rounds()

    station.happens()
    station.rounds()

    assert len(other.received) == 1
    assert (lane_of(station, webhook)["failures"], lane_of(station, webhook)["failing_since"]) == (0, None)


def test_old_address_is_sent_nothing_more(station, receiver, other):
    webhook = station.subscribed(receiver.url)
    for _ in range(5):
        station.happens()
    receiver.answers.append(meanwhile(lambda: changed(station, webhook, url=other.url), status(204)))

    station.rounds()

    assert (len(receiver.received), len(other.received)) == (1, 4)
    assert {one.status for one in station.of(webhook)} == {Status.DELIVERED}


def test_disabled_is_sent_nothing_more(station, receiver):
    webhook = station.subscribed(receiver.url)
    for _ in range(5):
        station.happens()
    receiver.answers.append(meanwhile(lambda: changed(station, webhook, enabled=False), status(204)))

    station.rounds()

    assert len(receiver.received) == 1
    assert [one.status for one in station.of(webhook)] == [*[Status.HELD] * 4, Status.DELIVERED]


def test_removed_is_sent_nothing_more(station, receiver):
    webhook = station.subscribed(receiver.url)
    for _ in range(5):
        station.happens()
    receiver.answers.append(meanwhile(lambda: station.call(station.desk.remove, id=webhook.id), status(204)))

    station.rounds()

    assert len(receiver.received) == 1
    assert station.of(webhook) == []


def test_old_secret_signs_nothing_more(station, receiver):
    webhook = station.subscribed(receiver.url)
    for _ in range(2):
        station.happens()
    receiver.answers.append(meanwhile(lambda: station.call(station.desk.rotate, id=webhook.id), status(204)))

    station.rounds()

    assert receiver.received[1].verified(station.again(webhook).secret)


class Slow(WebhookStore):
    """Read a webhook, and let something happen before anything is done about it."""

    def find(self, webhook_id, session=None):
        found = super().find(webhook_id, session)
        if session is None:
            self.meanwhile()
        return found


def test_replayed_meanwhile_is_not_held(station, receiver):
    webhook = station.subscribed(receiver.url)
    changed(station, webhook, enabled=False)
    station.happens()
    slow = Slow(station.database, station.webhooks._vault)

    def enabled_and_replayed():
        changed(station, webhook, enabled=True)
        station.call(station.desk.replay, id=webhook.id, statuses=["held"], since=None)

    slow.meanwhile = enabled_and_replayed
    sender = replace(station.sender(), webhooks=slow)

    sender.serve(sender.claim())
    station.rounds()

    assert station.only(webhook).status is Status.DELIVERED


# Outages


def test_hiccup_after_an_outage_disables_nothing(station, receiver):
    webhook = station.subscribed(receiver.url)
    station.happens()
    receiver.answers += [status(503)] * 11
    for pause in (timedelta(), *domain.SCHEDULE):
        station.now += pause
        station.rounds()
    given_up = station.only(webhook).status

    station.passes(days=10)
    station.happens()
    station.rounds()

    assert (given_up, len(receiver.received)) == (Status.FAILED, 11)
    assert station.again(webhook).enabled


class Broken(DeliveryStore):
    """Record no attempt."""

    def save(self, delivery):
        raise RuntimeError(delivery.id)


def test_broken_turn_keeps_the_failure(station, receiver):
    webhook = station.subscribed(receiver.url)
    station.happens()
    receiver.answers.append(status(503))
    sender = replace(station.sender(), deliveries=Broken(station.database))

    with pytest.raises(RuntimeError):
        sender.serve(sender.claim())

    lane = lane_of(station, webhook)
    assert (lane["failures"], lane["rest_until"]) == (1, station.now + domain.FIRST_REST)


def test_broken_turn_comes_again(station, receiver):
    webhook = station.subscribed(receiver.url)
    station.happens()
    sender = replace(station.sender(), deliveries=Broken(station.database))
    with pytest.raises(RuntimeError):
        sender.serve(sender.claim())

    at_once = station.rounds()
    station.passes(seconds=LEASE.total_seconds())
    station.rounds()

    assert at_once == 0
    assert station.only(webhook).status is Status.DELIVERED


def test_woken_after_the_lease_is_due(station, receiver):
    """A sender that was frozen, or whose clock is behind, gives back a lane in which something waits by now."""
    webhook = station.subscribed(receiver.url)
    station.happens()
    lane = station.lanes.claim(station.now, -LEASE)

    station.happens()
    station.lanes.release(lane, None)

    assert station.rounds() == 1
    assert [one.status for one in station.of(webhook)] == [Status.DELIVERED] * 2
