"""State what the registry publishes and answers: organizations, where they are and what they can do, and the areas.

Organizations are legal bodies, and their record is public: name, office address and telephone of an association are
what a directory is for. Nothing here speaks of a person in care. Names are those of Open Referral HSDS 3.

Times are ISO 8601 with offset. Ids are opaque, except an area's, which is the code that its country gave it. Every
record carries ``version``, an integer that grows by one with each change; a changing call made with ``if_version`` is
refused with ``precondition_failed`` when that is not the current one. Errors carry ``problems`` whose ``code`` is one
of :data:`contracts.problems.PROBLEMS`.
"""

from __future__ import annotations

import re
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate, validates_schema

from contracts.envelope import Consumer, EventContract, RpcContract
from contracts.problems import PROBLEMS
from contracts.subjects import SUBJECTS

SERVICE = "registry"

LANGUAGES = ("ar", "fa", "en")
ORGANIZATION_TYPES = ("community", "central", "social_unit", "government_agency", "company", "donor")
ORGANIZATION_STATUSES = ("active", "inactive")
PHONE_TYPES = ("voice", "cell", "fax", "sms", "textphone")
AREA_LEVELS = ("country", "governorate", "county", "locality")
OUTCOMES = ("created", "updated", "unchanged", "rejected")
OTHER_REASONS = ("no_capability", "inactive", "out_of_area")
OUTLINE_TYPES = ("Polygon", "MultiPolygon")

BATCH_ROWS = 500
"""Rows that one ``put_organizations`` takes, at most."""
BATCH_AREAS = 50
"""Areas that one ``put_areas`` takes, at most; a caller with large outlines sends fewer, to stay below 1 MB."""
OUTLINE_POSITIONS = 20_000
"""Positions that one area's outline may have, at most."""

AREA_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}\Z")
LANGUAGE_CODE = re.compile(r"[a-z]{2,3}\Z")
SCHEME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}\Z")


def said(code: str) -> dict[str, str]:
    """Return a problem's English sentence as the ``error`` of a validator; the code is found again by the sentence."""
    return {"error": PROBLEMS[code].en}


FAULTS = {
    "required": PROBLEMS["required"].en,
    "null": PROBLEMS["required"].en,
    "invalid": PROBLEMS["wrong_type"].en,
    "invalid_utf8": PROBLEMS["wrong_type"].en,
    "too_large": PROBLEMS["out_of_range"].en,
    "special": PROBLEMS["wrong_type"].en,
    "type": PROBLEMS["wrong_type"].en,
    "unknown": PROBLEMS["unknown_field"].en,
}
"""What a field says of a value that it cannot read."""


def _text(most: int, least: int = 0, **options: Any) -> fields.String:
    return fields.String(
        validate=validate.Length(min=least, max=most, **said("too_long" if not least else "length")),
        error_messages=FAULTS,
        **options,
    )


def _id(**options: Any) -> fields.String:
    return _text(100, 1, **options)


def _choice(choices: tuple[str, ...], **options: Any) -> fields.String:
    return fields.String(validate=validate.OneOf(choices, **said("not_a_choice")), error_messages=FAULTS, **options)


def _code(pattern: re.Pattern[str], **options: Any) -> fields.String:
    return fields.String(validate=validate.Regexp(pattern, **said("malformed")), error_messages=FAULTS, **options)


def _count(**options: Any) -> fields.Integer:
    return fields.Integer(
        strict=True,
        allow_none=True,
        validate=validate.Range(min=0, max=10_000_000, **said("out_of_range")),
        error_messages=FAULTS,
        **options,
    )


def _flag(**options: Any) -> fields.Boolean:
    return fields.Boolean(truthy={True}, falsy={False}, error_messages=FAULTS, **options)


def _degrees(most: int, **options: Any) -> fields.Float:
    return fields.Float(
        allow_none=True,
        allow_nan=False,
        validate=validate.Range(min=-most, max=most, **said("out_of_range")),
        error_messages=FAULTS,
        **options,
    )


def _several(field: fields.Field, most: int, **options: Any) -> fields.List:
    return fields.List(field, validate=validate.Length(max=most, **said("too_many")), error_messages=FAULTS, **options)


def _part(schema: type[Schema], **options: Any) -> fields.Nested:
    return fields.Nested(schema, error_messages=FAULTS, **options)


