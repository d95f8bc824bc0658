"""Shape organizations: what is asked to be set, rows of an import, and the public record."""

from __future__ import annotations

from marshmallow import fields, validate

from contracts.checks import FAULTS, Length
from contracts.registry.batches import Batch
from contracts.registry.deriving import Number, quantity
from contracts.registry.hsds import (
    NOTE,
    SOME,
    Attribute,
    AttributeFields,
    Contact,
    ContactFields,
    Funding,
    FundingFields,
    Program,
    ProgramFields,
    Url,
    UrlFields,
)
from contracts.registry.places import Location, LocationFields
from contracts.registry.shapes import (
    Answer,
    PageRequest,
    Request,
    choice,
    code,
    count,
    day,
    flag,
    part,
    record_id,
    several,
    subject,
    subject_or_term,
    term_code,
    text,
    time,
    year,
)
from contracts.registry.standing import (
    Accreditation,
    AccreditationFields,
    Cooperation,
    CooperationFields,
    Members,
    MembersFields,
)
from contracts.registry.words import (
    BATCH_ROWS,
    LANGUAGE_CODE,
    ORGANIZATION_STATUSES,
    ORGANIZATION_TYPES,
    PHONE_TYPES,
    PLACES_MOST,
    SCHEME,
    TERMS_BORNE,
)


class PhoneFields(Request):
    """Give one telephone number as people write it; it is kept as E.164, read by the rules of the node's country.

    A short number that is dialled within that country, such as a hotline's ``19828``, is kept as its digits.

    ``description`` says whom one reaches, or when.
    """

    number = text(40, 3, required=True, metadata={"example": "096 5331234"})
    extension = quantity(0, 999_999)
    type = choice(PHONE_TYPES, load_default="voice")
    description = text(NOTE)


class IdentifierFields(Request):
    """Give one identifier and the scheme it belongs to.

    ``eg.tn`` (Egyptian tax number) is checked by its rules; any other scheme is kept as it is, with its digits folded.
    A scheme and an identifier together name one organization of the node at most. ``valid_from`` is the day on which it
    was given, such as that of the registration; one that is known stays until another is given.
    """

    identifier_scheme = code(SCHEME, required=True, metadata={"example": "eg.moss.registration"})
    identifier = text(80, 1, required=True, metadata={"example": "1234/2009"})
    valid_from = day(load_default="")


class CapabilityFields(Request):
    """Say what the organization can do, and for how many ``unit`` at once (null where it states none).

    ``terms`` are terms of the node's own below the subject, which say it more precisely; where they are not given, the
    record's stay.
    """

    subject = subject(required=True)
    terms = several(term_code(), TERMS_BORNE, metadata={"example": ["health.dialysis"]})
    capacity = count(load_default=None)
    unit = text(40, load_default="families")


class OrganizationFields(Request):
    """Give what is to be set; what is not given stays as it was. A list replaces the whole list.

    ``area`` and a location's ``area`` may be an area's code, or its name in any language and spelling as long as only
    one area of the deepest level bears it. Where ``area`` is not given it is that of the first location; a location
    without one gets the area whose outline holds its point. ``website`` may lack ``https://``.

    ``parent_organization_id`` is the organization that this one is a part of, ``member_of`` are the central
    associations and networks that it is a member of; all are of this node. ``status_since`` is the day of the last
    change of ``status`` where it is not given. ``assured_date`` is when ``assurer_email`` last looked the record over.
    ``attributes`` are others' terms, ``uri`` is its identity elsewhere, ``logo`` the address of a picture.
    """

    name = text(200, 1, metadata={"example": "جمعية الإحسان الخيرية بقنا"})
    alternate_name = text(200)
    organization_type = choice(ORGANIZATION_TYPES)
    description = text(2000)
    email = text(200)
    website = text(300)
    phones = several(part(PhoneFields), 10)
    identifiers = several(part(IdentifierFields), 10)
    languages = several(code(LANGUAGE_CODE), 10, metadata={"example": ["ar"]})
    year_incorporated = year(metadata={"example": 2009})
    members_count = count()
    international_cooperation = flag()
    cooperations = several(part(CooperationFields), 20)
    accreditations = several(part(AccreditationFields), 20)
    members_by_year = several(part(MembersFields), 50)
    parent_organization_id = text(100)
    member_of = several(record_id(), 20)
    capabilities = several(part(CapabilityFields), 30)
    locations = several(part(LocationFields), PLACES_MOST)
    area = text(100, metadata={"example": "EG2901"})
    status = choice(ORGANIZATION_STATUSES)
    status_since = day()
    legal_status = text(200)
    tax_status = text(200)
    assured_date = day()
    assurer_email = text(200)
    additional_websites = several(part(UrlFields), 10)
    contacts = several(part(ContactFields), 10)
    programs = several(part(ProgramFields), 30)
    funding = several(part(FundingFields), 10)
    attributes = several(part(AttributeFields), SOME)
    logo = text(500)
    uri = text(500)


class NewOrganization(OrganizationFields):
    """Describe an organization that is not registered yet. Type ``community`` and status ``active`` if not given."""

    name = text(200, 1, required=True, metadata={"example": "جمعية الإحسان الخيرية بقنا"})


