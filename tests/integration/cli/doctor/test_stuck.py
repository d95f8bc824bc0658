"""Prove that work that should have moved on is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chassis import clock, topology
from cli.doctor import stuck
from cli.doctor.patient import Patient
from services.gateway.directory.form import FORM
from tests.integration.cli.doctor.patients import LONG_AGO, QUEUE, levels, told


@pytest.mark.parametrize(
    ("place", "record", "check", "said"),
    [
        ("registry.outbox", {"at": -LONG_AGO, "due": -LONG_AGO, "reason": "nacked"}, stuck.outboxes, "nacked"),
        ("referrals.referrals", {"need": "n", "due": -LONG_AGO}, stuck.referrals, "1 referrals are past their time"),
        ("gateway.imports", {"open": True, "created_at": -LONG_AGO, "tries": 1}, stuck.imports, "with no importer"),
        (
            "gateway.imports",
            {"open": True, "created_at": -LONG_AGO, "leased_until": LONG_AGO, "tries": 4},
            stuck.imports,
            "begun 4 times without progress",
        ),
        (
            "gateway.directory_rebuilds",
            {"open": True, "requested_at": -LONG_AGO, "leased_until": -LONG_AGO},
            stuck.rebuilds,
            "no projector is at it",
        ),
        (
            "gateway.directory_rebuilds",
            {"open": True, "requested_at": -LONG_AGO, "leased_until": LONG_AGO},
            stuck.rebuilds,
            "has been open for 2:00:00",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_stuck_work_is_told(patient: Patient, place: str, record: dict[str, Any], check: Any, said: str):
    service, _, collection = place.partition(".")
    stored = {name: clock.now() + value if isinstance(value, timedelta) else value for name, value in record.items()}
    patient.database(service)[collection].insert_one({"_id": "stuck", **stored})

    found = told(check, patient)
    patient.database(service)[collection].delete_one({"_id": "stuck"})

    assert said in found
    assert levels(check, patient) == []


def test_parked_event_is_told(patient: Patient, channel: Any):
    channel.basic_publish_confirm(channel.prepare_message(b"{}"), "", topology.parked_name(QUEUE))

    found = told(stuck.parked, patient)
    channel.queue_purge(topology.parked_name(QUEUE))

    assert f"`tashbik dead-letters replay {QUEUE}`" in found


def test_message_tried_in_vain_is_told(patient: Patient):
    long_ago, later = clock.now() - LONG_AGO, clock.now() + LONG_AGO
    messages = patient.database("notifications")["messages"]
    messages.insert_one({"_id": "m", "status": "created", "due": later, "in_vain_since": long_ago})

    found = told(stuck.doubts, patient)
    messages.delete_one({"_id": "m"})

    assert "a message has been due for 2:0" in found


def test_webhook_given_up_is_told(patient: Patient):
    webhooks = patient.database("notifications")["webhooks"]
    webhooks.insert_many([{"enabled": False, "reason": reason} for reason in ("owner", "gone")])

    found = told(stuck.webhooks, patient)
    webhooks.delete_many({})

    assert "1 webhooks are disabled" in found


def test_unreadable_webhook_is_told(patient: Patient):
    webhooks = patient.database("notifications")["webhooks"]
    webhooks.insert_one({"enabled": False, "reason": "unreadable"})

    found = told(stuck.webhooks, patient)
    webhooks.delete_many({})

    assert "1 webhooks are disabled, since no key opens" in found


def test_webhook_not_sent_to_is_told(patient: Patient):
    long_ago = clock.now() - LONG_AGO
    lanes = patient.database("notifications")["webhook_lanes"]
    lanes.insert_one({"_id": "w", "due": long_ago, "lease": long_ago, "rest_until": long_ago})

    found = told(stuck.webhooks, patient)
    lanes.delete_one({"_id": "w"})

    assert "a webhook has waited 2:0" in found


def test_message_in_doubt_is_told(patient: Patient):
    long_ago = clock.now() - LONG_AGO
    doubtful = {"_id": "m", "event": "e", "referral": "r", "order": 1, "template": "family_referred"}
    doubtful |= {"version": 2, "audience": "family", "channel": "sms", "repeats": True, "created_at": long_ago}
    doubtful |= {"due": long_ago, "status": "sending", "lease": long_ago, "references": [], "unconfirmed": []}
    doubtful |= {"again": clock.now() + LONG_AGO, "vain_sweeps": 9}
    messages = patient.database("notifications")["messages"]
    messages.insert_one(doubtful)

    sending = told(stuck.doubts, patient)
    messages.update_one({"_id": "m"}, {"$set": {"status": "created"}})
    created = told(stuck.doubts, patient)
    messages.delete_one({"_id": "m"})

    assert "1 messages may or may not have gone out" in sending
    assert "a message has been due for 2:0" in created


def test_directory_of_an_older_form_is_told(patient: Patient):
    gateway = patient.database("gateway")
    gateway["directory_areas"].insert_one({"_id": "EG29"})

    found = told(stuck.form, patient)
    gateway["directory_form"].insert_one({"_id": "directory", "number": FORM})
    renewed = told(stuck.form, patient)
    for name in ("directory_areas", "directory_form"):
        gateway[name].delete_many({})

    assert "as an older version rendered them" in found
    assert "older_projector_at_work" in found
    assert renewed == ""


def test_new_directory_is_well(patient: Patient):
    assert told(stuck.form, patient) == ""
