"""Describe figures of areas and gaps: what is asked, and what is answered. See :mod:`.areas` and :mod:`.gaps`."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from contracts.registry import LANGUAGES
from contracts.subjects import SUBJECTS


def _few(text: str) -> fields.Integer:
    return fields.Integer(required=True, allow_none=True, metadata={"description": text})


def _open_needs() -> fields.Integer:
    return _few("Needs for which no agency is asked at present; rounded down to fives, null below five.")


def _free() -> fields.Integer:
    return _few("For how many families there is room; may be a little too high, null where nobody has stated it.")


class AreaSubject(Schema):
    """Count what there is of one subject in an area."""

    organizations = fields.Integer(required=True)
    free_capacity = _free()
    open_needs = _open_needs()
    open_needs_here = _few(
        "Those that are told of no area within this one, be it that no smaller area is known of them, or that too few "
        "would be told there: each need is told once. Rounded down to fives, null below five."
    )


class AreaFigures(Schema):
    """Count what there is in an area, with all that lies within it. Subjects of which nothing is known are left out."""

    area = fields.String(required=True)
    parent = fields.String(required=True, allow_none=True)
    level = fields.String(required=True)
    names = fields.Dict(keys=fields.String(validate=validate.OneOf(LANGUAGES)), values=fields.String(), required=True)
    centre = fields.List(
        fields.Float(), required=True, allow_none=True, metadata={"description": "Longitude and latitude."}
    )
    organizations = fields.Integer(required=True)
    members = fields.Integer(required=True)
    international_cooperation = fields.Integer(required=True)
    free_capacity = _free()
    families_in_care = _few("Rounded down to fives, null below five.")
    open_needs = _open_needs()
    open_needs_per_1000_families = fields.Float(
        required=True, allow_none=True, metadata={"description": "Of the two figures as they are published."}
    )
    by_subject = fields.Dict(keys=fields.String(), values=fields.Nested(AreaSubject), required=True)


class AreasFigures(Schema):
    """Give the figures of all areas that there are today, in the order of their codes.

    Each is rounded by itself: parts do not add up.
    """

    as_of = fields.AwareDateTime(required=True, allow_none=True)
    items = fields.List(fields.Nested(AreaFigures), required=True)


class GapQuery(Schema):
    """Say which gaps are looked for; what is not given does not narrow."""

    subject = fields.String(load_default=None, validate=validate.OneOf(tuple(SUBJECTS)), metadata={"example": "health"})
    area = fields.String(
        load_default="",
        validate=validate.Length(max=40),
        metadata={"description": "Code of an area; whatever lies in it is found.", "example": "EG29"},
    )
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=500))


class Gap(Schema):
    """Say of an area how many wait for help of a subject, and who could give it."""

    area = fields.String(required=True)
    subject = fields.String(required=True)
    spread = fields.Boolean(
        required=True,
        metadata={"description": "Whether the area has others within: these needs are told of none of them."},
    )
    open_needs = fields.Integer(
        required=True,
        metadata={"description": "Those that are told of no area within this one; rounded down to fives."},
    )
    organizations = fields.Integer(required=True)
    free_capacity = _free()
    nearest_km = fields.Float(
        required=True,
        allow_none=True,
        metadata={
            "description": "From the area's centre to the nearest active organization that offers it. "
            "Null where there is none, or needs are spread and one is within."
        },
    )
    nearest_organization = fields.String(required=True, allow_none=True)


class Gaps(Schema):
    """Give gaps, worst first: by families beyond the free capacity, weighed by how far the nearest help is."""

    as_of = fields.AwareDateTime(required=True, allow_none=True)
    items = fields.List(fields.Nested(Gap), required=True)
