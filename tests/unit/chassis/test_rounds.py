"""Prove that a wait for others outside ends when it should."""

from __future__ import annotations

import eventlet
import pytest
from eventlet.timeout import Timeout

from chassis.rounds import limited


def test_wait_is_cut_off():
    with pytest.raises(TimeoutError), limited(0.02):
        eventlet.sleep(5)


def test_short_wait_is_let_be():
    with limited(5):
        eventlet.sleep(0)


def test_limit_of_others_is_theirs():
    with pytest.raises(Timeout), Timeout(0.02), limited(5):
        eventlet.sleep(5)


def test_limit_ends_with_its_block():
    with limited(0.02):
        pass

    eventlet.sleep(0.05)
