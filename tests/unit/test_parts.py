"""Prove that what tests start leaves nothing open behind."""

from __future__ import annotations

from pathlib import Path

import pytest
from mirakuru.exceptions import ProcessExitedWithError

from cli.process import Part
from tests.parts import Running

OPEN = Path("/proc/self/fd")


def test_failed_start_leaves_no_log_open(tmp_path):
    with pytest.raises(ProcessExitedWithError), Running(Part("fails", ("false",), ready=lambda: False), tmp_path):
        pass

    assert tmp_path / "fails.log" not in {one.resolve() for one in OPEN.iterdir()}
