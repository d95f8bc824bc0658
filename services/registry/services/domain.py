"""Decide what a service's record may become. Pure: takes state, actor and time, returns state and events.

::

    (nothing) ──register──▶ active ⇄ inactive ⇄ temporarily closed ⇄ defunct ──remove──▶ (nothing, and a tombstone)
                                     any to any, by change

A service is its organization's: it lies in the same areas, is given at its places, and goes when it goes. So a service
also changes when its organization moves or gives up a place (:func:`follow`). A change that changes nothing returns the
state as it was and no event.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from contracts.text import fold
from services.registry.faults import Fault, refuse
from services.registry.history.domain import Stamp
from services.registry.services.parts import (
    PARTS,
    Attribute,
    Contact,
    CostOption,
    Funding,
    Language,
    Number,
    Phone,
    RequiredDocument,
    Schedule,
    ServiceArea,
    ServiceAtLocation,
    ServiceCapacity,
    Url,
)
from services.registry.services.rules import backwards, faults_within, repeated

ACTIVE = "active"
TOMORROW = timedelta(days=1)  # a day may have begun at a place that is east of UTC

RESTRICTED: Mapping[str, frozenset[str]] = {"association": frozenset({"assured_date", "assurer_email"})}
"""What a role may not change: an association does not vouch for itself."""


@dataclass(frozen=True, slots=True)
class Home:
    """Hold what an organization is to its services."""

    id: str
    area: str = ""
    areas: tuple[str, ...] = ()
    locations: frozenset[str] = frozenset()
    programs: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Service:
    """Hold the whole record of one service.

    ``area`` and ``areas`` are its organization's. ``terms`` are codes of the node's own terms below its subjects.
    ``external_ids`` are the keys of the ids it bears in the lists that it was imported from; they match rows and are
    shown to nobody. ``registered`` says how its first version came, and is None for one that is older than such stamps.
    """

    id: str
    organization_id: str
    name: str
    last_modified: datetime
    version: int = 1
    area: str = ""
    areas: tuple[str, ...] = ()
    program_id: str = ""
    alternate_name: str = ""
    description: str = ""
    status: str = ACTIVE
    subjects: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    url: str = ""
    additional_urls: tuple[Url, ...] = ()
    email: str = ""
    interpretation_services: str = ""
    application_process: str = ""
    fees_description: str = ""
    eligibility_description: str = ""
    minimum_age: Number | None = None
    maximum_age: Number | None = None
    assured_date: str = ""
    assurer_email: str = ""
    licenses: str = ""
    accreditations: str = ""
    alert: str = ""
    wait_time: str = ""
    phones: tuple[Phone, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    service_areas: tuple[ServiceArea, ...] = ()
    service_at_locations: tuple[ServiceAtLocation, ...] = ()
    languages: tuple[Language, ...] = ()
    funding: tuple[Funding, ...] = ()
    cost_options: tuple[CostOption, ...] = ()
    required_documents: tuple[RequiredDocument, ...] = ()
    contacts: tuple[Contact, ...] = ()
    capacities: tuple[ServiceCapacity, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    external_ids: tuple[str, ...] = ()
    registered: Stamp | None = None


@dataclass(frozen=True, slots=True)
class ServiceRegistered:
    """Say that a service came onto the register."""

    service: Service


@dataclass(frozen=True, slots=True)
class ServiceChanged:
    """Say that a record changed, in which fields, and what it was before."""

    service: Service
    changed: frozenset[str]
    before: Service


@dataclass(frozen=True, slots=True)
class ServiceRemoved:
    """Say that a record was taken off, and what it was; ``version`` is higher than any it had."""

    id: str
    version: int
    before: Service


DomainEvent = ServiceRegistered | ServiceChanged | ServiceRemoved
Fields = Mapping[str, Any]
"""Values to set, by the names of :class:`Service`'s attributes."""


def register(
    service_id: str, home: Home, fields: Fields, *, role: str, at: datetime
) -> tuple[Service, tuple[DomainEvent, ...]]:
    """Return a new service at version 1 and its event. Raises :class:`services.registry.faults.Refused`."""
    where = {"organization_id": home.id, "area": home.area, "areas": home.areas}
    service = Service(id=service_id, last_modified=at, **{"name": "", **fields, **where})
    given = (name for name, value in fields.items() if value)
    refuse([*_forbidden(role, given), *faults_of(service, home)])
    return service, (ServiceRegistered(service),)


def change(
    service: Service, home: Home, fields: Fields, *, role: str, at: datetime
) -> tuple[Service, tuple[DomainEvent, ...]]:
    """Return the service with the fields set, at the next version, and its event; or as it was and none.

    Only what really differs counts as changed, and must be the role's to change. Raises :class:`Refused`.
    """
    new, events = _changed(service, fields, at)
    if events:
        refuse([*_forbidden(role, events[0].changed), *faults_of(new, home)])
    return new, events


def follow(service: Service, home: Home, *, at: datetime) -> tuple[Service, tuple[DomainEvent, ...]]:
    """Return the service after a change of its organization: in its areas, no more at places that it gave up.

    Nor does it belong to a programme that it gave up.
    """
    kept = tuple(one for one in service.service_at_locations if one.location_id in home.locations)
    program = service.program_id if service.program_id in home.programs else ""
    where = {"area": home.area, "areas": home.areas, "service_at_locations": kept, "program_id": program}
    return _changed(service, where, at)


def remove(service: Service) -> tuple[DomainEvent, ...]:
    """Return the event that ends a record."""
    return (ServiceRemoved(service.id, service.version + 1, service),)


def name_key(organization_id: str, name: str) -> str:
    """Return the key of a name in an organization: differences of spelling do not count."""
    return f"{organization_id}:{fold(name)}"


def faults_of(service: Service, home: Home) -> Iterator[Fault]:
    """Yield what is wrong with a record as a whole, whoever made it so."""
    if not service.name:
        yield Fault("name", "required")
    yield from backwards("minimum_age", "maximum_age", service, "below_minimum")
    if service.assured_date > (service.last_modified + TOMORROW).date().isoformat():
        yield Fault("assured_date", "in_the_future", service.assured_date)
    if service.program_id and service.program_id not in home.programs:
        yield Fault("program_id", "no_such_program", service.program_id)
    for name in PARTS:
        yield from faults_within(getattr(service, name), name)
    yield from _misplaced(service, home)


def _misplaced(service: Service, home: Home) -> Iterator[Fault]:
    places = service.service_at_locations
    yield from repeated("service_at_locations", "location_id", places)
    for number, place in enumerate(places):
        if place.location_id not in home.locations:
            yield Fault(f"service_at_locations.{number}.location_id", "no_such_location", place.location_id)


def _changed(service: Service, fields: Fields, at: datetime) -> tuple[Service, tuple[ServiceChanged, ...]]:
    changed = {name: value for name, value in fields.items() if getattr(service, name) != value}
    if not changed:
        return service, ()
    new = replace(service, **changed, version=service.version + 1, last_modified=at)
    return new, (ServiceChanged(new, frozenset(changed), service),)


def _forbidden(role: str, names: Iterable[str]) -> Iterator[Fault]:
    denied = RESTRICTED.get(role, frozenset())
    yield from (Fault(name, "not_yours") for name in sorted(names) if name in denied)