def _subject(**options: Any) -> fields.String:
    return _choice(tuple(SUBJECTS), **options)


def _point(**options: Any) -> fields.List:
    return fields.List(
        fields.Float(allow_nan=False),
        validate=validate.Length(equal=2),
        metadata={"description": "Longitude and latitude, WGS 84.", "example": [32.72, 26.16]},
        **options,
    )


def _time(**options: Any) -> fields.AwareDateTime:
    return fields.AwareDateTime(format="iso", **options)


class Request(Schema):
    """Describe what the registry is asked; an unknown field is refused."""

    error_messages = FAULTS


class Answer(Schema):
    """Describe what the registry answers; a reader ignores what it does not know."""

    class Meta:
        """Let a newer registry add fields."""

        unknown = EXCLUDE


class PageRequest(Request):
    """Ask for a page: at most ``limit`` records, after the cursor that the page before gave as ``next``."""

    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200))
    after = _text(500, load_default="")


class ById(Request):
    """Name one record."""

    id = _id(required=True)


# --- organizations: what is asked ---------------------------------------------------------------------------------


class PhoneFields(Request):
    """Give one telephone number as people write it; it is kept as E.164, read by the rules of the node's country."""

    number = _text(40, 3, required=True, metadata={"example": "096 5331234"})
    type = _choice(PHONE_TYPES, load_default="voice")


class IdentifierFields(Request):
    """Give one identifier and the scheme it belongs to.

    ``eg.tn`` (Egyptian tax number) is checked by its rules; any other scheme is kept as it is, with its digits folded.
    A scheme and an identifier together name one organization of the node at most.
    """

    identifier_scheme = _code(SCHEME, required=True, metadata={"example": "eg.moss.registration"})
    identifier = _text(80, 1, required=True, metadata={"example": "1234/2009"})


class CapabilityFields(Request):
    """Say what the organization can do, and for how many ``unit`` at once (null where it states none)."""

    subject = _subject(required=True)
    capacity = _count(load_default=None)
    unit = _text(40, load_default="families")


class LocationFields(Request):
    """Give one place of the organization. Without ``id`` it takes the place of the location at the same position."""

    id = _id()
    name = _text(200, load_default="")
    address = _text(500, load_default="")
    latitude = _degrees(90, load_default=None, metadata={"example": 26.164})
    longitude = _degrees(180, load_default=None, metadata={"example": 32.727})
    area = _text(100, load_default="")


class OrganizationFields(Request):
    """Give what is to be set; what is not given stays as it was. A list replaces the whole list.

    ``area`` and a location's ``area`` may be an area's code, or its name in any language and spelling as long as only
    one area of the deepest level bears it. Where ``area`` is not given it is that of the first location; a location
    without one gets the area whose outline holds its point. ``website`` may lack ``https://``.
    """

    name = _text(200, 1, metadata={"example": "جمعية الإحسان الخيرية بقنا"})
    alternate_name = _text(200)
    organization_type = _choice(ORGANIZATION_TYPES)
    description = _text(2000)
    email = _text(200)
    website = _text(300)
    phones = _several(_part(PhoneFields), 10)
    identifiers = _several(_part(IdentifierFields), 10)
    languages = _several(_code(LANGUAGE_CODE), 10, metadata={"example": ["ar"]})
    members_count = _count()
    international_cooperation = _flag()
    cooperation_partner = _text(200)
    capabilities = _several(_part(CapabilityFields), 30)
    locations = _several(_part(LocationFields), 20)
    area = _text(100, metadata={"example": "EG2901"})
    status = _choice(ORGANIZATION_STATUSES)


class NewOrganization(OrganizationFields):
    """Describe an organization that is not registered yet. Type ``community`` and status ``active`` if not given."""

    name = _text(200, 1, required=True, metadata={"example": "جمعية الإحسان الخيرية بقنا"})


class RowFields(OrganizationFields):
    """Describe one row of an import: an organization's fields, and the id it bears in the list that it comes from."""

    external_id = _text(100, load_default="")


class RegisterOrganization(Request):
    """Register one organization. One of the same identifier, or of the same name and area, is a ``conflict``."""

    organization = _part(NewOrganization, required=True)


class ChangeOrganization(Request):
    """Change what is given of one organization.

    An association changes its own description, e-mail, website, phones, languages, number of members, capabilities
    and locations; the rest is the directorate's to change, and asking for it is ``forbidden``.
    """

    id = _id(required=True)
    organization = _part(OrganizationFields, required=True)


