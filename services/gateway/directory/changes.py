"""Gather what events, or pages of a rebuild, say of the directory's records: the newest state of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from contracts.envelope import Event
from contracts.referrals import FAMILY_CHANGED, NEED_CHANGED, REFERRAL_CHANGED
from contracts.registry import AREA_CHANGED, ORGANIZATION_CHANGED, SERVICE_CHANGED, TERM_CHANGED
from services.gateway.directory import documents

ORGANIZATIONS, SERVICES, AREAS, TERMS, REFERRALS = "organizations", "services", "areas", "terms", "referrals"
FAMILIES, NEEDS = "families", "needs"
KIND_OF_EVENT = {
    ORGANIZATION_CHANGED.type: ORGANIZATIONS,
    SERVICE_CHANGED.type: SERVICES,
    AREA_CHANGED.type: AREAS,
    TERM_CHANGED.type: TERMS,
    REFERRAL_CHANGED.type: REFERRALS,
    FAMILY_CHANGED.type: FAMILIES,
    NEED_CHANGED.type: NEEDS,
}


@dataclass(frozen=True, slots=True)
class State:
    """Hold one record at one version; ``record`` is None where it was removed.

    ``told`` is what :func:`.documents.of_record` says of an organization's, where that was worked out beforehand.
    """

    version: int
    record: dict[str, Any] | None
    told: dict[str, Any] | None = field(default=None, compare=False)


@dataclass(slots=True)
class Changes:
    """Hold the newest state of each record, by kind and id."""

    organizations: dict[str, State] = field(default_factory=dict)
    services: dict[str, State] = field(default_factory=dict)
    areas: dict[str, State] = field(default_factory=dict)
    terms: dict[str, State] = field(default_factory=dict)
    referrals: dict[str, State] = field(default_factory=dict)
    families: dict[str, State] = field(default_factory=dict)
    needs: dict[str, State] = field(default_factory=dict)

    def tell(self) -> None:
        """Work out beforehand what is told of organizations."""
        for id_, state in self.organizations.items():
            if state.record is not None:
                self.organizations[id_] = replace(state, told=documents.of_record(state.record))

    def add(self, kind: str, version: int, record: dict[str, Any]) -> None:
        """Take a record's state, unless a newer one is held already."""
        states: dict[str, State] = getattr(self, kind)
        held = states.get(record["id"])
        if held is None or held.version < version:
            if kind == FAMILIES and held and held.record:
                record = {**held.record, **record}  # an older replica tells of no area: it is that of before
            states[record["id"]] = State(version, None if record.get("removed") else record)


def of_events(events: Iterable[Event]) -> Changes:
    """Return what events say, in whatever order they came."""
    changes = Changes()
    for event in events:
        changes.add(KIND_OF_EVENT[event.type], event.subjectversion, event.payload)
    return changes


def of_page(kind: str, records: Iterable[dict[str, Any]]) -> Changes:
    """Return what a page of whole records says."""
    changes = Changes()
    for record in records:
        changes.add(kind, record["version"], record)
    return changes
