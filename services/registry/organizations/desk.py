"""Carry changes of organizations through: read, decide, store, publish, audit, all in one unit of work."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from chassis.errors import PreconditionFailed
from chassis.ids import new_id
from chassis.rpc import Call
from chassis.work import Result, Unit
from contracts.policy import Scope
from contracts.registry import ORGANIZATION_CHANGED
from services.registry.areas.tree import Tree
from services.registry.faults import Fault, Refused, refuse
from services.registry.history.domain import Stamp
from services.registry.history.noting import note
from services.registry.history.schemas import stamp_of
from services.registry.history.store import HistoryStore
from services.registry.organizations.batch import Importer, Plan, Row, plan, read_row, tried
from services.registry.organizations.domain import (
    DomainEvent,
    Organization,
    OrganizationChanged,
    OrganizationRegistered,
    OrganizationRemoved,
    change,
    register,
    remove,
    unknown,
)
from services.registry.organizations.intake import Draft, read
from services.registry.organizations.matching import Known, keys_of_organization
from services.registry.organizations.schemas import oversized, record, tombstone
from services.registry.organizations.store import OrganizationStore
from services.registry.problems import error_of, rules_told
from services.registry.services.following import take_along
from services.registry.services.store import ServiceStore
from services.registry.taxonomies.domain import Known as KnownTerms

KIND = "organization"
CREATED = 201
LARGEST_ANSWER = 900_000


@dataclass(frozen=True, slots=True)
class Desk:
    """Change organizations for a call, and their ``services`` with them; what that replaces goes into ``history``.

    ``country`` says how telephone numbers without a country's code are read; ``terms`` are those of the node's own.
    """

    store: OrganizationStore
    services: ServiceStore
    history: HistoryStore
    tree: Tree
    country: str
    terms: KnownTerms

    def register(self, call: Call, unit: Unit) -> Result:
        """Register an organization. Raises ``Invalid``, ``Forbidden``, ``Conflict`` where it is registered already."""
        draft = self._read(call)
        organization_id = new_id()
        with rules_told():
            refuse(draft.faults)
            fields = draft.fields_of(organization_id, None, self.tree, call.scope.area)
            stamped = {**fields, "registered": stamp_of(call, unit.now)}
            organization, events = register(organization_id, stamped, at=unit.now, within=call.scope.area)
            refuse(oversized(organization))
            self._unregistered(organization, unit)
            self._belongs(organization, unit)
        self.store.add(organization, unit.session)
        return self._done(call, unit, organization, events, CREATED)

    def change(self, call: Call, unit: Unit) -> Result:
        """Change an organization. Raises as :meth:`register`, and ``NotFound`` and ``PreconditionFailed``."""
        old = self.store.get(call.request["id"], call.scope, unit.session)
        _expected(call, old)
        draft = self._read(call)
        with rules_told():
            refuse(draft.faults)
            fields = draft.fields_of(old.id, old, self.tree)
            new, events = change(old, fields, role=call.actor.role, at=unit.now, within=call.scope.area)
            refuse(oversized(new))
            if new.belongs_to != old.belongs_to:
                self._belongs(new, unit)
        if events:
            self.store.save(new, unit.session)
        return self._done(call, unit, new, events)

    def remove(self, call: Call, unit: Unit) -> Result:
        """Take an organization off the register. Raises ``NotFound``, ``PreconditionFailed``, ``Conflict``."""
        old = self.store.get(call.request["id"], call.scope, unit.session)
        _expected(call, old)
        if self.store.named_by_others(old.id, unit.session):
            raise error_of([Fault("", "others_name_it")])
        self.store.remove(old, unit.session)
        self.tell(unit, remove(old), stamp_of(call, unit.now))
        return Result(old.id, old.version + 1)

    def read_rows(self, call: Call) -> list[Row]:
        """Return the rows of a batch, read, before any transaction."""
        asked, within = call.request, call.scope.area
        how = {name: asked[name] for name in ("source", "own_ids", "unordered")}
        how |= {"country": self.country, "terms": self.terms, "tree": self.tree, "within": within}
        return [read_row(row, **how) for row in asked["rows"]]

    def put(self, call: Call, rows: Sequence[Row], unit: Unit) -> Result:
        """Put a batch: one look-up, one look at earlier claims, one bulk write, however many rows there are."""
        batch = call.request["import"]
        made = self._plan(call, rows, unit)
        self.store.put_many(list(made.created.values()), list(made.updated.values()), unit.session)
        self.store.claim(batch, made.lasting, unit.now, unit.session)
        self.tell(unit, made.events, stamp_of(call, unit.now), f"import:{batch}")
        unit.audit("organizations.imported", f"{batch}:{call.request['number']}", call.request.get("creator", ""))
        return Result(f"{batch}:{call.request['number']}", 1, body={"results": bounded(made.results)})

    def try_out(self, call: Call, rows: Sequence[Row], unit: Unit) -> dict[str, Any]:
        """Return what a batch would do, and write nothing."""
        made = self._plan(call, rows, unit)
        return {"results": bounded(tried(made.results, made.events))}

    def _plan(self, call: Call, rows: Sequence[Row], unit: Unit) -> Plan:
        found = self.store.matching([row.keys for row in rows], unit.session)
        names = {one.id for one in found}.union(*(row.keys.ids for row in rows))
        earlier = self.store.claimed(call.request["import"], names, unit.session)
        importer = Importer(call.actor.role, call.scope.area, unit.now, new_id, stamp_of(call, unit.now))
        return plan(rows, Known(found), self.tree, importer, earlier)

    def _read(self, call: Call) -> Draft:
        return read(call.request["organization"], country=self.country, tree=self.tree, terms=self.terms)

    def _unregistered(self, organization: Organization, unit: Unit) -> None:
        keys = keys_of_organization(organization)
        if Known(self.store.matching([keys], unit.session)).match(keys):
            raise Refused([Fault("", "already_registered")])

    def _belongs(self, organization: Organization, unit: Unit) -> None:
        if named := organization.belongs_to:
            refuse(unknown(organization, self.store.hold(named, Scope(), unit.session)))

    def _done(
        self, call: Call, unit: Unit, organization: Organization, events: Sequence[DomainEvent], status: int = 200
    ) -> Result:
        self.tell(unit, events, stamp_of(call, unit.now))
        unit.keep(KIND, organization.id, organization.version, record(organization))
        return Result(organization.id, organization.version, status)

    def tell(self, unit: Unit, events: Sequence[DomainEvent], stamp: Stamp, why: str = "") -> None:
        """Publish what became of organizations, note it, and take their services along."""
        publish(unit, events, why)
        followed = take_along(self.services, events, unit)
        note(self.history, [*events, *followed], stamp, unit)


def publish(unit: Unit, events: Iterable[DomainEvent], why: str = "") -> None:
    """Put the domain's events into the outbox and the audit trail; ``why`` names the import they came by."""
    for event in events:
        match event:
            case OrganizationRegistered(organization):
                _emit(unit, organization.id, organization.version, record(organization))
                unit.audit("organization.registered", organization.id, why)
            case OrganizationChanged(organization, changed):
                _emit(unit, organization.id, organization.version, record(organization))
                unit.audit("organization.changed", organization.id, ", ".join([*sorted(changed), *filter(None, [why])]))
            case OrganizationRemoved(organization_id, version):
                _emit(unit, organization_id, version, tombstone(organization_id))
                unit.audit("organization.removed", organization_id)


def _emit(unit: Unit, subject: str, version: int, payload: dict[str, Any]) -> None:
    unit.emit(ORGANIZATION_CHANGED, subject=subject, version=version, payload=payload)


def _expected(call: Call, organization: Organization) -> None:
    if call.if_version is not None and call.if_version != organization.version:
        raise PreconditionFailed("The organization has changed since it was read.")


def bounded(results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the results with one problem a row, should all of them be more than a message holds."""
    if len(orjson.dumps(results)) <= LARGEST_ANSWER:
        return results
    return [one | {"problems": one["problems"][:1]} for one in results]
