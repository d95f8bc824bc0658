"""Give an id to what HSDS wants one of and the register has none: the parts of a record, taxonomies and their terms.

Such an id is a UUID of version 5 (RFC 9562): made from the id of the record and what the part says, it stays the same
as long as the part does, on every node.
"""

from __future__ import annotations

from hashlib import sha1
from uuid import UUID

NAMESPACE = UUID("1c2c0e68-818d-40f7-a975-908621315421")

_BEGUN = sha1(NAMESPACE.bytes, usedforsecurity=False)
_LOW = (1 << 62) - 1


def part_id(of: str, kind: str, *content: str) -> str:
    """Return the id of a part of a record: the record's id, what kind of part it is, and what tells it from others.

    It is ``uuid.uuid5`` of these, one a line, in half the time: every record has several, and thousands are
    rendered when the directory is rebuilt.
    """
    hashed = _BEGUN.copy()
    hashed.update("\n".join((of, kind, *content)).encode())
    number = int.from_bytes(hashed.digest()[:16], "big")
    written = f"{number >> 80 << 80 | 5 << 76 | (number >> 64 & 0xFFF) << 64 | 2 << 62 | number & _LOW:032x}"
    return f"{written[:8]}-{written[8:12]}-{written[12:16]}-{written[16:20]}-{written[20:]}"
