"""Let the demo's SMSC and mail server be out of sorts towards everybody, for as long as a file says so.

The file holds a word and, where it needs one, a number of seconds: ``throttle``, ``fail``, ``hang``, ``late 3``. It is
read anew at each submission; where it is not there, the server is well.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

WELL = ""


@dataclass(frozen=True, slots=True)
class Mood:
    """Say how a server is: ``word`` is empty while it is well."""

    word: str = WELL
    seconds: float = 0.0


def read(path: Path | None) -> Mood:
    """Return the mood that a file holds."""
    try:
        word, _, seconds = path.read_text(encoding="utf-8").strip().partition(" ") if path else (WELL, "", "")
    except FileNotFoundError:
        return Mood()
    return Mood(word, float(seconds or 0))
