"""Shape the places of organizations as Open Referral HSDS 3.1 has them: where they are, how to get in, and when.

Ids and empty values are as in :mod:`contracts.registry.hsds`. A record from before a place had these parts lacks them;
then nothing is known.
"""

from __future__ import annotations

from marshmallow import fields

from contracts.registry.deriving import answering, uuid
from contracts.registry.hsds import (
    ADDRESS,
    FEW,
    LINE,
    NOTE,
    SOME,
    Attribute,
    AttributeFields,
    Contact,
    ContactFields,
    Language,
    LanguageFields,
    Schedule,
    ScheduleFields,
    ServicePhone,
    ServicePhoneFields,
)
from contracts.registry.shapes import Answer, Request, choice, degrees, part, record_id, several, text
from contracts.registry.words import PLACE_TYPES

POSTAL_CODE = 40


class AddressFields(Request):
    """Give one address by its parts. ``country`` is a code of ISO 3166-1; it is ``physical`` where it does not say."""

    id = uuid()
    attention = text(LINE)
    address_1 = text(ADDRESS, metadata={"example": "شارع الجميل"})
    address_2 = text(ADDRESS)
    city = text(LINE, metadata={"example": "قنا"})
    region = text(LINE)
    state_province = text(LINE)
    postal_code = text(POSTAL_CODE, metadata={"example": "83511"})
    country = text(LINE, metadata={"example": "EG"})
    address_type = choice(PLACE_TYPES)
    attributes = several(part(AttributeFields), FEW)


@answering(AddressFields)
class Address(Answer):
    """Give one address by its parts."""


class AccessibilityFields(Request):
    """Say what somebody with a disability finds at a place, or has to ask for."""

    id = uuid()
    description = text(NOTE)
    details = text(NOTE)
    url = text(ADDRESS)
    attributes = several(part(AttributeFields), FEW)


@answering(AccessibilityFields)
class Accessibility(Answer):
    """Say what somebody with a disability finds at a place."""


class LocationFields(Request):
    """Give one place of the organization: by its ``id``, or else the one at the same position of the list.

    What is not given of a place stays as it was. ``address`` is its address in one line, as people write it;
    ``addresses`` are the same by their parts. Where there are any, the line is made of the first physical one, whatever
    ``address`` says; another line that is given without them takes their place, and they are dropped.
    """

    id = record_id()
    name = text(LINE)
    alternate_name = text(LINE)
    description = text(NOTE)
    transportation = text(NOTE)
    location_type = choice(PLACE_TYPES)
    url = text(ADDRESS)
    external_identifier = text(LINE)
    external_identifier_type = text(LINE)
    address = text(ADDRESS)
    addresses = several(part(AddressFields), FEW)
    accessibility = several(part(AccessibilityFields), FEW)
    languages = several(part(LanguageFields), FEW)
    phones = several(part(ServicePhoneFields), FEW)
    contacts = several(part(ContactFields), FEW)
    schedules = several(part(ScheduleFields), SOME)
    attributes = several(part(AttributeFields), FEW)
    latitude = degrees(90, metadata={"example": 26.164})
    longitude = degrees(180, metadata={"example": 32.727})
    area = text(100)


class Location(Answer):
    """Give one place of the organization; ``latitude`` and ``longitude`` are both null where nobody has found it.

    ``areas`` is its area's ancestors from the country down, then the area; it is empty where nobody knows the area, and
    may be in a record that was last changed before places told it. ``outside_area`` says that its point lies outside
    the surveyed outline of its area; where outlines come or change, the register is looked over within minutes.
    ``last_modified`` is when the place was changed or added last, empty where it is as its organization brought it.
    """

    id = fields.String(required=True)
    name = fields.String(required=True)
    alternate_name = fields.String()
    description = fields.String()
    transportation = fields.String()
    location_type = fields.String()
    url = fields.String()
    external_identifier = fields.String()
    external_identifier_type = fields.String()
    address = fields.String(required=True)
    addresses = fields.List(fields.Nested(Address))
    accessibility = fields.List(fields.Nested(Accessibility))
    languages = fields.List(fields.Nested(Language))
    phones = fields.List(fields.Nested(ServicePhone))
    contacts = fields.List(fields.Nested(Contact))
    schedules = fields.List(fields.Nested(Schedule))
    attributes = fields.List(fields.Nested(Attribute))
    latitude = fields.Float(required=True, allow_none=True)
    longitude = fields.Float(required=True, allow_none=True)
    area = fields.String(required=True)
    areas = fields.List(fields.String())
    outside_area = fields.Boolean(required=True)
    last_modified = fields.String(metadata={"example": "2026-11-02T08:15:00+00:00"})
