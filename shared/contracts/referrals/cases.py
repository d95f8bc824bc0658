"""Describe referrals from agency to agency, as those who work on them read and change them."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from contracts.checks import said
from contracts.referrals.shapes import Answer, PageRequest, Request, choice, flag, number, record_id, text, time
from contracts.referrals.words import OUTCOMES, REFERRAL_STATUSES, TRANSITIONS


class ReferFamily(Request):
    """Refer a need to an agency. With ``send`` false it stays a draft until ``send_referral``."""

    need = record_id()
    organization = record_id()
    note = text(2000, load_default="")
    send = flag(load_default=True)


class WithReason(Request):
    """Name a referral, and say why."""

    id = record_id()
    reason = text(1000, 1, required=True)


class ReportService(Request):
    """Report a service given; ``at`` is now if not given."""

    id = record_id()
    description = text(1000, 1, required=True)
    quantity = number(0, 1_000_000_000, load_default=None, allow_none=True)
    at = time(load_default=None, allow_none=True)


class CompleteReferral(Request):
    """Complete a referral. An outcome that is not successful needs a reason."""

    id = record_id()
    outcome = choice(OUTCOMES, required=True)
    reason = text(1000, load_default="")

    @validates_schema
    def reason_of_failure(self, request: dict[str, Any], **_: Any) -> None:
        """Refuse a failure that nobody explains."""
        if request.get("outcome") == "not_successful" and not request.get("reason", "").strip():
            raise ValidationError(said("required"), "reason")


class ReferOnward(WithReason):
    """Hand a referral on to another agency; a new referral, sent, follows this one."""

    organization = record_id()


class ListReferrals(PageRequest):
    """Filter referrals."""

    family = text(100, load_default="")
    need = text(100, load_default="")
    organization = text(100, load_default="")
    area = text(100, load_default="")
    status = choice(REFERRAL_STATUSES, load_default=None, allow_none=True)
    escalated = flag(load_default=None, allow_none=True)


class ServiceGiven(Answer):
    """Describe one service given."""

    at = time()
    description = fields.String()
    quantity = fields.Float(allow_none=True)


class ReferralStep(Answer):
    """Describe one step of a referral: the move it made, and who made it (``<role>:<id>``)."""

    at = time()
    transition = choice(TRANSITIONS)
    previous_status = fields.String()
    status = fields.String()
    actor = fields.String()
    reason = fields.String()


class RecipientMember(Answer):
    """Describe a member to the agency that is to help: no name, the age in whole years."""

    age = fields.Integer(allow_none=True)
    sex = fields.String()


class Recipient(Answer):
    """Give an agency what a referral needs, as long as the referral is open to it."""

    head_name = fields.String()
    phone = fields.String()
    language = fields.String()
    urgency = fields.String()
    need_note = fields.String()
    members_count = fields.Integer()
    members = fields.List(fields.Nested(RecipientMember))


class Referral(Answer):
    """Describe one referral whole.

    An association finds ``family`` empty. When it reads the referral while that is ``sent``, ``accepted`` or
    ``in_progress`` and the family's consent holds, ``recipient`` has what it needs to help; otherwise, to everyone else
    (who may read the family itself) and in the answer of a change, ``recipient`` is null.
    """

    id = fields.String()
    version = fields.Integer()
    need = fields.String()
    family = fields.String()
    organization = fields.String()
    subject = fields.String()
    area = fields.String()
    areas = fields.List(fields.String())
    status = choice(REFERRAL_STATUSES)
    note = fields.String()
    created_at = time()
    sent_at = time(allow_none=True)
    deadline = time(allow_none=True, metadata={"description": "Unanswered until then, it is escalated."})
    expires = time(allow_none=True, metadata={"description": "Unanswered until then, it expires."})
    escalated_at = time(allow_none=True)
    accepted_at = time(allow_none=True)
    closed_at = time(allow_none=True)
    services = fields.List(fields.Nested(ServiceGiven))
    outcome = fields.String()
    reason = fields.String()
    history = fields.List(fields.Nested(ReferralStep))
    follows = fields.String(metadata={"description": "The referral that this one follows, or empty."})
    followed_by = fields.String(metadata={"description": "The referral that followed this one, or empty."})
    recipient = fields.Nested(Recipient, allow_none=True)
    last_modified = time()


class ReferralSummary(Answer):
    """Describe one referral in a list."""

    id = fields.String()
    version = fields.Integer()
    need = fields.String()
    family = fields.String()
    organization = fields.String()
    subject = fields.String()
    area = fields.String()
    status = choice(REFERRAL_STATUSES)
    sent_at = time(allow_none=True)
    deadline = time(allow_none=True)
    escalated_at = time(allow_none=True)
    outcome = fields.String()
    last_modified = time()


class ReferralPage(Answer):
    """Give a page of referrals; an empty ``next`` means that there are no more."""

    items = fields.List(fields.Nested(ReferralSummary))
    next = fields.String()
