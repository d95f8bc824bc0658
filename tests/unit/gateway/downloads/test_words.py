"""Prove that files speak each language, and say what they do not know as it is."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.registry import LANGUAGES, ORGANIZATION_TYPES
from contracts.registry.words import PHONE_TYPES
from services.gateway.api.examples.organizations import ORGANIZATION
from services.gateway.downloads.columns import COLUMNS, rows
from services.gateway.downloads.words import WORDS, Wording

AREAS = {
    "EG": {"level": "country", "names": {"ar": "مصر", "fa": "مصر", "en": "Egypt"}},
    "EG29": {"level": "governorate", "names": {"ar": "قنا", "fa": "قنا", "en": "Qena"}},
    "EG2901": {"level": "county", "names": {"ar": "مركز قنا", "fa": "", "en": ""}},
}

TERMS = {"health.dialysis": {"names": {"ar": "غسيل كلوي", "fa": "دیالیز", "en": "Dialysis"}, "retired": True}}


def told(language: str, **fields: Any) -> dict[str, Any]:
    """Return what a file says of an organization, by column."""
    (row,) = rows([{**ORGANIZATION, **fields}], Wording(language, AREAS, TERMS))
    return dict(zip((column.key for column in COLUMNS), row, strict=True))


@pytest.mark.parametrize(
    "code", [*(f"type.{one}" for one in ORGANIZATION_TYPES), *(f"phone.{one}" for one in PHONE_TYPES)]
)
def test_every_code_has_words(code: str):
    assert all(WORDS[code])


@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_of_a_language_differ(language: str):
    headings = [Wording(language, {}).word(column.key) for column in COLUMNS]

    assert len(set(headings)) == len(COLUMNS)


def test_path_stands_in_columns():
    row = told("en")

    assert (row["country"], row["governorate"], row["county"], row["locality"]) == ("Egypt", "Qena", "مركز قنا", "")


def test_unknown_area_shows_its_code():
    assert told("en", areas=["EG", "EG77"], locations=[])["locality"] == "EG77"


def test_areas_are_those_of_the_place_that_is_told():
    station = ORGANIZATION["locations"][0]
    nowhere = {**station, "latitude": None, "longitude": None}
    branch = {**station, "address": "شارع المحطة", "area": "EG3301", "areas": ["EG", "EG33", "EG3301"]}
    areas = AREAS | {
        "EG33": {"level": "governorate", "names": {"ar": "الأقصر", "fa": "", "en": "Luxor"}},
        "EG3301": {"level": "county", "names": {"ar": "إسنا", "fa": "", "en": "Esna"}},
    }

    (row,) = rows([{**ORGANIZATION, "locations": [nowhere, branch]}], Wording("en", areas, TERMS))
    shown = dict(zip((column.key for column in COLUMNS), row, strict=True))

    assert [shown[key] for key in ("country", "governorate", "county")] == ["Egypt", "Luxor", "Esna"]
    assert shown["address"] == "شارع المحطة"


def test_capability_tells_its_capacity():
    without = {"subject": "food", "capacity": None, "unit": "families"}
    told_of = told("ar", capabilities=[*ORGANIZATION["capabilities"], without])

    assert told_of["capabilities"] == "صحة: 40 أسرة؛ غذاء"


def test_terms_have_names_or_codes():
    health = {**ORGANIZATION["capabilities"][0], "terms": ["health.dialysis", "health.teeth"]}

    row = told("fa", capabilities=[health, {"subject": "food", "capacity": None, "unit": "families"}])

    assert row["terms"] == "دیالیز؛ health.teeth"


def test_partner_tells_what_is_known():
    known = {"partner": "UNICEF", "country": "US", "programme": "Care", "valid_from": "2025-01-01", "valid_to": ""}
    bare = {"partner": "Tdh", "country": "", "programme": "", "valid_from": "", "valid_to": ""}

    assert told("en", cooperations=[known, bare])["cooperations"] == "UNICEF (US): Care 2025-01-01/; Tdh"


def test_located_place_comes_first():
    nowhere = {**ORGANIZATION["locations"][0], "latitude": None, "longitude": None, "address": "قديم"}
    row = told("en", locations=[nowhere, *ORGANIZATION["locations"]])

    assert (row["address"], row["latitude"]) == ("شارع الجميل، قنا", 26.164)


def test_organization_without_places_is_told():
    row = told("en", locations=[])

    assert (row["address"], row["latitude"]) == (None, None)
