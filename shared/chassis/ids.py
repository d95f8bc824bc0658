"""Make record ids: UUIDs of version 7 (RFC 9562, 5.7), so that ids made later sort later.

Neighbours in time are neighbours in an index, which keeps inserts cheap; an id tells no more than when it was made.
"""

from __future__ import annotations

import os
import time
import uuid

VERSION = 0x7
VARIANT = 0b10
LOW = (1 << 62) - 1
MILLISECOND = 1_000_000  # nanoseconds


def new_id() -> str:
    """Return a new id in its canonical text form. Ids of one millisecond are in no particular order."""
    milliseconds = time.time_ns() // MILLISECOND
    random = int.from_bytes(os.urandom(10))
    head = (milliseconds & 0xFFFF_FFFF_FFFF) << 80 | VERSION << 76 | (random >> 68) << 64
    return str(uuid.UUID(int=head | VARIANT << 62 | random & LOW))
