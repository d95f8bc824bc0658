"""Let a worker process end with the process that started it, however that one ends.

granian's workers outlive a main process that was killed: they would go on holding its port, beside those of the next.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # prctl(2)


def end_with_parent() -> None:
    """Have the kernel kill this process when its parent dies; does nothing where there is no such kernel (Linux only).

    Call it in the worker, since it does not survive a fork.
    """
    if sys.platform != "linux":
        return
    parent = os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it died just before
        os.kill(os.getpid(), signal.SIGKILL)
