"""Answer as Open Referral HSDS 3.1 has it: lists by the number of a page, or all of one, line by line.

A list is asked for by GET, or by POST with the same parameters in its address, in a JSON body, or in both; where both
name one, the body's holds. See ``docs/hsds.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from flask import Response

from services.gateway.api.blueprint import Blueprint
from services.gateway.api.examples import hsds as examples
from services.gateway.api.exchange import dumps, public, streamed
from services.gateway.auth.guard import operation
from services.gateway.hsds import schemas, taxonomies
from services.gateway.hsds.asked import NDJSON, Asked, OrganizationsAsked, TaxonomiesAsked, TaxonomyTermsAsked
from services.gateway.hsds.paging import Page, page_of
from services.gateway.parts import parts
from services.gateway.problems import Refused

LINES = "application/x-ndjson"
VERSION, PROFILE = "3.1", "https://docs.openreferral.org/en/3.1/"

Given = dict[str, Any]

hsds = Blueprint("hsds", "The directory as Open Referral HSDS 3.1 has it.")


@hsds.route("/hsds/", methods=["GET"])
@hsds.response(200, schemas.HsdsRoot, example=examples.ROOT)
@operation("gateway.directory", tagged=True)
def describe_hsds() -> Response:
    """Read which version of HSDS this is, and where the API is described."""
    document = f"{parts().config.public_url}/openapi.json"
    return public(dumps({"version": VERSION, "profile": PROFILE, "openapi_url": document}))


@hsds.route("/hsds/organizations", methods=["GET"])
@hsds.arguments(schemas.OrganizationsQuery, location="query")
@hsds.response(200, schemas.HsdsOrganizations, example=examples.ORGANIZATIONS)
@operation("gateway.directory", tagged=True)
def list_hsds_organizations(query: Given) -> Response:
    """List the active organizations by name; those that words find, by the word."""
    return _organizations(OrganizationsAsked(**query))


@hsds.route("/hsds/organizations", methods=["POST"])
@hsds.arguments(schemas.OrganizationsQuery, required=False, example=examples.ORGANIZATIONS_ASKED)
@hsds.arguments(schemas.OrganizationsQuery, location="query")
@hsds.response(200, schemas.HsdsOrganizations, example=examples.ORGANIZATIONS)
@operation("gateway.directory", tagged=True)
def search_hsds_organizations(body: Given, query: Given) -> Response:
    """List organizations, asked for in a body."""
    return _organizations(OrganizationsAsked(**query | body))


@hsds.route("/hsds/organizations/<record:id>", methods=["GET"])
@hsds.response(200, schemas.HsdsOrganization, example=examples.FULL)
@operation("gateway.directory", tagged=True)
def get_hsds_organization(id: str) -> Response:  # noqa: A002 - the field's name
    """Read one active organization with all that belongs to it."""
    return public(_found(parts().directory.hsds.organization(id), "organization"))


@hsds.route("/hsds/taxonomies", methods=["GET"])
@hsds.arguments(schemas.TaxonomiesQuery, location="query")
@hsds.response(200, schemas.HsdsTaxonomies, example=examples.TAXONOMIES)
@operation("gateway.directory", tagged=True)
def list_taxonomies(query: Given) -> Response:
    """List the taxonomies that records are classified by."""
    return _taxonomies(TaxonomiesAsked(**query))


@hsds.route("/hsds/taxonomies", methods=["POST"])
@hsds.arguments(schemas.TaxonomiesQuery, required=False, example=examples.TAXONOMIES_ASKED)
@hsds.arguments(schemas.TaxonomiesQuery, location="query")
@hsds.response(200, schemas.HsdsTaxonomies, example=examples.TAXONOMIES)
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
@operation("gateway.directory", tagged=True)
def list_taxonomy_terms(query: Given) -> Response:
    """List the terms of taxonomies, each once a language."""
    return _terms(TaxonomyTermsAsked(**query))


@hsds.route("/hsds/taxonomy_terms", methods=["POST"])
@hsds.arguments(schemas.TaxonomyTermsQuery, required=False, example=examples.TERMS_ASKED)
@hsds.arguments(schemas.TaxonomyTermsQuery, location="query")
@hsds.response(200, schemas.HsdsTaxonomyTerms, example=examples.TERMS)
@operation("gateway.directory", tagged=True)
def search_taxonomy_terms(body: Given, query: Given) -> Response:
    """List terms, asked for in a body."""
    return _terms(TaxonomyTermsAsked(**query | body))


@hsds.route("/hsds/taxonomy_terms/<record:id>", methods=["GET"])
@hsds.response(200, schemas.HsdsTaxonomyTerm, example=examples.TERM)
@operation("gateway.directory", tagged=True)
def get_taxonomy_term(id: str) -> Response:  # noqa: A002 - the field's name
    """Read one term, in its language."""
    return public(_found(taxonomies.TERM_BODIES.get(id), "taxonomy term"))


def _organizations(asked: OrganizationsAsked) -> Response:
    shown = parts().directory.hsds
    return _listed(asked, partial(shown.organizations_page, asked), partial(shown.all_organizations, asked))


def _taxonomies(asked: TaxonomiesAsked) -> Response:
    return _kept(asked, taxonomies.taxonomies(asked.words))


def _terms(asked: TaxonomyTermsAsked) -> Response:
    return _kept(asked, taxonomies.terms(asked.terms))


def _kept(asked: Asked, items: list[bytes]) -> Response:
    return _listed(asked, partial(page_of, items, asked.page, asked.per_page), partial(iter, items))


def _listed(asked: Asked, page: Callable[[], Page], every: Callable[[], Iterable[bytes]]) -> Response:
    return streamed(_lines(every()), LINES) if asked.format == NDJSON else public(page().body)


def _lines(items: Iterable[bytes]) -> Iterator[bytes]:
    return (item + b"\n" for item in items)


def _found(body: bytes | None, kind: str) -> bytes:
    if body is None:
        raise Refused("not_found", f"There is no {kind} of this id.")
    return body
