"""Wire the registry: organizations, services, areas, terms of the node's own and history, by RPC; events by outbox.

::

    gateway, importer ── put, register, change ──▶ desks ──▶ stores, history, outbox ──▶ registry.events ──▶ projector
    gateway ──────────── get, search, get_…_history ──▶ stores
    referrals ────────── find_agencies, get_agency ──▶ views
    projector ────────── page_organizations, page_services, page_areas, page_terms ──▶ stores
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import orjson
from nameko.extensions import DependencyProvider

from chassis import clock
from chassis.config import Config
from chassis.mongo import Mongo
from chassis.outbox import Relay
from chassis.rpc import Call, rpc
from chassis.timer import every
from chassis.trail.sealing import Sealing
from chassis.work import Result, Work
from contracts import registry as contract
from contracts.policy import Role, Scope
from services.registry.agencies.views import AgencyView, Wanted
from services.registry.areas import schemas as areas
from services.registry.areas import store as area_store
from services.registry.areas.desk import put_areas
from services.registry.areas.store import AreaStore, TreeCache
from services.registry.history import desk as history
from services.registry.history import store as history_store
from services.registry.history.noting import AREA, ORGANIZATION, SERVICE, TERM
from services.registry.history.store import HistoryStore
from services.registry.organizations import schemas as organizations
from services.registry.organizations import store as organization_store
from services.registry.organizations.desk import KIND, Desk
from services.registry.organizations.intake import placed
from services.registry.organizations.store import OrganizationStore
from services.registry.reviews import store as review_store
from services.registry.reviews.desk import Reviewer
from services.registry.reviews.store import ReviewStore
from services.registry.services import desk as service_desk
from services.registry.services import schemas as services
from services.registry.services import store as service_store
from services.registry.services.desk import ServiceDesk
from services.registry.services.store import ServiceStore
from services.registry.taxonomies import schemas as terms
from services.registry.taxonomies import store as term_store
from services.registry.taxonomies.desk import TermDesk
from services.registry.taxonomies.store import Terms, TermStore

INDEXES = {
    **organization_store.INDEXES,
    **service_store.INDEXES,
    **area_store.INDEXES,
    **term_store.INDEXES,
    **history_store.INDEXES,
    **review_store.INDEXES,
}
LARGEST_PAGE = 700_000
"""Bytes after which a page ends, before its limit: a message holds 1 MB."""


class Country(DependencyProvider):
    """Give the service the node's country."""

    def get_dependency(self, worker_ctx: Any) -> str:
        """Return the country's code."""
        config: Config = self.container.config["TASHBIK"]
        return config.country


