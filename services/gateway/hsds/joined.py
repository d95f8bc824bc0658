"""Put together what HSDS shows in one another: organizations, their services, and the places of both.

All of it is JSON already; what is not there (any more) is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from services.gateway.hsds import metadata

Json = dict[str, Any]


def extended(body: bytes, **parts: bytes | None) -> bytes:
    """Return a JSON object with more members, each of them JSON already; None adds none."""
    more = (b',"%b":%b' % (name.encode(), part) for name, part in parts.items() if part is not None)
    return b"%b%b}" % (body[:-1], b"".join(more))


def array(items: Iterable[bytes]) -> bytes:
    """Return a JSON array of what is JSON already."""
    return b"[%b]" % b",".join(items)


class Homes:
    """Hold the organizations of some services."""

    def __init__(self, organizations: Iterable[Json]) -> None:
        """Take their documents in the directory."""
        known = [one for one in organizations if one.get("hsds")]
        self._flat = {one["_id"]: one["hsds"] for one in known}
        self._full = {one["_id"]: one["hsds_full"] for one in known if "hsds_full" in one}
        self._told: dict[str, Json] = {}

    def flat(self, id: str) -> bytes | None:  # noqa: A002 - the field's name
        """Return an organization as lists show it."""
        return self._flat.get(id)

    def place(self, id: str, location_id: str, *, full: bool) -> bytes | None:  # noqa: A002 - the field's name
        """Return a place of an organization, with its parts or without."""
        place = self._part(id, "locations", location_id)
        if place is None or full:
            return place and orjson.dumps(place)
        return orjson.dumps({name: value for name, value in place.items() if not isinstance(value, list)})

    def program(self, id: str, program_id: str) -> bytes | None:  # noqa: A002 - the field's name
        """Return a programme of an organization."""
        program = self._part(id, "programs", program_id) if program_id else None
        return program and orjson.dumps(program)

    def _part(self, id_: str, kind: str, part_id: str) -> Json | None:
        if id_ not in self._told:
            self._told[id_] = orjson.loads(self._full[id_]) if id_ in self._full else {}
        return next((one for one in self._told[id_].get(kind, []) if one["id"] == part_id), None)


def organization(document: Json, services: Sequence[Json], homes: Homes, *, full_service: bool) -> bytes:
    """Return an organization with its parts and services, those with their own parts if wanted."""
    bodies = [_whole(one, homes) if full_service else one["hsds"] for one in services]
    told = metadata.told("organization", document)
    return extended(document["hsds_full"], services=array(bodies) if bodies else None, metadata=told)


def service(document: Json, homes: Homes, *, full: bool) -> bytes:
    """Return a service, its organization and programme; with its parts and places if wanted."""
    body = _whole(document, homes) if full else document["hsds"]
    return _of_home(body, document, homes)


def at_location(document: Json, services: dict[str, Json], homes: Homes, *, full: bool) -> bytes:
    """Return a service at a location: with both, and the parts of both if wanted."""
    home, of = document["organization"], services.get(document["service"])
    told = None
    if of:
        told = _of_home(_full(of) if full else of["hsds"], of, homes)
    place = homes.place(home, document["location"], full=full)
    return extended(document["full"] if full else document["flat"], location=place, service=told)


def minimal(document: Json) -> bytes:
    """Return a service's id, and when it was changed."""
    told = {"id": document["_id"], "last_modified": document["modified"]}
    return orjson.dumps(told, option=orjson.OPT_UTC_Z)


def _of_home(body: bytes, document: Json, homes: Homes) -> bytes:
    home = document["organization"]
    return extended(body, organization=homes.flat(home), program=homes.program(home, document["hsds_program"]))


def _whole(document: Json, homes: Homes) -> bytes:
    """Return a service with its parts and places, without its organization."""
    home, at = document["organization"], document["hsds_at"]
    places = (extended(one["full"], location=homes.place(home, one["location"], full=True)) for one in at)
    return extended(_full(document), service_at_locations=array(places) if at else None)


def _full(document: Json) -> bytes:
    """Return a service with its own parts."""
    return extended(document["hsds_full"], metadata=metadata.told("service", document))
