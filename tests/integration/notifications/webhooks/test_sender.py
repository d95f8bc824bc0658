"""Prove on a real database, with real receivers, how events reach webhooks."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from services.notifications import metrics
from services.notifications.webhooks import domain
from services.notifications.webhooks.domain import Status
from services.notifications.webhooks.sender import LEASE
from tests.receiver import endless, status

AREA = "tashbik.registry.area.changed.v1"


def test_event_reaches_the_webhook(station, receiver):
    webhook = station.subscribed(receiver.url)
    event = station.happens()

    station.rounds()

    (received,) = receiver.received
    assert received.headers["webhook-id"] == event.id
    assert received.headers["content-type"] == "application/cloudevents+json"
    assert received.verified(webhook.secret)["data"] == event.payload
    assert station.only(webhook).status is Status.DELIVERED


def test_who_caused_it_stays_within(station, receiver):
    station.subscribed(receiver.url)
    event = station.happens()

    station.rounds()

    assert set(receiver.received[0].event) == {
        *("specversion", "id", "type", "source", "subject", "subjectversion", "time", "datacontenttype", "node", "data")
    }
    assert event.actor.encode() not in receiver.received[0].body


def test_other_events_are_not_sent(station, receiver):
    webhook = station.subscribed(receiver.url, AREA)

    station.happens()

    assert station.rounds() == 0
    assert station.of(webhook) == []


def test_event_twice_is_one_delivery(station, receiver):
    webhook = station.subscribed(receiver.url)
    event = station.happens()
    station.rounds()

    station.happens(event)
    station.rounds()

    assert len(receiver.received) == len(station.of(webhook)) == 1


def test_failure_is_tried_again(station, receiver):
    webhook = station.subscribed(receiver.url)
    station.happens()
    receiver.answers += [status(500), status(204)]

    station.rounds()
    waiting = station.only(webhook)
    station.passes(seconds=5)
    station.rounds()

    assert (waiting.status, waiting.code, waiting.reason) == (Status.WAITING, 500, "status")
    assert station.only(webhook).status is Status.DELIVERED
    assert len({one.headers["webhook-id"] for one in receiver.received}) == 1
    assert len(receiver.received) == 2


def test_nothing_is_tried_too_soon(station, receiver):
    station.subscribed(receiver.url)
    station.happens()
    receiver.answers.append(status(500))
    station.rounds()

    station.passes(seconds=4)

    assert station.rounds() == 0


def test_new_event_waits_for_the_rest(station, receiver):
    webhook = station.subscribed(receiver.url)
    station.happens()
    receiver.answers.append(status(500))
    station.rounds()

    station.happens()
    held_back = station.rounds()
    station.passes(seconds=5)
    station.rounds()

    assert held_back == 0
    assert [one.status for one in station.of(webhook)] == [Status.DELIVERED, Status.DELIVERED]


def test_schedule_ends_in_failure(station, receiver):
    webhook = station.subscribed(receiver.url)
    station.happens()
    receiver.answers += [status(503)] * 10

    for pause in (timedelta(), *domain.SCHEDULE):
        station.now += pause
        station.rounds()

    assert len(receiver.received) == 10
    assert (station.only(webhook).status, station.only(webhook).attempts) == (Status.FAILED, 10)
    assert station.again(webhook).enabled


def test_five_days_of_failures_disable(station, receiver):
    webhook = station.subscribed(receiver.url)
    receiver.answers += [status(503)] * 20
    for _ in range(2):
        station.happens()
        station.rounds()
        station.passes(days=5)

    station.rounds()

    assert (station.again(webhook).enabled, station.again(webhook).reason) == (False, "failing")
    assert station.database["audit"].find_one({"action": "webhook.disabled", "record": webhook.id})


def test_gone_disables_and_holds(station, receiver):
    webhook = station.subscribed(receiver.url)
    station.happens()
    station.happens()
    receiver.answers.append(status(410))

    station.rounds()
    station.happens()
    station.rounds()

    assert (station.again(webhook).enabled, station.again(webhook).reason) == (False, "gone")
    assert [one.status for one in station.of(webhook)] == [Status.HELD, Status.HELD, Status.FAILED]
    assert len(receiver.received) == 1


def test_webhook_that_moved_meanwhile_stays(station, receiver, other):
    webhook = station.subscribed(receiver.url)
    station.happens()
    gone = status(410)

    def moved_meanwhile(request):
        station.call(station.desk.change, id=webhook.id, webhook={"url": other.url})
        gone(request)

    receiver.answers.append(moved_meanwhile)
    station.rounds()

    assert (station.again(webhook).enabled, station.again(webhook).url) == (True, other.url)


@pytest.mark.parametrize("answer", ["hang", "redirect"])
def test_bad_answer_holds_up_nobody(station, receiver, other, answer):
    bad, good = station.subscribed(receiver.url), station.subscribed(other.url)
    receiver.answers += [receiver.hang if answer == "hang" else status(302, Location=other.url)] * 9
    for _ in range(3):
        station.happens()

    station.rounds()

    assert len(receiver.received) == 1
    assert len(other.received) == 3
    assert {one.status for one in station.of(good)} == {Status.DELIVERED}
    assert {one.status for one in station.of(bad)} == {Status.WAITING}


def test_long_answer_counts_as_taken(station, receiver):
    webhook = station.subscribed(receiver.url)
    station.happens()
    receiver.answers.append(endless)

    station.rounds()

    assert station.only(webhook).status is Status.DELIVERED


def test_two_senders_send_once(station, receiver):
    webhook = station.subscribed(receiver.url)
    for _ in range(30):
        station.happens()
    senders = [station.sender() for _ in range(4)]

    def work(sender):
        for lane in iter(sender.claim, None):
            sender.serve(lane)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(work, senders))
    station.rounds()

    sent = [one.headers["webhook-id"] for one in receiver.received]
    assert len(sent) == len(set(sent)) == 30
    assert {one.status for one in station.of(webhook)} == {Status.DELIVERED}


def test_lane_is_one_senders(station, receiver):
    station.subscribed(receiver.url)
    station.happens()

    assert station.sender().claim()
    station.happens()
    assert station.sender().claim() is None


def test_event_amid_a_turn_is_not_missed(station, receiver):
    webhook = station.subscribed(receiver.url)
    station.happens()
    sender = station.sender()
    lane = sender.claim()
    receiver.answers.append(lambda request: (station.happens(), status(204)(request)))

    sender.serve(lane)
    station.rounds()

    assert [one.status for one in station.of(webhook)] == [Status.DELIVERED, Status.DELIVERED]


def test_death_after_sending_repeats(station, receiver):
    """At least once: the receiver knows the repeat by its `webhook-id`."""
    webhook = station.subscribed(receiver.url)
    station.happens()
    dying = station.sender()
    lane = dying.claim()
    with station.sender().line() as line:
        (delivery,) = station.deliveries.due(webhook.id, station.now, 10)
        (body,) = station.deliveries.bodies([delivery.event]).values()
        assert dying._attempt(line, webhook, delivery, body).taken  # and here it dies

    before = station.rounds()
    station.passes(seconds=LEASE.total_seconds())
    station.rounds()

    first, second = receiver.received
    assert lane is not None
    assert before == 0
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert station.only(webhook).status is Status.DELIVERED


def test_first_failure_is_an_increase(station):
    """Prometheus sees no increase in a series that begins with 1."""
    metrics.WEBHOOKS_FINISHED.clear()

    station.sender().measure()

    (counter,) = metrics.WEBHOOKS_FINISHED.collect()
    totals = {one.labels["status"]: one.value for one in counter.samples if one.name.endswith("_total")}
    assert totals == {"delivered": 0, "failed": 0}


def test_expired_event_fails(station, receiver):
    webhook = station.subscribed(receiver.url)
    station.happens()
    station.database["webhook_events"].delete_many({})

    station.rounds()

    assert (station.only(webhook).status, station.only(webhook).reason) == (Status.FAILED, "expired")
