"""Answer as Open Referral HSDS 3.1 has it: lists by the number of a page, or all of one, line by line.

A list is asked for by GET, or by POST with the same parameters in its address, in a JSON body, or in both; where both
name one, the body's holds. See ``docs/hsds.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from operator import attrgetter
from typing import Any, TypeVar

from flask import Response, request

from chassis.clock import now
from services.gateway.api.blueprint import Blueprint
from services.gateway.api.examples import hsds as examples
from services.gateway.api.exchange import dumps, public, streamed
from services.gateway.auth.guard import operation
from services.gateway.hsds import schemas, taxonomies
from services.gateway.hsds.asked import (
    MINIMAL_MOST,
    NDJSON,
    PER_PAGE,
    PER_PAGE_MOST,
    Asked,
    OrganizationsAsked,
    ServicesAsked,
    TaxonomiesAsked,
    TaxonomyTermsAsked,
)
from services.gateway.hsds.package import archive
from services.gateway.hsds.paging import Page, page_of
from services.gateway.parts import parts
from services.gateway.problems import Refused

LINES = "application/x-ndjson"
PROFILE = "https://docs.openreferral.org/en/3.1/"
PACKAGE = {
    "200": {
        "description": "The package.",
        "content": {archive.MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}, "example": ""}},
    }
}

BODY = attrgetter("body")

Given = dict[str, Any]
Shown = TypeVar("Shown")

hsds = Blueprint("hsds", "The directory as Open Referral HSDS 3.1 has it.")
by_line = hsds.alt_response(200, schema={"type": "string"}, content_type=LINES, example=examples.LINES)
"""Describe that a list may be had line by line."""


@hsds.route("/hsds/", methods=["GET"])
@hsds.response(200, schemas.HsdsRoot, example=examples.ROOT)
@operation("gateway.directory", tagged=True)
def describe_hsds() -> Response:
    """Read which version of HSDS this is, and where the API is described."""
    document = f"{parts().config.public_url}/openapi.json"
    return public(dumps({"version": schemas.VERSION, "profile": PROFILE, "openapi_url": document}))


@hsds.route("/hsds/package.zip", methods=["GET"])
@hsds.arguments(schemas.PackageQuery, location="query")
@hsds.doc(responses=PACKAGE)
@operation("gateway.directory", tagged=True)
def download_package(query: Given) -> Response:
    """Download the whole directory as an HSDS tabular package: a zip of CSV files, and what describes them.

    Texts stand as they are, also those that a spreadsheet would take for a formula. Few packages are written at once;
    others are asked to come back.
    """
    config = parts().config
    address = request.remote_addr or ""
    package = parts().directory.hsds.packages.written(config.node, config.public_url, address)
    response = streamed(package, archive.MEDIA_TYPE)
    name = f"hsds-{query['version']}-{config.node}-{now():%Y-%m-%d}.zip"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@hsds.route("/hsds/organizations", methods=["GET"])
@hsds.arguments(schemas.OrganizationsQuery, location="query")
@hsds.response(200, schemas.HsdsOrganizations, example=examples.ORGANIZATIONS)
@by_line
@operation("gateway.directory", tagged=True)
def list_hsds_organizations(query: Given) -> Response:
    """List the active organizations by name; those that words find, by the word."""
    return _organizations(OrganizationsAsked(**query))


@hsds.route("/hsds/organizations", methods=["POST"])
@hsds.arguments(schemas.OrganizationsQuery, required=False, example=examples.ORGANIZATIONS_ASKED)
@hsds.arguments(schemas.OrganizationsQuery, location="query")
@hsds.response(200, schemas.HsdsOrganizations, example=examples.ORGANIZATIONS)
@by_line
@operation("gateway.directory", tagged=True)
def search_hsds_organizations(body: Given, query: Given) -> Response:
    """List organizations, asked for in a body."""
    return _organizations(OrganizationsAsked(**query | body))


@hsds.route("/hsds/organizations/<record:id>", methods=["GET"])
@hsds.arguments(schemas.OrganizationQuery, location="query")
@hsds.response(200, schemas.HsdsOrganization, example=examples.FULL)
@operation("gateway.directory", tagged=True)
def get_hsds_organization(query: Given, id: str) -> Response:  # noqa: A002 - the field's name
    """Read one active organization with all that belongs to it, and its services."""
    return public(*_found(parts().directory.hsds.organizations([id], **query).get(id), "organization"))


@hsds.route("/hsds/services", methods=["GET"])
@hsds.arguments(schemas.ServicesQuery, location="query")
@hsds.response(200, schemas.HsdsServices, example=examples.SERVICES)
@by_line
@operation("gateway.directory", tagged=True)
def list_hsds_services(query: Given) -> Response:
    """List services, each with its organization.

    Those that are active or closed for a time, of active organizations: by name; by the word, where words are sought;
    what was changed first where `modified_after` is given.
    """
    return _services(_services_asked(query))


@hsds.route("/hsds/services", methods=["POST"])
@hsds.arguments(schemas.ServicesQuery, required=False, example=examples.SERVICES_ASKED)
@hsds.arguments(schemas.ServicesQuery, location="query")
@hsds.response(200, schemas.HsdsServices, example=examples.SERVICES)
@by_line
@operation("gateway.directory", tagged=True)
def search_hsds_services(body: Given, query: Given) -> Response:
    """List services, asked for in a body."""
    return _services(_services_asked(query | body))


@hsds.route("/hsds/services/<record:id>", methods=["GET"])
@hsds.response(200, schemas.HsdsService, example=examples.SERVICE)
@operation("gateway.directory", tagged=True)
def get_hsds_service(id: str) -> Response:  # noqa: A002 - the field's name
    """Read one service with all that belongs to it, its organization and its places."""
    return public(*_found(parts().directory.hsds.services([id]).get(id), "service"))


@hsds.route("/hsds/service_at_locations", methods=["GET"])
@hsds.arguments(schemas.ServiceAtLocationsQuery, location="query")
@hsds.response(200, schemas.HsdsServiceAtLocations, example=examples.AT_LOCATIONS)
@by_line
@operation("gateway.directory", tagged=True)
def list_service_at_locations(query: Given) -> Response:
    """List services at locations, each with both: as services are listed, or nearest first by `proximity`."""
    return _at_locations(ServicesAsked(**query))


@hsds.route("/hsds/service_at_locations", methods=["POST"])
@hsds.arguments(schemas.ServiceAtLocationsQuery, required=False, example=examples.AT_LOCATIONS_ASKED)
@hsds.arguments(schemas.ServiceAtLocationsQuery, location="query")
@hsds.response(200, schemas.HsdsServiceAtLocations, example=examples.AT_LOCATIONS)
@by_line
@operation("gateway.directory", tagged=True)
def search_service_at_locations(body: Given, query: Given) -> Response:
    """List services at locations, asked for in a body."""
    return _at_locations(ServicesAsked(**query | body))


@hsds.route("/hsds/service_at_locations/<record:id>", methods=["GET"])
@hsds.response(200, schemas.HsdsServiceAtLocation, example=examples.AT_LOCATION)
@operation("gateway.directory", tagged=True)
def get_service_at_location(id: str) -> Response:  # noqa: A002 - the field's name
    """Read one service at a location, with all that belongs to it and to both."""
    return public(*_found(parts().directory.hsds.at_locations([id]).get(id), "service at a location"))


@hsds.route("/hsds/taxonomies", methods=["GET"])
@hsds.arguments(schemas.TaxonomiesQuery, location="query")
@hsds.response(200, schemas.HsdsTaxonomies, example=examples.TAXONOMIES)
@by_line
@operation("gateway.directory", tagged=True)
def list_taxonomies(query: Given) -> Response:
    """List the taxonomies that records are classified by."""
    return _taxonomies(TaxonomiesAsked(**query))


@hsds.route("/hsds/taxonomies", methods=["POST"])
@hsds.arguments(schemas.TaxonomiesQuery, required=False, example=examples.TAXONOMIES_ASKED)
@hsds.arguments(schemas.TaxonomiesQuery, location="query")
@hsds.response(200, schemas.HsdsTaxonomies, example=examples.TAXONOMIES)
@by_line
@operation("gateway.directory", tagged=True)
def search_taxonomies(body: Given, query: Given) -> Response:
    """List taxonomies, asked for in a body."""
    return _taxonomies(TaxonomiesAsked(**query | body))


@hsds.route("/hsds/taxonomies/<record:id>", methods=["GET"])
@hsds.response(200, schemas.HsdsTaxonomy, example=examples.TAXONOMY)
@operation("gateway.directory", tagged=True)
def get_taxonomy(id: str) -> Response:  # noqa: A002 - the field's name
    """Read one taxonomy."""
    return public(_found(taxonomies.TAXONOMY_BODIES.get(id), "taxonomy"))


@hsds.route("/hsds/taxonomy_terms", methods=["GET"])
@hsds.arguments(schemas.TaxonomyTermsQuery, location="query")
@hsds.response(200, schemas.HsdsTaxonomyTerms, example=examples.TERMS)
@by_line
@operation("gateway.directory", tagged=True)
def list_taxonomy_terms(query: Given) -> Response:
    """List the terms of taxonomies, each once a language."""
    return _terms(TaxonomyTermsAsked(**query))


@hsds.route("/hsds/taxonomy_terms", methods=["POST"])
@hsds.arguments(schemas.TaxonomyTermsQuery, required=False, example=examples.TERMS_ASKED)
@hsds.arguments(schemas.TaxonomyTermsQuery, location="query")
@hsds.response(200, schemas.HsdsTaxonomyTerms, example=examples.TERMS)
@by_line
@operation("gateway.directory", tagged=True)
def search_taxonomy_terms(body: Given, query: Given) -> Response:
    """List terms, asked for in a body."""
    return _terms(TaxonomyTermsAsked(**query | body))


@hsds.route("/hsds/taxonomy_terms/<record:id>", methods=["GET"])
@hsds.response(200, schemas.HsdsTaxonomyTerm, example=examples.TERM)
@operation("gateway.directory", tagged=True)
def get_taxonomy_term(id: str) -> Response:  # noqa: A002 - the field's name
    """Read one term, in its language."""
    own = None if id in taxonomies.TERM_BODIES else parts().directory.hsds.own.find(id)
    return public(_found(own.body if own else taxonomies.TERM_BODIES.get(id), "taxonomy term"))


def _organizations(asked: OrganizationsAsked) -> Response:
    shown = parts().directory.hsds
    return _listed(asked, partial(shown.organizations_page, asked), partial(shown.all_organizations, asked))


def _services(asked: ServicesAsked) -> Response:
    shown = parts().directory.hsds
    return _listed(asked, partial(shown.services_page, asked), partial(shown.all_services, asked))


def _services_asked(given: Given) -> ServicesAsked:
    """Return what is asked; a page of what is minimal holds as many as may be, any other no more than it may.

    Address and body were each looked at by themselves, and one may have asked for what is minimal, the other not.
    """
    if given.get("minimal"):
        return ServicesAsked(**{"per_page": MINIMAL_MOST} | given)
    return ServicesAsked(**given | {"per_page": min(given.get("per_page", PER_PAGE), PER_PAGE_MOST)})


def _at_locations(asked: ServicesAsked) -> Response:
    shown = parts().directory.hsds
    return _listed(asked, partial(shown.at_locations_page, asked), partial(shown.all_at_locations, asked))


def _taxonomies(asked: TaxonomiesAsked) -> Response:
    return _kept(asked, taxonomies.taxonomies(asked.words))


def _terms(asked: TaxonomyTermsAsked) -> Response:
    return _kept(asked, taxonomies.terms(asked.terms, parts().directory.hsds.own.all()))


def _kept(asked: Asked, found: Sequence[taxonomies.Taxonomy | taxonomies.Term]) -> Response:
    return _listed(asked, partial(page_of, found, asked.page, asked.per_page, BODY), partial(map, BODY, found))


def _listed(asked: Asked, page: Callable[[], Page], every: Callable[[], Iterable[bytes]]) -> Response:
    return streamed(_lines(every()), LINES) if asked.format == NDJSON else public(page().body)


def _lines(items: Iterable[bytes]) -> Iterator[bytes]:
    return (item + b"\n" for item in items)


def _found(found: Shown | None, kind: str) -> Shown:
    if found is None:
        raise Refused("not_found", f"There is no {kind} of this id.")
    return found
