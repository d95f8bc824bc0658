"""Read the parameters of a request for features. What is unknown or wrong is refused, as Part 1 has it: 400."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import orjson

from services.gateway.ogc.collections import Collection, Kind, Property
from services.gateway.ogc.domain import LIMIT, LIMIT_MOST, Selection, Unsupported, box_of, interval_of
from services.gateway.ogc.parser import LENGTH_MOST, parse
from services.gateway.problems import Refused

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
FORMATS = ("json", "html")
TEXT, JSON = "cql2-text", "cql2-json"
CURSOR_MOST = 1000
RESERVED = ("f", "limit", "bbox", "datetime", "cursor", "filter", "filter-lang", "filter-crs")
WHOLE = re.compile(r"[0-9]{1,18}\Z")
NUMBER = re.compile(r"[-+]?[0-9]{1,15}(\.[0-9]{0,30})?([eE][-+]?[0-9]{1,2})?\Z")
FLAGS = {"true": True, "false": False}


def check(asked: Mapping[str, str], *known: str) -> None:
    """Refuse a parameter that is not known, and a format that is none of ours."""
    for name in asked:
        if name not in ("f", *known):
            raise wrong(name, "unknown", "There is no such parameter here.")
    if asked.get("f", FORMATS[0]) not in FORMATS:
        raise wrong("f", "invalid", f"Give one of {', '.join(FORMATS)}.")


def selection_of(collection: Collection, asked: Mapping[str, str]) -> Selection:
    """Return what is asked of a collection."""
    queryables = collection.queryables
    check(asked, *RESERVED, *queryables)
    conditions = [_equal(queryables[name], text) for name, text in asked.items() if name in queryables]
    if "filter" in asked:
        conditions.append(_filter(asked))
    try:
        during = interval_of(asked["datetime"]) if "datetime" in asked else None
    except ValueError as error:
        raise wrong("datetime", "invalid", f"Give a time or an interval of RFC 3339: {error}.") from error
    return Selection(
        limit=_limit(asked.get("limit", str(LIMIT))),
        cursor=asked.get("cursor", "")[: CURSOR_MOST + 1],
        box=_box(asked["bbox"]) if "bbox" in asked else None,
        during=during,
        filter={"op": "and", "args": conditions} if conditions else None,
    )


def wrong(name: str, code: str, message: str) -> Refused:
    """Return the refusal of a parameter."""
    return Refused("malformed", f"The parameter {name} is not right.", [_problem(name, code, message)])


def _problem(name: str, code: str, message: str) -> dict[str, Any]:
    return {"field": name, "code": code, "message": message}


def _limit(text: str) -> int:
    if not WHOLE.match(text) or int(text) < 1:
        raise wrong("limit", "invalid", f"Give a number from 1 to {LIMIT_MOST}.")
    return min(int(text), LIMIT_MOST)


def _box(text: str) -> Any:
    numbers = text.split(",")
    if not all(NUMBER.match(one.strip()) for one in numbers):
        raise wrong("bbox", "invalid", "Give four numbers, or six, with commas between them.")
    try:
        return box_of([float(one) for one in numbers])
    except ValueError as error:
        raise wrong("bbox", "invalid", f"Give west, south, east and north: {error}.") from error


def _equal(found: Property, text: str) -> Any:
    """Return the condition that a property has a value, which for a list is that it holds it."""
    return {"op": "=", "args": [{"property": found.name}, _value(found, text)]}


def _value(found: Property, text: str) -> Any:
    if found.kind is Kind.WHOLE and NUMBER.match(text):
        return float(text)
    if found.kind is Kind.FLAG and text in FLAGS:
        return FLAGS[text]
    if found.kind is Kind.MOMENT:
        return {"timestamp": text}
    if found.kind in (Kind.TEXT, Kind.TEXTS):
        return text
    raise wrong(found.name, "invalid", f"Give a value of its kind: {found.element['type']}.")


def _filter(asked: Mapping[str, str]) -> Any:
    text, language = asked["filter"], asked.get("filter-lang", TEXT)
    if asked.get("filter-crs", CRS84) != CRS84:
        raise wrong("filter-crs", "invalid", f"Geometries of a filter are in {CRS84}.")
    try:
        if language == TEXT:
            return parse(text)
        if language == JSON and len(text) <= LENGTH_MOST:
            return orjson.loads(text)
    except (Unsupported, orjson.JSONDecodeError) as error:
        raise wrong("filter", "invalid", str(error)) from error
    if language == JSON:
        raise wrong("filter", "too_long", f"The filter is longer than {LENGTH_MOST} characters.")
    raise wrong("filter-lang", "invalid", f"Give {TEXT} or {JSON}.")