class RemoveOrganization(Request):
    """Take an organization off the register that should never have been on it; one that closed becomes ``inactive``."""

    id = _id(required=True)
    reason = _text(500, 1, required=True)


class ImportRow(Request):
    """Carry one row. What is wrong in ``organization`` rejects the row alone, so it is not checked before."""

    row = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))
    organization = fields.Dict(required=True, keys=fields.String(), error_messages=FAULTS)


class PutOrganizations(Request):
    """Put one batch of an import: ``import`` is its id, ``number`` the batch's.

    ``source`` names the list that ``external_id`` belongs to (``moss-qena``); ids of different lists never meet. With
    ``dry_run`` the answer is what would happen, and nothing changes.
    """

    class Meta:
        """Name a field as Python cannot."""

        include = {  # noqa: RUF012 - marshmallow reads it once
            "import": fields.String(required=True, validate=validate.Length(min=1, max=100)),
        }

    number = fields.Integer(required=True, strict=True, validate=validate.Range(min=0))
    source = fields.String(load_default="", validate=validate.Regexp(r"([a-z0-9][a-z0-9._-]{0,39})?\Z"))
    dry_run = fields.Boolean(load_default=False)
    rows = fields.List(
        fields.Nested(ImportRow), required=True, validate=validate.Length(min=1, max=BATCH_ROWS, **said("too_many"))
    )


class SearchOrganizations(PageRequest):
    """Search by words of the names of organization, partner and places; each must begin one, in any spelling."""

    q = _text(200, load_default="")
    area = _text(100, load_default="")
    subject = _subject(load_default=None, allow_none=True)
    status = _choice(ORGANIZATION_STATUSES, load_default=None, allow_none=True)


# --- organizations: what is answered ------------------------------------------------------------------------------


class Phone(Answer):
    """Give one telephone number in E.164."""

    number = fields.String(required=True)
    type = fields.String(required=True)


class Identifier(Answer):
    """Give one identifier and its scheme."""

    identifier_scheme = fields.String(required=True)
    identifier = fields.String(required=True)


class Capability(Answer):
    """Say what the organization can do, and how much of it at once; null where it states none."""

    subject = fields.String(required=True)
    capacity = fields.Integer(required=True, allow_none=True)
    unit = fields.String(required=True)


class Location(Answer):
    """Give one place of the organization; ``latitude`` and ``longitude`` are both null where nobody has found it."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    address = fields.String(required=True)
    latitude = fields.Float(required=True, allow_none=True)
    longitude = fields.Float(required=True, allow_none=True)
    area = fields.String(required=True)


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
    members_count = fields.Integer(required=True, allow_none=True)
    international_cooperation = fields.Boolean(required=True)
    cooperation_partner = fields.String(required=True)
    capabilities = fields.List(fields.Nested(Capability), required=True)
    locations = fields.List(fields.Nested(Location), required=True)
    area = fields.String(required=True)
    areas = fields.List(fields.String(), required=True)
    status = fields.String(required=True)
    last_modified = _time(required=True)


class OrganizationPage(Answer):
    """Give a page of organizations; an empty ``next`` means that there are no more."""

    items = fields.List(fields.Nested(Organization), required=True)
    next = fields.String(required=True)


class Removed(Answer):
    """Say that a record is gone, and at which version."""

    id = fields.String(required=True)
    version = fields.Integer(required=True)
    removed = fields.Boolean(required=True)


class RowProblem(Answer):
    """Say what is wrong with one value of a row: where, a code, a sentence in three languages, and the value."""

    field = fields.String(required=True, metadata={"example": "phones.0.number"})
    code = fields.String(required=True)
    message = fields.Dict(keys=_choice(LANGUAGES), values=fields.String(), required=True)
    value = fields.String(required=True)


class RowResult(Answer):
    """Say what became of one row. ``id`` is empty where it was rejected, or in a dry run would be created."""

    row = fields.Integer(required=True)
    outcome = _choice(OUTCOMES, required=True)
    id = fields.String(required=True)
    problems = fields.List(fields.Nested(RowProblem), required=True)


class BatchResults(Answer):
    """Say what became of each row of a batch, in the order of the rows."""

    results = fields.List(fields.Nested(RowResult), required=True)


# --- areas --------------------------------------------------------------------------------------------------------


class AreaNames(Request):
    """Name an area in three languages; at least one of them."""

    ar = _text(200, load_default="")
    fa = _text(200, load_default="")
    en = _text(200, load_default="")

    @validates_schema
    def one_at_least(self, names: dict[str, str], **_: Any) -> None:
        """Refuse an area that nobody can call by a name."""
        if not any(name.strip() for name in names.values()):
            raise ValidationError(PROBLEMS["required"].en)


class AreaFields(Request):
    """Describe one area. ``outline`` is a GeoJSON Polygon or MultiPolygon (RFC 7946), ``centre`` its label's place."""

    id = _code(AREA_CODE, required=True, metadata={"example": "EG2901"})
    parent = _text(40, load_default="")
    level = _choice(AREA_LEVELS, required=True)
    names = _part(AreaNames, required=True)
    outline = fields.Dict(load_default=None, allow_none=True)
    schematic = _flag(load_default=False)
    centre = _point(load_default=None, allow_none=True)


