"""Read the master keys of a node, which open the data keys of field encryption. They never lie in a database.

::

    KEYS/master.key         wraps new data keys
    KEYS/master.next.key    is to follow it, while master keys rotate
    KEYS/master.<name>.key  was before, and is kept while anything, a restored backup say, needs it

Each data key names the master key that wraps it by a fingerprint, so a missing file is named and not guessed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chassis.config import ConfigError

CURRENT, NEXT = "master.key", "master.next.key"
MASTER_KEY_BYTES = 96  # what libmongocrypt's local KMS asks for
UNNAMED = "local"


@dataclass(frozen=True, slots=True, repr=False)
class Masters:
    """Hold the key that wraps new data keys, and all that can be read, that one too."""

    current: bytes
    known: tuple[bytes, ...]

    @property
    def providers(self) -> dict[str, Any]:
        """Return the keys as pymongo takes them. Data keys that name none are the current one's."""
        return {UNNAMED: {"key": self.current}} | {name_of(key): {"key": key} for key in self.known}


def read(keys: Path) -> Masters:
    """Read all master keys; raise :class:`ConfigError` where ``master.key`` is missing or of a wrong size."""
    current = master_key(keys)
    return Masters(current, (current, *_others(keys)))


def master_key(keys: Path, name: str = CURRENT) -> bytes:
    """Read one master key; raise :class:`ConfigError` where it is missing or of a wrong size."""
    path = keys / name
    try:
        key = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"TASHBIK_KEYS: {path} cannot be read ({error.strerror})") from error
    if len(key) != MASTER_KEY_BYTES:
        raise ConfigError(f"TASHBIK_KEYS: {path} must hold {MASTER_KEY_BYTES} bytes, and holds {len(key)}")
    return key


def name_of(key: bytes) -> str:
    """Return the name by which data keys know their master key: a fingerprint, which tells nothing of it."""
    return f"local:{hashlib.sha256(b'tashbik master key' + key).hexdigest()[:16]}"


def _others(keys: Path) -> Iterator[bytes]:
    for path in sorted(keys.glob("master.*.key")):
        with suppress(OSError, ConfigError):  # it has just been renamed, or is still being copied
            yield master_key(keys, path.name)
