"""Give the fields and schemas that the calls of this service are made of."""

from __future__ import annotations

from datetime import date
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields

from contracts.checks import FAULTS, SHOWN, Length, OneOf, Range, Regexp, Text, said
from contracts.subjects import SUBJECTS

FIRST_YEAR, LAST_YEAR = 1900, 2200


def text(most: int, least: int = 0, **options: Any) -> fields.String:
    """Describe a text of ``least`` to ``most`` characters; one that must not be empty shows something."""
    rules: list[Any] = [Length("length" if least else "too_long", min=least, max=most)]
    if least:
        rules.append(Regexp("length", SHOWN))
    return Text(validate=rules, error_messages=FAULTS, **options)


def record_id(**options: Any) -> fields.String:
    """Describe an id that must be given."""
    return text(100, 1, required=True, **options)


def choice(choices: tuple[str, ...], **options: Any) -> fields.String:
    """Describe one word of a list."""
    return fields.String(validate=OneOf("not_a_choice", choices), error_messages=FAULTS, **options)


def whole(least: int, most: int, **options: Any) -> fields.Integer:
    """Describe a whole number."""
    return fields.Integer(validate=Range("out_of_range", min=least, max=most), error_messages=FAULTS, **options)


def number(least: float, most: float, **options: Any) -> fields.Float:
    """Describe a number."""
    limits = Range("out_of_range", min=least, max=most)
    return fields.Float(allow_nan=False, validate=limits, error_messages=FAULTS, **options)


def several(field: fields.Field[Any], most: int, least: int = 0, **options: Any) -> fields.List[Any]:
    """Describe a list of ``least`` to ``most``."""
    limits = Length("length" if least else "too_many", min=least, max=most)
    return fields.List(field, validate=limits, error_messages=FAULTS, **options)


def part(schema: type[Schema], **options: Any) -> fields.Nested:
    """Describe an object within an object."""
    return fields.Nested(schema, error_messages=FAULTS, **options)


def point(**options: Any) -> fields.List[float]:
    """Describe a point, or null."""
    return fields.List(
        number(-180, 180),
        validate=[Length("length", equal=2), _latitude_second],
        allow_none=True,
        metadata={"description": "Longitude and latitude, WGS 84.", "example": [32.72, 26.16]},
        error_messages=FAULTS,
        **options,
    )


def _latitude_second(position: list[float]) -> None:
    if position and abs(position[-1]) > 90:  # noqa: PLR2004 - degrees of a pole
        raise ValidationError(said("out_of_range"))


def flag(**options: Any) -> fields.Boolean:
    """Describe yes or no."""
    return fields.Boolean(error_messages=FAULTS, **options)


def day(**options: Any) -> fields.Date:
    """Describe a day of our age, as ``2024-05-31``."""
    return fields.Date(validate=_of_our_age, error_messages=FAULTS, **options)


def time(**options: Any) -> fields.AwareDateTime:
    """Describe a moment of our age, with its offset from UTC."""
    return fields.AwareDateTime(format="iso", validate=_of_our_age, error_messages=FAULTS, **options)


def _of_our_age(moment: date) -> None:
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValidationError(said("out_of_range"))


def subject(**options: Any) -> fields.String:
    """Describe the subject of a need."""
    return choice(tuple(SUBJECTS), **options)


class Request(Schema):
    """Describe what the service is asked; an unknown field is refused."""

    error_messages = FAULTS


class Answer(Schema):
    """Describe what the service answers; a reader ignores what it does not know."""

    class Meta:
        """Let a newer service add fields."""

        unknown = EXCLUDE


class PageRequest(Request):
    """Ask for a page: at most ``limit`` records, after the cursor that the page before gave as ``next``."""

    limit = whole(1, 200, load_default=50)
    after = text(500, load_default="")


class ById(Request):
    """Name one record."""

    id = record_id()
