"""Note in the history what became of organizations and services, in the transaction that does it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from chassis.work import Unit
from services.registry.history.domain import Entry, Stamp, changed, removed
from services.registry.history.schemas import differing
from services.registry.history.store import HistoryStore
from services.registry.organizations import domain as organizations
from services.registry.organizations import schemas as of_organizations
from services.registry.services import domain as services
from services.registry.services import schemas as of_services

ORGANIZATION = "organization"
SERVICE = "service"

Events = Iterable[organizations.DomainEvent | services.DomainEvent]


def note(history: HistoryStore, events: Events, stamp: Stamp, unit: Unit) -> None:
    """Write the entries of events in one bulk write; those of new records need none."""
    history.add(_entries(events, stamp), unit.session)


def _entries(events: Events, stamp: Stamp) -> Iterator[Entry]:
    for event in events:
        match event:
            case organizations.OrganizationChanged(new, _, old):
                differ = differing(old, new, of_organizations.PUBLIC, of_organizations.as_json)
                yield changed(ORGANIZATION, new.id, new.version, differ, stamp)
            case organizations.OrganizationRemoved(id_, version, registered):
                yield from removed(ORGANIZATION, id_, version, registered, stamp)
            case services.ServiceChanged(new, _, old):
                differ = differing(old, new, of_services.PUBLIC, of_services.as_json)
                yield changed(SERVICE, new.id, new.version, differ, stamp)
            case services.ServiceRemoved(id_, version, registered):
                yield from removed(SERVICE, id_, version, registered, stamp)
