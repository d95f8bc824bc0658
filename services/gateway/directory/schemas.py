"""Describe what is asked of the directory, and what it answers. Its answers are rendered by ``documents.py``."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from chassis.clock import now
from contracts.registry import LANGUAGES, ORGANIZATION_TYPES, SUBJECT_OR_TERM, Area, Organization, Service
from contracts.registry.words import LONGEST_ID
from contracts.subjects import SUBJECTS, subject_of
from services.gateway.directory.grid import Box
from services.gateway.directory.search.query import Near, Search
from services.gateway.directory.services.documents import LISTED
from services.gateway.directory.services.search import ServiceSearch
from services.gateway.ogc.domain import box_of
from services.gateway.parts import parts

WITHIN_M, WITHIN_MOST_M = 25_000, 500_000
POINT = r"-?\d{1,3}(\.\d{1,12})?,-?\d{1,3}(\.\d{1,12})?\Z"
LATITUDE, LONGITUDE = 90.0, 180.0
MUCH = 10_000_000  # members or families; no record has more
NUMBERS = r"-?\d{1,3}(\.\d{1,20})?(,-?\d{1,3}(\.\d{1,20})?){3}\Z"
SUBJECT_ERROR = "Give a subject, as `/subjects` has them, or a term below one."
BOX_ERROR = "Give west, south, east and north in degrees, as 32.5,25.9,33,26.3; the southern one first."


def below_a_subject(code: str) -> None:
    """Refuse what is neither a subject nor below one."""
    if subject_of(code) not in SUBJECTS:
        raise ValidationError(SUBJECT_ERROR)


class OrganizationFilter(Schema):
    """Say which organizations are looked for; what is not given does not narrow."""

    q = fields.String(
        load_default="",
        validate=validate.Length(max=200),
        metadata={"description": "Words, or beginnings of words, in any spelling.", "example": "احسان"},
    )
    subject = fields.String(
        load_default=None,
        validate=[
            validate.Length(max=LONGEST_ID),
            validate.Regexp(SUBJECT_OR_TERM, error=SUBJECT_ERROR),
            below_a_subject,
        ],
        metadata={
            "description": "A subject, or a term of the node's own below one: `health.dialysis`.",
            "example": "health",
        },
    )
    area = fields.String(
        load_default="",
        validate=validate.Length(max=40),
        metadata={"description": "Code of an area; whatever lies in it is found.", "example": "EG29"},
    )
    organization_type = fields.String(load_default=None, validate=validate.OneOf(ORGANIZATION_TYPES))
    international_cooperation = fields.Boolean(load_default=None)
    min_members = fields.Integer(
        load_default=None,
        validate=validate.Range(min=0, max=MUCH),
        metadata={"description": "Members that it has at least."},
    )
    min_capacity = fields.Integer(
        load_default=None,
        validate=validate.Range(min=0, max=MUCH),
        metadata={"description": "Families that it can do something for at once, of `subject` where it is given."},
    )
    member_of = fields.String(
        load_default="",
        validate=validate.Length(max=100),
        metadata={"description": "Id of the organization that it is a part or a member of."},
    )
    open_now = fields.Boolean(
        load_default=False,
        metadata={"description": "With `true`, those of which a service is open at this moment, by its schedules."},
    )

    @post_load
    def search(self, asked: dict[str, Any], **_: Any) -> Search:
        """Return the search."""
        return Search(**searched(asked))


class PlacedFilter(OrganizationFilter):
    """Say which organizations a map, or a page of a list, is to have."""

    bbox = fields.String(
        load_default="",
        validate=validate.Regexp(NUMBERS, error=BOX_ERROR),
        metadata={
            "description": "West, south, east and north, in degrees; west is greater in a box beyond the 180th.",
            "example": "32.5,25.9,33,26.3",
        },
    )


class OrganizationQuery(PlacedFilter):
    """Page through organizations: by name, by the word found, or nearest first where ``near`` is given."""

    near = fields.String(
        load_default="",
        validate=validate.Regexp(POINT, error="Give latitude and longitude as 26.16,32.72."),
        metadata={"description": "Latitude and longitude.", "example": "26.164,32.727"},
    )
    within = fields.Integer(
        load_default=WITHIN_M,
        validate=validate.Range(min=1, max=WITHIN_MOST_M),
        metadata={"description": "Metres around `near`."},
    )
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200))
    cursor = fields.String(
        load_default="",
        validate=validate.Length(max=1000),
        metadata={"description": "`next` of the page before; opaque."},
    )


class ServiceQuery(OrganizationQuery):
    """Page through services: by name, by the word found, or nearest first where ``near`` is given."""

    class Meta:
        """Leave out what only organizations are found by."""

        exclude = ("organization_type", "international_cooperation", "min_members", "min_capacity", "member_of")

    organization_id = fields.String(
        load_default="",
        validate=validate.Length(max=100),
        metadata={"description": "Id of the organization whose services they are."},
    )
    status = fields.String(load_default=None, validate=validate.OneOf(LISTED))

    @post_load
    def search(self, asked: dict[str, Any], **_: Any) -> ServiceSearch:
        """Return the search."""
        return ServiceSearch(**searched(asked))


class Activity(Schema):
    """Count what became of referrals to an agency. Null where the count is too small to be published."""

    referrals_accepted = fields.Integer(required=True, allow_none=True)
    referrals_completed = fields.Integer(required=True, allow_none=True)


class PublicOrganization(Organization):
    """Give the public record of an organization. ``distance_m`` stands in answers to a search by place only."""

    activity = fields.Nested(Activity, required=True)
    distance_m = fields.Integer()


class PublicOrganizations(Schema):
    """Give a page of organizations; an empty ``next`` means that there are no more."""

    items = fields.List(fields.Nested(PublicOrganization), required=True)
    next = fields.String(required=True)


class PublicService(Service):
    """Give the public record of a service. ``distance_m`` stands in answers to a search by place only."""

    distance_m = fields.Integer()


class PublicServices(Schema):
    """Give a page of services; an empty ``next`` means that there are no more."""

    items = fields.List(fields.Nested(PublicService), required=True)
    next = fields.String(required=True)


class PublicArea(Area):
    """Give one area without its outline. ``centre`` is longitude and latitude."""

    class Meta(Area.Meta):
        """Leave the outline to the map."""

        exclude = ("outline",)


class PublicAreas(Schema):
    """Give all areas in the order of their codes; ``next`` is always empty."""

    items = fields.List(fields.Nested(PublicArea), required=True)
    next = fields.String(required=True)


class CodeName(Schema):
    """Give what a code is called, in three languages."""

    code = fields.String(required=True)
    names = fields.Dict(keys=fields.String(validate=validate.OneOf(LANGUAGES)), values=fields.String(), required=True)


class TermName(CodeName):
    """Give one term of the node's own. A retired one is borne by old records only."""

    retired = fields.Boolean(required=True)


