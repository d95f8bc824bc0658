"""Derive what is answered from what may be given, so that no field is written down twice."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

from marshmallow import Schema, fields

from contracts.checks import FAULTS, Range, in_calendar, said
from contracts.registry.shapes import code

UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\Z")
_MALFORMED = FAULTS | {"invalid": said("malformed"), "invalid_awareness": said("malformed")}

Kind = TypeVar("Kind", bound=type[Schema])


class Number(fields.Float):
    """Read a number of JSON as it is written: a whole one stays whole."""

    def _format_num(self, value: Any) -> Any:
        number = super()._format_num(value)
        return int(number) if number.is_integer() else number


def uuid(**options: Any) -> fields.String:
    """Describe an id that is a UUID (RFC 9562)."""
    return code(UUID, **options)


def quantity(least: float, most: float, *, allow_none: bool = True, **options: Any) -> Number:
    """Describe a number between two bounds, or null."""
    bounds = Range("out_of_range", min=least, max=most)
    return Number(allow_none=allow_none, allow_nan=False, validate=bounds, error_messages=FAULTS, **options)


def moment(**options: Any) -> fields.AwareDateTime:
    """Describe a moment that somebody gives, with its offset from UTC, or null."""
    return fields.AwareDateTime(
        format="iso", allow_none=True, validate=in_calendar, error_messages=_MALFORMED, **options
    )


def answering(request: type[Schema]) -> Callable[[Kind], Kind]:
    """Give an answer the fields of a request, all of them there: what can be set is what is shown.

    A part is answered as its own schema is, so that one is declared first.
    """

    def decorate(answer: Kind) -> Kind:
        own = answer._declared_fields
        asked = {name: _answered(field) for name, field in request._declared_fields.items() if name not in own}
        answer._declared_fields = own | asked
        _ANSWERS[request] = answer
        return answer

    return decorate


_ANSWERS: dict[Any, type[Schema]] = {}


def _answered(field: fields.Field[Any]) -> fields.Field[Any]:
    about: dict[str, Any] = {"required": True, "allow_none": field.allow_none, "metadata": field.metadata}
    match field:
        case fields.Nested():
            return fields.Nested(_ANSWERS[field.nested], **about)
        case fields.List():
            return fields.List(_answered(field.inner), **about)
        case Number() | fields.Integer():
            return type(field)(**about)
        case fields.AwareDateTime():
            return fields.AwareDateTime(format="iso", **about)
        case fields.String():
            return fields.String(**about)
    raise TypeError(f"{type(field).__name__} has no answer")