class PutAreas(Request):
    """Put areas, parents before their children or in the same call. An area's parent and level never change."""

    areas = fields.List(fields.Nested(AreaFields), required=True, validate=validate.Length(min=1, max=BATCH_AREAS))


class PageAreas(PageRequest):
    """Ask for a page of areas; ``outlines`` false leaves those out, and all the areas of a node fit a page or two."""

    outlines = fields.Boolean(load_default=True)


class Area(Answer):
    """Give one area. ``path`` is its ancestors from the country down, then itself; ``outline`` is null if unknown."""

    id = fields.String(required=True)
    version = fields.Integer(required=True)
    parent = fields.String(required=True)
    level = fields.String(required=True)
    names = fields.Dict(keys=_choice(LANGUAGES), values=fields.String(), required=True)
    path = fields.List(fields.String(), required=True)
    outline = fields.Dict(required=True, allow_none=True)
    schematic = fields.Boolean(required=True)
    centre = _point(required=True, allow_none=True)


class AreaPage(Answer):
    """Give a page of areas in the order of their codes; an empty ``next`` means that there are no more."""

    items = fields.List(fields.Nested(Area), required=True)
    next = fields.String(required=True)


class AreaResult(Answer):
    """Say what became of one area."""

    id = fields.String(required=True)
    version = fields.Integer(required=True)
    outcome = _choice(OUTCOMES, required=True)


class AreaResults(Answer):
    """Say what became of each area, in the order given."""

    results = fields.List(fields.Nested(AreaResult), required=True)


# --- candidates ---------------------------------------------------------------------------------------------------


class FindAgencies(Request):
    """Ask who covers a subject, near an area and a point.

    ``area`` is where the family lives; without ``point``, order is by distance from that area's centre and distances
    are null.
    """

    subject = _subject(required=True)
    area = _id(required=True)
    point = _point(load_default=None, allow_none=True)
    limit = fields.Integer(load_default=10, validate=validate.Range(min=1, max=50))


class Candidate(Answer):
    """Describe one active agency that covers the subject. ``distance_m`` and ``capacity`` are null where unknown."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    area = fields.String(required=True)
    areas = fields.List(fields.String(), required=True)
    distance_m = fields.Integer(required=True, allow_none=True)
    capacity = fields.Integer(required=True, allow_none=True)
    languages = fields.List(fields.String(), required=True)


class OtherAgency(Answer):
    """Describe one near agency that is no candidate, and why."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    reason = _choice(OTHER_REASONS, required=True)
    distance_m = fields.Integer(required=True, allow_none=True)


class Agencies(Answer):
    """Give the candidates, those within the area first, each part nearest first; and the nearest others.

    Candidates beyond the area are those of the area's parent (the governorate of a county); those beyond that are
    among the others as ``out_of_area``. Either list holds at most ``limit``.
    """

    agencies = fields.List(fields.Nested(Candidate), required=True)
    others = fields.List(fields.Nested(OtherAgency), required=True)


