"""Prove that the age of what waits grows while nothing is dealt with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chassis import metrics
from chassis.waiting import Waiting

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Hands:
    """Show the time that a test sets."""

    def __init__(self):
        """Start at noon."""
        self.at = NOON

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.at

    def pass_by(self, seconds: float) -> None:
        """Let time pass."""
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def hands() -> Hands:
    """Give a clock."""
    return Hands()


@pytest.fixture
def waiting(hands) -> Waiting:
    """Give what a consumer remembers."""
    return Waiting("agency.on_visit", hands)


def test_age_grows_untouched(waiting, hands):
    waiting.take("first", NOON - timedelta(seconds=5))
    waiting.take("second", NOON)

    hands.pass_by(60)

    assert metrics.EVENTS_WAITING_SECONDS.labels("agency.on_visit").collect()[0].samples[0].value == 65


def test_dealt_with_is_forgotten(waiting, hands):
    waiting.take("first", NOON)
    hands.pass_by(60)

    waiting.done("first")

    assert waiting.oldest() == 0


def test_delayed_still_waits(waiting, hands):
    waiting.delay("first", NOON, 120)

    hands.pass_by(119)

    assert waiting.oldest() == 119


def test_one_that_went_elsewhere_is_forgotten(waiting, hands):
    waiting.delay("first", NOON, 120)

    hands.pass_by(181)

    assert waiting.oldest() == 0
