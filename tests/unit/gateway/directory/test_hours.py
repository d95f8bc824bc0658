"""Prove at which moments schedules are open, and that the index never misses one that is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.registry.hsds import Schedule
from services.gateway.api.examples import services
from services.gateway.directory.hours import at, is_open, kept, of_service

CAIRO = ZoneInfo("Africa/Cairo")
NUMBERS = ("timezone", "interval", "count", "freq", "wkst")
EMPTY: dict[str, Any] = {name: None if name in NUMBERS else "" for name in Schedule().fields} | {"attributes": []}
MORNING = {"opens_at": "09:00", "closes_at": "14:00"}
SUNDAY, MONDAY = "2026-11-01T", "2026-11-02T"


def hours_of(*schedules: dict[str, Any], status: str = "active", places: Any = ()) -> list[str]:
    """Return what is kept of schedules, each in the morning where it says nothing else."""
    given_at = [{**services.SERVICE["service_at_locations"][0], "schedules": list(one)} for one in places]
    record = {**services.SERVICE, "status": status, "schedules": [{**EMPTY, **one} for one in schedules]}
    return of_service({**record, "service_at_locations": given_at})


def opened(moment: str, **schedule: Any) -> bool:
    """Tell whether a schedule is open at a moment of the clock in Cairo."""
    local = datetime.fromisoformat(moment).replace(tzinfo=CAIRO)
    return is_open(hours_of({**MORNING, **schedule}), local)


@pytest.mark.parametrize(
    ("moment", "schedule", "expected"),
    [
        (SUNDAY + "09:00", {"freq": "WEEKLY", "byday": "SU,MO"}, True),
        (SUNDAY + "08:59:59", {"freq": "WEEKLY", "byday": "SU,MO"}, False),
        (MONDAY + "13:59:59", {"freq": "WEEKLY", "byday": "SU,MO"}, True),
        (MONDAY + "14:00", {"freq": "WEEKLY", "byday": "SU,MO"}, False),
        ("2026-11-03T10:00", {"freq": "WEEKLY", "byday": "SU,MO"}, False),
        (SUNDAY + "10:00", {"byday": "SU"}, True),
        (MONDAY + "10:00", {"byday": "SU"}, False),
        (SUNDAY + "10:00", {}, True),
        (SUNDAY + "10:00", {"freq": "WEEKLY", "byday": "SU", "interval": 2, "dtstart": "1992-04-19"}, True),
        (SUNDAY + "10:00", {"freq": "WEEKLY", "byday": "SU", "interval": 2, "dtstart": "1992-04-26"}, False),
        (SUNDAY + "10:00", {"freq": "DAILY", "interval": 3, "dtstart": "1993-12-24"}, True),
        (SUNDAY + "10:00", {"freq": "DAILY", "interval": 3, "dtstart": "1993-12-25"}, False),
        (SUNDAY + "10:00", {"freq": "DAILY"}, True),
        (SUNDAY + "10:00", {"freq": "DAILY", "interval": 2}, False),
        (SUNDAY + "10:00", {"valid_from": "2026-11-02"}, False),
        (MONDAY + "10:00", {"valid_from": "2026-11-02", "valid_to": "2026-11-02"}, True),
        (MONDAY + "10:00", {"valid_to": "2026-11-01"}, False),
        (MONDAY + "10:00", {"dtstart": "2026-11-02"}, True),
        ("2026-11-03T10:00", {"dtstart": "2026-11-02"}, False),
        (MONDAY + "10:00", {"freq": "WEEKLY", "byday": "MO", "until": "2026-11-01"}, False),
        (SUNDAY + "10:00", {"freq": "WEEKLY", "byday": "SU", "interval": 2, "dtstart": "2026-10-18"}, True),
        (SUNDAY + "10:00", {"freq": "WEEKLY", "byday": "SU", "interval": 2, "dtstart": "2026-10-25"}, False),
        (SUNDAY + "10:00", {"freq": "WEEKLY", "byday": "SU", "interval": 2, "valid_from": "2026-10-18"}, True),
        (SUNDAY + "10:00", {"freq": "WEEKLY", "byday": "SU", "interval": 2}, False),
        (SUNDAY + "10:00", {"freq": "WEEKLY", "byday": "SU", "interval": 2, "dtstart": "1901-01-06"}, False),
        (SUNDAY + "10:00", {"freq": "WEEKLY", "dtstart": "2026-10-18"}, True),
        (MONDAY + "10:00", {"freq": "WEEKLY", "dtstart": "2026-10-18"}, False),
        (SUNDAY + "10:00", {"freq": "WEEKLY", "count": 3, "dtstart": "2026-10-18"}, True),
        (SUNDAY + "10:00", {"freq": "WEEKLY", "count": 2, "dtstart": "2026-10-18"}, False),
        (MONDAY + "10:00", {"freq": "MONTHLY", "byday": "1MO"}, True),
        ("2026-11-09T10:00", {"freq": "MONTHLY", "byday": "1MO"}, False),
        ("2026-11-30T10:00", {"freq": "MONTHLY", "byday": "-1MO"}, True),
        ("2026-11-30T10:00", {"freq": "MONTHLY", "bymonthday": "-1"}, True),
        (MONDAY + "10:00", {"bymonthday": "2,16"}, True),
        (MONDAY + "10:00", {"freq": "MONTHLY", "bymonthday": "31", "byday": "1MO"}, False),
        (MONDAY + "10:00", {"freq": "WEEKLY", "byday": "MO", "byweekno": "45"}, False),
        (SUNDAY + "23:59", {"opens_at": "20:00", "closes_at": "24:00"}, True),
        (SUNDAY + "12:00", {"timezone": 0}, True),
        (SUNDAY + "10:59", {"timezone": 0}, False),
        (SUNDAY + "12:59", {"timezone": 3.5, "closes_at": "14:30"}, True),
        (SUNDAY + "13:00", {"timezone": 3.5, "closes_at": "14:30"}, False),
        (SUNDAY + "10:59", {"opens_at": "09:00Z"}, False),
        (SUNDAY + "11:00", {"opens_at": "09:00Z", "closes_at": "14:00+02:00"}, True),
        (SUNDAY + "14:00", {"opens_at": "09:00Z", "closes_at": "14:00+02:00"}, False),
    ],
)
def test_schedule_is_open(moment: str, schedule: dict[str, Any], expected: bool):
    assert opened(moment, **schedule) is expected


def test_summer_time_is_followed():
    assert is_open(hours_of(MORNING), datetime(2026, 7, 1, 6, 30, tzinfo=UTC).astimezone(CAIRO))
    assert not is_open(hours_of(MORNING), datetime(2026, 12, 1, 6, 30, tzinfo=UTC).astimezone(CAIRO))


@pytest.mark.parametrize("schedule", [{"opens_at": "09:00"}, {"closes_at": "14:00"}, {"byday": "SU"}])
def test_hours_that_are_not_said_do_not_count(schedule: dict[str, Any]):
    assert hours_of(schedule) == []
    assert kept([]) == {}


def test_places_hours_count_too():
    hours = hours_of(places=[[{**EMPTY, **MORNING}]])

    assert is_open(hours, datetime(2026, 11, 1, 10, tzinfo=CAIRO))


def test_closed_service_has_no_hours():
    assert hours_of(MORNING, status="temporarily closed") == []


@given(
    opens=st.integers(0, 1438),
    minutes=st.integers(1, 1440),
    byday=st.sampled_from(["", "SU", "MO,TH", "1MO,-1FR"]),
    zone=st.sampled_from([None, 0, 3.5, -14, 14]),
    later=st.integers(0, 60 * 24 * 40),
)
def test_index_misses_nothing(opens: int, minutes: int, byday: str, zone: float | None, later: int):
    closes = min(opens + minutes, 1440)
    texts = {"opens_at": f"{opens // 60:02}:{opens % 60:02}", "closes_at": f"{closes // 60:02}:{closes % 60:02}"}
    hours = hours_of({**texts, "byday": byday, "timezone": zone})
    moment = datetime(2026, 10, 1, tzinfo=CAIRO) + timedelta(minutes=later)

    asked = at(moment)["open"]["$in"]

    assert not is_open(hours, moment) or {*asked} & {*kept(hours)["open"]}
