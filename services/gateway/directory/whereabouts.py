"""Say in which areas a place of an organization lies: it may be a branch in another governorate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Json = dict[str, Any]


def areas_of(place: Json, record: Json) -> Sequence[str]:
    """Return the codes of a place's areas, from the country down; its organization's where nobody says where it lies.

    Of a place that was published before it told those above its own, they are told as far as the organization's do.
    """
    code, above = place["area"], record["areas"]
    if known := place.get("areas"):
        return known  # type: ignore[no-any-return]
    if not code:
        return above  # type: ignore[no-any-return]
    return above[: above.index(code) + 1] if code in above else [code]


def everywhere(record: Json) -> set[str]:
    """Return the codes of all areas that an organization is in, by itself or by one of its places."""
    return {*record["areas"], *(code for place in record["locations"] for code in areas_of(place, record))}