class SubjectName(CodeName):
    """Give one subject of needs and capabilities, and the node's own terms below it in the order of their codes."""

    terms = fields.List(fields.Nested(TermName), required=True)


class Subjects(Schema):
    """Give all subjects; ``next`` is always empty."""

    items = fields.List(fields.Nested(SubjectName), required=True)
    next = fields.String(required=True)


class Feature(Schema):
    """Give one GeoJSON feature (RFC 7946)."""

    type = fields.String(required=True, validate=validate.Equal("Feature"))
    id = fields.String(required=True)
    geometry = fields.Dict(required=True)
    properties = fields.Dict(required=True)


class FeatureCollection(Schema):
    """Give GeoJSON features (RFC 7946)."""

    type = fields.String(required=True, validate=validate.Equal("FeatureCollection"))
    features = fields.List(fields.Nested(Feature), required=True)


class SubjectFigures(Activity):
    """Count organizations and referrals of one subject."""

    organizations = fields.Integer(required=True)


class Figures(Activity):
    """Count the listed organizations; and referrals, rounded down to fives, null where there are too few to publish."""

    as_of = fields.AwareDateTime(required=True, allow_none=True)
    organizations = fields.Integer(required=True)
    international_cooperation = fields.Integer(required=True)
    members = fields.Integer(required=True)
    by_type = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    by_subject = fields.Dict(keys=fields.String(), values=fields.Nested(SubjectFigures), required=True)
    by_term = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        required=True,
        metadata={"description": "Organizations that bear a term of the node's own, or one below it."},
    )
    by_area = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class ProjectorState(Schema):
    """Say what one projector applied last, and how old the event was by then."""

    applied_at = fields.AwareDateTime(required=True)
    lag_seconds = fields.Float(required=True)


class RebuildState(Schema):
    """Say how far a rebuild of the directory has come."""

    id = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(("waiting", "running", "done")))
    requested_at = fields.AwareDateTime(required=True)
    finished_at = fields.AwareDateTime(required=True, allow_none=True)
    seen = fields.Integer(required=True, metadata={"description": "Records that their owners have shown so far."})
    removed = fields.Integer(required=True, metadata={"description": "Records that no owner has any more."})


class DirectoryStatus(Schema):
    """Say how fresh the directory is."""

    organizations = fields.Integer(required=True)
    areas = fields.Integer(required=True)
    projectors = fields.List(fields.Nested(ProjectorState), required=True)
    rebuild = fields.Nested(RebuildState, required=True, allow_none=True)


def searched(asked: dict[str, Any]) -> dict[str, Any]:
    """Return what a search holds of what is asked."""
    near, within, bbox = asked.pop("near", ""), asked.pop("within", WITHIN_M), asked.pop("bbox", "")
    open_at = _here() if asked.pop("open_now", False) else None
    return {
        **asked,
        "open_at": open_at,
        "bbox": _box(bbox) if bbox else None,
        "near": _near(near, within) if near else None,
    }


def _here() -> datetime:
    """Return this moment by the node's own clock."""
    return now().astimezone(parts().config.timezone)


def _box(text: str) -> Box:
    try:
        return box_of([float(part) for part in text.split(",")])
    except ValueError as error:
        raise ValidationError(BOX_ERROR, "bbox") from error


def _near(text: str, within: int) -> Near:
    latitude, longitude = (float(part) for part in text.split(","))
    if abs(latitude) > LATITUDE or abs(longitude) > LONGITUDE:
        raise ValidationError("Latitude is at most 90 degrees, longitude at most 180.", "near")
    return Near(latitude, longitude, float(within))