class Registry:
    """Keep the register of organizations and their services, the tree of areas, and the node's own terms."""

    name = "registry"
    mongo = Mongo(INDEXES)
    work = Work()
    relay = Relay(contract.EVENTS)
    sealing = Sealing()
    country = Country()
    trees = TreeCache()

    @rpc(contract.REGISTER_ORGANIZATION)
    def register_organization(self, call: Call) -> dict[str, Any]:
        """Register an organization and answer its record."""
        desk = self._desk()
        return self._record(self.work.once(call, lambda unit: desk.register(call, unit)), call.scope)

    @rpc(contract.CHANGE_ORGANIZATION)
    def change_organization(self, call: Call) -> dict[str, Any]:
        """Change an organization and answer its record."""
        desk = self._desk()
        return self._record(self.work.once(call, lambda unit: desk.change(call, unit)), call.scope)

    @rpc(contract.REMOVE_ORGANIZATION)
    def remove_organization(self, call: Call) -> dict[str, Any]:
        """Take an organization off the register."""
        desk = self._desk()
        result = self.work.once(call, lambda unit: desk.remove(call, unit))
        return {"id": result.id, "version": result.version, "removed": True}

    @rpc(contract.GET_ORGANIZATION)
    def get_organization(self, call: Call) -> dict[str, Any]:
        """Answer one organization's record."""
        return organizations.record(self._organizations.get(call.request["id"], call.scope))

    @rpc(contract.GET_ORGANIZATION_HISTORY)
    def get_organization_history(self, call: Call) -> dict[str, Any]:
        """Answer a page of what became of an organization's record."""
        told = history.read(self._history, ORGANIZATION, self._organizations.get, call)
        return page(told, call.request["limit"], "version")

    @rpc(contract.SEARCH_ORGANIZATIONS)
    def search_organizations(self, call: Call) -> dict[str, Any]:
        """Answer a page of what is sought."""
        found = self._organizations.search(call.request, call.scope, call.request["after"], call.request["limit"])
        return page(map(organizations.record, found), call.request["limit"])

    @rpc(contract.PUT_ORGANIZATIONS)
    def put_organizations(self, call: Call) -> dict[str, Any]:
        """Put a batch of an import, or try it out."""
        call, desk = for_creator(call), self._desk()
        rows = desk.read_rows(call)
        if call.request["dry_run"]:
            tried: dict[str, Any] = self.work.do(call.actor, lambda unit: desk.try_out(call, rows, unit))
            return tried
        return _body(self.work.once(call, lambda unit: desk.put(call, rows, unit)))

    @rpc(contract.REGISTER_SERVICE)
    def register_service(self, call: Call) -> dict[str, Any]:
        """Register a service and answer its record."""
        desk = self._service_desk
        return self._service(self.work.once(call, lambda unit: desk.register(call, unit)), call.scope)

    @rpc(contract.CHANGE_SERVICE)
    def change_service(self, call: Call) -> dict[str, Any]:
        """Change a service and answer its record."""
        desk = self._service_desk
        return self._service(self.work.once(call, lambda unit: desk.change(call, unit)), call.scope)

    @rpc(contract.REMOVE_SERVICE)
    def remove_service(self, call: Call) -> dict[str, Any]:
        """Take a service off the register."""
        desk = self._service_desk
        result = self.work.once(call, lambda unit: desk.remove(call, unit))
        return {"id": result.id, "version": result.version, "removed": True}

    @rpc(contract.GET_SERVICE)
    def get_service(self, call: Call) -> dict[str, Any]:
        """Answer one service's record."""
        return services.record(self._services.get(call.request["id"], call.scope))

    @rpc(contract.GET_SERVICE_HISTORY)
    def get_service_history(self, call: Call) -> dict[str, Any]:
        """Answer a page of what became of a service's record."""
        told = history.read(self._history, SERVICE, self._services.get, call)
        return page(told, call.request["limit"], "version")

    @rpc(contract.SEARCH_SERVICES)
    def search_services(self, call: Call) -> dict[str, Any]:
        """Answer a page of what is sought."""
        found = self._services.search(call.request, call.scope, call.request["after"], call.request["limit"])
        return page(map(services.record, found), call.request["limit"])

    @rpc(contract.PUT_SERVICES)
    def put_services(self, call: Call) -> dict[str, Any]:
        """Put a batch of an import of services, or try it out."""
        call, desk = for_creator(call), self._service_desk
        rows = desk.read_rows(call)
        if call.request["dry_run"]:
            tried: dict[str, Any] = self.work.do(call.actor, lambda unit: desk.try_out(call, rows, unit))
            return tried
        return _body(self.work.once(call, lambda unit: desk.put(call, rows, unit)))

    @rpc(contract.PUT_AREAS)
    def put_areas(self, call: Call) -> dict[str, Any]:
        """Put areas of the tree."""
        return _body(self.work.once(call, lambda unit: put_areas(self._areas, self._history, call, unit)))

    @rpc(contract.GET_AREA)
    def get_area(self, call: Call) -> dict[str, Any]:
        """Answer one area's record."""
        return areas.record(self._areas.get(call.request["id"]))

    @rpc(contract.GET_AREA_HISTORY)
    def get_area_history(self, call: Call) -> dict[str, Any]:
        """Answer a page of what became of an area's record."""
        told = history.read(self._history, AREA, lambda code, _: self._areas.get(code, outline=False), call)
        return page(told, call.request["limit"], "version")

    @rpc(contract.PUT_TERM)
    def put_term(self, call: Call) -> dict[str, Any]:
        """Put a term of the node's own and answer its record."""
        return _body(self.work.once(call, lambda unit: self._term_desk.put(call, unit)))

    @rpc(contract.RETIRE_TERM)
    def retire_term(self, call: Call) -> dict[str, Any]:
        """Offer a term no more and answer its record."""
        return _body(self.work.once(call, lambda unit: self._term_desk.retire(call, unit)))

    @rpc(contract.GET_TERM)
    def get_term(self, call: Call) -> dict[str, Any]:
        """Answer one term's record."""
        return terms.record(self._terms.get(call.request["id"]))

    @rpc(contract.GET_TERM_HISTORY)
    def get_term_history(self, call: Call) -> dict[str, Any]:
        """Answer a page of what became of a term's record."""
        told = history.read(self._history, TERM, lambda code, _: self._terms.get(code), call)
        return page(told, call.request["limit"], "version")

    @rpc(contract.PAGE_TERMS)
    def page_terms(self, call: Call) -> dict[str, Any]:
        """Answer a page of all terms."""
        found = self._terms.page(call.request["after"], call.request["limit"])
        return page(map(terms.record, found), call.request["limit"])

    @rpc(contract.PAGE_ORGANIZATIONS)
    def page_organizations(self, call: Call) -> dict[str, Any]:
        """Answer a page of the whole register."""
        tree = self.trees.read(self._areas)
        found = (placed(one, tree) for one in self._organizations.page(call.request["after"], call.request["limit"]))
        return page(map(organizations.record, found), call.request["limit"])

    @rpc(contract.PAGE_SERVICES)
    def page_services(self, call: Call) -> dict[str, Any]:
        """Answer a page of all services."""
        found = self._services.page(call.request["after"], call.request["limit"])
        return page(map(services.record, found), call.request["limit"])

    @rpc(contract.PAGE_AREAS)
    def page_areas(self, call: Call) -> dict[str, Any]:
        """Answer a page of all areas."""
        request = call.request
        found = self._areas.page(request["after"], request["limit"], outlines=request["outlines"])
        return page(map(areas.record, found), request["limit"])

    @rpc(contract.FIND_AGENCIES)
    def find_agencies(self, call: Call) -> dict[str, Any]:
        """Answer who covers a subject, and the nearest who do not."""
        request = call.request
        point = tuple(request["point"]) if request["point"] else None
        area = self._areas.get(request["area"], outline=False)
        return AgencyView(self.mongo).find(Wanted(request["subject"], area, point, request["limit"]))

    @rpc(contract.GET_AGENCY)
    def get_agency(self, call: Call) -> dict[str, Any]:
        """Answer what a referral needs of its agency."""
        return organizations.agency(self._organizations.get(call.request["id"], call.scope))

    @every("sweep_interval")
    def erase_removed(self) -> None:
        """Erase what the history holds of values of removed records."""
        self._history.erase()

    @every("sweep_interval")
    def review_register(self) -> None:
        """Go on looking the register over, where the tree of areas changed or a day began."""
        Reviewer(ReviewStore(self.mongo), self._areas, self.work, self._desk).turn(clock.now())

    @every("seal_interval")
    def seal_audit(self) -> None:
        """Seal what was noted since the last time."""
        self.sealing.turn()

    @property
    def _organizations(self) -> OrganizationStore:
        return OrganizationStore(self.mongo)

    @property
    def _areas(self) -> AreaStore:
        return AreaStore(self.mongo)

    @property
    def _services(self) -> ServiceStore:
        return ServiceStore(self.mongo)

    @property
    def _terms(self) -> TermStore:
        return TermStore(self.mongo)

    @property
    def _history(self) -> HistoryStore:
        return HistoryStore(self.mongo)

    @property
    def _service_desk(self) -> ServiceDesk:
        return ServiceDesk(self._services, self._organizations, self._history, self.country, Terms(self._terms))

    @property
    def _term_desk(self) -> TermDesk:
        return TermDesk(self._terms, self._history)

    def _desk(self) -> Desk:
        tree = self.trees.read(self._areas)
        return Desk(self._organizations, self._services, self._history, tree, self.country, Terms(self._terms))

    def _record(self, result: Result, scope: Scope) -> dict[str, Any]:
        """Return the record at the version that the call made, or as it is where that has not been kept so long."""
        kept = self.work.kept(KIND, result.id, result.version)
        return kept or organizations.record(self._organizations.get(result.id, scope))

    def _service(self, result: Result, scope: Scope) -> dict[str, Any]:
        """Return a service's record as :meth:`_record` does an organization's."""
        kept = self.work.kept(service_desk.KIND, result.id, result.version)
        return kept or services.record(self._services.get(result.id, scope))


def for_creator(call: Call) -> Call:
    """Return a batch's call bound to the area of whoever made the import: a service by itself has no bound."""
    if call.actor.role != Role.SERVICE or not call.request["within"]:
        return call
    return replace(call, scope=Scope(area=call.request["within"]))


def page(records: Iterable[dict[str, Any]], limit: int, by: str = "id") -> dict[str, Any]:
    """Return records as a page: it ends at ``limit`` or :data:`LARGEST_PAGE`, and ``next`` is the last record's id.

    ``by`` names what stands for the id where records have none.
    """
    items: list[dict[str, Any]] = []
    size = 0
    for record in records:
        size += len(orjson.dumps(record))
        if items and size > LARGEST_PAGE:
            return {"items": items, "next": str(items[-1][by])}
        items.append(record)
    return {"items": items, "next": str(items[-1][by]) if len(items) == limit else ""}


def _body(result: Result) -> dict[str, Any]:
    return result.body or {}
