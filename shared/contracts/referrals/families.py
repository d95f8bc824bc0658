"""Describe families, their members and consents: what is asked, what is answered, what an event carries."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from contracts.checks import said
from contracts.referrals.shapes import (
    Answer,
    PageRequest,
    Request,
    choice,
    day,
    number,
    part,
    record_id,
    several,
    text,
    time,
    whole,
)
from contracts.referrals.words import (
    COUNTRIES,
    DWELLINGS,
    FAMILY_CHANGES,
    FAMILY_STATUSES,
    LANGUAGES,
    PURPOSES,
    RELATIONSHIPS,
    SEXES,
)


class HouseholdRequest(Request):
    """Describe the household, as a DCI social registry group."""

    size = whole(1, 100, load_default=None, allow_none=True)
    dwelling = choice(DWELLINGS, load_default="unknown")
    poverty_score = number(0, 100, load_default=None, allow_none=True)


class MemberRequest(Request):
    """Describe one member; ``national_id`` is checked by the rules of its country, the node's if none is given."""

    given_name = text(100, 1, required=True)
    family_name = text(100, load_default="")
    sex = choice(SEXES, load_default="unknown")
    birth_date = day(load_default=None, allow_none=True)
    relationship = choice(RELATIONSHIPS, required=True)
    national_id = text(40, load_default="")
    national_id_country = choice(COUNTRIES, load_default=None, allow_none=True)


class MemberChangeRequest(Request):
    """Name a member and what is to be corrected; what is not given stays. An empty ``national_id`` removes it."""

    id = record_id()
    given_name = text(100, 1)
    family_name = text(100)
    sex = choice(SEXES)
    birth_date = day(allow_none=True)
    relationship = choice(RELATIONSHIPS)
    national_id = text(40)
    national_id_country = choice(COUNTRIES, allow_none=True)


class ConsentRequest(Request):
    """Describe a consent. Without ``expires`` it holds for one year; without ``granted_by`` the head granted it."""

    purpose = choice(PURPOSES, required=True)
    granted_at = time(load_default=None, allow_none=True)
    expires = time(load_default=None, allow_none=True)
    granted_by = text(100, load_default="")


class RegisterFamily(Request):
    """Register a family with its members, exactly one of them its head."""

    area = record_id()
    address = text(500, load_default="")
    phone = text(40, load_default="")
    language = choice(LANGUAGES, load_default="ar")
    household = part(HouseholdRequest, load_default=lambda: HouseholdRequest().load({}))
    members = several(part(MemberRequest), 60, 1, required=True)
    consents = several(part(ConsentRequest), 10, load_default=list)


class ChangeFamily(Request):
    """Change what is given; the rest stays. Closing a family closes its open needs."""

    id = record_id()
    area = text(100, 1)
    address = text(500)
    phone = text(40)
    language = choice(LANGUAGES)
    household = part(HouseholdRequest)
    members = several(part(MemberChangeRequest), 60)
    status = choice(FAMILY_STATUSES)


class LookUpFamily(Request):
    """Look a family up by one member's national id, or by its phone; exactly one of them."""

    national_id = text(40, load_default="")
    national_id_country = choice(COUNTRIES, load_default=None, allow_none=True)
    phone = text(40, load_default="")

    @validates_schema
    def one_of_them(self, request: dict[str, Any], **_: Any) -> None:
        """Refuse a look-up by nothing or by both."""
        if bool(request.get("national_id")) == bool(request.get("phone")):
            raise ValidationError(said("one_of_two"), "national_id")


class ListFamilies(PageRequest):
    """Filter families. ``q`` is part of a member's name in any spelling of Arabic, Persian or Latin letters."""

    q = text(100, load_default="")
    area = text(100, load_default="")
    status = choice(FAMILY_STATUSES, load_default=None, allow_none=True)


class AddMember(MemberRequest):
    """Add one member to a family."""

    family = record_id()


class RecordConsent(ConsentRequest):
    """Record one consent of a family."""

    family = record_id()


class WithdrawConsent(Request):
    """Withdraw one consent of a family, from now on."""

    family = record_id()
    consent = record_id()


class Household(Answer):
    """Describe the household."""

    size = fields.Integer(allow_none=True)
    dwelling = fields.String()
    poverty_score = fields.Float(allow_none=True)


class Member(Answer):
    """Describe one member.

    ``national_id_warning`` is ``check_digit`` where the id is kept although its last digit does not fit the customary
    rule (Egypt and Palestine publish none), else empty. An auditor finds ``national_id`` empty.
    """

    id = fields.String()
    given_name = fields.String()
    family_name = fields.String()
    sex = fields.String()
    birth_date = fields.Date(allow_none=True)
    relationship = fields.String()
    national_id = fields.String()
    national_id_country = fields.String()
    national_id_warning = fields.String()


class Consent(Answer):
    """Describe one consent. It holds from ``granted_at`` until ``expires`` or ``withdrawn_at``, whichever is first."""

    id = fields.String()
    purpose = fields.String()
    granted_at = time()
    expires = time()
    withdrawn_at = time(allow_none=True)
    granted_by = fields.String(metadata={"description": "Id of the member who granted it."})


class Family(Answer):
    """Describe one family whole. An auditor finds ``address``, ``phone`` and national ids empty."""

    id = fields.String()
    version = fields.Integer()
    area = fields.String()
    areas = fields.List(fields.String(), metadata={"description": "The area's ancestors, then the area itself."})
    address = fields.String()
    phone = fields.String(metadata={"description": "E.164."})
    language = fields.String()
    household = fields.Nested(Household)
    head_name = fields.String()
    members = fields.List(fields.Nested(Member))
    consents = fields.List(fields.Nested(Consent))
    status = fields.String()
    registered_at = time()
    last_modified = time()


class FamilySummary(Answer):
    """Describe one family in a list."""

    id = fields.String()
    version = fields.Integer()
    area = fields.String()
    areas = fields.List(fields.String())
    language = fields.String()
    head_name = fields.String()
    members_count = fields.Integer()
    status = fields.String()
    last_modified = time()


class FamilyPage(Answer):
    """Give a page of families; an empty ``next`` means that there are no more."""

    items = fields.List(fields.Nested(FamilySummary))
    next = fields.String()


class FamiliesFound(Answer):
    """Give the families found by an exact look-up."""

    items = fields.List(fields.Nested(FamilySummary))


class FamilyChangedPayload(Answer):
    """Say that a family's record changed: its opaque id, what happened, and its area. Older events have no area."""

    id = fields.String(required=True)
    what = choice(FAMILY_CHANGES, required=True)
    status = choice(FAMILY_STATUSES, required=True)
    area = fields.String(required=True)
