"""Read the areas of a GeoJSON file (RFC 7946), whoever drew it, and say of each feature what is wrong with it.

In our own layout a feature's properties are those of the contract's ``AreaFields``::

    id         the code that the country gave it
    parent     the code of the area around it, empty for the country
    level      country | governorate | county | locality
    names      {"ar": …, "fa": …, "en": …}
    aliases    other names and spellings, optional
    schematic  true where the outline is drawn by hand and not surveyed, optional
    centre     [longitude, latitude] of its label, optional
    valid_from, valid_to   days between which it is an area, optional

Common Operational Datasets of administrative boundaries (OCHA's COD-AB) are known by their ``adm2_pcode``: the deepest
number is the level, 0 the country. Their older layout is known too: names by language (``ADM2_EN``, ``ADM2ALT1EN``),
days as ``validOn`` and ``validTo``, some with a time, some a sign that nobody knows. In any other layout a *mapping*
says which property is what; ``names.ar`` is the Arabic name, and a text after ``=`` stands for every feature:
``level==county``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from chassis.wire import problems_of
from contracts.registry import AREA_LEVELS, LANGUAGES, AreaFields

TARGETS = (
    *("id", "parent", "level", "schematic", "centre", "valid_from", "valid_to", "aliases"),
    *(f"names.{language}" for language in LANGUAGES),
)
SAME = "="  # before a text that stands for every feature

_CODE = re.compile(r"adm(\d)_pcode\Z", re.IGNORECASE)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_DEEPEST = len(AREA_LEVELS) - 1
_LISTED = re.compile(r"\s*[;،|]\s*")
_SCHEMA = AreaFields()

Area = dict[str, Any]


class NotAreas(ValueError):
    """Say that a file is no GeoJSON FeatureCollection of areas, and why."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Say what is wrong with one feature: its number in the file, from 1, its code, the field and why."""

    feature: int
    code: str
    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class Read:
    """Hold the areas of a file, parents before children, each with its feature's number; and what is wrong."""

    areas: list[tuple[int, Area]]
    faults: list[Fault]


def read(file: Path, mapping: Mapping[str, str] | None = None) -> Read:
    """Return what a file holds. Raises :class:`NotAreas` for a file that is no GeoJSON of features."""
    found: list[tuple[int, Area]] = []
    faults: list[Fault] = []
    numbers: dict[Any, int] = {}
    for number, feature in enumerate(_features(file), 1):
        area = _area(feature, mapping or {})
        wrong = list(_faults(number, area, numbers))
        faults += wrong
        if not wrong:
            numbers[area["id"]] = number
            found.append((number, area))
    found.sort(key=lambda one: AREA_LEVELS.index(one[1]["level"]))
    return Read(found, faults)


def _features(file: Path) -> list[Any]:
    try:
        document = orjson.loads(file.read_bytes())
    except orjson.JSONDecodeError as error:
        raise NotAreas(f"it is not JSON ({error})") from error
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        raise NotAreas("it has no list of features")
    return features


def _area(feature: Any, mapping: Mapping[str, str]) -> Area:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        return {}
    depth = _depth(properties)
    area = _of_dataset(properties, int(depth)) if depth else {one: properties.get(one) for one in _SCHEMA.fields}
    _map(area, properties, mapping)
    return {name: value for name, value in area.items() if value is not None} | {"outline": feature.get("geometry")}


def _map(area: Area, properties: Mapping[str, Any], mapping: Mapping[str, str]) -> None:
    """Set what a mapping says of an area, beside or instead of what its layout says."""
    for target, source in mapping.items():
        value = source.removeprefix(SAME) if source.startswith(SAME) else properties.get(source)
        if not target.startswith("names."):
            area[target] = _as_given(target, value)
        elif value is not None:
            area["names"] = (area.get("names") or {}) | {target.removeprefix("names."): str(value)}


def _as_given(target: str, value: Any) -> Any:
    """Return a property's value as the contract takes it: codes are texts, aliases a list."""
    if target == "aliases" and isinstance(value, str):
        return [one for one in _LISTED.split(value) if one]
    return str(value) if target in ("id", "parent") and value is not None else value


def _depth(properties: Mapping[str, Any]) -> str:
    """Return the number of the deepest code of a Common Operational Dataset; empty where it is none."""
    return max((match[1] for name in properties if (match := _CODE.match(name))), default="")


def _of_dataset(properties: Mapping[str, Any], depth: int) -> Area:
    own = {name.lower(): value for name, value in properties.items()}
    spoken: dict[Any, Any] = {language: own.get(f"adm{depth}_{language}") for language in LANGUAGES}
    spoken |= {own.get(f"lang{number}"): own.get(f"adm{depth}_name{number}") for number in ("", "1", "2", "3")}
    others = (own.get(f"adm{depth}alt{number}{language}") for number in (1, 2) for language in LANGUAGES)
    place = (own.get("center_lon"), own.get("center_lat"))
    return {
        "id": own.get(f"adm{depth}_pcode"),
        "parent": own.get(f"adm{depth - 1}_pcode") if depth else "",
        "level": AREA_LEVELS[min(depth, _DEEPEST)],
        "names": {language: spoken[language] for language in LANGUAGES if spoken.get(language)},
        "centre": list(place) if None not in place else None,
        "aliases": [name for name in others if name] or None,
        "valid_from": own.get("valid_on") or _day(own.get("validon")),
        "valid_to": own.get("valid_to") or _day(own.get("validto")),
    }


def _day(written: Any) -> str | None:
    """Return the day of the older layout's dates; None for what stands there in place of one."""
    match = _DAY.match(str(written))
    return match.group() if match else None


def _faults(number: int, area: Area, numbers: Mapping[Any, int]) -> Iterator[Fault]:
    """Yield what is wrong with an area; ``numbers`` are those of the features before it, by their codes."""
    if not area:
        yield Fault(number, "", "", "It is not a GeoJSON feature with properties.")
        return
    code = str(area.get("id", ""))
    yield from (Fault(number, code, one["field"], one["message"]) for one in problems_of(_SCHEMA.validate(area)))
    if code in numbers:
        yield Fault(number, code, "id", f"Feature {numbers[code]} has this code, too.")