class Agency(Answer):
    """Give what a referral needs of its agency. ``phones`` are E.164."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    email = fields.String(required=True)
    phones = fields.List(fields.Nested(Phone), required=True)
    languages = fields.List(fields.String(), required=True)
    area = fields.String(required=True)
    areas = fields.List(fields.String(), required=True)
    status = fields.String(required=True)
    capabilities = fields.List(fields.Nested(Capability), required=True)


# --- events -------------------------------------------------------------------------------------------------------


class OrganizationChangedPayload(Answer):
    """Carry the whole public record of an organization, or ``{"id", "removed": true}`` where it was taken off."""

    id = fields.String(required=True)
    removed = fields.Boolean(load_default=False)

    @validates_schema(pass_original=True)
    def whole_or_removed(self, payload: dict[str, Any], original: dict[str, Any], **_: Any) -> None:
        """Refuse a record with a part missing: a projection would show less than there is."""
        if not payload.get("removed"):
            faults = _ORGANIZATION.validate(original)
            if faults:
                raise ValidationError(faults)


class AreaChangedPayload(Area):
    """Carry the whole record of an area. Areas are never removed."""


_ORGANIZATION = Organization()

ORGANIZATION_CHANGED = EventContract(
    type="tashbik.registry.organization.changed.v1",
    service=SERVICE,
    schema=OrganizationChangedPayload,
    description=(
        "Sent in the transaction of every change of an organization; `subjectversion` is its version. Each carries the "
        "whole public record, so a projection may ignore any that is older than what it holds; a tombstone's version "
        "is higher than that of any record before it, and nothing follows it."
    ),
    consumers=(Consumer("projector", "on_directory_event"),),
)
AREA_CHANGED = EventContract(
    type="tashbik.registry.area.changed.v1",
    service=SERVICE,
    schema=AreaChangedPayload,
    description="Sent in the transaction of every change of an area, with its whole record and outline.",
    consumers=(Consumer("projector", "on_directory_event"),),
)

EVENTS: tuple[EventContract, ...] = (ORGANIZATION_CHANGED, AREA_CHANGED)


# --- calls --------------------------------------------------------------------------------------------------------

BATCH_TIMEOUT = 30.0


def _change(
    method: str, request: type[Schema], response: type[Schema], description: str, timeout: float = 10.0
) -> RpcContract:
    return RpcContract(SERVICE, method, request, response, description, changes=True, timeout=timeout)


def _read(method: str, request: type[Schema], response: type[Schema], description: str) -> RpcContract:
    return RpcContract(SERVICE, method, request, response, description)


REGISTER_ORGANIZATION = _change(
    "register_organization", RegisterOrganization, Organization, "Register an organization."
)
CHANGE_ORGANIZATION = _change(
    "change_organization", ChangeOrganization, Organization, "Change an organization; an equal one stays as it is."
)
REMOVE_ORGANIZATION = _change(
    "remove_organization", RemoveOrganization, Removed, "Take an organization off the register."
)
GET_ORGANIZATION = _read("get_organization", ById, Organization, "Read one organization within the caller's reach.")
SEARCH_ORGANIZATIONS = _read(
    "search_organizations", SearchOrganizations, OrganizationPage, "Search the register, inactive organizations too."
)
PUT_ORGANIZATIONS = _change(
    "put_organizations",
    PutOrganizations,
    BatchResults,
    "Put a batch of rows: each is matched by external id, identifier, or name and area, and created, updated or left.",
    BATCH_TIMEOUT,
)
PUT_AREAS = _change("put_areas", PutAreas, AreaResults, "Put areas of the tree; an equal one stays.", BATCH_TIMEOUT)
GET_AREA = _read("get_area", ById, Area, "Read one area, its path and outline.")
PAGE_ORGANIZATIONS = _read(
    "page_organizations", PageRequest, OrganizationPage, "Page through all organizations by id, for a rebuild."
)
PAGE_AREAS = _read("page_areas", PageAreas, AreaPage, "Page through all areas by code, for a rebuild.")
FIND_AGENCIES = _read("find_agencies", FindAgencies, Agencies, "Find who covers a subject, and the nearest who do not.")
GET_AGENCY = _read("get_agency", ById, Agency, "Read what a referral needs of its agency.")

CALLS: tuple[RpcContract, ...] = (
    REGISTER_ORGANIZATION,
    CHANGE_ORGANIZATION,
    REMOVE_ORGANIZATION,
    GET_ORGANIZATION,
    SEARCH_ORGANIZATIONS,
    PUT_ORGANIZATIONS,
    PUT_AREAS,
    GET_AREA,
    PAGE_ORGANIZATIONS,
    PAGE_AREAS,
    FIND_AGENCIES,
    GET_AGENCY,
)
