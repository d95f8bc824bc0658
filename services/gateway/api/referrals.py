"""Answer for referrals: a need on its way through an agency, until it has an outcome.

::

    draft ─send─▶ sent ─accept─▶ accepted ─report-service─▶ in_progress ─complete─▶ completed
                   ├─reject─▶ rejected      └──return─▶ returned, refer-onward─▶ referred_onward (a new one follows)
                   └─revoke─▶ revoked       (also from draft and accepted)
"""

from __future__ import annotations

from typing import Any

from flask import Response

from contracts.referrals import (
    ACCEPT_REFERRAL,
    COMPLETE_REFERRAL,
    GET_REFERRAL,
    LIST_REFERRALS,
    REFER_FAMILY,
    REFER_ONWARD,
    REJECT_REFERRAL,
    REPORT_SERVICE,
    RETURN_REFERRAL,
    REVOKE_REFERRAL,
    SEND_REFERRAL,
)
from services.gateway.api.blueprint import Blueprint, body_of, query_of
from services.gateway.api.examples import referrals as examples
from services.gateway.api.exchange import call, created, page, record
from services.gateway.auth.guard import IfMatch, operation

referrals = Blueprint("referrals", "Referrals from a family's need to an agency, each of which must reach an outcome.")

Referral = REFER_FAMILY.response
ReasonBody = body_of(REJECT_REFERRAL, "id")


@referrals.route("/referrals", methods=["POST"])
@referrals.arguments(REFER_FAMILY.request, example=examples.NEW_REFERRAL)
@referrals.response(201, Referral, example=examples.REFERRAL)
@referrals.doc(responses={"404": {"$ref": "#/components/responses/NotFound"}})
@operation("referrals.refer_family", changes=True)
def refer_family(referral: dict[str, Any]) -> Response:
    """Refer a need to an agency; needs the family's consent to referral. With `send` false it stays a draft."""
    return created(call(REFER_FAMILY, referral), "/referrals")


@referrals.route("/referrals", methods=["GET"])
@referrals.arguments(query_of(LIST_REFERRALS), location="query")
@referrals.response(200, LIST_REFERRALS.response, example=examples.REFERRALS)
@operation("referrals.list_referrals", paged=True)
def list_referrals(asked: dict[str, Any]) -> Response:
    """List referrals within your reach, newest first."""
    return page(call(LIST_REFERRALS, asked))


@referrals.route("/referrals/<record:id>", methods=["GET"])
@referrals.response(200, Referral, example=examples.REFERRAL)
@operation("referrals.get_referral", tagged=True)
def get_referral(id: str) -> Response:  # noqa: A002 - the field's name
    """Read one referral."""
    return record(call(GET_REFERRAL, {"id": id}))


@referrals.route("/referrals/<record:id>/send", methods=["POST"])
@referrals.response(200, Referral, example=examples.REFERRAL)
@operation("referrals.send_referral", changes=True, if_match=IfMatch.OPTIONAL)
def send_referral(id: str) -> Response:  # noqa: A002 - the field's name
    """Send a draft to its agency."""
    return record(call(SEND_REFERRAL, {"id": id}))


@referrals.route("/referrals/<record:id>/accept", methods=["POST"])
@referrals.response(200, Referral, example=examples.ACCEPTED_REFERRAL)
@operation("referrals.accept_referral", changes=True, if_match=IfMatch.OPTIONAL)
def accept_referral(id: str) -> Response:  # noqa: A002 - the field's name
    """Accept a referral as its agency."""
    return record(call(ACCEPT_REFERRAL, {"id": id}))


@referrals.route("/referrals/<record:id>/reject", methods=["POST"])
@referrals.arguments(ReasonBody, example=examples.REASON)
@referrals.response(200, Referral, example={**examples.REFERRAL, "version": 2, "status": "rejected"})
@operation("referrals.reject_referral", changes=True, if_match=IfMatch.OPTIONAL)
def reject_referral(asked: dict[str, Any], id: str) -> Response:  # noqa: A002 - the field's name
    """Reject a referral as its agency, and say why."""
    return record(call(REJECT_REFERRAL, {**asked, "id": id}))


@referrals.route("/referrals/<record:id>/report-service", methods=["POST"])
@referrals.arguments(body_of(REPORT_SERVICE, "id"), example=examples.SERVICE)
@referrals.response(200, Referral, example={**examples.ACCEPTED_REFERRAL, "version": 3, "status": "in_progress"})
@operation("referrals.report_service", changes=True, if_match=IfMatch.OPTIONAL)
def report_service(asked: dict[str, Any], id: str) -> Response:  # noqa: A002 - the field's name
    """Report a service given; the first starts the work."""
    return record(call(REPORT_SERVICE, {**asked, "id": id}))


@referrals.route("/referrals/<record:id>/complete", methods=["POST"])
@referrals.arguments(body_of(COMPLETE_REFERRAL, "id"), example=examples.OUTCOME)
@referrals.response(200, Referral, example={**examples.REFERRAL, "version": 4, "status": "completed"})
@operation("referrals.complete_referral", changes=True, if_match=IfMatch.OPTIONAL)
def complete_referral(asked: dict[str, Any], id: str) -> Response:  # noqa: A002 - the field's name
    """Complete a referral with its outcome; one that was not successful needs a reason."""
    return record(call(COMPLETE_REFERRAL, {**asked, "id": id}))


@referrals.route("/referrals/<record:id>/return", methods=["POST"])
@referrals.arguments(ReasonBody, example=examples.REASON)
@referrals.response(200, Referral, example={**examples.REFERRAL, "version": 3, "status": "returned"})
@operation("referrals.return_referral", changes=True, if_match=IfMatch.OPTIONAL)
def return_referral(asked: dict[str, Any], id: str) -> Response:  # noqa: A002 - the field's name
    """Give an accepted referral back, and say why."""
    return record(call(RETURN_REFERRAL, {**asked, "id": id}))


@referrals.route("/referrals/<record:id>/refer-onward", methods=["POST"])
@referrals.arguments(body_of(REFER_ONWARD, "id"), example=examples.ONWARD)
@referrals.response(200, Referral, example={**examples.REFERRAL, "version": 3, "status": "referred_onward"})
@operation("referrals.refer_onward", changes=True, if_match=IfMatch.OPTIONAL)
def refer_onward(asked: dict[str, Any], id: str) -> Response:  # noqa: A002 - the field's name
    """Hand a referral on to another agency; `followed_by` names the new one."""
    return record(call(REFER_ONWARD, {**asked, "id": id}))


@referrals.route("/referrals/<record:id>/revoke", methods=["POST"])
@referrals.arguments(ReasonBody, example=examples.REASON)
@referrals.response(200, Referral, example={**examples.REFERRAL, "version": 2, "status": "revoked"})
@operation("referrals.revoke_referral", changes=True, if_match=IfMatch.OPTIONAL)
def revoke_referral(asked: dict[str, Any], id: str) -> Response:  # noqa: A002 - the field's name
    """Take a referral back before work has started, and say why."""
    return record(call(REVOKE_REFERRAL, {**asked, "id": id}))
