"""Let services go with their organization, in its own transaction: where it moves, gives up a place, or is removed.

Whoever changes a service holds its organization meanwhile (:meth:`OrganizationStore.hold`), so none comes to be at a
place, or of an organization, that goes in the same moment.
"""

from __future__ import annotations

from collections.abc import Iterable

from chassis.work import Unit
from services.registry.organizations import domain as organizations
from services.registry.organizations.domain import Organization
from services.registry.services.domain import DomainEvent, Home, Service, follow, remove
from services.registry.services.store import ServiceStore
from services.registry.services.telling import publish

FELT = frozenset({"area", "areas", "locations", "programs"})
"""What of an organization its services bear."""


def home_of(organization: Organization) -> Home:
    """Return what an organization is to its services."""
    places = frozenset(location.id for location in organization.locations)
    programs = frozenset(program.id for program in organization.programs)
    return Home(organization.id, organization.area, organization.areas, places, programs)


def take_along(store: ServiceStore, events: Iterable[organizations.DomainEvent], unit: Unit) -> list[DomainEvent]:
    """Change and remove the services of organizations that were changed and removed; return what became of them."""
    moved: dict[str, Home] = {}
    gone: set[str] = set()
    for event in events:
        match event:
            case organizations.OrganizationChanged(organization, changed, _) if changed & FELT:
                moved[organization.id] = home_of(organization)
            case organizations.OrganizationRemoved(organization_id):
                gone.add(organization_id)
    return _follow(store, moved, gone, unit) if moved or gone else []


def _follow(store: ServiceStore, moved: dict[str, Home], gone: set[str], unit: Unit) -> list[DomainEvent]:
    updated: list[Service] = []
    removed: list[Service] = []
    told: list[DomainEvent] = []
    for service in store.of({*moved, *gone}, unit.session):
        if service.organization_id in gone:
            removed.append(service)
            told += remove(service)
            continue
        new, events = follow(service, moved[service.organization_id], at=unit.now)
        if events:
            updated.append(new)
            told += events
    store.write(unit.session, updated=updated, removed=removed)
    publish(unit, told, "organization")
    return told
