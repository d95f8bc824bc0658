"""Prove on a real database what callers may do with webhooks, and what comes of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from chassis.errors import Conflict, Invalid, NotFound
from chassis.identity import Actor
from contracts.policy import Scope
from contracts.webhooks import MOST_REPLAYED
from services.notifications.webhooks import domain, schemas
from services.notifications.webhooks.domain import Status

ANOTHER = Actor("agency-1", "association", organization="0199-o1")


# Secrets


def test_both_secrets_sign_for_a_day(station, receiver):
    old = station.subscribed(receiver.url)
    station.call(station.desk.rotate, id=old.id)
    new = station.again(old)
    station.happens()

    station.rounds()

    assert old.secret != new.secret
    assert receiver.received[0].verified(old.secret)
    assert receiver.received[0].verified(new.secret)


def test_old_secret_ends_after_a_day(station, receiver):
    old = station.subscribed(receiver.url)
    station.call(station.desk.rotate, id=old.id)
    station.happens()
    station.passes(days=1)

    station.rounds()

    assert len(receiver.received[0].headers["webhook-signature"].split(" ")) == 1


def test_secret_and_address_are_encrypted(station, receiver):
    webhook = station.subscribed(receiver.url + "?key=hidden")

    stored = [*station.database["webhooks"].find(), *station.database["kept"].find()]

    assert "hidden" not in repr(stored)
    assert webhook.secret not in repr(stored)


# Replay, test, removal


def test_replay_delivers_what_was_held(station, receiver):
    webhook = station.subscribed(receiver.url)
    station.call(station.desk.change, id=webhook.id, webhook={"enabled": False})
    station.happens()
    station.rounds()
    station.call(station.desk.change, id=webhook.id, webhook={"enabled": True})

    replayed = station.call(station.desk.replay, id=webhook.id, statuses=["failed", "held"], since=None)
    station.rounds()

    assert replayed.body == {"replayed": 1, "next": ""}
    assert station.only(webhook).status is Status.DELIVERED


def test_replay_begins_at_a_moment(station, receiver):
    webhook = station.subscribed(receiver.url)
    for _ in range(2):
        station.happens()
        station.rounds()
    later, first = station.of(webhook)
    station.database["webhook_deliveries"].update_one(
        {"_id": first.id}, {"$set": {"created_at": first.created_at - timedelta(hours=1)}}
    )

    since = station.now - timedelta(minutes=1)
    result = station.call(station.desk.replay, id=webhook.id, statuses=["delivered"], since=since)
    station.rounds()

    assert result.body == {"replayed": 1, "next": ""}
    assert [one.headers["webhook-id"] for one in receiver.received[2:]] == [later.event]


@pytest.mark.parametrize("status", ["failed", "delivered"])
def test_replay_is_bounded_and_goes_on(station, receiver, status):
    webhook = station.subscribed(receiver.url)
    station.happens()
    (one,) = station.database["webhook_deliveries"].find()
    many = [{**one, "_id": f"0199-{n:05}", "event": f"0199-e{n}", "status": status} for n in range(MOST_REPLAYED + 1)]
    station.database["webhook_deliveries"].insert_many(many)

    asked = {"id": webhook.id, "statuses": [status], "since": None}
    first = station.call(station.desk.replay, **asked)
    station.database["webhook_deliveries"].update_many(
        {"_id": {"$lt": "0199-a"}}, {"$set": {"status": status}}
    )  # they ended as before
    second = station.call(station.desk.replay, **asked, after=first.body["next"])

    assert first.body == {"replayed": MOST_REPLAYED, "next": many[-2]["_id"]}
    assert second.body == {"replayed": 1, "next": ""}


def test_trial_is_signed(station, receiver):
    webhook = station.subscribed(receiver.url)

    result = station.call(station.desk.try_out, id=webhook.id)
    station.rounds()

    event = receiver.received[0].verified(webhook.secret)
    assert (event["type"], event["data"]) == (domain.TEST_TYPE, {"webhook": webhook.id})
    assert result.body["event"] == event["id"]


@pytest.mark.parametrize("what", ["try_out", "replay"])
def test_disabled_is_neither_tried_nor_replayed(station, receiver, what):
    webhook = station.subscribed(receiver.url)
    station.call(station.desk.change, id=webhook.id, webhook={"enabled": False})

    with pytest.raises(Conflict):
        station.call(getattr(station.desk, what), id=webhook.id, statuses=["failed"], since=None)


def test_removed_is_sent_nothing(station, receiver):
    webhook = station.subscribed(receiver.url)
    station.happens()

    station.call(station.desk.remove, id=webhook.id)
    station.rounds()

    assert receiver.received == []
    assert station.of(webhook) == []
    assert station.database["webhook_lanes"].count_documents({}) == 0


# Bounds


def test_another_client_finds_nothing(station, receiver):
    webhook = station.subscribed(receiver.url)

    for effect in (station.desk.change, station.desk.rotate, station.desk.remove, station.desk.try_out):
        with pytest.raises(NotFound):
            station.call(effect, ANOTHER, id=webhook.id, webhook={})
    assert station.webhooks.page(Scope(actor=ANOTHER.label), 10, "") == []
    assert station.webhooks.page(Scope(), 10, "") == [webhook]


def test_client_has_ten_at_most(station, receiver):
    for _ in range(10):
        station.subscribed(receiver.url)

    with pytest.raises(Conflict):
        station.subscribed(receiver.url)
    assert station.subscribed(receiver.url, actor=ANOTHER)


def all_at_once(station, receiver, actors):
    """Let each of some clients make a webhook at the same moment, and return how many could."""

    def made(actor):
        try:
            return bool(station.subscribed(receiver.url, actor=actor))
        except Conflict:
            return False

    with ThreadPoolExecutor(len(actors)) as threads:
        return sum(threads.map(made, actors))


def test_client_has_ten_at_once(station, receiver):
    assert all_at_once(station, receiver, [ANOTHER] * 16) == 10


def test_node_has_a_hundred_at_once(station, receiver):
    station.subscribed(receiver.url)
    (one,) = station.database["webhooks"].find()
    many = [{**one, "_id": f"0199-{n:05}", "owner": f"association:client-{n}"} for n in range(97)]
    station.database["webhooks"].insert_many(many)

    made = all_at_once(station, receiver, [Actor(f"agency-{n}", "association") for n in range(8)])

    assert made == 2


def test_forbidden_address_is_refused(station):
    with pytest.raises(Invalid):
        station.subscribed("https://169.254.169.254/latest")


def test_shown_webhook_has_no_secret(station, receiver):
    webhook = station.subscribed(receiver.url)

    assert "secret" not in schemas.shown(webhook)
    assert schemas.shown_with_secret(webhook)["secret"].startswith("whsec_")
