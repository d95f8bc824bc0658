"""Render features when an event changes their record, so that a page of them is bytes that are put together.

Properties are flat, for a map program shows a table: what is a list in the record is a list of words here, or one text.
An empty text is null.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import orjson

from contracts.subjects import borne, own
from services.gateway.ogc.collections import AREAS, ORGANIZATIONS, SERVICES, Collection
from services.gateway.ogc.geometry import bounds, shape_of

SEPARATOR = "; "

Json = dict[str, Any]


def of_organization(record: Json, point: list[float] | None) -> Json:
    """Return what a listed organization's document holds for this API: its feature, its terms, and when it changed."""
    places = record["locations"]
    located = next((one for one in places if one["latitude"] is not None and one["longitude"] is not None), None)
    place: Json = located or next(iter(places), {})
    found_by = own(borne(record["capabilities"]))
    properties = {
        **record,
        "subjects": [one["subject"] for one in record["capabilities"]],
        "subjects_text": _text(one["subject"] for one in record["capabilities"]),
        "terms": found_by,
        "capacities": _text(
            f"{one['subject']}: {one['capacity']} {one['unit']}"
            for one in record["capabilities"]
            if one["capacity"] is not None
        ),
        "cooperation_partners": _text(one["partner"] for one in record["cooperations"]),
        "address": place.get("address"),
        "phones": _text(one["number"] for one in record["phones"]),
        "identifiers": _text(f"{one['identifier_scheme']} {one['identifier']}" for one in record["identifiers"]),
    }
    return {
        "item": _feature(ORGANIZATIONS, record["id"], _geometry(point), properties),
        "modified": datetime.fromisoformat(record["last_modified"]),
        "own": found_by,
    }


def of_service(record: Json, point: list[float] | None) -> Json:
    """Return what a listed service's document holds for this API: its feature, and its terms."""
    found_by = own(record["terms"])
    properties = {
        **record,
        "terms": found_by,
        "subjects_text": _text(record["subjects"]),
        "capacities": _text(f"{one['available']} {one['unit']['name']}" for one in record["capacities"]),
        "required_documents": _text(one["document"] for one in record["required_documents"]),
        "phones": _text(one["number"] for one in record["phones"]),
    }
    return {"item": _feature(SERVICES, record["id"], _geometry(point), properties), "own": found_by}


def of_area(record: Json) -> Json:
    """Return what an area's document holds for this API: its feature, its bounds, and what it is found by."""
    names = record["names"]
    properties = {
        **record,
        "name": next((name for name in names.values() if name), ""),
        **{f"name_{language}": name for language, name in names.items()},
    }
    outline = several(record["outline"])
    box = bounds(shape_of(outline)) if outline else None
    return {
        "item": _feature(AREAS, record["id"], outline, properties),
        "bounds": {"west": box.west, "south": box.south, "east": box.east, "north": box.north} if box else None,
        **{field: record[field] for field in ("parent", "path", "schematic", "valid_from", "valid_to")},
    }


def several(geometry: Json | None) -> Json | None:
    """Return an outline as several polygons, if it is of one: a map program takes a layer for one kind of geometry."""
    if geometry and geometry["type"] == "Polygon":
        return {"type": "MultiPolygon", "coordinates": [geometry["coordinates"]]}
    return geometry


def _geometry(point: list[float] | None) -> Json | None:
    return {"type": "Point", "coordinates": point} if point else None


def _feature(collection: Collection, id_: str, geometry: Json | None, properties: Json) -> bytes:
    found = ((one.name, properties.get(one.name)) for one in collection.properties)
    shown = {name: None if value == "" else value for name, value in found}
    return orjson.dumps({"type": "Feature", "id": id_, "geometry": geometry, "properties": shown})


def _text(words: Iterable[str]) -> str:
    return SEPARATOR.join(words)
