"""Answer for the terms of the node's own: kinds of a subject of needs, more precise than the subject."""

from __future__ import annotations

from typing import Any

from flask import Response

from contracts.registry import (
    GET_TERM,
    GET_TERM_HISTORY,
    PAGE_TERMS,
    PUT_TERM,
    RETIRE_TERM,
    RecordHistory,
    Term,
    TermFields,
    TermPage,
)
from services.gateway.api.blueprint import Blueprint, query_of
from services.gateway.api.examples import terms as examples
from services.gateway.api.exchange import call, page, record
from services.gateway.auth.guard import IfMatch, operation

terms = Blueprint("terms", "Terms of the node's own below the subjects of needs, in three languages.")


@terms.route("/register/terms", methods=["GET"])
@terms.arguments(query_of(PAGE_TERMS), location="query")
@terms.response(200, TermPage, example=examples.TERMS)
@operation("registry.page_terms", paged=True)
def list_terms(query: dict[str, Any]) -> Response:
    """List the terms by their codes, retired ones too. `/hsds/taxonomy_terms` shows them to everybody."""
    return page(call(PAGE_TERMS, query))


@terms.route("/register/terms/<record:id>", methods=["GET"])
@terms.response(200, Term, example=examples.TERM)
@operation("registry.get_term", tagged=True)
def get_term(id: str) -> Response:  # noqa: A002 - the field's name
    """Read one term."""
    return record(call(GET_TERM, {"id": id}))


@terms.route("/register/terms/<record:id>", methods=["POST"])
@terms.arguments(TermFields, example=examples.NEW_TERM)
@terms.response(200, Term, example=examples.TERM)
@operation("registry.put_term", changes=True, if_match=IfMatch.OPTIONAL)
def put_term(term: dict[str, Any], id: str) -> Response:  # noqa: A002 - the field's name
    """Put a term under a code of your choice, which begins with the code of what it is to lie below.

    `health.dialysis` lies below `health`. A term that there is gets these names; an equal one stays as it is; one that
    was retired is offered again.
    """
    return record(call(PUT_TERM, {"id": id, **term}))


@terms.route("/register/terms/<record:id>/retire", methods=["POST"])
@terms.response(200, Term, example={**examples.TERM, "version": 2, "retired": True})
@operation("registry.retire_term", changes=True, if_match=IfMatch.OPTIONAL)
def retire_term(id: str) -> Response:  # noqa: A002 - the field's name
    """Offer a term no more. Records that bear it keep it, and are found by it."""
    return record(call(RETIRE_TERM, {"id": id}))


@terms.route("/register/terms/<record:id>/history", methods=["GET"])
@terms.arguments(query_of(GET_TERM_HISTORY, "id"), location="query")
@terms.response(200, RecordHistory, example=examples.HISTORY)
@operation("registry.get_term_history", paged=True)
def get_term_history(asked: dict[str, Any], id: str) -> Response:  # noqa: A002 - the field's name
    """Read who put, named and retired a term, and when; newest first."""
    return page(call(GET_TERM_HISTORY, {**asked, "id": id}))
