"""Decide what an organization's record may become. Pure: takes state, actor and time, returns state and events.

::

    (nothing) ──register──▶ active ◀──change──▶ inactive ──remove──▶ (nothing, and a tombstone)

An organization that closed becomes ``inactive`` and stays; one that should never have been registered is removed. A
change that changes nothing returns the state as it was and no event.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from services.registry.faults import Fault, refuse
from services.registry.history.domain import Stamp
from services.registry.organizations.parts import (
    HSDS_PARTS,
    Accreditation,
    Capability,
    Cooperation,
    Fields,
    Identifier,
    Members,
    Phone,
    backwards,
    current,
    repeated,
)
from services.registry.organizations.places import Location, dated, faults_of_places
from services.registry.services.parts import Attribute, Contact, Funding, Program, Url
from services.registry.services.rules import faults_within

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
        "members_by_year",
        "capabilities",
        "locations",
        "additional_websites",
        "contacts",
        "programs",
        "funding",
        "logo",
    }
)
"""What an association may change of its own record; the rest is the directorate's."""

RESTRICTED: Mapping[str, frozenset[str]] = {"association": OWN_FIELDS}
"""What a role may change, for the roles that may not change everything."""


@dataclass(frozen=True, slots=True)
class Organization:
    """Hold the whole record of one organization.

    ``areas`` is the path to ``area`` from the country down. ``external_ids`` are the keys of the ids it bears in the
    lists that it was imported from; they match rows and are shown to nobody. ``registered`` says how its first version
    came, and is None for one that is older than such stamps.
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
    cooperations: tuple[Cooperation, ...] = ()
    accreditations: tuple[Accreditation, ...] = ()
    members_by_year: tuple[Members, ...] = ()
    parent_organization_id: str = ""
    member_of: tuple[str, ...] = ()
    capabilities: tuple[Capability, ...] = ()
    locations: tuple[Location, ...] = ()
    area: str = ""
    areas: tuple[str, ...] = ()
    status: str = ACTIVE
    status_since: str = ""
    legal_status: str = ""
    tax_status: str = ""
    assured_date: str = ""
    assurer_email: str = ""
    additional_websites: tuple[Url, ...] = ()
    contacts: tuple[Contact, ...] = ()
    programs: tuple[Program, ...] = ()
    funding: tuple[Funding, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    logo: str = ""
    uri: str = ""
    external_ids: tuple[str, ...] = ()
    registered: Stamp | None = None

    @property
    def belongs_to(self) -> tuple[str, ...]:
        """Return the ids of the organizations that it is a part or a member of."""
        return tuple(filter(None, (self.parent_organization_id, *self.member_of)))


@dataclass(frozen=True, slots=True)
class OrganizationRegistered:
    """Say that an organization came onto the register."""

    organization: Organization


@dataclass(frozen=True, slots=True)
class OrganizationChanged:
    """Say that a record changed, in which fields, and what it was before."""

    organization: Organization
    changed: frozenset[str]
    before: Organization


@dataclass(frozen=True, slots=True)
class OrganizationRemoved:
    """Say that a record was taken off, and what it was; ``version`` is higher than any it had."""

    id: str
    version: int
    before: Organization


DomainEvent = OrganizationRegistered | OrganizationChanged | OrganizationRemoved


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
    since = {"status_since": at.date().isoformat()} if "status" in changed else {}
    if "locations" in changed:
        changed["locations"] = dated(organization.locations, changed["locations"], at)
    new = replace(organization, **{**since, **changed}, version=organization.version + 1, last_modified=at)
    refuse([*_forbidden(role, changed.keys()), *faults_of(new), *_outside(new, within)])
    return new, (OrganizationChanged(new, frozenset(changed), organization),)


def remove(organization: Organization) -> tuple[DomainEvent, ...]:
    """Return the event that ends a record."""
    return (OrganizationRemoved(organization.id, organization.version + 1, organization),)


def faults_of(organization: Organization) -> Iterator[Fault]:
    """Yield what is wrong with a record as a whole, whoever made it so."""
    if not organization.name:
        yield Fault("name", "required")
    yield from faults_of_places(organization.locations)
    yield from repeated("capabilities", [capability.subject for capability in organization.capabilities])
    yield from repeated("identifiers", [one.name for one in organization.identifiers])
    yield from repeated("locations", [location.id for location in organization.locations])
    for name in HSDS_PARTS:
        yield from faults_within(getattr(organization, name), name)
    yield from _standing_faults(organization)


def _standing_faults(organization: Organization) -> Iterator[Fault]:
    """Yield what is wrong with how it stands among others."""
    yield from repeated("cooperations", [one.partner for one in organization.cooperations])
    yield from repeated("members_by_year", [one.year for one in organization.members_by_year])
    yield from repeated("member_of", organization.member_of)
    yield from backwards("cooperations", organization.cooperations)
    yield from backwards("accreditations", organization.accreditations)
    if organization.parent_organization_id == organization.id:
        yield Fault("parent_organization_id", "names_itself", organization.id)
    if organization.id in organization.member_of:
        yield Fault(f"member_of.{organization.member_of.index(organization.id)}", "names_itself", organization.id)
    day = organization.last_modified.date().isoformat()
    going_on = [one for one in organization.cooperations if current(one, day)]
    if going_on and not organization.international_cooperation:
        yield Fault("cooperations", "partner_without_cooperation", going_on[0].partner)


def unknown(organization: Organization, known: Collection[str]) -> Iterator[Fault]:
    """Yield a fault for each organization that it belongs to and that is none of those known."""
    named = {"parent_organization_id": organization.parent_organization_id}
    named |= {f"member_of.{number}": id_ for number, id_ in enumerate(organization.member_of)}
    yield from (Fault(field, "no_such_organization", id_) for field, id_ in named.items() if id_ and id_ not in known)


def _forbidden(role: str, names: Iterable[str]) -> Iterator[Fault]:
    allowed = RESTRICTED.get(role)
    if allowed is not None:
        yield from (Fault(name, "not_yours") for name in sorted(names) if name not in allowed and name != "areas")


def _outside(organization: Organization, within: str) -> Iterator[Fault]:
    if within and within not in organization.areas:
        yield Fault("area", "outside_area", organization.area)
