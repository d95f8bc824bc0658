"""Answer for families in care, their members, consents and needs. All of it belongs to the referrals service."""

from __future__ import annotations

from typing import Any

from flask import Response

from contracts.referrals import (
    ADD_MEMBER,
    CHANGE_FAMILY,
    GET_FAMILY,
    GET_HISTORY,
    GET_NEED,
    LIST_FAMILIES,
    LIST_NEEDS,
    LOOK_UP_FAMILY,
    PROPOSE_AGENCIES,
    RECORD_CONSENT,
    REGISTER_FAMILY,
    REGISTER_NEED,
    WITHDRAW_CONSENT,
)
from services.gateway.api.blueprint import Blueprint, body_of, query_of, search_of
from services.gateway.api.examples import families as examples
from services.gateway.api.examples import needs as examples_of_needs
from services.gateway.api.exchange import call, created, page, plain, record
from services.gateway.auth.guard import IfMatch, operation

families = Blueprint("families", "Families in care: members, consents and history. Every reading is audited.")
needs = Blueprint("needs", "What a family needs, and who could answer it.")

LookUp = LOOK_UP_FAMILY.request
FamilySearch = search_of(LIST_FAMILIES)
ProposalsQuery = body_of(PROPOSE_AGENCIES, "need")


@families.route("/families", methods=["POST"])
@families.arguments(REGISTER_FAMILY.request, example=examples.NEW_FAMILY)
@families.response(201, REGISTER_FAMILY.response, example=examples.FAMILY)
@operation("referrals.register_family", changes=True)
def register_family(family: dict[str, Any]) -> Response:
    """Register a family with its members and consents; exactly one member is its head."""
    return created(call(REGISTER_FAMILY, family), "/families")


@families.route("/families", methods=["GET"])
@families.arguments(query_of(LIST_FAMILIES, "q"), location="query")
@families.response(200, LIST_FAMILIES.response, example=examples.FAMILIES)
@operation("referrals.list_families", paged=True)
def list_families(asked: dict[str, Any]) -> Response:
    """List families within your reach, newest first."""
    return page(call(LIST_FAMILIES, asked))


@families.route("/families/search", methods=["POST"])
@families.arguments(FamilySearch, example=examples.FAMILY_SEARCH)
@families.response(200, LIST_FAMILIES.response, example=examples.FAMILIES)
@operation("referrals.list_families")
def search_families(asked: dict[str, Any]) -> Response:
    """Search families by a member's name in any spelling, which so never stands in an address.

    `next` is the `cursor` of the following page.
    """
    return plain(call(LIST_FAMILIES, asked))


@families.route("/families/look-up", methods=["POST"])
@families.arguments(LookUp, example=examples.LOOK_UP)
@families.response(200, LOOK_UP_FAMILY.response, example=examples.FAMILIES_FOUND)
@operation("referrals.look_up_family")
def look_up_family(asked: dict[str, Any]) -> Response:
    """Look a family up by an exact national id or phone, which so never stands in an address."""
    return plain(call(LOOK_UP_FAMILY, asked))


@families.route("/families/<record:id>", methods=["GET"])
@families.response(200, GET_FAMILY.response, example=examples.FAMILY)
@operation("referrals.get_family", tagged=True)
def get_family(id: str) -> Response:  # noqa: A002 - the field's name
    """Read a family whole."""
    return record(call(GET_FAMILY, {"id": id}))


@families.route("/families/<record:id>", methods=["PATCH"])
@families.arguments(body_of(CHANGE_FAMILY, "id"), example=examples.FAMILY_CHANGE)
@families.response(200, CHANGE_FAMILY.response, example={**examples.FAMILY, "version": 2})
@operation("referrals.change_family", changes=True, if_match=IfMatch.REQUIRED)
def change_family(change: dict[str, Any], id: str) -> Response:  # noqa: A002 - the field's name
    """Change what is given of a family, correct its members, or close it; the rest stays."""
    return record(call(CHANGE_FAMILY, {**change, "id": id}))


