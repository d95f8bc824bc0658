"""Let the clocks of a node's services go wrong, while those of its broker and database, and of the machine, do not.

A few lines of C (``clock.c``) stand between each service and the time of day. Debian's ``libfaketime`` would do it too,
but where it leaves the monotonic clock alone Python cannot sleep (0.9.10: ``EINVAL``).
"""

from __future__ import annotations

import shutil
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from cli.parts import MissingPart
from cli.process import Part

SOURCE = Path(__file__).with_name("clock.c")
VARIABLE = "TASHBIK_CHAOS_CLOCK"


class Clocks:
    """Hold by how much the clocks of services are wrong: those that run, at once, and those that start later."""

    def __init__(self, home: Path) -> None:
        """Take a directory of ours."""
        self._library = home / "clock.so"
        self._file = home / "clock"

    def build(self) -> None:
        """Compile what changes the time, and let it be right; raise :class:`MissingPart` without a C compiler."""
        compiler = shutil.which("cc") or shutil.which("gcc")
        if not compiler:
            raise MissingPart("There is no C compiler, by which clocks are set wrong: `apt-get install gcc libc6-dev`.")
        self._library.parent.mkdir(parents=True, exist_ok=True)
        self._set(0)
        command = [compiler, "-shared", "-fPIC", "-O2", "-o", str(self._library), str(SOURCE)]
        subprocess.run(command, check=True, capture_output=True)

    def watched(self, part: Part) -> Part:
        """Return a part that lives by these clocks."""
        ours = {"LD_PRELOAD": str(self._library), VARIABLE: str(self._file)}
        return replace(part, environment={**part.environment, **ours})

    @contextmanager
    def wrong(self, seconds: int) -> Iterator[None]:
        """Let the clocks be ahead by some seconds, or behind by a negative number of them."""
        self._set(seconds)
        try:
            yield
        finally:
            self._set(0)

    def _set(self, seconds: int) -> None:
        """Write in place: processes look at the file's one page."""
        with self._file.open("r+b" if self._file.exists() else "wb") as file:
            file.write(struct.pack("q", seconds))
