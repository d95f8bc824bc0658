"""Prove that no text goes out at night."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.messages.hours import QuietHours

CAIRO = ZoneInfo("Africa/Cairo")
NIGHT = QuietHours(CAIRO, 21, 8)


def cairo(day, hour, minute=0, month=11):
    """Return a moment as Cairo's clocks show it."""
    return datetime(2026, month, day, hour, minute, tzinfo=CAIRO)


@pytest.mark.parametrize("hour", [8, 12, 20])
def test_day_is_decent(hour):
    assert NIGHT.over(cairo(22, hour)) == cairo(22, hour)


@pytest.mark.parametrize(
    ("moment", "morning"),
    [
        (cairo(22, 21), cairo(23, 8)),
        (cairo(22, 23, 59), cairo(23, 8)),
        (cairo(23, 0), cairo(23, 8)),
        (cairo(23, 7, 59), cairo(23, 8)),
    ],
)
def test_night_waits_for_morning(moment, morning):
    assert NIGHT.over(moment) == morning


def test_hours_within_one_day():
    siesta = QuietHours(CAIRO, 13, 16)

    assert siesta.over(cairo(22, 14, 30)) == cairo(22, 16)
    assert siesta.over(cairo(22, 16)) == cairo(22, 16)


def test_equal_hours_are_none():
    assert QuietHours(CAIRO, 8, 8).over(cairo(22, 8)) == cairo(22, 8)


def test_summer_time_keeps_wall_clock():
    before_change = cairo(23, 22, month=4)  # in the night to 24 April 2026 Egypt's clocks go forward

    morning = NIGHT.over(before_change)

    assert morning.astimezone(CAIRO).hour == 8
    assert (morning - before_change.astimezone(UTC)).total_seconds() == 9 * 3600


@given(
    moment=st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis wants naive bounds
    start=st.integers(0, 23),
    end=st.integers(0, 23),
    zone=st.sampled_from([CAIRO, ZoneInfo("Asia/Tehran"), ZoneInfo("Asia/Hebron")]),
)
def test_over_is_never_quiet(moment, start, end, zone):
    hours = QuietHours(zone, start, end)

    over = hours.over(moment)

    assert over >= moment
    assert hours.over(over) == over
