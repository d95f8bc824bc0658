"""Prove that what processes use is counted, that of their children too."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.bench.usage import Meter, Used

BUSY = "import time\nwhile time.process_time() < 0.3: pass\n"


def test_child_counts_for_its_parent():
    with Meter({"own": os.getpid()}).reading() as used:
        subprocess.run([sys.executable, "-c", BUSY], check=True)

    assert used.seconds["own"] >= 0.25
    assert used.megabytes["own"] > 1


def test_cost_is_shared_by_operations():
    used = Used(seconds={"api": 1.5, "idle": 0.0})

    assert used.milliseconds_each(1000) == {"api": pytest.approx(1.5)}


def test_nothing_done_costs_what_was_used():
    assert Used(seconds={"api": 0.5}).milliseconds_each(0) == {"api": 500}
