"""State the calls of the registry."""

from __future__ import annotations

from marshmallow import Schema

from contracts.envelope import RpcContract
from contracts.registry.agencies import Agencies, Agency, FindAgencies
from contracts.registry.areas import Area, AreaPage, AreaResults, PageAreas, PutAreas
from contracts.registry.batches import BatchResults
from contracts.registry.history import GetRecordHistory, RecordHistory
from contracts.registry.organizations import (
    ChangeOrganization,
    Organization,
    OrganizationPage,
    PutOrganizations,
    RegisterOrganization,
    Removed,
    SearchOrganizations,
)
from contracts.registry.services import (
    ChangeService,
    PutServices,
    RegisterService,
    SearchServices,
    Service,
    ServicePage,
)
from contracts.registry.shapes import ById, PageRequest
from contracts.registry.terms import PutTerm, Term, TermPage
from contracts.registry.words import SERVICE

BATCH_TIMEOUT = 30.0


def _change(
    method: str, request: type[Schema], response: type[Schema], description: str, timeout: float = 10.0
) -> RpcContract:
    return RpcContract(SERVICE, method, request, response, description, changes=True, timeout=timeout)


def _read(method: str, request: type[Schema], response: type[Schema], description: str) -> RpcContract:
    return RpcContract(SERVICE, method, request, response, description)


REGISTER_ORGANIZATION = _change(
    "register_organization", RegisterOrganization, Organization, "Register an organization."
)
CHANGE_ORGANIZATION = _change(
    "change_organization", ChangeOrganization, Organization, "Change an organization; an equal one stays as it is."
)
REMOVE_ORGANIZATION = _change(
    "remove_organization", ById, Removed, "Take off an organization that should never have been on the register."
)
GET_ORGANIZATION = _read("get_organization", ById, Organization, "Read one organization within the caller's reach.")
GET_ORGANIZATION_HISTORY = _read(
    "get_organization_history", GetRecordHistory, RecordHistory, "Read who changed what of an organization, and when."
)
SEARCH_ORGANIZATIONS = _read(
    "search_organizations", SearchOrganizations, OrganizationPage, "Search the register, inactive organizations too."
)
PUT_ORGANIZATIONS = _change(
    "put_organizations",
    PutOrganizations,
    BatchResults,
    "Put a batch of rows: each is matched by external id, identifier, or name and area, and created, updated or left.",
    BATCH_TIMEOUT,
)
REGISTER_SERVICE = _change("register_service", RegisterService, Service, "Register a service of an organization.")
CHANGE_SERVICE = _change("change_service", ChangeService, Service, "Change a service; an equal one stays as it is.")
REMOVE_SERVICE = _change(
    "remove_service", ById, Removed, "Take off a service that should never have been on the register."
)
GET_SERVICE = _read("get_service", ById, Service, "Read one service within the caller's reach.")
GET_SERVICE_HISTORY = _read(
    "get_service_history", GetRecordHistory, RecordHistory, "Read who changed what of a service, and when."
)
SEARCH_SERVICES = _read("search_services", SearchServices, ServicePage, "Search the services, of every status.")
PUT_SERVICES = _change(
    "put_services",
    PutServices,
    BatchResults,
    "Put a batch of rows: each is matched by external id, or name in its organization, and created, updated or left.",
    BATCH_TIMEOUT,
)
PUT_AREAS = _change("put_areas", PutAreas, AreaResults, "Put areas of the tree; an equal one stays.", BATCH_TIMEOUT)
PUT_TERM = _change(
    "put_term", PutTerm, Term, "Put a term of the node's own below a subject of needs; an equal one stays as it is."
)
RETIRE_TERM = _change("retire_term", ById, Term, "Offer a term no more; records that bear it keep it.")
GET_TERM = _read("get_term", ById, Term, "Read one term of the node's own.")
GET_TERM_HISTORY = _read(
    "get_term_history", GetRecordHistory, RecordHistory, "Read who changed what of a term, and when."
)
PAGE_TERMS = _read("page_terms", PageRequest, TermPage, "Page through the terms of the node's own by their codes.")
GET_AREA = _read("get_area", ById, Area, "Read one area, its path and outline.")
GET_AREA_HISTORY = _read(
    "get_area_history", GetRecordHistory, RecordHistory, "Read who changed what of an area, and when."
)
PAGE_ORGANIZATIONS = _read(
    "page_organizations", PageRequest, OrganizationPage, "Page through all organizations by id, for a rebuild."
)
PAGE_SERVICES = _read("page_services", PageRequest, ServicePage, "Page through all services by id, for a rebuild.")
PAGE_AREAS = _read("page_areas", PageAreas, AreaPage, "Page through all areas by code, for a rebuild.")
FIND_AGENCIES = _read("find_agencies", FindAgencies, Agencies, "Find who covers a subject, and the nearest who do not.")
GET_AGENCY = _read("get_agency", ById, Agency, "Read what a referral needs of its agency.")

CALLS: tuple[RpcContract, ...] = (
    REGISTER_ORGANIZATION,
    CHANGE_ORGANIZATION,
    REMOVE_ORGANIZATION,
    GET_ORGANIZATION,
    GET_ORGANIZATION_HISTORY,
    SEARCH_ORGANIZATIONS,
    PUT_ORGANIZATIONS,
    REGISTER_SERVICE,
    CHANGE_SERVICE,
    REMOVE_SERVICE,
    GET_SERVICE,
    GET_SERVICE_HISTORY,
    SEARCH_SERVICES,
    PUT_SERVICES,
    PUT_AREAS,
    GET_AREA,
    GET_AREA_HISTORY,
    PUT_TERM,
    RETIRE_TERM,
    GET_TERM,
    GET_TERM_HISTORY,
    PAGE_TERMS,
    PAGE_ORGANIZATIONS,
    PAGE_SERVICES,
    PAGE_AREAS,
    FIND_AGENCIES,
    GET_AGENCY,
)
