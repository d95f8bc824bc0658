"""Hold what an organization's record is made of: its numbers, places and capabilities, and how it stands among others.

Pure. Days are ISO 8601 texts, which are in the order of time; an empty one is an open end.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from services.registry.faults import Fault, Refused
from services.registry.services.parts import Contact, Funding, Program, Url

Fields = Mapping[str, Any]
"""Values to set, by the names of attributes."""


@dataclass(frozen=True, slots=True)
class Phone:
    """Hold one telephone number in E.164."""

    number: str
    type: str = "voice"


@dataclass(frozen=True, slots=True)
class Identifier:
    """Hold one identifier of a scheme; together they name one organization of the node at most."""

    identifier_scheme: str
    identifier: str


@dataclass(frozen=True, slots=True)
class Capability:
    """Say what an organization can do, and for how many ``unit`` at once; None where it states none.

    ``terms`` are codes of the node's own terms below the subject.
    """

    subject: str
    capacity: int | None = None
    unit: str = "families"
    terms: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Hold the terms, from whatever list they come, each once."""
        object.__setattr__(self, "terms", tuple(dict.fromkeys(self.terms)))


@dataclass(frozen=True, slots=True)
class Location:
    """Hold one place. ``area`` is empty where nobody knows it; ``outside_area`` says that the point is not in it."""

    id: str
    name: str = ""
    address: str = ""
    latitude: float | None = None
    longitude: float | None = None
    area: str = ""
    outside_area: bool = False

    @property
    def point(self) -> tuple[float, float] | None:
        """Return longitude and latitude, or None where nobody has found the place."""
        if self.latitude is None or self.longitude is None:
            return None
        return (self.longitude, self.latitude)


@dataclass(frozen=True, slots=True)
class Cooperation:
    """Hold one international cooperation. The partner tells it from others."""

    partner: str
    country: str = ""
    programme: str = ""
    valid_from: str = ""
    valid_to: str = ""
    approval_number: str = ""


@dataclass(frozen=True, slots=True)
class Accreditation:
    """Hold one accreditation or licence."""

    accreditor: str
    identifier: str = ""
    valid_from: str = ""
    valid_to: str = ""


@dataclass(frozen=True, slots=True)
class Members:
    """Hold how many members there were in a year."""

    year: int
    members: int


HSDS_PARTS: Mapping[str, type[Any]] = {
    "additional_websites": Url,
    "contacts": Contact,
    "programs": Program,
    "funding": Funding,
}
"""The lists of parts that are as a service's are: each with an id, some with parts of their own."""

PARTS: Mapping[str, type[Any]] = {
    "phones": Phone,
    "identifiers": Identifier,
    "capabilities": Capability,
    "locations": Location,
    "cooperations": Cooperation,
    "accreditations": Accreditation,
    "members_by_year": Members,
    **HSDS_PARTS,
}
"""What the lists of a record hold, by their names."""


def current(one: Cooperation, day: str) -> bool:
    """Tell whether a cooperation goes on, or is still to begin, on a day."""
    return not one.valid_to or one.valid_to >= day


def settle_cooperations(old: Sequence[Cooperation], given: Iterable[Fields]) -> tuple[Cooperation, ...]:
    """Return the cooperations that ``given`` describes; what it does not say of a known partner stays as it was."""
    known = {one.partner: one for one in old}
    return tuple(replace(known.get(one["partner"], Cooperation(one["partner"])), **one) for one in given)


def settle_locations(organization_id: str, old: Sequence[Location], given: Sequence[Fields]) -> tuple[Location, ...]:
    """Return the locations that ``given`` describes, each as the one it replaces where it does not say otherwise.

    One with an ``id`` replaces the location of that id, one without the location at its position; a further one gets an
    id made of the organization's and its position, so that the same row always gives the same location. Raises
    :class:`Refused` for an id that the organization does not have.
    """
    by_id = {location.id: location for location in old}
    settled = []
    for number, fields in enumerate(given):
        location_id = fields.get("id") or (
            old[number].id if number < len(old) else _location_id(organization_id, number)
        )
        if "id" in fields and location_id not in by_id:
            raise Refused([Fault(f"locations.{number}.id", "not_a_choice", location_id)])
        settled.append(replace(by_id.get(location_id, Location(location_id)), **{**fields, "id": location_id}))
    return tuple(settled)


def _location_id(organization_id: str, number: int) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{organization_id}/locations/{number}"))


def backwards(name: str, periods: Sequence[Cooperation | Accreditation]) -> Iterator[Fault]:
    """Yield a fault for each of the periods that ends before it begins."""
    for number, one in enumerate(periods):
        if one.valid_from and one.valid_to and one.valid_to < one.valid_from:
            yield Fault(f"{name}.{number}.valid_to", "ends_before_it_begins", one.valid_to)


def repeated(field: str, values: Sequence[Any]) -> Iterator[Fault]:
    """Yield a fault for each value that stands in a list a second time."""
    seen = set()
    for number, value in enumerate(values):
        if value in seen:
            yield Fault(f"{field}.{number}", "repeated")
        seen.add(value)
