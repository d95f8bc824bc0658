"""Prove what is a right schedule and what is none."""

import pytest

from services.registry.services.parts import Schedule
from services.registry.services.rules import faults_within


def faults(**fields):
    return [(fault.field, fault.code) for fault in faults_within([Schedule("1", **fields)], "schedules")]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"freq": "WEEKLY", "byday": "SU,MO,TU"},
        {"freq": "MONTHLY", "byday": "1MO,-1FR"},
        {"freq": "MONTHLY", "bymonthday": "1,15,-1"},
        {"byweekno": "41,42", "byyearday": "2,-366"},
        {"valid_from": "2026-01-01", "valid_to": "2026-01-01"},
        {"dtstart": "2026-01-01", "until": "2026-12-31", "count": 3, "interval": 2},
        {"opens_at": "10:00", "closes_at": "18:00:30"},
        {"opens_at": "09:00Z", "closes_at": "09:00-01:00"},
        {"opens_at": "00:00", "closes_at": "24:00"},
        {"opens_at": "08:00+02:00"},
    ],
)
def test_right_schedule_is_taken(fields):
    assert faults(**fields) == []


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({"freq": "WEEKLY", "byday": "1MO"}, "byday", "malformed"),
        ({"byday": "MO,"}, "byday", "malformed"),
        ({"byday": "6MO"}, "byday", "malformed"),
        ({"byday": "Monday"}, "byday", "malformed"),
        ({"bymonthday": "32"}, "bymonthday", "malformed"),
        ({"bymonthday": "0"}, "bymonthday", "malformed"),
        ({"byweekno": "54"}, "byweekno", "malformed"),
        ({"byyearday": "367"}, "byyearday", "malformed"),
        ({"count": 1.5}, "count", "wrong_type"),
        ({"interval": 0.5}, "interval", "wrong_type"),
        ({"valid_from": "2026-01-02", "valid_to": "2026-01-01"}, "valid_to", "ends_before_it_begins"),
        ({"dtstart": "2026-01-02", "until": "2026-01-01"}, "until", "ends_before_it_begins"),
        ({"opens_at": "9:00"}, "opens_at", "malformed"),
        ({"closes_at": "25:00"}, "closes_at", "malformed"),
        ({"opens_at": "24:30"}, "opens_at", "malformed"),
        ({"opens_at": "18:00", "closes_at": "10:00"}, "closes_at", "closes_before_it_opens"),
        ({"opens_at": "10:00", "closes_at": "10:00"}, "closes_at", "closes_before_it_opens"),
        ({"opens_at": "09:00-01:00", "closes_at": "09:30Z"}, "closes_at", "closes_before_it_opens"),
    ],
)
def test_wrong_schedule_is_named(fields, field, code):
    assert faults(**fields) == [(f"schedules.0.{field}", code)]
