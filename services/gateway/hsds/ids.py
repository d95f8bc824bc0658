"""Give an id to what HSDS wants one of and the register has none: the parts of a record, taxonomies and their terms.

Such an id is a UUID of version 5 (RFC 9562): made from the id of the record and what the part says, it stays the same
as long as the part does, on every node.
"""

from __future__ import annotations

from uuid import UUID, uuid5

NAMESPACE = UUID("1c2c0e68-818d-40f7-a975-908621315421")


def part_id(of: str, kind: str, *content: str) -> str:
    """Return the id of a part of a record: the record's id, what kind of part it is, and what tells it from others."""
    return str(uuid5(NAMESPACE, "\n".join((of, kind, *content))))
