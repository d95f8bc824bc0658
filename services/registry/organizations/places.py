"""Hold the places of an organization, and settle what becomes of them when some are given. Pure.

A place's address is one line, as somebody wrote it, or parts, of which its line is made.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from services.registry.faults import Fault, Refused
from services.registry.services.parts import Attribute, Contact, Language, Phone, Schedule, named
from services.registry.services.plain import made
from services.registry.services.rules import faults_within

PHYSICAL = "physical"


@dataclass(frozen=True, slots=True)
class Address:
    """Hold one address by its parts."""

    id: str = ""
    attention: str = ""
    address_1: str = ""
    address_2: str = ""
    city: str = ""
    region: str = ""
    state_province: str = ""
    postal_code: str = ""
    country: str = ""
    address_type: str = PHYSICAL
    attributes: tuple[Attribute, ...] = field(default=(), metadata={"kind": Attribute})

    @property
    def line(self) -> str:
        """Return it in one line, without whom to ask for and the country."""
        said = (self.address_1, self.address_2, self.city, self.region, self.state_province, self.postal_code)
        return ", ".join(filter(None, said))


@dataclass(frozen=True, slots=True)
class Accessibility:
    """Hold what somebody with a disability finds at a place."""

    id: str = ""
    description: str = ""
    details: str = ""
    url: str = ""
    attributes: tuple[Attribute, ...] = field(default=(), metadata={"kind": Attribute})


@dataclass(frozen=True, slots=True)
class Location:
    """Hold one place. ``area`` is empty where nobody knows it; ``outside_area`` says that the point is not in it.

    ``areas`` leads from the country down to ``area``. It follows from that, so it tells no two places apart, and is
    empty in a record that was last changed before there was such a field.

    ``last_modified`` is when it was changed or added last (ISO 8601), and empty where it is as its organization brought
    it onto the register. ``external_ids`` are the keys of the ids that it bears in the lists that brought it; they
    match rows and are shown to nobody.
    """

    id: str
    name: str = ""
    address: str = ""
    latitude: float | None = None
    longitude: float | None = None
    area: str = ""
    outside_area: bool = False
    alternate_name: str = ""
    description: str = ""
    transportation: str = ""
    location_type: str = PHYSICAL
    url: str = ""
    external_identifier: str = ""
    external_identifier_type: str = ""
    addresses: tuple[Address, ...] = field(default=(), metadata={"kind": Address})
    accessibility: tuple[Accessibility, ...] = field(default=(), metadata={"kind": Accessibility})
    languages: tuple[Language, ...] = field(default=(), metadata={"kind": Language})
    phones: tuple[Phone, ...] = field(default=(), metadata={"kind": Phone})
    contacts: tuple[Contact, ...] = field(default=(), metadata={"kind": Contact})
    schedules: tuple[Schedule, ...] = field(default=(), metadata={"kind": Schedule})
    attributes: tuple[Attribute, ...] = field(default=(), metadata={"kind": Attribute})
    last_modified: str = ""
    external_ids: tuple[str, ...] = ()
    areas: tuple[str, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        """Hold the keys and codes, from whatever list they come."""
        object.__setattr__(self, "external_ids", tuple(self.external_ids))
        object.__setattr__(self, "areas", tuple(self.areas))

    @property
    def point(self) -> tuple[float, float] | None:
        """Return longitude and latitude, or None where nobody has found the place."""
        if self.latitude is None or self.longitude is None:
            return None
        return (self.longitude, self.latitude)


PARTS: Mapping[str, type[Any]] = {
    "addresses": Address,
    "accessibility": Accessibility,
    "languages": Language,
    "phones": Phone,
    "contacts": Contact,
    "schedules": Schedule,
    "attributes": Attribute,
}
"""What the lists of a place hold, by their names."""


def settle_locations(
    organization_id: str, old: Sequence[Location], given: Sequence[Mapping[str, Any]]
) -> tuple[Location, ...]:
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
        settled.append(settle(organization_id, by_id.get(location_id, Location(location_id)), fields))
    return tuple(settled)


def settle(organization_id: str, before: Location, given: Mapping[str, Any]) -> Location:
    """Return a place with what is given of it, and all else as it was; its id stays."""
    fields, path = {**given, "id": before.id}, f"{organization_id}/locations/{before.id}"
    for name in PARTS.keys() & fields.keys():
        listed = named(PARTS[name], fields[name], getattr(before, name), f"{path}/{name}")
        fields[name] = tuple(made(PARTS[name], one) for one in listed)
    return _addressed(before, replace(before, **fields), parted="addresses" in fields)


def dated(old: Sequence[Location], new: Sequence[Location], at: datetime) -> tuple[Location, ...]:
    """Return the new places, those that differ from the old ones with the time of the change."""
    known = {one.id: one for one in old}
    return tuple(one if _same(known.get(one.id), one) else replace(one, last_modified=at.isoformat()) for one in new)


def _same(old: Location | None, new: Location) -> bool:
    """Tell whether a place is as it was, whichever lists know it."""
    return old is not None and replace(old, external_ids=new.external_ids) == new


def _location_id(organization_id: str, number: int) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{organization_id}/locations/{number}"))


def _addressed(before: Location, after: Location, *, parted: bool) -> Location:
    """Return a place with the line that its parts make, or without parts where another line came without any."""
    if not parted and after.address != before.address:
        return replace(after, addresses=())
    if not after.addresses:
        return after
    first = next((one for one in after.addresses if one.address_type == PHYSICAL), after.addresses[0])
    return replace(after, address=first.line)


def faults_of_places(locations: Sequence[Location]) -> Iterator[Fault]:
    """Yield what is wrong with places by themselves."""
    for number, location in enumerate(locations):
        if (location.latitude is None) != (location.longitude is None):
            yield Fault(f"locations.{number}", "half_a_point")
        for name in PARTS:
            if parts := getattr(location, name):
                yield from faults_within(parts, f"locations.{number}.{name}")
