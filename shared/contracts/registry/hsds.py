"""Shape the objects that a service is made of, as Open Referral HSDS 3.1 names and types them.

``…Fields`` is what may be given, the class without that ending what is answered. An object within another says by its
place whose it is, so HSDS's foreign keys (``service_id``, ``contact_id``, ``link_id`` and ``link_entity`` …) are left
out. Ids are UUIDs: one that is given is kept, else the registry makes one, and the same list given again gets the same
ids. Texts and dates that nobody gave are empty; numbers, codes and choices are null.

Dates are ``2026-03-09``. Times of a day are ``09:00`` or ``09:00:00``, with ``Z`` or an offset (``+02:00``) where they
are not those of the place; ``24:00`` is the end of a day. Addresses may lack ``https://``.
"""

from __future__ import annotations

from contracts.registry.deriving import answering, moment, quantity, uuid
from contracts.registry.shapes import Answer, Request, choice, code, day, part, several, text
from contracts.registry.words import CURRENCY, FREQUENCIES, LANGUAGE_CODE, WEEKDAYS

LINE, NOTE, BLOCK = 200, 2_000, 10_000
"""Characters of a name, of a remark, of a description."""
ADDRESS = 500
EXTENT = 50_000
FEW, SOME = 10, 30
MUCH = 1_000_000_000


class AttributeFields(Request):
    """Say under which term of a taxonomy something falls; or, without a term, anything else, by ``label``."""

    id = uuid()
    link_type = text(LINE)
    taxonomy_term_id = uuid()
    value = text(NOTE)
    label = text(LINE)


@answering(AttributeFields)
class Attribute(Answer):
    """Say under which term of a taxonomy something falls."""


class UrlFields(Request):
    """Give one more web address, and what it is called."""

    id = uuid()
    label = text(LINE)
    url = text(ADDRESS, 1, required=True)
    attributes = several(part(AttributeFields), FEW)


@answering(UrlFields)
class Url(Answer):
    """Give one more web address."""


class LanguageFields(Request):
    """Give one language, by its name, its code of ISO 639, or both."""

    id = uuid()
    name = text(LINE, metadata={"example": "العربية"})
    code = code(LANGUAGE_CODE, allow_none=True, metadata={"example": "ar"})
    note = text(NOTE)
    attributes = several(part(AttributeFields), FEW)


@answering(LanguageFields)
class Language(Answer):
    """Give one language."""


class ServicePhoneFields(Request):
    """Give one telephone number as people write it; it is kept as E.164, read by the rules of the node's country.

    A short number that is dialled within that country, such as a hotline's ``19828``, is kept as its digits.

    ``type`` is one of RFC 6350's: ``text``, ``voice``, ``fax``, ``cell``, ``video``, ``pager``, ``textphone``.
    """

    id = uuid()
    number = text(40, 3, required=True, metadata={"example": "096 5331234"})
    extension = quantity(0, 999_999)
    type = text(40)
    description = text(NOTE)
    languages = several(part(LanguageFields), FEW)
    attributes = several(part(AttributeFields), FEW)


@answering(ServicePhoneFields)
class ServicePhone(Answer):
    """Give one telephone number in E.164, or a short one of the node's country in its digits (``19828``)."""


class ContactFields(Request):
    """Name somebody of the staff, or an office, to turn to. Nobody in care."""

    id = uuid()
    name = text(LINE)
    title = text(LINE)
    department = text(LINE)
    email = text(LINE)
    phones = several(part(ServicePhoneFields), FEW)
    attributes = several(part(AttributeFields), FEW)


@answering(ContactFields)
class Contact(Answer):
    """Name somebody of the staff, or an office, to turn to."""


