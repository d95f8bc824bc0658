"""Plan what a batch of imported rows does to services. Pure: takes what is known, returns what is to be written.

A row speaks of the service that bears its id in the list it comes from, which is the register's own where the list was
written from here; or else of the one of its name, folded, in its organization, unless that is known by another id of
the same list. A row that speaks of a service of which an earlier row of the same import has spoken is rejected, as with
organizations.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from contracts.registry import SERVICES_MOST
from services.registry.faults import Fault, Refused, refuse
from services.registry.history.domain import Stamp
from services.registry.organizations.batch import result
from services.registry.organizations.matching import external_key
from services.registry.services.domain import (
    DomainEvent,
    Home,
    Service,
    ServiceRegistered,
    change,
    name_key,
    register,
)
from services.registry.services.intake import Draft, read
from services.registry.services.schemas import load_row, oversized
from services.registry.taxonomies.domain import NO_TERMS
from services.registry.taxonomies.domain import Known as KnownTerms


@dataclass(frozen=True, slots=True)
class Row:
    """Hold one row as read: its number, whose service it is, the draft with its faults, and what it is matched by.

    ``own`` is what may be the register's own id of it.
    """

    number: int
    organization_id: str
    draft: Draft
    external: str
    named: str
    own: str = ""


@dataclass(frozen=True, slots=True)
class Importer:
    """Say who imports, and when: role, the time, how ids are made, and the stamp that a new record bears."""

    role: str
    at: datetime
    new_id: Callable[[], str]
    stamp: Stamp | None = None


class Known:
    """Hold the services that a batch of rows may speak of, and find the one that each does."""

    def __init__(self, services: Iterable[Service] = ()) -> None:
        """Take what the store has found by the rows' keys and names."""
        self._by_id: dict[str, Service] = {}
        self._bearers: defaultdict[str, set[str]] = defaultdict(set)
        for service in services:
            self.put(service)

    def put(self, service: Service) -> None:
        """Add a service, or replace what it was."""
        self._by_id[service.id] = service
        for key in (*service.external_ids, _named(service)):
            self._bearers[key].add(service.id)

    def match(self, row: Row) -> Service | None:
        """Return the service that a row means, or None. Raises :class:`Refused` with ``ambiguous_match``."""
        sure = self._sure(row)
        found = sure or [one for one in self._bearing(row.named) if _named(one) == row.named and not _another(one, row)]
        if len(found) > 1 or any(one.organization_id != row.organization_id for one in found):
            raise Refused([Fault("", "ambiguous_match", ", ".join(one.id for one in found))])
        return found[0] if found else None

    def _sure(self, row: Row) -> list[Service]:
        ids = {row.own} & self._by_id.keys() | (self._bearers.get(row.external, set()) if row.external else set())
        return [self._by_id[one] for one in sorted(ids)]

    def _bearing(self, key: str) -> list[Service]:
        return [self._by_id[one] for one in sorted(self._bearers.get(key, ()))]


