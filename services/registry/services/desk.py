"""Carry changes of services through: read, decide, store, publish, audit, all in one unit of work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chassis.errors import NotFound, PreconditionFailed
from chassis.ids import new_id
from chassis.rpc import Call
from chassis.work import Result, Unit
from contracts.registry import SERVICES_MOST
from services.registry.faults import Fault, Refused, refuse
from services.registry.history.domain import ERASER, Entry
from services.registry.history.noting import SERVICE, note
from services.registry.history.schemas import stamp_of
from services.registry.history.store import HistoryStore
from services.registry.organizations.desk import bounded
from services.registry.organizations.store import OrganizationStore
from services.registry.problems import rules_told
from services.registry.services.batch import Importer, Plan, Row, claims_of, plan, read_row, tried
from services.registry.services.domain import DomainEvent, Home, Service, change, register, remove
from services.registry.services.following import home_of
from services.registry.services.intake import read
from services.registry.services.schemas import oversized, record
from services.registry.services.store import ServiceStore
from services.registry.services.telling import publish
from services.registry.taxonomies.domain import Known as KnownTerms

KIND = "service"
CREATED = 201


@dataclass(frozen=True, slots=True)
class ServiceDesk:
    """Change services for a call; what that replaces goes into ``history``.

    ``country`` says how telephone numbers without a country's code are read; ``terms`` are those of the node's own.
    """

    store: ServiceStore
    organizations: OrganizationStore
    history: HistoryStore
    country: str
    terms: KnownTerms

    def register(self, call: Call, unit: Unit) -> Result:
        """Register a service. Raises ``Invalid``, ``Forbidden``, ``Conflict``; ``NotFound`` for the organization."""
        draft = read(call.request["service"], country=self.country, terms=self.terms)
        home = self._home(call, call.request["organization_id"], unit)
        service_id = new_id()
        with rules_told():
            refuse(draft.faults)
            if self.store.counts([home.id], unit.session).get(home.id, 0) >= SERVICES_MOST:
                raise Refused([Fault("organization_id", "too_many", home.id)])
            fields = {**draft.fields_of(service_id, None, unit.now), "registered": stamp_of(call, unit.now)}
            service, events = register(service_id, home, fields, role=call.actor.role, at=unit.now)
            refuse(oversized(service))
        self.store.write(unit.session, created=[service])
        return self._done(call, unit, service, events, CREATED)

    def change(self, call: Call, unit: Unit) -> Result:
        """Change a service. Raises as :meth:`register`, and ``NotFound`` and ``PreconditionFailed``."""
        draft = read(call.request["service"], country=self.country, terms=self.terms)
        old = self.store.get(call.request["id"], call.scope, unit.session)
        _expected(call, old)
        home = self._home(call, old.organization_id, unit)
        with rules_told():
            refuse(draft.faults)
            fields = draft.fields_of(old.id, old, unit.now)
            new, events = change(old, home, fields, role=call.actor.role, at=unit.now)
            refuse(oversized(new))
        if events:
            self.store.write(unit.session, updated=[new])
        return self._done(call, unit, new, events)

    def remove(self, call: Call, unit: Unit) -> Result:
        """Take a service off the register. Raises ``NotFound`` and ``PreconditionFailed``.

        Its values stay in the history, unless an operator does it: also afterwards, to one that somebody else took off.
        """
        if left := self._left(call, unit):
            return self._forget(call, left, unit)
        old = self.store.get(call.request["id"], call.scope, unit.session)
        _expected(call, old)
        self.store.write(unit.session, removed=[old])
        self._tell(call, unit, remove(old))
        return Result(old.id, old.version + 1)

    def read_rows(self, call: Call) -> list[Row]:
        """Return the rows of a batch, read, before any transaction."""
        asked = call.request
        how = {name: asked[name] for name in ("source", "own_ids", "unordered")}
        how |= {"country": self.country, "terms": self.terms}
        return [read_row(row, **how) for row in asked["rows"]]

    def put(self, call: Call, rows: Sequence[Row], unit: Unit) -> Result:
        """Put a batch: a few look-ups and one bulk write, however many rows there are."""
        batch = call.request["import"]
        made = self._plan(call, rows, unit)
        self.store.write(unit.session, created=list(made.created.values()), updated=list(made.updated.values()))
        self.organizations.claim(batch, made.claims, unit.now, unit.session)
        self._tell(call, unit, made.events, f"import:{batch}")
        unit.audit("services.imported", f"{batch}:{call.request['number']}", call.request.get("creator", ""))
        return Result(f"services:{batch}:{call.request['number']}", 1, body={"results": bounded(made.results)})

    def try_out(self, call: Call, rows: Sequence[Row], unit: Unit) -> dict[str, Any]:
        """Return what a batch would do, and write nothing."""
        return {"results": bounded(tried(self._plan(call, rows, unit)))}

    def _plan(self, call: Call, rows: Sequence[Row], unit: Unit) -> Plan:
        held = self.organizations.hold({row.organization_id for row in rows}, call.scope, unit.session)
        homes = {id_: home_of(one) for id_, one in held.items()}
        externals = [row.external for row in rows]
        named, own = [row.named for row in rows], [row.own for row in rows]
        found = self.store.matching(filter(None, externals), named, filter(None, own), unit.session)
        names = claims_of([*externals, *(one.id for one in found)])
        earlier = self.organizations.claimed(call.request["import"], names, unit.session)
        importer = Importer(call.actor.role, unit.now, new_id, stamp_of(call, unit.now))
        counts = self.store.counts(homes, unit.session)
        return plan(rows, found, homes=homes, counts=counts, importer=importer, earlier=earlier)

    def _left(self, call: Call, unit: Unit) -> Entry | None:
        """Return the end of a service that somebody took off and whose values are kept, for who may erase them."""
        end = self.history.end(SERVICE, call.request["id"], unit.session) if call.actor.role == ERASER else None
        return end if end and not end.erased else None

    def _forget(self, call: Call, end: Entry, unit: Unit) -> Result:
        _expected(call, end)
        self.history.forget(end, unit.session)
        unit.audit("service.erased", end.record)
        return Result(end.record, end.version)

    def _home(self, call: Call, organization_id: str, unit: Unit) -> Home:
        held = self.organizations.hold([organization_id], call.scope, unit.session)
        if organization_id not in held:
            raise NotFound("There is no such organization.")
        return home_of(held[organization_id])

    def _tell(self, call: Call, unit: Unit, events: Sequence[DomainEvent], why: str = "") -> None:
        publish(unit, events, why)
        note(self.history, events, stamp_of(call, unit.now), unit)

    def _done(
        self, call: Call, unit: Unit, service: Service, events: Sequence[DomainEvent], status: int = 200
    ) -> Result:
        self._tell(call, unit, events)
        unit.keep(KIND, service.id, service.version, record(service))
        return Result(service.id, service.version, status)


def _expected(call: Call, service: Service | Entry) -> None:
    if call.if_version is not None and call.if_version != service.version:
        raise PreconditionFailed("The service has changed since it was read.")
