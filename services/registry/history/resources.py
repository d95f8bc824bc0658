"""Tell of a change which resource it speaks of: the record itself, or a part of it that has an id of its own. Pure.

Entries hold of a list what went and what came. An object that did both, by its id, is told field by field; this is done
when somebody reads it, so nothing of it is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from services.registry.history.domain import Change, Entry, only_these

Part = Mapping[str, Any]

RESOURCES: Mapping[str, str] = {
    "additional_urls": "url",
    "additional_websites": "url",
    "attributes": "attribute",
    "capacities": "service_capacity",
    "contacts": "contact",
    "cost_options": "cost_option",
    "funding": "funding",
    "languages": "language",
    "locations": "location",
    "phones": "phone",
    "programs": "program",
    "required_documents": "required_document",
    "schedules": "schedule",
    "service_areas": "service_area",
    "service_at_locations": "service_at_location",
}
"""What HSDS calls one object of a list, by the list's name."""
STAMPED = ("last_modified",)
"""What every change of a part sets."""


@dataclass(frozen=True, slots=True)
class Told:
    """Say what became of one field of one resource. What came has no value before, what went none after."""

    resource_type: str
    resource_id: str
    field_name: str
    previous_value: Any
    replacement_value: Any


def told(entry: Entry) -> Iterator[Told]:
    """Yield the changes of an entry, those of parts one by one."""
    for change in entry.changes:
        kind = RESOURCES.get(change.field_name, "")
        if kind and _of_parts(change):
            yield from _parts(kind, change)
        else:
            yield Told(entry.kind, entry.record, change.field_name, change.previous_value, change.replacement_value)


def _of_parts(change: Change) -> bool:
    """Tell whether a change is of a list of which parts went or came, each with an id."""
    old, new = change.previous_value, change.replacement_value
    if not (isinstance(old, list) and isinstance(new, list)) or not (old or new):
        return False
    return all(isinstance(one, dict) and one.get("id") for one in (*old, *new))


def _parts(kind: str, change: Change) -> Iterator[Told]:
    old, new = ({one["id"]: one for one in parts} for parts in (change.previous_value, change.replacement_value))
    for id_ in {**old, **new}:
        if id_ in old and id_ in new:
            yield from _fields(kind, old[id_], new[id_])
        else:
            yield Told(kind, id_, change.field_name, old.get(id_), new.get(id_))


def _fields(kind: str, old: Part, new: Part) -> Iterator[Told]:
    for name in {**old, **new}:
        before, after = old.get(name), new.get(name)
        if before == after or name in STAMPED:
            continue
        if isinstance(before, list) and isinstance(after, list):
            before, after = only_these(before, after), only_these(after, before)
        yield Told(kind, new["id"], name, before, after)
