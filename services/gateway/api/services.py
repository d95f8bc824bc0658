"""Answer for services: the public directory for everybody, the register for those who keep it."""

from __future__ import annotations

from typing import Any

from flask import Response

from contracts.registry import (
    CHANGE_SERVICE,
    GET_SERVICE,
    GET_SERVICE_HISTORY,
    REGISTER_SERVICE,
    REMOVE_SERVICE,
    SEARCH_SERVICES,
    NewService,
    RecordHistory,
    Removed,
    Service,
    ServiceFields,
    ServicePage,
)
from services.gateway.api.blueprint import Blueprint, query_of
from services.gateway.api.examples import services as examples
from services.gateway.api.exchange import call, created, link, listed, page, plain, public, record
from services.gateway.auth.guard import IfMatch, operation
from services.gateway.directory.schemas import PublicService, PublicServices, ServiceQuery
from services.gateway.directory.services.search import ServiceSearch
from services.gateway.parts import parts
from services.gateway.problems import Refused

services = Blueprint("services", "What organizations do for people: for whom, where, when and at what cost.")


@services.route("/services", methods=["GET"])
@services.arguments(ServiceQuery, location="query")
@services.response(200, PublicServices, example=examples.PUBLIC_SERVICES)
@operation("gateway.directory", tagged=True, paged=True)
def search_public_services(search: ServiceSearch) -> Response:
    """Search the services of the public directory.

    Those that are active, or closed for a time, of active organizations, by name; where `q` is given, those first that
    have the very word; nearest first, each with its distance, where `near` is given.
    """
    found = parts().directory.service_page(search)
    response = public(listed(found.items, found.next))
    link(response, found.next)
    return response


@services.route("/services/<record:id>", methods=["GET"])
@services.response(200, PublicService, example=examples.SERVICE)
@operation("gateway.directory", tagged=True)
def get_public_service(id: str) -> Response:  # noqa: A002 - the field's name
    """Read one service of the public directory."""
    found = parts().directory.services([id]).get(id)
    if found is None:
        raise Refused("not_found", "The directory has no service of this id.")
    return public(*found)


@services.route("/organizations/<record:id>/services", methods=["POST"])
@services.arguments(NewService, example=examples.NEW_SERVICE)
@services.response(201, Service, example=examples.SERVICE)
@operation("registry.register_service", changes=True)
def register_service(service: dict[str, Any], id: str) -> Response:  # noqa: A002 - the field's name
    """Register a service of an organization, with all that hangs on it."""
    return created(call(REGISTER_SERVICE, {"organization_id": id, "service": service}), "/services")


@services.route("/services/<record:id>", methods=["PATCH"])
@services.arguments(ServiceFields, example=examples.SERVICE_CHANGE)
@services.response(200, Service, example={**examples.SERVICE, "version": 2, **examples.SERVICE_CHANGE})
@operation("registry.change_service", changes=True, if_match=IfMatch.REQUIRED)
def change_service(service: dict[str, Any], id: str) -> Response:  # noqa: A002 - the field's name
    """Change what is given of a service; the rest stays. A list that is given replaces the whole list."""
    return record(call(CHANGE_SERVICE, {"id": id, "service": service}))


@services.route("/services/<record:id>/remove", methods=["POST"])
@services.response(200, Removed, example=examples.REMOVED)
@operation("registry.remove_service", changes=True, if_match=IfMatch.OPTIONAL)
def remove_service(id: str) -> Response:  # noqa: A002 - the field's name
    """Take a service off the register that should never have been on it. One that ended becomes defunct.

    Its history goes on telling operators and auditors what it said, until an operator removes it, too: that erases it.
    """
    return plain(call(REMOVE_SERVICE, {"id": id}))


@services.route("/register/services", methods=["GET"])
@services.arguments(query_of(SEARCH_SERVICES), location="query")
@services.response(200, ServicePage, example=examples.SERVICES)
@operation("registry.search_services", paged=True)
def search_services(search: dict[str, Any]) -> Response:
    """Search the services of the register within your reach, of every status."""
    return page(call(SEARCH_SERVICES, search))


@services.route("/register/services/<record:id>", methods=["GET"])
@services.response(200, Service, example=examples.SERVICE)
@operation("registry.get_service", tagged=True)
def get_service(id: str) -> Response:  # noqa: A002 - the field's name
    """Read a service from the register itself.

    It holds your own change at once; the public directory follows a moment later.
    """
    return record(call(GET_SERVICE, {"id": id}))


@services.route("/services/<record:id>/history", methods=["GET"])
@services.arguments(query_of(GET_SERVICE_HISTORY, "id"), location="query")
@services.response(200, RecordHistory, example=examples.HISTORY)
@operation("registry.get_service_history", paged=True)
def get_service_history(asked: dict[str, Any], id: str) -> Response:  # noqa: A002 - the field's name
    """Read who changed what of a service's record, when and by what; newest first."""
    return page(call(GET_SERVICE_HISTORY, {**asked, "id": id}))