class ScheduleFields(Request):
    """Say when something is open: days by a recurrence rule (RFC 5545), hours by ``opens_at`` and ``closes_at``.

    ``byday`` lists days (``SU,MO``), with a number before each (``1MO``, ``-1FR``) only where ``freq`` is ``MONTHLY``.
    ``timezone`` is in hours from UTC. Hours end on the day that they begin; give a night as two schedules.
    """

    id = uuid()
    valid_from = day()
    valid_to = day()
    dtstart = day()
    timezone = quantity(-14, 14)
    until = day()
    count = quantity(1, 10_000)
    wkst = choice(WEEKDAYS, allow_none=True)
    freq = choice(FREQUENCIES, allow_none=True)
    interval = quantity(1, 1_000)
    byday = text(LINE, metadata={"example": "SU,MO,TU"})
    byweekno = text(LINE)
    bymonthday = text(LINE)
    byyearday = text(LINE)
    description = text(BLOCK)
    opens_at = text(20, metadata={"example": "09:00"})
    closes_at = text(20, metadata={"example": "14:00"})
    schedule_link = text(ADDRESS)
    attending_type = text(LINE)
    notes = text(NOTE)
    attributes = several(part(AttributeFields), FEW)


@answering(ScheduleFields)
class Schedule(Answer):
    """Say when something is open."""


class ServiceAreaFields(Request):
    """Say for whom a service is, by where they live: in words, or by ``extent`` in the form ``extent_type``."""

    id = uuid()
    name = text(LINE)
    description = text(BLOCK)
    extent = text(EXTENT)
    extent_type = text(40)
    uri = text(ADDRESS)
    attributes = several(part(AttributeFields), FEW)


@answering(ServiceAreaFields)
class ServiceArea(Answer):
    """Say for whom a service is, by where they live."""


class FundingFields(Request):
    """Name one source of money."""

    id = uuid()
    source = text(NOTE)
    attributes = several(part(AttributeFields), FEW)


@answering(FundingFields)
class Funding(Answer):
    """Name one source of money."""


class ProgramFields(Request):
    """Name a programme of the organization, which several of its services may belong to."""

    id = uuid()
    name = text(LINE, 1, required=True)
    alternate_name = text(LINE)
    description = text(BLOCK)
    attributes = several(part(AttributeFields), FEW)


@answering(ProgramFields)
class Program(Answer):
    """Name a programme of the organization."""


class CostOptionFields(Request):
    """Say what a service costs, and for whom or when. ``currency`` is a code of ISO 4217."""

    id = uuid()
    valid_from = day()
    valid_to = day()
    option = text(NOTE)
    currency = code(CURRENCY, allow_none=True, metadata={"example": "EGP"})
    amount = quantity(0, MUCH)
    amount_description = text(NOTE)
    attributes = several(part(AttributeFields), FEW)


@answering(CostOptionFields)
class CostOption(Answer):
    """Say what a service costs, and for whom or when."""


class RequiredDocumentFields(Request):
    """Name a document that people have to bring."""

    id = uuid()
    document = text(NOTE)
    uri = text(ADDRESS)
    attributes = several(part(AttributeFields), FEW)


@answering(RequiredDocumentFields)
class RequiredDocument(Answer):
    """Name a document that people have to bring."""


class UnitFields(Request):
    """Name what capacity is counted in, such as beds; ``identifier`` is its code in ``scheme``."""

    id = uuid()
    name = text(LINE, 1, required=True, metadata={"example": "beds"})
    scheme = text(LINE)
    identifier = text(LINE)
    uri = text(ADDRESS)
    attributes = several(part(AttributeFields), FEW)


@answering(UnitFields)
class Unit(Answer):
    """Name what capacity is counted in."""


class ServiceCapacityFields(Request):
    """Say how much of a service is free, of how much at most. ``updated`` is now where it is not given."""

    id = uuid()
    unit = part(UnitFields, required=True)
    available = quantity(0, MUCH, required=True, allow_none=False)
    maximum = quantity(0, MUCH)
    description = text(NOTE)
    updated = moment()
    attributes = several(part(AttributeFields), FEW)


@answering(ServiceCapacityFields)
class ServiceCapacity(Answer):
    """Say how much of a service is free, of how much at most, and since when."""


class ServiceAtLocationFields(Request):
    """Say that a service is given at a place of its organization, and what holds at that place only."""

    id = uuid()
    location_id = text(100, 1, required=True)
    description = text(BLOCK)
    service_areas = several(part(ServiceAreaFields), FEW)
    contacts = several(part(ContactFields), FEW)
    phones = several(part(ServicePhoneFields), FEW)
    schedules = several(part(ScheduleFields), SOME)
    attributes = several(part(AttributeFields), FEW)


@answering(ServiceAtLocationFields)
class ServiceAtLocation(Answer):
    """Say that a service is given at a place of its organization."""
