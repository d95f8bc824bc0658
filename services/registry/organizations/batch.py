"""Plan what a batch of imported rows does to the register. Pure: takes what is known, returns what is to be written.

A row that speaks of an organization of which an earlier row of the same import has spoken is rejected: were the later
one to win, the same file put twice would change the register twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.registry.areas.tree import Tree
from services.registry.faults import Fault, Refused, refuse
from services.registry.history.domain import Stamp
from services.registry.organizations.domain import (
    DomainEvent,
    Fields,
    Organization,
    OrganizationRegistered,
    change,
    register,
)
from services.registry.organizations.intake import Draft, read
from services.registry.organizations.listed import Listing
from services.registry.organizations.matching import Keys, Known, external_key, keys_of, keys_of_organization
from services.registry.organizations.schemas import load_row, oversized
from services.registry.problems import row_problems
from services.registry.steady import steady
from services.registry.taxonomies.domain import NO_TERMS
from services.registry.taxonomies.domain import Known as KnownTerms


@dataclass(frozen=True, slots=True)
class Row:
    """Hold one row as read: its number, the draft with its faults, and what it is matched by.

    Of an ``unordered`` one the order of parts says nothing.
    """

    number: int
    draft: Draft
    external: str
    keys: Keys
    unordered: bool = False


@dataclass(frozen=True, slots=True)
class Importer:
    """Say who imports, and when: role, the area that the actor is bound to, the time, and how ids are made.

    ``stamp`` is what a new record bears.
    """

    role: str
    within: str
    at: datetime
    new_id: Callable[[], str]
    stamp: Stamp | None = None


@dataclass
class Plan:
    """Collect what a batch does.

    ``claims`` says which row was the first to speak of an organization, by its id, and of the ids that rows bear;
    ``earlier`` says so for the batches before. ``borne`` are those ids by which an organization is found from now on.
    """

    known: Known
    tree: Tree
    importer: Importer
    earlier: Mapping[str, int]
    results: list[dict[str, Any]] = field(default_factory=list)
    events: list[DomainEvent] = field(default_factory=list)
    created: dict[str, Organization] = field(default_factory=dict)
    updated: dict[str, Organization] = field(default_factory=dict)
    claims: dict[str, int] = field(default_factory=dict)
    borne: set[str] = field(default_factory=set)

    @property
    def lasting(self) -> dict[str, int]:
        """Return the claims that later batches have to know: who bears an id that is borne claims the organization."""
        return {name: number for name, number in self.claims.items() if name not in self.borne}

    def take(self, row: Row) -> None:
        """Plan one row, and note its result."""
        try:
            refuse(row.draft.faults)
            old = self.known.match(row.keys)
            self._claim(row.number, (*row.keys.ids, *([old.id] if old else ())))
            self._put(row, old)
        except Refused as refused:
            self.results.append(result(row.number, "rejected", faults=refused.faults))

    def _claim(self, number: int, names: Sequence[str]) -> None:
        """Claim what a row speaks of, also where it is refused for it: else a third row could take what is left."""
        spoken = {self.earlier.get(name) or self.claims.setdefault(name, number) for name in names} - {number}
        if spoken:
            raise Refused([Fault("", "duplicate_row", str(min(spoken)))])

    def _put(self, row: Row, old: Organization | None) -> None:
        if old is None:
            outcome, new, events = "created", *self._register(row)  # no larger than the message of its row
            self.created[new.id] = new
        else:
            new, events = self._change(row, old)
            outcome = "updated" if events else "unchanged"
            if events:
                refuse(oversized(new))
                self.updated[new.id] = new
        self.known.put(new)
        self.borne.update(keys_of_organization(new).ids)
        if new.id not in self.earlier:  # as it is by this very row, where a batch is put again past its key's day
            self.claims[new.id] = row.number
        self.events.extend(events)
        told = result(row.number, outcome, new.id, [*row.draft.warnings, *row.draft.left])
        self.results.append(told | {"locations": row.draft.placed} if row.draft.placed else told)

    def _register(self, row: Row) -> tuple[Organization, tuple[DomainEvent, ...]]:
        organization_id = self.importer.new_id()
        fields = row.draft.fields_of(organization_id, None, self.tree, self.importer.within)
        external = {"external_ids": (row.external,)} if row.external else {}
        if "name" not in fields:
            raise Refused([Fault("name", "required")])
        fields = {**fields, **external, "registered": self.importer.stamp}
        return register(organization_id, fields, at=self.importer.at, within=self.importer.within)

    def _change(self, row: Row, old: Organization) -> tuple[Organization, tuple[DomainEvent, ...]]:
        external = "" if row.keys.own == old.id else row.external
        fields = _merged(row.draft.fields_of(old.id, old, self.tree), external, old)
        fields = steady(old, fields) if row.unordered else fields
        return change(old, fields, role=self.importer.role, at=self.importer.at, within=self.importer.within)


def read_row(
    given: Mapping[str, Any],
    *,
    source: str,
    country: str,
    tree: Tree,
    within: str,
    own_ids: bool = False,
    unordered: bool = False,
    terms: KnownTerms = NO_TERMS,
) -> Row:
    """Return a row of a request, read. What is wrong with it is in its draft's faults.

    With ``own_ids`` the list was written from this register: the id that a row bears may be a record's own. In an
    ``unordered`` one the order of parts says nothing.
    """
    fields, faults = load_row(given["organization"])
    external_id = " ".join(fields.pop("external_id", "").split())
    external = external_key(source, external_id) if external_id else ""
    listing = Listing(external_key(source, ""), own_ids, fields.pop("all_locations", False))
    draft = read(fields, country=country, tree=tree, terms=terms, of_list=True)
    draft.faults[:0], draft.listing = faults, listing
    keys = keys_of(
        draft.fields.get("name", ""),
        draft.area or within,
        draft.fields.get("identifiers", ()),
        (external,) if external else (),
        external_id if own_ids else "",
    )
    return Row(given["row"], draft, external, keys, unordered)


def plan(rows: Sequence[Row], known: Known, tree: Tree, importer: Importer, earlier: Mapping[str, int]) -> Plan:
    """Return what the rows do, with results in their order. ``earlier`` says what rows of earlier batches claimed.

    Rows that bear an id are taken before those that have only a name: they say for sure which organization is meant.
    """
    made = Plan(known, tree, importer, earlier)
    for row in sorted(rows, key=lambda row: not row.keys.ids):
        made.take(row)
    place = {row.number: number for number, row in enumerate(rows)}
    made.results.sort(key=lambda one: place[one["row"]])
    return made


def result(number: int, outcome: str, organization_id: str = "", faults: Sequence[Fault] = ()) -> dict[str, Any]:
    """Return what became of a row, as it is answered."""
    return {"row": number, "outcome": outcome, "id": organization_id, "problems": row_problems(faults)}


def tried(results: Sequence[dict[str, Any]], events: Sequence[DomainEvent]) -> list[dict[str, Any]]:
    """Return the results of a dry run: what would be created has no id."""
    made = {event.organization.id for event in events if isinstance(event, OrganizationRegistered)}
    return [one | {"id": ""} if one["id"] in made else one for one in results]


def _merged(fields: Fields, external: str, old: Organization) -> Fields:
    """Let a row add to the ids that an organization is known by: it speaks for one list, not for all of them."""
    merged = dict(fields)
    if external and external not in old.external_ids:
        merged["external_ids"] = (*old.external_ids, external)
    if "identifiers" in fields:
        merged["identifiers"] = (*_others(old, fields), *fields["identifiers"])
    return merged


def _others(old: Organization, fields: Fields) -> Iterator[Any]:
    """Yield the identifiers of schemes that the row says nothing of."""
    said = {identifier.identifier_scheme for identifier in fields["identifiers"]}
    return (identifier for identifier in old.identifiers if identifier.identifier_scheme not in said)
