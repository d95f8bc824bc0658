"""Prove the service with a real broker, database, SMSC and mail server."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from chassis.errors import Forbidden, NotFound
from cli.process import wait_until
from contracts.notifications import GET_MESSAGE, LIST_MESSAGES
from tests.integration.notifications.house import AUDITOR, OPERATOR, WORKER, metric, new_phone
from tests.integration.notifications.servers import BUSY, LOST, REFUSING

GREETING = "السلام عليكم. أُحيل طلبكم إلى «جمعية الرحمة بقنا»، وسيتواصلون معكم. رقم الإحالة: "


@pytest.fixture(scope="module")
def service(house):
    """Run the service for the whole module."""
    with house.service() as running:
        yield running


def test_referral_tells_family_and_agency(house, service):
    phone = new_phone()
    referral = house.family(phone)

    house.happens(referral, "sent")

    assert house.smsc.wait_for(phone) == [GREETING + referral.replace("-", "")[-8:].upper()]
    (mail,) = house.mailbox.wait_for(f"agency-{referral[-6:]}@qena.example")
    assert referral in mail
    assert "فاطمة" not in mail
    assert phone not in mail


def test_text_leaves_within_a_second(house, service):
    house.until(_told(house), "delivered")  # all is warm
    phone = new_phone()
    referral = house.family(phone)
    started = time.monotonic()

    house.happens(referral, "accepted")
    house.smsc.wait_for(phone)

    assert time.monotonic() - started < 1.5


def _told(house):
    referral = house.family(new_phone())
    house.happens(referral, "accepted")
    return referral


def test_receipt_delivers(house, service):
    referral = _told(house)

    message = house.until(referral, "delivered")

    assert (message["attempts"], message["doubts"], message["parts"], message["language"]) == (1, 0, 2, "ar")
    assert message["provider_reference"]
    assert message["completed_at"]


def test_mail_is_sent(house, service):
    referral = house.family(new_phone())

    house.happens(referral, "escalated")

    message = house.until(referral, "sent", audience="officer")
    assert message["provider_reference"] == f"<{message['id']}@qena.tashbik>"


def test_event_twice_is_one_text(house, service):
    phone = new_phone()
    referral = house.family(phone)
    event = house.happens(referral, "accepted")
    house.until(referral, "delivered")

    house.happens_again(event)
    house.database["inbox"].delete_many({})  # as if the inbox had forgotten it
    house.happens_again(event)
    repeated = 'tashbik_events_handled_total{outcome="repeated",queue="notifications.on_referral_changed"}'
    wait_until(lambda: metric(service, repeated) >= 1, "the repeat")
    house.until(_told(house), "delivered")  # whatever would have followed has followed

    assert len(house.smsc.texts_to(phone)) == 1
    assert len(house.messages(referral)) == 1


def test_language_is_asked_at_the_moment(house, service):
    phone = new_phone()
    referral = house.family(phone, language="fa")

    house.happens(referral, "sent")

    (text,) = house.smsc.wait_for(phone)
    assert text.startswith("با سلام. درخواست شما به «جمعية الرحمة بقنا» ارجاع شد")


@pytest.mark.parametrize("withheld", ["consent_missing", "no_phone"])
def test_withheld_is_not_told(house, service, withheld):
    referral = house.family("", withheld=withheld)

    house.happens(referral, "accepted")

    message = house.until(referral, "cancelled")
    assert (message["reason"], message["attempts"]) == (withheld, 0)


def test_throttled_text_comes_in_the_end(house, service):
    referral = house.family(BUSY)

    house.happens(referral, "accepted")

    message = house.until(referral, "delivered")
    assert (message["attempts"], message["doubts"]) == (3, 0)
    assert len(house.smsc.texts_to(BUSY)) == 1


def test_refused_number_is_final(house, service):
    referral = house.family(REFUSING)

    house.happens(referral, "accepted")

    message = house.until(referral, "permanent-failure")
    assert (message["reason"], message["attempts"]) == ("refused", 1)


def test_undelivered_text_is_final(house, service):
    referral = house.family(LOST)

    house.happens(referral, "accepted")

    assert house.until(referral, "permanent-failure")["reason"] == "receipt_failed"


def test_steps_arrive_in_order(house, service):
    phone = new_phone()
    referral = house.family(phone)

    house.happens(referral, "sent", version=2)
    house.happens(referral, "accepted", version=3)
    house.happens(referral, "completed", version=5, outcome="successful")

    sent, accepted, completed = (text.removeprefix("السلام عليكم. ") for text in house.smsc.wait_for(phone, 3))
    assert sent.startswith("أُحيل طلبكم")
    assert accepted.startswith("وافقت جهة")
    assert completed.startswith("انتهى العمل")


def test_nothing_personal_is_shown(house, service):
    phone = new_phone()
    referral = house.family(phone)
    house.happens(referral, "accepted")
    house.until(referral, "delivered")

    seen = repr(house.messages(referral, actor=AUDITOR)) + repr(house.database["messages"].find_one())

    assert phone not in seen
    assert "فاطمة" not in seen
    assert "السلام" not in seen


def test_nothing_personal_is_logged(house, service):
    phone = new_phone()
    referral = house.family(phone)
    house.happens(referral, "sent")
    house.until(referral, "delivered")

    log = (house.folder / "notifications.log").read_text(encoding="utf-8")

    assert "message_recorded" in log
    assert phone.lstrip("+") not in log
    assert "السلام" not in log
    assert "qena.example" not in log


def test_strangers_may_not_read(house, service):
    with pytest.raises(Forbidden):
        house.client.call(LIST_MESSAGES, {}, actor=WORKER)


def test_unknown_message_is_not_found(house, service):
    with pytest.raises(NotFound):
        house.client.call(GET_MESSAGE, {"id": "0199-none"}, actor=OPERATOR)


def test_pages_follow_each_other(house, service):
    referral = house.family(new_phone())
    for version, transition in enumerate(("accepted", "completed", "revoked"), 2):
        house.happens(referral, transition, version=version, outcome="successful")
    wait_until(lambda: len(house.messages(referral)) == 4, "four messages")

    first = house.client.call(LIST_MESSAGES, {"referral": referral, "limit": 3}, actor=OPERATOR)
    second = house.client.call(
        LIST_MESSAGES, {"referral": referral, "limit": 3, "after": first["next"]}, actor=OPERATOR
    )

    ids = [one["id"] for one in first["items"] + second["items"]]
    assert len(set(ids)) == 4
    assert second["next"] == ""


def test_contents_are_kept_encrypted(house, service):
    referral = house.family(new_phone())
    house.happens(referral, "accepted")
    message = house.until(referral, "delivered")

    stored = house.database["contents"].find_one({"_id": message["id"]})

    assert stored["address"].subtype == stored["text"].subtype == 6
    assert (stored["erase_at"] - datetime.now(UTC)).days in {29, 30}


def test_measures_are_published(house, service):
    house.until(_told(house), "delivered")

    assert metric(service, "tashbik_smsc_bound") == 1
    assert metric(service, 'tashbik_messages_finished_total{channel="sms",status="delivered"}') >= 1


def test_making_is_audited(house, service):
    referral = _told(house)
    message = house.until(referral, "delivered")

    entry = house.database["audit"].find_one({"record": message["id"]})

    assert (entry["action"], entry["actor"]) == ("message.created", "case_worker:worker-1")
