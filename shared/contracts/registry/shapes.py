"""Give the fields and schemas that the calls of the registry are made of."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields

from contracts.checks import FAULTS, SHOWN, Length, OneOf, Range, Regexp, Text, said
from contracts.registry.words import LONGEST_ID, SUBJECT_OR_TERM, TERM_CODE
from contracts.subjects import SUBJECTS, subject_of


def text(most: int, least: int = 0, **options: Any) -> fields.String:
    """Describe a text of ``least`` to ``most`` characters; one that must not be empty shows something."""
    rules: list[Any] = [Length("length" if least else "too_long", min=least, max=most)]
    if least:
        rules.append(Regexp("length", SHOWN))
    return Text(validate=rules, error_messages=FAULTS, **options)


def record_id(**options: Any) -> fields.String:
    """Describe an id."""
    return text(LONGEST_ID, 1, **options)


def choice(choices: tuple[str, ...], **options: Any) -> fields.String:
    """Describe one word of a list."""
    return fields.String(validate=OneOf("not_a_choice", choices), error_messages=FAULTS, **options)


def code(pattern: re.Pattern[str], **options: Any) -> fields.String:
    """Describe a code of a given form."""
    return fields.String(validate=Regexp("malformed", pattern), error_messages=FAULTS, **options)


def term_code(**options: Any) -> fields.String:
    """Describe the code of a term of the node's own, which is its id."""
    rules = [Length("too_long", max=LONGEST_ID), Regexp("malformed", TERM_CODE)]
    return fields.String(validate=rules, error_messages=FAULTS, **options)


def count(*, allow_none: bool = True, **options: Any) -> fields.Integer:
    """Describe a whole number from 0 on, or null."""
    return fields.Integer(
        strict=True,
        allow_none=allow_none,
        validate=Range("out_of_range", min=0, max=10_000_000),
        error_messages=FAULTS,
        **options,
    )


def year(*, allow_none: bool = True, **options: Any) -> fields.Integer:
    """Describe a year of the common era, or null."""
    return fields.Integer(
        strict=True,
        allow_none=allow_none,
        validate=Range("out_of_range", min=1800, max=2100),
        error_messages=FAULTS,
        **options,
    )


def flag(**options: Any) -> fields.Boolean:
    """Describe yes or no, as JSON writes them."""
    return fields.Boolean(truthy={True}, falsy={False}, error_messages=FAULTS, **options)


def degrees(most: int, **options: Any) -> fields.Float:
    """Describe an angle of at most ``most`` degrees either way, or null."""
    return fields.Float(
        allow_none=True,
        allow_nan=False,
        validate=Range("out_of_range", min=-most, max=most),
        error_messages=FAULTS,
        **options,
    )


def several(field: fields.Field[Any], most: int, **options: Any) -> fields.List[Any]:
    """Describe a list of at most ``most``."""
    return fields.List(field, validate=Length("too_many", max=most), error_messages=FAULTS, **options)


def part(schema: type[Schema], **options: Any) -> fields.Nested:
    """Describe an object within an object."""
    return fields.Nested(schema, error_messages=FAULTS, **options)


def subject(**options: Any) -> fields.String:
    """Describe the subject of a capability."""
    return choice(tuple(SUBJECTS), **options)


def subject_or_term(**options: Any) -> fields.String:
    """Describe a subject, or a term of the node's own below one."""
    rules: list[Any] = [Length("too_long", max=LONGEST_ID), Regexp("malformed", SUBJECT_OR_TERM), _of_a_subject]
    about = {"description": "A subject, or a term of the node's own below one.", "example": "health.dialysis"}
    return fields.String(validate=rules, error_messages=FAULTS, metadata=about, **options)


def _of_a_subject(code: str) -> None:
    if subject_of(code) not in SUBJECTS:
        raise ValidationError(said("not_a_choice"))


def point(**options: Any) -> fields.List[float]:
    """Describe a point."""
    return fields.List(
        fields.Float(allow_nan=False, validate=Range("out_of_range", min=-180, max=180), error_messages=FAULTS),
        validate=[Length("length", equal=2), _latitude_second],
        metadata={"description": "Longitude and latitude, WGS 84.", "example": [32.72, 26.16]},
        error_messages=FAULTS,
        **options,
    )


def _latitude_second(position: list[float]) -> None:
    if position and abs(position[-1]) > 90:  # noqa: PLR2004 - degrees of a pole
        raise ValidationError(said("out_of_range"))


def day(**options: Any) -> fields.String:
    """Describe a day of the calendar (ISO 8601, ``2026-03-01``); empty where nobody knows it."""
    return fields.String(validate=_is_day, metadata={"example": "2026-03-01"}, error_messages=FAULTS, **options)


def _is_day(text: str) -> None:
    if not text:
        return
    try:
        written = date.fromisoformat(text).isoformat()
    except ValueError:
        written = ""
    if written != text:
        raise ValidationError(said("malformed"))


def time(**options: Any) -> fields.AwareDateTime:
    """Describe a moment, with its offset from UTC."""
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

    limit = fields.Integer(load_default=50, validate=Range("out_of_range", min=1, max=200), error_messages=FAULTS)
    after = text(500, load_default="")


class ById(Request):
    """Name one record."""

    id = record_id(required=True)