class RowLocationFields(LocationFields):
    """Give one place of a row: by the id that it bears in the list, or else the one at the same position there."""

    class Meta:
        """Leave out the node's own id, which a list does not know."""

        exclude = ("id",)

    external_id = text(100)


class RowFields(OrganizationFields):
    """Describe one row of an import: an organization's fields, and the id it bears in the list that it comes from.

    What it belongs to is not a row's to say: a list does not know the node's ids. Places that a row does not speak of
    stay. With ``all_locations`` they are all that the list has of the organization: others that it brought are gone.
    """

    class Meta:
        """Leave out what names other organizations."""

        exclude = ("parent_organization_id", "member_of")

    external_id = text(100, load_default="")
    locations = several(part(RowLocationFields), PLACES_MOST)
    all_locations = flag()


class RegisterOrganization(Request):
    """Register one organization. One of the same identifier, or of the same name and area, is a ``conflict``."""

    organization = part(NewOrganization, required=True)


class ChangeOrganization(Request):
    """Change what is given of one organization.

    An association changes its own description, e-mail, website, phones, languages, number of members, capabilities
    and locations; the rest is the directorate's to change, and asking for it is ``forbidden``.
    """

    id = record_id(required=True)
    organization = part(OrganizationFields, required=True)


class ImportRow(Request):
    """Carry one row. What is wrong in ``organization`` rejects the row alone, so it is not checked before."""

    row = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))
    organization = fields.Dict(required=True, keys=fields.String(), error_messages=FAULTS)


class PutOrganizations(Batch):
    """Put one batch of an import of organizations."""

    rows = fields.List(fields.Nested(ImportRow), required=True, validate=Length("too_many", min=1, max=BATCH_ROWS))


class SearchOrganizations(PageRequest):
    """Search by words of the names of organization, partner and places; each must begin one, in any spelling.

    ``outside_area`` finds those of which a place lies outside its area.
    """

    q = text(200, load_default="")
    area = text(100, load_default="")
    subject = subject_or_term(load_default=None, allow_none=True)
    status = choice(ORGANIZATION_STATUSES, load_default=None, allow_none=True)
    outside_area = fields.Boolean(load_default=None, allow_none=True, error_messages=FAULTS)


class Phone(Answer):
    """Give one telephone number in E.164, or a short one of the node's country in its digits (``19828``).

    A record from before there were extensions and descriptions lacks them.
    """

    number = fields.String(required=True)
    extension = Number(allow_none=True)
    type = fields.String(required=True)
    description = fields.String()


class Identifier(Answer):
    """Give one identifier and its scheme, and the day on which it was given; empty where nobody knows that."""

    identifier_scheme = fields.String(required=True)
    identifier = fields.String(required=True)
    valid_from = fields.String()


class Capability(Answer):
    """Say what the organization can do, and how much of it at once; null where it states none.

    ``terms`` are terms of the node's own below the subject.
    """

    subject = fields.String(required=True)
    terms = fields.List(fields.String())
    capacity = fields.Integer(required=True, allow_none=True)
    unit = fields.String(required=True)


class Organization(Answer):
    """Give the whole public record of one organization.

    ``area`` is empty where nobody knows it; ``areas`` is the area's ancestors from the country down, then the area.
    """

    id = fields.String(required=True)
    version = fields.Integer(required=True)
    name = fields.String(required=True)
    alternate_name = fields.String(required=True)
    organization_type = fields.String(required=True)
    description = fields.String(required=True)
    email = fields.String(required=True)
    website = fields.String(required=True)
    phones = fields.List(fields.Nested(Phone), required=True)
    identifiers = fields.List(fields.Nested(Identifier), required=True)
    languages = fields.List(fields.String(), required=True)
    year_incorporated = fields.Integer(required=True, allow_none=True)
    members_count = fields.Integer(required=True, allow_none=True)
    international_cooperation = fields.Boolean(required=True)
    cooperations = fields.List(fields.Nested(Cooperation), required=True)
    accreditations = fields.List(fields.Nested(Accreditation), required=True)
    members_by_year = fields.List(fields.Nested(Members), required=True)
    parent_organization_id = fields.String(required=True)
    member_of = fields.List(fields.String(), required=True)
    capabilities = fields.List(fields.Nested(Capability), required=True)
    locations = fields.List(fields.Nested(Location), required=True)
    area = fields.String(required=True)
    areas = fields.List(fields.String(), required=True)
    status = fields.String(required=True)
    status_since = fields.String(required=True)
    legal_status = fields.String(required=True)
    tax_status = fields.String(required=True)
    assured_date = fields.String(required=True)
    assurer_email = fields.String(required=True)
    additional_websites = fields.List(fields.Nested(Url), required=True)
    contacts = fields.List(fields.Nested(Contact), required=True)
    programs = fields.List(fields.Nested(Program), required=True)
    funding = fields.List(fields.Nested(Funding), required=True)
    attributes = fields.List(fields.Nested(Attribute))
    logo = fields.String(required=True)
    uri = fields.String(required=True)
    last_modified = time(required=True)


class OrganizationPage(Answer):
    """Give a page of organizations; an empty ``next`` means that there are no more."""

    items = fields.List(fields.Nested(Organization), required=True)
    next = fields.String(required=True)


class Removed(Answer):
    """Say that a record is gone, and at which version."""

    id = fields.String(required=True)
    version = fields.Integer(required=True)
    removed = fields.Boolean(required=True)
