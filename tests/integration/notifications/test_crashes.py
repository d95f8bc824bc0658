"""Prove what becomes of messages when a part dies at the worst moment, and at night."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cli.process import wait_until
from tests.integration.notifications.house import House, metric, new_phone
from tests.integration.notifications.servers import Server, an_smsc

pytestmark = pytest.mark.slow

CAIRO = ZoneInfo("Africa/Cairo")


@contextmanager
def frozen(server: Server) -> Iterator[None]:
    """Stop a server in its tracks: it keeps its connections and answers nothing."""
    server.running.process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        server.running.process.send_signal(signal.SIGCONT)


def dies_while_sending(house: House, transition: str, **changes: str) -> tuple[str, str]:
    """Kill the service after it has handed a text to the SMSC and before it hears the answer."""
    phone = new_phone()
    referral = house.family(phone)
    with house.service() as running:
        wait_until(lambda: metric(running, "tashbik_smsc_bound") == 1, "the bind")
        with frozen(house.smsc):
            house.happens(referral, transition, **changes)
            house.until_stored(referral, "sending")
            running.kill(sig=signal.SIGKILL)
    house.claims_run_out()
    return referral, phone


def test_repeatable_text_is_sent_again(house):
    referral, phone = dies_while_sending(house, "accepted")

    with house.service() as running:
        message = house.until(referral, "delivered")
        counted = metric(running, 'tashbik_messages_in_doubt_total{answer="repeated"}')

    assert (message["attempts"], message["doubts"]) == (2, 1)
    assert 1 <= len(house.smsc.texts_to(phone)) <= 1 + message["doubts"]
    assert counted == 1


def test_unrepeatable_text_is_given_up(house):
    referral, phone = dies_while_sending(house, "completed", outcome="successful")

    with house.service() as running:
        message = house.until(referral, "technical-failure")
        counted = metric(running, 'tashbik_messages_in_doubt_total{answer="given_up"}')

    assert (message["attempts"], message["doubts"], message["reason"]) == (1, 1, "unanswered")
    assert len(house.smsc.texts_to(phone)) <= 1
    assert counted == 1


def test_event_waits_for_the_service(house):
    phone = new_phone()
    referral = house.family(phone)
    house.happens(referral, "accepted")

    with house.service():
        house.until(referral, "delivered")

    assert len(house.smsc.texts_to(phone)) == 1


def test_text_waits_for_the_smsc(house, tmp_path, nobody):
    phone = new_phone()
    referral = house.family(phone)

    with house.service(smsc_port=nobody):
        house.happens(referral, "accepted")
        vain = {"referral": referral, "attempts": {"$gte": 1}}
        wait_until(lambda: house.database["messages"].find_one(vain) is not None, "a vain attempt")
        with an_smsc(tmp_path, port=nobody) as late:
            message = house.until(referral, "delivered", seconds=60)

            assert len(late.texts_to(phone)) == 1
    assert message["doubts"] == 0


def test_night_holds_the_text(house):
    hour = datetime.now(CAIRO).hour
    phone = new_phone()
    referral = house.family(phone)

    with house.service(quiet_hours=(hour, (hour + 2) % 24)):
        house.happens(referral, "sent")
        house.until(referral, "sent", audience="agency")
        wait_until(lambda: house.message(referral)["version"] > 1, "the holding")
        message = house.message(referral)

    due = datetime.fromisoformat(message["due_at"])
    assert message["status"] == "created"
    assert due.astimezone(CAIRO).hour == (hour + 2) % 24
    assert house.smsc.texts_to(phone) == []
    assert due - datetime.now(UTC) <= timedelta(hours=2)


def test_two_replicas_send_one_text(house):
    phones = [new_phone() for _ in range(12)]
    referrals = [house.family(phone) for phone in phones]

    with house.service(), house.service():
        for referral in referrals:
            house.happens(referral, "accepted")
        for referral in referrals:
            house.until(referral, "delivered")

    assert [len(house.smsc.texts_to(phone)) for phone in phones] == [1] * 12


def test_stopping_finishes_what_is_in_hand(house):
    phones = [new_phone() for _ in range(6)]
    referrals = [house.family(phone) for phone in phones]

    with house.service():
        for referral in referrals:
            house.happens(referral, "accepted")
        house.smsc.wait_for(phones[0])
    with house.service():
        for referral in referrals:
            house.until(referral, "delivered")

    assert [len(house.smsc.texts_to(phone)) for phone in phones] == [1] * 6


def test_without_smsc_the_log_stands_in(house):
    referral = house.family(new_phone())

    with house.service(smsc_host="", smtp_host=""):
        house.happens(referral, "sent")
        message = house.until(referral, "sent")

    assert message["channel"] == "log"
