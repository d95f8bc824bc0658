"""Prove the running service: events of the registry come by the broker, and reach receivers signed."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from cli.process import wait_until
from contracts import webhooks as contract
from tests.certificates import Authority
from tests.integration.notifications.house import metric
from tests.integration.notifications.webhooks.surroundings import Surroundings
from tests.parts import Running
from tests.receiver import Receiver, receiving
from tests.unit.notifications.webhooks.builders import ORGANIZATION


@dataclass
class At:
    """Hold the surroundings, and the replicas of the service that run in them."""

    around: Surroundings
    replicas: tuple[Running, Running]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Give an authority that the service trusts."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def at(around: Surroundings, authority: Authority) -> Iterator[At]:
    """Run two replicas for the whole module."""
    trusting = {"SSL_CERT_FILE": str(authority.file)}
    with around.service(**trusting) as one, around.service("notifications-2", **trusting) as two:
        yield At(around, (one, two))


def test_event_reaches_receiver_once(at: At, receiver: Receiver):
    webhook = at.around.subscribed(receiver.url)

    events = at.around.happens(40)

    at.around.until_delivered(webhook, 40)
    assert sorted(one.verified(webhook["secret"])["id"] for one in receiver.received) == sorted(events)


def test_what_nobody_is_subscribed_to_leaves_nothing(at: At, receiver: Receiver):
    for webhook in at.around.call(contract.LIST_WEBHOOKS, limit=100, after="")["items"]:
        at.around.call(contract.REMOVE_WEBHOOK, id=webhook["id"])
    before = unheeded(at)

    missed = at.around.happens(30)
    wait_until(lambda: unheeded(at) >= before + 30, "the events", 20)
    webhook = at.around.subscribed(receiver.url)
    heard = at.around.happens(3)
    at.around.until_delivered(webhook, 3)

    assert sorted(one.verified(webhook["secret"])["id"] for one in receiver.received) == sorted(heard)
    names = [f"notifications.on_public_event:{event}" for event in (*missed, *heard)]
    assert at.around.database["inbox"].count_documents({"_id": {"$in": names}}) == len(heard)


def unheeded(at: At) -> float:
    """Return how many events the replicas did not read, since nobody is subscribed."""
    sample = 'tashbik_events_handled_total{outcome="unheeded",queue="notifications.on_public_event"}'
    return sum(metric(one, sample) for one in at.replicas)


def test_event_reaches_receiver_by_tls(at: At, authority: Authority):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.server("127.0.0.1"))
    with receiving(context) as receiver:
        webhook = at.around.subscribed(receiver.url)

        at.around.happens(3)

        at.around.until_delivered(webhook, 3)
        assert len(receiver.received) == 3


def test_foreign_certificate_is_refused(at: At, tmp_path: Path):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(Authority(tmp_path, "stranger").server("127.0.0.1"))
    with receiving(context) as receiver:
        webhook = at.around.subscribed(receiver.url)

        at.around.happens()

        failed = {"webhook": webhook["id"], "reason": "unreachable"}
        wait_until(lambda: at.around.database["webhook_deliveries"].find_one(failed), "the refusal", 20)
        assert receiver.received == []


def test_creation_repeated_shows_same_secret(at: At, receiver: Receiver):
    fields = {"url": receiver.url, "event_types": [ORGANIZATION]}

    first = at.around.call(contract.CREATE_WEBHOOK, "a-key", webhook=fields)
    second = at.around.call(contract.CREATE_WEBHOOK, "a-key", webhook=fields)

    assert first == second
    assert "secret" not in at.around.call(contract.GET_WEBHOOK, id=first["id"])
    at.around.call(contract.REMOVE_WEBHOOK, id=first["id"])


def test_rotation_and_deliveries_are_answered(at: At, receiver: Receiver):
    webhook = at.around.subscribed(receiver.url)

    rotated = at.around.call(contract.ROTATE_WEBHOOK, id=webhook["id"])
    tried = at.around.call(contract.TEST_WEBHOOK, id=webhook["id"])
    at.around.until_delivered(webhook)

    (delivery,) = at.around.call(contract.LIST_DELIVERIES, id=webhook["id"])["items"]
    assert rotated["secret"] != webhook["secret"]
    assert (delivery["event"], delivery["code"], delivery["status"]) == (tried["event"], 204, "delivered")
    assert receiver.received[0].verified(rotated["secret"])


def test_address_is_in_no_log(at: At, receiver: Receiver):
    webhook = at.around.subscribed(receiver.url + "?key=hidden")

    at.around.happens()
    at.around.until_delivered(webhook)

    assert "hidden" not in "".join(log.read_text(encoding="utf-8") for log in at.around.folder.glob("*.log"))


def test_metrics_count_deliveries(at: At, receiver: Receiver):
    webhook = at.around.subscribed(receiver.url)

    at.around.happens(30)
    at.around.until_delivered(webhook, 30)

    taken = [metric(one, 'tashbik_webhook_attempts_total{outcome="taken"}') for one in at.replicas]
    assert sum(taken) >= 30


@pytest.mark.slow
def test_dripping_answer_is_cut_off(at: At, receiver: Receiver, other: Receiver):
    slow, quick = at.around.subscribed(receiver.url), at.around.subscribed(other.url)
    receiver.answers.append(receiver.drip)

    at.around.happens()

    at.around.until_delivered(quick)
    timed_out = {"webhook": slow["id"], "reason": "timeout"}
    wait_until(lambda: at.around.database["webhook_deliveries"].find_one(timed_out), "the end of patience", 30)


@pytest.mark.slow
def test_status_before_a_dripping_body_counts(at: At, receiver: Receiver):
    webhook = at.around.subscribed(receiver.url)
    receiver.answers.append(receiver.drip_body)

    at.around.happens()

    at.around.until_delivered(webhook)
    assert len(receiver.received) == 1
