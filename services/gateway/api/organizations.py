"""Answer for organizations: the public directory for everybody, the register for those who keep it."""

from __future__ import annotations

from typing import Any

from flask import Response

from contracts.registry import (
    CHANGE_ORGANIZATION,
    GET_ORGANIZATION,
    GET_ORGANIZATION_HISTORY,
    REGISTER_ORGANIZATION,
    REMOVE_ORGANIZATION,
    SEARCH_ORGANIZATIONS,
    NewOrganization,
    Organization,
    OrganizationFields,
    OrganizationPage,
    RecordHistory,
    Removed,
)
from services.gateway.api.blueprint import Blueprint, query_of
from services.gateway.api.examples import organizations as examples
from services.gateway.api.exchange import (
    GEOJSON,
    call,
    created,
    features,
    link,
    listed,
    page,
    plain,
    public,
    record,
    streamed,
)
from services.gateway.auth.guard import IfMatch, operation
from services.gateway.directory.schemas import (
    FeatureCollection,
    OrganizationQuery,
    PlacedFilter,
    PublicOrganization,
    PublicOrganizations,
)
from services.gateway.directory.search.query import Search
from services.gateway.parts import parts
from services.gateway.problems import Refused

organizations = Blueprint("organizations", "Associations, units, agencies, companies and donors: who does what, where.")


@organizations.route("/organizations", methods=["GET"])
@organizations.arguments(OrganizationQuery, location="query")
@organizations.response(200, PublicOrganizations, example=examples.PUBLIC_ORGANIZATIONS)
@operation("gateway.directory", tagged=True, paged=True)
def search_directory(search: Search) -> Response:
    """Search the public directory.

    Active organizations by name; where `q` is given, those first that have the very word; nearest first, each with its
    distance, where `near` is given.
    """
    found = parts().directory.page(search)
    response = public(listed(found.items, found.next))
    link(response, found.next)
    return response


@organizations.route("/organizations.geojson", methods=["GET"])
@organizations.arguments(PlacedFilter, location="query")
@organizations.response(200, FeatureCollection, example=examples.POINTS, content_type=GEOJSON)
@operation("gateway.directory", tagged=True)
def search_map(search: Search) -> Response:
    """Find organizations as points for a map.

    All that match and have a place, each at its first one, with the few properties that a map shows.
    """
    return streamed(features(parts().directory.features(search)), GEOJSON)


@organizations.route("/organizations/<record:id>", methods=["GET"])
@organizations.response(200, PublicOrganization, example=examples.PUBLIC_ORGANIZATION)
@operation("gateway.directory", tagged=True)
def get_public_organization(id: str) -> Response:  # noqa: A002 - the field's name
    """Read one organization of the public directory."""
    found = parts().directory.organization(id)
    if found is None:
        raise Refused("not_found", "The directory has no organization of this id.")
    return public(*found)


@organizations.route("/organizations", methods=["POST"])
@organizations.arguments(NewOrganization, example=examples.NEW_ORGANIZATION)
@organizations.response(201, Organization, example=examples.ORGANIZATION)
@operation("registry.register_organization", changes=True)
def register_organization(organization: dict[str, Any]) -> Response:
    """Register an organization."""
    return created(call(REGISTER_ORGANIZATION, {"organization": organization}), "/organizations")


@organizations.route("/organizations/<record:id>", methods=["PATCH"])
@organizations.arguments(OrganizationFields, example=examples.ORGANIZATION_CHANGE)
@organizations.response(200, Organization, example={**examples.ORGANIZATION, "version": 2, "members_count": 135})
@operation("registry.change_organization", changes=True, if_match=IfMatch.REQUIRED)
def change_organization(organization: dict[str, Any], id: str) -> Response:  # noqa: A002 - the field's name
    """Change what is given of an organization; the rest stays."""
    return record(call(CHANGE_ORGANIZATION, {"id": id, "organization": organization}))


@organizations.route("/organizations/<record:id>/remove", methods=["POST"])
@organizations.response(200, Removed, example=examples.REMOVED)
@operation("registry.remove_organization", changes=True, if_match=IfMatch.OPTIONAL)
def remove_organization(id: str) -> Response:  # noqa: A002 - the field's name
    """Take an organization off the register that should never have been on it. One that closed becomes inactive."""
    return plain(call(REMOVE_ORGANIZATION, {"id": id}))


@organizations.route("/register/organizations", methods=["GET"])
@organizations.arguments(query_of(SEARCH_ORGANIZATIONS), location="query")
@organizations.response(200, OrganizationPage, example=examples.ORGANIZATIONS)
@operation("registry.search_organizations", paged=True)
def search_register(search: dict[str, Any]) -> Response:
    """Search the register within your reach, inactive organizations too."""
    return page(call(SEARCH_ORGANIZATIONS, search))


@organizations.route("/register/organizations/<record:id>", methods=["GET"])
@organizations.response(200, Organization, example=examples.ORGANIZATION)
@operation("registry.get_organization", tagged=True)
def get_organization(id: str) -> Response:  # noqa: A002 - the field's name
    """Read an organization from the register itself.

    It holds your own change at once; the public directory follows a moment later.
    """
    return record(call(GET_ORGANIZATION, {"id": id}))


@organizations.route("/organizations/<record:id>/history", methods=["GET"])
@organizations.arguments(query_of(GET_ORGANIZATION_HISTORY, "id"), location="query")
@organizations.response(200, RecordHistory, example=examples.HISTORY)
@operation("registry.get_organization_history", paged=True)
def get_organization_history(asked: dict[str, Any], id: str) -> Response:  # noqa: A002 - the field's name
    """Read who changed what of an organization's record, when and by what; newest first."""
    return page(call(GET_ORGANIZATION_HISTORY, {**asked, "id": id}))
