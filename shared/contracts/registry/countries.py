"""Know the countries of ISO 3166-1, by the Unicode CLDR as Babel brings it."""

from __future__ import annotations

from functools import cache
from typing import Any

from babel import Locale
from marshmallow import ValidationError, fields

from contracts.checks import FAULTS, Regexp, said
from contracts.registry.words import COUNTRY_CODE

BESIDE = frozenset(["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"])
"""What CLDR names that ISO 3166-1 assigns to no country: codes reserved for others, and codes of its own."""


@cache
def countries() -> frozenset[str]:
    """Return the two-letter codes that ISO 3166-1 assigns."""
    return frozenset(filter(COUNTRY_CODE.match, Locale("en").territories)) - BESIDE


def country(**options: Any) -> fields.String:
    """Describe a country by its two-letter code; empty where nobody knows it."""
    about = {"description": "By ISO 3166-1; empty where nobody knows it.", "example": "US"}
    return fields.String(
        validate=[Regexp("malformed", r"(?:[A-Z]{2})?\Z"), _is_country],
        metadata=about,
        error_messages=FAULTS,
        **options,
    )


def _is_country(code: str) -> None:
    if code and code not in countries():
        raise ValidationError(said("not_a_country"))
