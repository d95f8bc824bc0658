"""Say as HSDS's ``metadata`` when a record was changed last, and when it was last assured and by whom.

It is made of what the record says itself, so it costs nothing to keep. What a field said before, and who of the staff
changed it, is not public: ``previous_value`` is empty, which HSDS requires, and so is ``updated_by`` of a change. The
one who assured a record is named in it for everybody, as HSDS has it (``assurer_email``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from services.gateway.hsds.ids import part_id

Json = dict[str, Any]

CREATE, UPDATE, ASSURE = "create", "update", "assure"
CHANGED, ASSURED = "last_modified", "assured_date"
FIELDS = ("id", "version", CHANGED, ASSURED, "assurer_email")
"""What of a record is needed."""
DAY_LENGTH = len("2026-03-09")


def of_record(kind: str, record: Mapping[str, Any]) -> list[Json]:
    """Return the metadata of an organization or a service (``kind``)."""
    return list(_of_record(kind, record))


def of_place(place: Mapping[str, Any]) -> list[Json]:
    """Return the metadata of a place; nothing where it is as it was when it came onto the register."""
    changed = place.get(CHANGED)
    return [_entry("location", place["id"], UPDATE, CHANGED, changed)] if changed else []


def told(kind: str, document: Mapping[str, Any]) -> bytes | None:
    """Return as JSON the metadata of a record that the directory holds, or None where it holds none of its fields."""
    record = document.get("record")
    return orjson.dumps(of_record(kind, record)) if record else None


def _of_record(kind: str, record: Mapping[str, Any]) -> Iterator[Json]:
    action = CREATE if record["version"] == 1 else UPDATE
    yield _entry(kind, record["id"], action, CHANGED, record[CHANGED])
    if assured := record.get(ASSURED):
        yield _entry(kind, record["id"], ASSURE, ASSURED, assured, by=record["assurer_email"])


def _entry(kind: str, of: str, action: str, field: str, value: str, *, by: str = "") -> Json:
    return {
        "id": part_id(of, "metadata", action, value),
        "resource_id": of,
        "resource_type": kind,
        "last_action_date": value[:DAY_LENGTH],
        "last_action_type": action,
        "field_name": field,
        "previous_value": "",
        "replacement_value": value,
        "updated_by": by,
    }
