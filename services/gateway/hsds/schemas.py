"""Describe what HSDS's lists take, and what they answer. Names are HSDS's own; its answers are rendered elsewhere.

A parameter that a list does not know is refused, as everywhere in the API: a filter with a typing error would else
return everything.
"""

from __future__ import annotations

from datetime import UTC
from typing import Any

from marshmallow import INCLUDE, Schema, ValidationError, fields, validate, validates_schema

from contracts.checks import in_calendar
from contracts.text import fold
from services.gateway.hsds.asked import JSON, MINIMAL_MOST, NDJSON, PER_PAGE, PER_PAGE_MOST

VERSION = "3.1"
OTHER_VERSION = (
    f"Packages are of HSDS {VERSION}: older versions have no place for attributes, schedules and capacities."
)
NO_WORD = "Give words of letters or digits; signs alone find nothing."
PAGE_MOST = 1_000_000
PROXIMITY_MOST = 500_000  # metres
ID_LENGTH = 100


def _sought(text: str) -> None:
    """Refuse what has no word in it: as nothing that is sought, it would find everything."""
    if text.strip() and not fold(text):
        raise ValidationError(NO_WORD)


def _id(description: str) -> fields.String:
    return fields.String(validate=validate.Length(max=ID_LENGTH), metadata={"description": description})


class ListQuery(Schema):
    """Ask for a page of a list. What is not given does not narrow; what is given narrows all together."""

    search = fields.String(
        validate=[validate.Length(max=200), _sought],
        metadata={"description": "Words, or beginnings of words, in any spelling.", "example": "احسان"},
    )
    page = fields.Integer(
        validate=validate.Range(min=1, max=PAGE_MOST), metadata={"description": "From 1 on, which is the default."}
    )
    per_page = fields.Integer(
        validate=validate.Range(min=1, max=PER_PAGE_MOST),
        metadata={"description": f"Records of a page; {PER_PAGE} if not given."},
    )
    format = fields.String(
        validate=validate.OneOf((JSON, NDJSON)),
        metadata={"description": "`ndjson` gives all records, each on its line, without pages."},
    )


class TaxonomiesQuery(ListQuery):
    """Ask for taxonomies."""


class TaxonomyTermsQuery(ListQuery):
    """Ask for terms of taxonomies."""

    taxonomy_id = _id("Terms of one taxonomy.")
    top_only = fields.Boolean(metadata={"description": "Only terms that have no parent."})
    parent_id = _id("Terms right below one.")


class OrganizationQuery(Schema):
    """Say how much of one organization is wanted."""

    full_service = fields.Boolean(metadata={"description": "With all that belongs to each of its services."})


class OrganizationsQuery(ListQuery, OrganizationQuery):
    """Ask for organizations."""

    taxonomy_term_id = _id("Organizations that bear a term; it may be the term in any language, or another's.")
    taxonomy_id = _id("Organizations that bear any term of a taxonomy.")
    full = fields.Boolean(metadata={"description": "With all that belongs to each organization, and its services."})


class _ServedQuery(ListQuery):
    taxonomy_term_id = _id("Those that meet a need, by its term in any language, or that bear another's.")
    taxonomy_id = _id("Those that bear any term of a taxonomy.")
    organization_id = _id("Those of one organization.")
    modified_after = fields.AwareDateTime(
        default_timezone=UTC,
        validate=in_calendar,
        metadata={"description": "Changed at this moment or after it.", "example": "2026-11-02T08:15:00Z"},
    )
    full = fields.Boolean(metadata={"description": "With all that belongs to each."})


class ServicesQuery(_ServedQuery):
    """Ask for services."""

    per_page = fields.Integer(
        validate=validate.Range(min=1, max=MINIMAL_MOST),
        metadata={
            "description": f"Records of a page; {PER_PAGE} if not given. {PER_PAGE_MOST} at most if not minimal."
        },
    )
    minimal = fields.Boolean(
        metadata={"description": f"Ids and times of the last change only; {MINIMAL_MOST} a page if not said otherwise."}
    )

    @validates_schema
    def long_pages_are_minimal(self, asked: dict[str, Any], **_: Any) -> None:
        """Refuse a long page of whole services."""
        if asked.get("per_page", 0) > PER_PAGE_MOST and not asked.get("minimal"):
            raise ValidationError(f"Give at most {PER_PAGE_MOST} where `minimal` is not asked for.", "per_page")


class ServiceAtLocationsQuery(_ServedQuery):
    """Ask for services at locations."""

    postcode = _id(
        "Code of an area, as `/areas` has it: those at a place in it, or near its centre by `proximity`. What is no"
        " area's code is a postal code, as the addresses of places have it."
    )
    proximity = fields.Float(
        validate=validate.Range(min=1, max=PROXIMITY_MOST),
        metadata={"description": "Metres around the middle of what `postcode` names; nearest first."},
    )

    @validates_schema
    def near_something(self, asked: dict[str, Any], **_: Any) -> None:
        """Refuse a distance from nowhere."""
        if "proximity" in asked and not asked.get("postcode"):
            raise ValidationError("Give the `postcode` that it is measured from.", "proximity")


