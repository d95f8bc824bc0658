"""Prove that a provider's rate is kept."""

from __future__ import annotations

from services.notifications.channels.pace import Pace


class Seconds:
    """Count seconds that nobody waits for."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


def test_first_goes_at_once():
    seconds = Seconds()

    Pace(5, clock=seconds, sleep=seconds.sleep).wait()

    assert seconds.now == 100.0


def test_rate_is_kept():
    seconds = Seconds()
    pace = Pace(5, clock=seconds, sleep=seconds.sleep)

    for _ in range(11):
        pace.wait()

    assert round(seconds.now - 100.0, 6) == 2.0


def test_pause_saves_nothing_up():
    seconds = Seconds()
    pace = Pace(5, clock=seconds, sleep=seconds.sleep)
    pace.wait()
    seconds.sleep(60)

    for _ in range(6):
        pace.wait()

    assert round(seconds.now - 160.0, 6) == 1.0
