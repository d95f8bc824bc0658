"""Describe what leaves the service: a referral's public state, whom to tell of it, and what needs are counted by."""

from __future__ import annotations

from marshmallow import fields

from contracts.referrals.shapes import Answer, Request, choice, record_id, subject, time
from contracts.referrals.words import (
    AUDIENCES,
    FAMILY_STATUSES,
    NEED_STATUSES,
    OUTCOMES,
    REFERRAL_STATUSES,
    TRANSITIONS,
)


class GetRecipient(Request):
    """Ask whom to tell of a referral, at the moment of telling."""

    referral = record_id()
    audience = choice(AUDIENCES, required=True)


class AgencyContact(Answer):
    """Name the agency that a message speaks of."""

    id = fields.String()
    name = fields.String()
    phone = fields.String()


class Contact(Answer):
    """Give an address to write to, and the language to write in.

    Where nobody may be told, ``phone`` and ``email`` are empty and ``withheld`` says why: ``consent_missing``,
    ``no_phone`` or ``no_email``. ``name`` is the head's or the agency's.
    """

    audience = fields.String()
    language = fields.String()
    name = fields.String()
    phone = fields.String()
    email = fields.String()
    withheld = fields.String()
    agency = fields.Nested(AgencyContact)


class ReferralState(Answer):
    """Carry the whole public state of one referral: nothing of the family, no text.

    ``area`` and ``areas`` say where the need is. ``accepted_at`` is set once the agency has accepted, also when the
    referral has moved on since. ``follows`` is the referral that this one follows, or empty. ``deadline`` is null while
    it is a draft.
    """

    id = fields.String(required=True)
    organization = fields.String(required=True)
    area = fields.String(required=True)
    areas = fields.List(fields.String(), required=True)
    subject = subject(required=True)
    status = choice(REFERRAL_STATUSES, required=True)
    previous_status = choice(("", *REFERRAL_STATUSES), required=True)
    transition = choice(TRANSITIONS, required=True)
    outcome = choice(("", *OUTCOMES), required=True)
    escalated = fields.Boolean(required=True)
    accepted_at = time(required=True, allow_none=True)
    deadline = time(required=True, allow_none=True)
    follows = fields.String(required=True)


class ReferralStateRecord(ReferralState):
    """Carry the same for the directory's rebuild, with the record's version."""

    version = fields.Integer(required=True)


class ReferralStatePage(Answer):
    """Give a page of referrals' public states; an empty ``next`` means that there are no more."""

    items = fields.List(fields.Nested(ReferralStateRecord))
    next = fields.String()


class FamilyState(Answer):
    """Carry what a family in care is counted by, for the directory's rebuild: an opaque id and codes."""

    id = fields.String(required=True)
    version = fields.Integer(required=True)
    area = fields.String(required=True)
    status = choice(FAMILY_STATUSES, required=True)


class FamilyStatePage(Answer):
    """Give a page of what families are counted by; an empty ``next`` means that there are no more."""

    items = fields.List(fields.Nested(FamilyState))
    next = fields.String()


class NeedState(Answer):
    """Carry what a need is counted by, for the directory's rebuild: an opaque id and codes, never whose it is."""

    id = fields.String(required=True)
    version = fields.Integer(required=True)
    area = fields.String(required=True)
    subject = subject(required=True)
    status = choice(NEED_STATUSES, required=True)


class NeedStatePage(Answer):
    """Give a page of what needs are counted by; an empty ``next`` means that there are no more."""

    items = fields.List(fields.Nested(NeedState))
    next = fields.String()