class PackageQuery(Schema):
    """Ask for a tabular package."""

    version = fields.String(
        load_default=VERSION,
        validate=validate.OneOf((VERSION,), error=OTHER_VERSION),
        metadata={"description": "Of HSDS. No other is written."},
    )


class HsdsRoot(Schema):
    """Say which version and profile of HSDS this is, and where the API is described."""

    version = fields.String(required=True)
    profile = fields.Url(required=True)
    openapi_url = fields.Url(required=True, require_tld=False)


class HsdsRecord(Schema):
    """Give a record; HSDS's own schema says all that may be in it."""

    class Meta:
        """Let there be all that HSDS has."""

        unknown = INCLUDE

    id = fields.UUID(required=True)


class HsdsTaxonomy(HsdsRecord):
    """Give a taxonomy."""

    name = fields.String(required=True)
    description = fields.String(required=True)
    version = fields.String()


class HsdsTaxonomyTerm(HsdsRecord):
    """Give a term in one language."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    description = fields.String(required=True)
    parent_id = fields.UUID()
    taxonomy = fields.String()
    taxonomy_id = fields.UUID()
    taxonomy_detail = fields.Nested(HsdsTaxonomy)
    language = fields.String()


class HsdsMetadata(HsdsRecord):
    """Say when a record was changed last, or last assured and by whom; what it said before is not told."""

    resource_id = fields.UUID(required=True)
    resource_type = fields.String(required=True)
    last_action_date = fields.String(required=True)
    last_action_type = fields.String(required=True)
    field_name = fields.String(required=True)
    previous_value = fields.String(required=True)
    replacement_value = fields.String(required=True)
    updated_by = fields.String(required=True)


class HsdsOrganization(HsdsRecord):
    """Give an organization; its parts stand in it where they are asked for, or where it is read by its id."""

    name = fields.String(required=True)
    description = fields.String(required=True)
    alternate_name = fields.String()
    email = fields.String()
    website = fields.String()
    year_incorporated = fields.Integer()
    phones = fields.List(fields.Nested(HsdsRecord))
    locations = fields.List(fields.Nested(HsdsRecord))
    organization_identifiers = fields.List(fields.Nested(HsdsRecord))
    attributes = fields.List(fields.Nested(HsdsRecord))
    services = fields.List(fields.Nested(HsdsRecord))
    metadata = fields.List(fields.Nested(HsdsMetadata))


class HsdsService(HsdsRecord):
    """Give a service with its organization; with its parts where they are asked for, or where it is read by its id."""

    name = fields.String(required=True)
    status = fields.String(required=True)
    organization_id = fields.UUID()
    description = fields.String()
    last_modified = fields.AwareDateTime()
    organization = fields.Nested(HsdsOrganization)
    service_at_locations = fields.List(fields.Nested(HsdsRecord))
    schedules = fields.List(fields.Nested(HsdsRecord))
    cost_options = fields.List(fields.Nested(HsdsRecord))
    required_documents = fields.List(fields.Nested(HsdsRecord))
    capacities = fields.List(fields.Nested(HsdsRecord))
    attributes = fields.List(fields.Nested(HsdsRecord))
    metadata = fields.List(fields.Nested(HsdsMetadata))


class HsdsListedService(HsdsRecord):
    """Give a service as lists show it; where only a minimum is asked for, its id and when it was changed."""

    name = fields.String()
    status = fields.String()
    last_modified = fields.AwareDateTime()
    organization = fields.Nested(HsdsOrganization)


class HsdsServiceAtLocation(HsdsRecord):
    """Give a service at one place, with both."""

    service_id = fields.UUID()
    location_id = fields.UUID()
    description = fields.String()
    schedules = fields.List(fields.Nested(HsdsRecord))
    location = fields.Nested(HsdsRecord)
    service = fields.Nested(HsdsService)


class HsdsPage(Schema):
    """Give a page by its number. ``total_items`` may be some seconds old; by words, 10,000 are found at most."""

    total_items = fields.Integer(required=True)
    total_pages = fields.Integer(required=True)
    page_number = fields.Integer(required=True)
    size = fields.Integer(required=True)
    first_page = fields.Boolean(required=True)
    last_page = fields.Boolean(required=True)
    empty = fields.Boolean(required=True)


class HsdsTaxonomies(HsdsPage):
    """Give a page of taxonomies."""

    contents = fields.List(fields.Nested(HsdsTaxonomy), required=True)


class HsdsTaxonomyTerms(HsdsPage):
    """Give a page of terms."""

    contents = fields.List(fields.Nested(HsdsTaxonomyTerm), required=True)


class HsdsOrganizations(HsdsPage):
    """Give a page of organizations."""

    contents = fields.List(fields.Nested(HsdsOrganization), required=True)


class HsdsServices(HsdsPage):
    """Give a page of services."""

    contents = fields.List(fields.Nested(HsdsListedService), required=True)


class HsdsServiceAtLocations(HsdsPage):
    """Give a page of services at locations."""

    contents = fields.List(fields.Nested(HsdsServiceAtLocation), required=True)
