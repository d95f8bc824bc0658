"""Render the places of an organization as HSDS 3.1 has them, and say by which postal codes one is found.

HSDS wants each part of an address: what is not known is empty. An address that is but a line has no parts; its city and
governorate are then those of the place's area.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from contracts.registry import PLACE_TYPES
from contracts.text import fold_digits
from services.gateway.hsds import metadata
from services.gateway.hsds.ids import part_id
from services.gateway.hsds.parts import pruned, stated

Json = dict[str, Any]
Areas = Mapping[str, Json]
"""Areas by their codes: each with ``names``, ``level`` and ``path``."""

NAMED_IN = ("ar", "fa", "en")
COUNTRY_LENGTH = 2
GOVERNORATE = "governorate"
TEXTS = (
    "url",
    "name",
    "alternate_name",
    "description",
    "transportation",
    "latitude",
    "longitude",
    "external_identifier",
    "external_identifier_type",
)
PARTS = ("accessibility", "phones", "contacts", "schedules", "attributes")
"""What the register names and shapes as HSDS does."""
NO_ADDRESS = dict.fromkeys(("address_1", "city", "state_province", "postal_code", "country"), "")
EXTENDED_ZIP = re.compile(r"(#\d{5})-\d{4}\Z")


def location(place: Json, languages: Iterable[Json], areas: Areas, language: str) -> Json:
    """Return a place with its parts; ``languages`` are its organization's, ``language`` is that of areas' names."""
    return stated(
        {
            "id": place["id"],
            "location_type": place.get("location_type", PLACE_TYPES[0]),
            **{name: place.get(name) for name in TEXTS},
            **{name: pruned(place.get(name, [])) for name in PARTS},
            "languages": pruned(place.get("languages")) or languages,
            "addresses": _addresses(place, areas, language),
            "metadata": metadata.of_place(place),
        }
    )


def line_id(place_id: str) -> str:
    """Return the id of the address of a place that has none by parts, but a line or an area."""
    return part_id(place_id, "address")


def postal_codes(place: Json) -> list[str]:
    """Return the keys under which a place is found by its postal codes; an American one also without its extension."""
    codes = {postal_key(one["postal_code"]) for one in place.get("addresses", ()) if one["postal_code"]}
    return sorted(codes | {short[1] for code in codes if (short := EXTENDED_ZIP.match(code))})


def postal_key(code: str) -> str:
    """Return the key of a postal code, with which it stands where areas' codes do: case and space do not count."""
    return "#" + _close(code).upper()


def area_codes(code: str) -> tuple[str, ...]:
    """Return under which codes an area may stand that one means: without spaces, as it is and in capitals."""
    return _close(code), _close(code).upper()


def _close(code: str) -> str:
    return "".join(fold_digits(code).split())


def area_name(areas: Areas, code: str, language: str) -> str:
    """Return what an area is called: in a language, or else in another; empty where nobody knows it."""
    names = areas[code]["names"] if code in areas else {}
    return next((names[one] for one in (language, *NAMED_IN) if names.get(one)), "")


def country(path: Iterable[str]) -> str:
    """Return the country of an area by its path, where its code there is that of ISO 3166-1."""
    first = next(iter(path), "")
    return first if len(first) == COUNTRY_LENGTH else ""


def _addresses(place: Json, areas: Areas, language: str) -> list[Json]:
    if parted := place.get("addresses"):
        return [NO_ADDRESS | pruned(one) for one in parted]
    return [_line(place, areas, language)] if place["address"] or place["area"] else []


def _line(place: Json, areas: Areas, language: str) -> Json:
    path = areas[place["area"]]["path"] if place["area"] in areas else []
    governorate = next((code for code in path if code in areas and areas[code]["level"] == GOVERNORATE), "")
    return {
        "id": line_id(place["id"]),
        "address_1": place["address"],
        "city": area_name(areas, place["area"], language),
        "state_province": area_name(areas, governorate, language),
        "postal_code": "",
        "country": country(path),
        "address_type": PLACE_TYPES[0],
    }
