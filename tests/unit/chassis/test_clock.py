"""Prove what times are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from chassis import clock


def test_now_is_utc_in_milliseconds() -> None:
    now = clock.now()

    assert now.tzinfo is UTC
    assert now.microsecond % 1000 == 0


def test_truncate_keeps_the_millisecond() -> None:
    moment = datetime(2026, 3, 1, 8, 0, 0, 123_999, UTC)

    assert clock.truncate(moment) == datetime(2026, 3, 1, 8, 0, 0, 123_000, UTC)


def test_epoch_goes_there_and_back() -> None:
    cairo = datetime(2026, 3, 1, 10, 0, 0, 5000, timezone(timedelta(hours=2)))

    assert clock.from_epoch_ms(clock.epoch_ms(cairo)) == cairo
