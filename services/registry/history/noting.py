"""Note in the history what became of records of each kind, in the transaction that does it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from chassis.work import Unit
from services.registry.areas import domain as areas
from services.registry.areas import schemas as of_areas
from services.registry.history.domain import (
    AREA,
    ERASER,
    ORGANIZATION,
    SERVICE,
    TERM,
    Entry,
    Stamp,
    changed,
    removed,
)
from services.registry.history.schemas import differing, said
from services.registry.history.store import HistoryStore
from services.registry.organizations import domain as organizations
from services.registry.organizations import schemas as of_organizations
from services.registry.services import domain as services
from services.registry.services import schemas as of_services
from services.registry.taxonomies import domain as terms
from services.registry.taxonomies import schemas as of_terms

Events = Iterable[organizations.DomainEvent | services.DomainEvent | areas.AreaPut | terms.TermPut]

TOLD: Mapping[str, tuple[tuple[str, ...], Callable[[Any], Any]]] = {
    ORGANIZATION: (of_organizations.PUBLIC, of_organizations.as_json),
    SERVICE: (of_services.PUBLIC, of_services.as_json),
    AREA: (of_areas.PUBLIC, of_areas.as_told),
    TERM: (of_terms.PUBLIC, lambda value: value),
}
"""Of each kind the fields that are told, and what makes their values plain."""


def note(history: HistoryStore, events: Events, stamp: Stamp, unit: Unit) -> None:
    """Write the entries of events in one bulk write; those of new records need none."""
    history.add(_entries(events, stamp, erase=unit.actor.role == ERASER), unit.session)


def _entries(events: Events, stamp: Stamp, *, erase: bool) -> Iterator[Entry]:
    for event in events:
        match event:
            case organizations.OrganizationChanged(new, _, old):
                yield _changed(ORGANIZATION, old, new, stamp)
            case services.ServiceChanged(new, _, old):
                yield _changed(SERVICE, old, new, stamp)
            case areas.AreaPut(area, areas.Area() as before):
                yield _changed(AREA, before, area, stamp)
            case terms.TermPut(term, terms.Term() as before):
                yield _changed(TERM, before, term, stamp)
            case organizations.OrganizationRemoved(_, version, old):
                yield from _removed(ORGANIZATION, old, version, stamp, owner="" if erase else old.id)
            case services.ServiceRemoved(_, version, old):
                yield from _removed(SERVICE, old, version, stamp, owner="" if erase else old.organization_id)


def _changed(kind: str, old: Any, new: Any, stamp: Stamp) -> Entry:
    return changed(kind, new.id, new.version, differing(old, new, *TOLD[kind]), stamp)


def _removed(kind: str, old: Any, version: int, stamp: Stamp, *, owner: str) -> Iterator[Entry]:
    last = said(old, *TOLD[kind]) if owner else {}
    return removed(kind, old.id, version, old.registered, stamp, said=last, owner=owner)