@dataclass
class Plan:
    """Collect what a batch does.

    ``homes`` are the organizations within the importer's reach, ``counts`` how many services each has. ``claims`` says
    which row was the first to speak of a service; ``earlier`` says so for the batches before.
    """

    homes: Mapping[str, Home]
    counts: Counter[str]
    importer: Importer
    earlier: Mapping[str, int]
    known: Known
    results: list[dict[str, Any]] = field(default_factory=list)
    events: list[DomainEvent] = field(default_factory=list)
    created: dict[str, Service] = field(default_factory=dict)
    updated: dict[str, Service] = field(default_factory=dict)
    claims: dict[str, int] = field(default_factory=dict)

    def take(self, row: Row) -> None:
        """Plan one row, and note its result."""
        try:
            refuse(row.draft.faults)
            home = self._home(row)
            old = self.known.match(row)
            self._claim(row, old)
            self._put(row, home, old)
        except Refused as refused:
            self.results.append(result(row.number, "rejected", faults=refused.faults))

    def _home(self, row: Row) -> Home:
        if row.organization_id not in self.homes:
            raise Refused([Fault("organization_id", "unknown_organization", row.organization_id)])
        return self.homes[row.organization_id]

    def _claim(self, row: Row, old: Service | None) -> None:
        """Claim what a row speaks of, also where it is refused for it."""
        names = claims_of([row.external, old.id if old else ""])
        spoken = {self.earlier.get(name) or self.claims.setdefault(name, row.number) for name in names} - {row.number}
        if spoken:
            raise Refused([Fault("", "duplicate_row", str(min(spoken)))])

    def _put(self, row: Row, home: Home, old: Service | None) -> None:
        new, events = self._register(row, home) if old is None else self._change(row, home, old)
        refuse(oversized(new))
        if old is None:
            self.created[new.id] = new
            self.counts[home.id] += 1
        elif events:
            self.updated[new.id] = new
        self.known.put(new)
        claimed = [name for name in claims_of([new.id]) if name not in self.earlier]  # by this very row, put once more
        self.claims |= dict.fromkeys(claimed, row.number)
        self.events.extend(events)
        outcome = "created" if old is None else "updated" if events else "unchanged"
        self.results.append(result(row.number, outcome, new.id, row.draft.left))

    def _register(self, row: Row, home: Home) -> tuple[Service, tuple[DomainEvent, ...]]:
        if self.counts[home.id] >= SERVICES_MOST:
            raise Refused([Fault("organization_id", "too_many", home.id)])
        service_id = self.importer.new_id()
        drafted = row.draft.fields_of(service_id, None, self.importer.at)
        fields = {**drafted, "registered": self.importer.stamp}
        if row.external:
            fields["external_ids"] = (row.external,)
        return register(service_id, home, fields, role=self.importer.role, at=self.importer.at)

    def _change(self, row: Row, home: Home, old: Service) -> tuple[Service, tuple[DomainEvent, ...]]:
        fields = dict(row.draft.fields_of(old.id, old, self.importer.at))
        if row.external and row.own != old.id and row.external not in old.external_ids:
            fields["external_ids"] = (*old.external_ids, row.external)
        return change(old, home, fields, role=self.importer.role, at=self.importer.at)


def read_row(
    given: Mapping[str, Any],
    *,
    source: str,
    country: str,
    own_ids: bool = False,
    unordered: bool = False,
    terms: KnownTerms = NO_TERMS,
) -> Row:
    """Return a row of a request, read. What is wrong with it is in its draft's faults.

    With ``own_ids`` the list was written from this register: the id that a row bears may be a record's own. In an
    ``unordered`` one the order of parts says nothing.
    """
    fields, faults = load_row(given["service"])
    external_id = " ".join(fields.pop("external_id", "").split())
    organization_id = fields.pop("organization_id", "")
    draft = read(fields, country=country, terms=terms, of_list=True)
    draft.faults[:0], draft.unordered = faults, unordered
    external = external_key(source, external_id) if external_id else ""
    named = name_key(organization_id, draft.given.get("name", ""))
    return Row(given["row"], organization_id, draft, external, named, external_id if own_ids else "")


def plan(
    rows: Sequence[Row],
    known: Iterable[Service],
    *,
    homes: Mapping[str, Home],
    counts: Mapping[str, int],
    importer: Importer,
    earlier: Mapping[str, int],
) -> Plan:
    """Return what the rows do, with results in their order. Rows with an id go first: they say which one is meant."""
    made = Plan(homes, Counter(counts), importer, earlier, Known(known))
    for row in sorted(rows, key=lambda row: not row.external):
        made.take(row)
    place = {row.number: number for number, row in enumerate(rows)}
    made.results.sort(key=lambda one: place[one["row"]])
    return made


def tried(made: Plan) -> list[dict[str, Any]]:
    """Return the results of a dry run: what would be created has no id."""
    new = {event.service.id for event in made.events if isinstance(event, ServiceRegistered)}
    return [one | {"id": ""} if one["id"] in new else one for one in made.results]


def claims_of(names: Iterable[str]) -> list[str]:
    """Return by which names services are claimed: an import may bring organizations of the same ids."""
    return [f"service:{name}" for name in names if name]


def _named(service: Service) -> str:
    return name_key(service.organization_id, service.name)


def _another(service: Service, row: Row) -> bool:
    """Tell whether a service bears another id of the row's list."""
    return bool(row.external) and any(_list_of(one) == _list_of(row.external) for one in service.external_ids)


def _list_of(external: str) -> list[str]:
    return external.split(":", 2)[:2]
