"""Give the fields and schemas that the calls of this service are made of."""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from contracts.subjects import SUBJECTS


def record_id(**options: Any) -> fields.String:
    """Describe an id that must be given."""
    return fields.String(required=True, validate=validate.Length(min=1, max=100), **options)


def choice(choices: tuple[str, ...], **options: Any) -> fields.String:
    """Describe one word of a list."""
    return fields.String(validate=validate.OneOf(choices), **options)


def text(most: int, least: int = 0, **options: Any) -> fields.String:
    """Describe a text of ``least`` to ``most`` characters; one that must be given holds more than spaces."""
    rules: list[validate.Validator] = [validate.Length(min=least, max=most)]
    if least:
        rules.append(validate.Regexp(r"(?s).*\S", error="Give more than spaces."))
    return fields.String(validate=rules, **options)


def point(**options: Any) -> fields.List[float]:
    """Describe a point, or null."""
    return fields.List(
        fields.Float(allow_nan=False, validate=validate.Range(min=-180, max=180)),
        validate=[validate.Length(equal=2), _latitude],
        allow_none=True,
        metadata={"description": "Longitude and latitude, WGS 84.", "example": [32.72, 26.16]},
        **options,
    )


def _latitude(position: list[float]) -> None:
    if abs(position[-1]) > 90:  # noqa: PLR2004 - degrees of a pole
        raise ValidationError("Latitude is -90 to 90, and comes second.")


def time(**options: Any) -> fields.AwareDateTime:
    """Describe a moment, with its offset from UTC."""
    return fields.AwareDateTime(format="iso", **options)


def subject(**options: Any) -> fields.String:
    """Describe the subject of a need."""
    return choice(tuple(SUBJECTS), **options)


class Answer(Schema):
    """Describe what the service answers; a reader ignores what it does not know."""

    class Meta:
        """Let a newer service add fields."""

        unknown = EXCLUDE


class PageRequest(Schema):
    """Ask for a page: at most ``limit`` records, after the cursor that the page before gave as ``next``."""

    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200))
    after = text(500, load_default="")


class ById(Schema):
    """Name one record."""

    id = record_id()
