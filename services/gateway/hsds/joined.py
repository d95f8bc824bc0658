"""Put together what HSDS shows in one another: organizations, their services, and the places of both.

Services are JSON already; organizations with their parts, and places, are rendered from records. What is not there
(any more) is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from services.gateway.hsds import metadata, organizations
from services.gateway.hsds.places import Areas

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

    def __init__(self, documents: Iterable[Json], areas: Areas) -> None:
        """Take their documents in the directory, and the areas that they are in, where places are to be shown."""
        self._known = {one["_id"]: one for one in documents if one.get("hsds")}
        self._areas = areas

    def flat(self, id: str) -> bytes | None:  # noqa: A002 - the field's name
        """Return an organization as lists show it."""
        return self._known[id]["hsds"] if id in self._known else None

    def full(self, id: str) -> bytes:  # noqa: A002 - the field's name
        """Return an organization that is known, with its parts."""
        return organizations.rendered(self._known[id]["record"], self._areas)

    def place(self, id: str, location_id: str, *, full: bool) -> bytes | None:  # noqa: A002 - the field's name
        """Return a place of an organization, with its parts or without."""
        place = organizations.place(self._known[id]["record"], location_id, self._areas) if id in self._known else None
        if place is None or full:
            return place and orjson.dumps(place)
        return orjson.dumps({name: value for name, value in place.items() if not isinstance(value, list)})

    def program(self, id: str, program_id: str) -> bytes | None:  # noqa: A002 - the field's name
        """Return a programme of an organization."""
        known = program_id and id in self._known
        program = organizations.program(self._known[id]["record"], program_id) if known else None
        return program and orjson.dumps(program)


def organization(document: Json, services: Sequence[Json], homes: Homes, *, full_service: bool) -> bytes:
    """Return an organization with its parts and services, those with their own parts if wanted."""
    bodies = [_whole(one, homes) if full_service else one["hsds"] for one in services]
    told = metadata.told("organization", document)
    return extended(homes.full(document["_id"]), services=array(bodies) if bodies else None, metadata=told)


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
