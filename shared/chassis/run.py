"""Run a service: ``python -m chassis.run package.module:Class``. See :mod:`chassis.process` for what that means.

This is the one place where eventlet patches the standard library, before anything else is imported.
"""

from __future__ import annotations

import sys
import warnings

warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")

import eventlet  # noqa: E402 - after the filter of its own warning

eventlet.monkey_patch()

from chassis.process import main  # noqa: E402 - after the patch

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
