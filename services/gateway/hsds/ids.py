"""Give an id to what HSDS wants one of and the register has none: the parts of a record, taxonomies and their terms.

Such an id is a UUID of version 5 (RFC 9562): made from the id of the record and what the part says, it stays the same
as long as the part does, on every node.
"""

from __future__ import annotations

from hashlib import sha1
from uuid import UUID

NAMESPACE = UUID("1c2c0e68-818d-40f7-a975-908621315421")

_BEGUN = sha1(NAMESPACE.bytes, usedforsecurity=False)
_VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}
"""What the first digit of the fourth group becomes: its highest bits tell the variant."""


def part_id(of: str, kind: str, *content: str) -> str:
    """Return the id of a part of a record: the record's id, what kind of part it is, and what tells it from others.

    It is ``uuid.uuid5`` of these, one a line, in a fraction of the time: every record has several, and thousands are
    rendered when the directory is rebuilt.
    """
    hashed = _BEGUN.copy()
    hashed.update("\n".join((of, kind, *content)).encode())
    told = hashed.hexdigest()
    return f"{told[:8]}-{told[8:12]}-5{told[13:16]}-{_VARIANT[told[16]]}{told[17:20]}-{told[20:32]}"
