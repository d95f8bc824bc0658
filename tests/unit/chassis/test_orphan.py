"""Prove that a worker ends with its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.parts import wait_until

PARENT = """
import os, signal
from chassis.orphan import end_with_parent
child = os.fork()
if not child:
    end_with_parent()
    print(os.getpid(), flush=True)
signal.pause()
"""


def test_worker_ends_with_killed_parent():
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True) as parent:
        worker = int(parent.stdout.readline())

        os.kill(parent.pid, signal.SIGKILL)

        wait_until(lambda: not alive(worker), "the end of the worker", seconds=10)


def alive(pid: int) -> bool:
    try:
        with Path(f"/proc/{pid}/stat").open() as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
