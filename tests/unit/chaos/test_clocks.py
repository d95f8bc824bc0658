"""Prove that clocks can be set wrong while a process runs, and that durations are what they were."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cli.parts import MissingPart
from cli.process import Part
from tests.chaos.clocks import Clocks

TELL = "import sys, time\nfor _ in sys.stdin: print(time.time(), time.monotonic(), flush=True)"


@pytest.fixture
def clocks(tmp_path: Path) -> Clocks:
    """Give clocks that are right."""
    ready = Clocks(tmp_path)
    ready.build()
    return ready


def test_missing_compiler_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(MissingPart, match="apt-get install gcc"):
        Clocks(tmp_path).build()


def test_running_process_sees_the_step(clocks: Clocks):
    part = clocks.watched(Part("teller", (sys.executable, "-c", TELL), ready=lambda: True))
    with subprocess.Popen(
        part.command, env={**os.environ, **part.environment}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as teller:

        def off() -> tuple[int, int]:
            """Return by how many seconds the process' time of day, and its monotonic clock, differ from ours."""
            print(file=teller.stdin, flush=True)
            day, monotonic = map(float, teller.stdout.readline().split())
            return round(day - time.time()), round(monotonic - time.monotonic())

        seen = [off()]
        for seconds in (40, -40):
            with clocks.wrong(seconds):
                seen.append(off())
        seen.append(off())
        teller.stdin.close()

    assert seen == [(0, 0), (40, 0), (-40, 0), (0, 0)]