@families.route("/families/<record:id>/members", methods=["POST"])
@families.arguments(body_of(ADD_MEMBER, "family"), example=examples.NEW_MEMBER)
@families.response(200, ADD_MEMBER.response, example={**examples.FAMILY, "version": 2})
@operation("referrals.add_member", changes=True, if_match=IfMatch.OPTIONAL)
def add_member(member: dict[str, Any], id: str) -> Response:  # noqa: A002 - the field's name
    """Add a member to a family."""
    return record(call(ADD_MEMBER, {**member, "family": id}))


@families.route("/families/<record:id>/consents", methods=["POST"])
@families.arguments(body_of(RECORD_CONSENT, "family"), example=examples.NEW_CONSENT)
@families.response(200, RECORD_CONSENT.response, example={**examples.FAMILY, "version": 2})
@operation("referrals.record_consent", changes=True, if_match=IfMatch.OPTIONAL)
def record_consent(consent: dict[str, Any], id: str) -> Response:  # noqa: A002 - the field's name
    """Record a family's consent, for one year if not said otherwise."""
    return record(call(RECORD_CONSENT, {**consent, "family": id}))


@families.route("/families/<record:id>/consents/<record:consent>/withdraw", methods=["POST"])
@families.response(200, WITHDRAW_CONSENT.response, example={**examples.FAMILY, "version": 3})
@operation("referrals.withdraw_consent", changes=True, if_match=IfMatch.OPTIONAL)
def withdraw_consent(id: str, consent: str) -> Response:  # noqa: A002 - the field's name
    """Withdraw a family's consent from now on."""
    return record(call(WITHDRAW_CONSENT, {"family": id, "consent": consent}))


@families.route("/families/<record:id>/history", methods=["GET"])
@families.response(200, GET_HISTORY.response, example=examples.HISTORY)
@operation("referrals.get_history")
def get_history(id: str) -> Response:  # noqa: A002 - the field's name
    """Read the whole history of a case, oldest first."""
    return plain(call(GET_HISTORY, {"family": id}))


@needs.route("/families/<record:id>/needs", methods=["POST"])
@needs.arguments(body_of(REGISTER_NEED, "family"), example=examples_of_needs.NEW_NEED)
@needs.response(201, REGISTER_NEED.response, example=examples_of_needs.NEED)
@operation("referrals.register_need", changes=True)
def register_need(need: dict[str, Any], id: str) -> Response:  # noqa: A002 - the field's name
    """Register a need of a family."""
    return created(call(REGISTER_NEED, {**need, "family": id}), "/needs")


@needs.route("/needs", methods=["GET"])
@needs.arguments(query_of(LIST_NEEDS), location="query")
@needs.response(200, LIST_NEEDS.response, example=examples_of_needs.NEEDS)
@operation("referrals.list_needs", paged=True)
def list_needs(asked: dict[str, Any]) -> Response:
    """List needs within your reach, newest first."""
    return page(call(LIST_NEEDS, asked))


@needs.route("/needs/<record:id>", methods=["GET"])
@needs.response(200, GET_NEED.response, example=examples_of_needs.NEED)
@operation("referrals.get_need", tagged=True)
def get_need(id: str) -> Response:  # noqa: A002 - the field's name
    """Read one need."""
    return record(call(GET_NEED, {"id": id}))


@needs.route("/needs/<record:id>/proposals", methods=["GET"])
@needs.arguments(ProposalsQuery, location="query")
@needs.response(200, PROPOSE_AGENCIES.response, example=examples_of_needs.PROPOSALS)
@operation("referrals.propose_agencies")
def propose_agencies(asked: dict[str, Any], id: str) -> Response:  # noqa: A002 - the field's name
    """Propose agencies for a need, best first, and say of each why; and why the nearest others are not."""
    return plain(call(PROPOSE_AGENCIES, {**asked, "need": id}))
