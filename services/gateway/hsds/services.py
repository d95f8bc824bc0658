"""Render a service of the register as HSDS 3.1 has it: flat for lists, with its parts, and at each place by itself.

A service's record names its organization and places by their ids only, since those are another record's to say. So it
is rendered without them, and they are put in when it is read: see :mod:`services.gateway.hsds.joined`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from services.gateway.directory.whereabouts import areas_of
from services.gateway.hsds.parts import classified, pruned
from services.gateway.hsds.places import postal_codes
from services.gateway.hsds.taxonomies import NEEDS, attribute, own_attribute

Json = dict[str, Any]

OURS = frozenset({"version", "area", "areas", "subjects", "terms"})
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
    attributes = [*_needs(record), *map(classified, told.pop("attributes"))]
    full = pruned(told) | ({"attributes": attributes} if attributes else {})
    return Rendered(_dumps(_flat(full)), _dumps(full), at)


UNSEEN: Json = {"hsds": b"", "hsds_full": b"", "hsds_at": [], "hsds_program": ""}
"""What stands in the directory of a service that nothing finds."""


def document(record: Json, home: Json) -> Json:
    """Return what the directory keeps of a service: JSON, each place of it that its organization has, its programme."""
    service, places = rendered(record), {place["id"]: place for place in home["locations"]}
    at = [_kept(one, places[one.location_id], home) for one in service.at if one.location_id in places]
    program = record["program_id"]
    return {"hsds": service.flat, "hsds_full": service.full, "hsds_at": at, "hsds_program": program}


def _kept(one: AtLocation, place: Json, home: Json) -> Json:
    point = None if place["latitude"] is None else [place["longitude"], place["latitude"]]
    moved = place.get("last_modified", "")
    about = {"id": one.id, "location": one.location_id, "areas": [*areas_of(place, home)], "point": point}
    about |= {"moved": datetime.fromisoformat(moved)} if moved else {}
    return {**about, "postal": postal_codes(place), "flat": one.flat, "full": one.full}


def _at_location(record: Json, one: Json) -> AtLocation:
    full = {"id": one["id"], "service_id": record["id"], **pruned(one)}
    return AtLocation(one["id"], one["location_id"], _dumps(_flat(full)), _dumps(full))


def _needs(record: Json) -> Iterator[Json]:
    """Yield what says which needs a service meets: its subjects, then the node's own terms."""
    for code in record["subjects"]:
        yield attribute(record["id"], "service", NEEDS, code, link_type="subject")
    for code in record["terms"]:
        yield own_attribute(record["id"], "service", code)


def _flat(full: Mapping[str, Any]) -> Json:
    return {name: value for name, value in full.items() if not isinstance(value, list | dict)}


def _dumps(told: Json) -> bytes:
    return orjson.dumps(told, option=orjson.OPT_UTC_Z)
