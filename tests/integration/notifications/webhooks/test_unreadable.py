"""Prove that a webhook whose address or secret no key opens is put aside, where those who may can see it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from bson import Binary

from chassis.crypto import FieldVault
from chassis.errors import Conflict
from contracts import webhooks as contract
from contracts.policy import Scope
from services.notifications import metrics
from services.notifications.webhooks import schemas
from services.notifications.webhooks.domain import Status
from services.notifications.webhooks.sender import LEASE
from services.notifications.webhooks.store import WebhookStore

FIELDS = ("url", "secret")


class Blinking(WebhookStore):
    """Read a webhook as one that no key opens, for once, as before a key comes into use."""

    blinks = 1

    def find(self, webhook_id, session=None):
        """Return a webhook, without its secret for the first time."""
        found = super().find(webhook_id, session)
        self.blinks, blinked = 0, self.blinks
        return replace(found, secret="") if found and blinked else found


@pytest.fixture
def unreadable(station, receiver):
    """Give a webhook whose secret is damaged in the database, and what was kept of it."""
    webhook = station.subscribed(receiver.url)
    station.happens()
    damage(station, webhook, "secret")
    return webhook


def kept(station, webhook):
    """Return a webhook as it is stored."""
    return station.database["webhooks"].find_one({"_id": webhook.id})


def damage(station, webhook, field):
    """Let no key open a field any more."""
    sound = bytes(kept(station, webhook)[field])
    damaged = Binary(sound[:-1] + bytes([sound[-1] ^ 1]), 6)
    station.database["webhooks"].update_one({"_id": webhook.id}, {"$set": {field: damaged}})


@pytest.mark.parametrize("field", FIELDS)
def test_unreadable_is_put_aside(station, receiver, field):
    webhook = station.subscribed(receiver.url)
    station.happens()
    damage(station, webhook, field)

    for _ in range(2):
        station.rounds()
        station.passes(seconds=LEASE.total_seconds())

    assert station.rounds() == 0
    assert (station.again(webhook).enabled, station.again(webhook).reason) == (False, "unreadable")
    assert station.only(webhook).status is Status.HELD
    assert receiver.received == []


def test_readable_again_is_sent_to(station, receiver):
    webhook = station.subscribed(receiver.url)
    station.happens()
    station.webhooks = Blinking(station.database, FieldVault(station.database, station.config.keys))

    station.rounds()

    assert station.again(webhook).enabled
    assert len(receiver.received) == 1


def test_unreadable_is_measured(station, unreadable):
    station.rounds()

    station.sender().measure()

    assert metrics.WEBHOOKS_DISABLED.labels("unreadable")._value.get() == 1


def test_unreadable_is_kept_for_the_right_key(station, receiver, unreadable):
    before = kept(station, unreadable)

    station.rounds()

    assert [kept(station, unreadable)[name] for name in FIELDS] == [before[name] for name in FIELDS]


def test_unreadable_is_listed_among_others(station, receiver, unreadable):
    sound = station.subscribed(receiver.url)
    station.rounds()

    shown = schemas.page_shown(station.webhooks.page(Scope(), 10, ""), 10)

    assert [(one["id"], one["reason"]) for one in shown["items"]] == [(sound.id, ""), (unreadable.id, "unreadable")]
    assert contract.WebhookPage().validate(shown) == {}


def test_unreadable_is_not_written_over(station, unreadable):
    for effect in (station.desk.change, station.desk.rotate):
        with pytest.raises(Conflict):
            station.call(effect, id=unreadable.id, webhook={"description": "ours"})


def test_unreadable_is_removed(station, unreadable):
    station.rounds()

    station.call(station.desk.remove, id=unreadable.id)
    station.rounds()

    assert kept(station, unreadable) is None


def test_found_key_makes_it_whole(station, receiver):
    webhook = station.subscribed(receiver.url)
    sound = kept(station, webhook)["secret"]
    damage(station, webhook, "secret")
    station.happens()
    station.rounds()
    station.database["webhooks"].update_one({"_id": webhook.id}, {"$set": {"secret": sound}})

    station.call(station.desk.change, id=webhook.id, webhook={"enabled": True})
    station.call(station.desk.replay, id=webhook.id, statuses=["held"], since=None)
    station.rounds()

    assert receiver.received[0].verified(webhook.secret)


def test_damaged_old_secret_signs_nothing(station, receiver):
    webhook = station.subscribed(receiver.url)
    station.call(station.desk.rotate, id=webhook.id)
    new = station.again(webhook)
    damage(station, webhook, "old_secret")
    station.happens()

    station.rounds()

    assert receiver.received[0].verified(new.secret)
