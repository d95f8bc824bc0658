"""Render a service of the register as HSDS 3.1 has it: flat for lists, with its parts, and at each place by itself.

A service's record names its organization and places by their ids only, since those are another record's to say. So it
is rendered without them, and they are put in when it is read: see :func:`extended`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from services.gateway.hsds.taxonomies import NEEDS, TERMS, attribute

Json = dict[str, Any]

OURS = frozenset({"version", "area", "areas", "subjects"})
"""What HSDS does not know, or not by this name."""
AT_LOCATIONS = "service_at_locations"


@dataclass(frozen=True, slots=True)
class Rendered:
    """Hold a service as JSON: flat, with its parts, and what holds at each of its places."""

    flat: bytes
    full: bytes
    at: tuple[AtLocation, ...]


@dataclass(frozen=True, slots=True)
class AtLocation:
    """Hold what holds of a service at one place, as JSON: flat, and with its parts."""

    id: str
    location_id: str
    flat: bytes
    full: bytes


def rendered(record: Json) -> Rendered:
    """Return a service, without its organization and places."""
    told = {name: value for name, value in record.items() if name not in OURS}
    at = tuple(_at_location(record, one) for one in told.pop(AT_LOCATIONS))
    attributes = [*_subjects(record), *map(_attribute, told.pop("attributes"))]
    full = pruned(told) | ({"attributes": attributes} if attributes else {})
    return Rendered(_dumps(_flat(full)), _dumps(full), at)


def pruned(node: Any) -> Any:
    """Return a part of a record without what says nothing: null, empty texts and lists, in any depth."""
    if isinstance(node, dict):
        return {name: kept for name, value in node.items() if (kept := pruned(value)) not in (None, "", [])}
    if isinstance(node, list):
        return [_attribute(one) if "taxonomy_term_id" in one else pruned(one) for one in node]
    return node


def extended(body: bytes, **parts: bytes) -> bytes:
    """Return a JSON object with more members, each of them JSON already."""
    more = (b',"%b":%b' % (name.encode(), part) for name, part in parts.items())
    return b"%b%b}" % (body[:-1], b"".join(more))


def array(items: Iterable[bytes]) -> bytes:
    """Return a JSON array of what is JSON already."""
    return b"[%b]" % b",".join(items)


def _at_location(record: Json, one: Json) -> AtLocation:
    full = {"id": one["id"], "service_id": record["id"], **pruned(one)}
    return AtLocation(one["id"], one["location_id"], _dumps(_flat(full)), _dumps(full))


def _subjects(record: Json) -> list[Json]:
    return [attribute(record["id"], "service", NEEDS, code, link_type="subject") for code in record["subjects"]]


def _attribute(one: Json) -> Json:
    """Return an attribute; one of our taxonomies with its term, another's with the term's id alone."""
    term = TERMS.get(one.get("taxonomy_term_id", ""))
    stated = {name: value for name, value in one.items() if value not in (None, "", [])}
    return stated | ({"taxonomy_term": term.shown} if term else {})


def _flat(full: Mapping[str, Any]) -> Json:
    return {name: value for name, value in full.items() if not isinstance(value, list | dict)}


def _dumps(told: Json) -> bytes:
    return orjson.dumps(told, option=orjson.OPT_UTC_Z)
