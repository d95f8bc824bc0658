"""Decide what an organization's record may become. Pure: takes state, actor and time, returns state and events.

::

    (nothing) ──register──▶ active ◀──change──▶ inactive ──remove──▶ (nothing, and a tombstone)

An organization that closed becomes ``inactive`` and stays; one that should never have been registered is removed. A
change that changes nothing returns the state as it was and no event.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.registry.faults import Fault, Refused, refuse

ACTIVE = "active"
INACTIVE = "inactive"

OWN_FIELDS = frozenset(
    {
        "alternate_name",
        "description",
        "email",
        "website",
        "phones",
        "languages",
        "members_count",
        "capabilities",
        "locations",
    }
)
"""What an association may change of its own record; the rest is the directorate's."""

RESTRICTED: Mapping[str, frozenset[str]] = {"association": OWN_FIELDS}
"""What a role may change, for the roles that may not change everything."""


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
    """Say what an organization can do, and for how many ``unit`` at once; None where it states none."""

    subject: str
    capacity: int | None = None
    unit: str = "families"


@dataclass(frozen=True, slots=True)
class Location:
    """Hold one place. ``area`` is empty where nobody knows it."""

    id: str
    name: str = ""
    address: str = ""
    latitude: float | None = None
    longitude: float | None = None
    area: str = ""

    @property
    def point(self) -> tuple[float, float] | None:
        """Return longitude and latitude, or None where nobody has found the place."""
        if self.latitude is None or self.longitude is None:
            return None
        return (self.longitude, self.latitude)


@dataclass(frozen=True, slots=True)
class Organization:
    """Hold the whole record of one organization.

    ``areas`` is the path to ``area`` from the country down. ``external_ids`` are the keys of the ids it bears in the
    lists that it was imported from; they match rows and are shown to nobody.
    """

    id: str
    name: str
    last_modified: datetime
    version: int = 1
    alternate_name: str = ""
    organization_type: str = "community"
    description: str = ""
    email: str = ""
    website: str = ""
    phones: tuple[Phone, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    languages: tuple[str, ...] = ()
    year_incorporated: int | None = None
    members_count: int | None = None
    international_cooperation: bool = False
    cooperation_partner: str = ""
    capabilities: tuple[Capability, ...] = ()
    locations: tuple[Location, ...] = ()
    area: str = ""
    areas: tuple[str, ...] = ()
    status: str = ACTIVE
    external_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OrganizationRegistered:
    """Say that an organization came onto the register."""

    organization: Organization


@dataclass(frozen=True, slots=True)
class OrganizationChanged:
    """Say that a record changed, and in which fields."""

    organization: Organization
    changed: frozenset[str]


@dataclass(frozen=True, slots=True)
class OrganizationRemoved:
    """Say that a record was taken off; ``version`` is higher than any it had."""

    id: str
    version: int


DomainEvent = OrganizationRegistered | OrganizationChanged | OrganizationRemoved
Fields = Mapping[str, Any]
"""Values to set, by the names of :class:`Organization`'s attributes."""


def register(
    organization_id: str, fields: Fields, *, at: datetime, within: str = ""
) -> tuple[Organization, tuple[DomainEvent, ...]]:
    """Return a new organization at version 1 and its event.

    ``within`` is the area that the actor is bound to, or empty. Raises :class:`services.registry.faults.Refused`.
    """
    organization = Organization(id=organization_id, last_modified=at, **fields)
    refuse([*faults_of(organization), *_outside(organization, within)])
    return organization, (OrganizationRegistered(organization),)


def change(
    organization: Organization, fields: Fields, *, role: str, at: datetime, within: str = ""
) -> tuple[Organization, tuple[DomainEvent, ...]]:
    """Return the organization with the fields set, at the next version, and its event; or as it was and none.

    Only what really differs counts as changed, and must be the role's to change; the record must lie within the area
    that the actor is bound to, before and after. Raises :class:`Refused`.
    """
    refuse(_outside(organization, within))
    changed = {name: value for name, value in fields.items() if getattr(organization, name) != value}
    if not changed:
        return organization, ()
    new = replace(organization, **changed, version=organization.version + 1, last_modified=at)
    refuse([*_forbidden(role, changed.keys()), *faults_of(new), *_outside(new, within)])
    return new, (OrganizationChanged(new, frozenset(changed)),)


def remove(organization: Organization) -> tuple[DomainEvent, ...]:
    """Return the event that ends a record."""
    return (OrganizationRemoved(organization.id, organization.version + 1),)


def faults_of(organization: Organization) -> Iterator[Fault]:
    """Yield what is wrong with a record as a whole, whoever made it so."""
    if not organization.name:
        yield Fault("name", "required")
    for number, location in enumerate(organization.locations):
        if (location.latitude is None) != (location.longitude is None):
            yield Fault(f"locations.{number}", "half_a_point")
    yield from _repeated("capabilities", [capability.subject for capability in organization.capabilities])
    yield from _repeated("identifiers", organization.identifiers)
    yield from _repeated("locations", [location.id for location in organization.locations])
    if organization.cooperation_partner and not organization.international_cooperation:
        yield Fault("cooperation_partner", "partner_without_cooperation", organization.cooperation_partner)


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


def _forbidden(role: str, names: Iterable[str]) -> Iterator[Fault]:
    allowed = RESTRICTED.get(role)
    if allowed is not None:
        yield from (Fault(name, "not_yours") for name in sorted(names) if name not in allowed and name != "areas")


def _outside(organization: Organization, within: str) -> Iterator[Fault]:
    if within and within not in organization.areas:
        yield Fault("area", "outside_area", organization.area)


def _repeated(field: str, values: Sequence[Any]) -> Iterator[Fault]:
    seen = set()
    for number, value in enumerate(values):
        if value in seen:
            yield Fault(f"{field}.{number}", "repeated")
        seen.add(value)
