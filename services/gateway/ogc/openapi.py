"""Describe ``/ogc`` as OpenAPI 3.0, which is what clients of OGC API - Features read; the rest of the API is 3.1.

Paths are below the landing page, as such clients look for them.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from services.gateway.ogc.collections import COLLECTIONS, Collection, Kind, Property
from services.gateway.ogc.domain import LIMIT, LIMIT_MOST
from services.gateway.ogc.parser import LENGTH_MOST
from services.gateway.ogc.resources import DESCRIPTION, GEOJSON, HTML, JSON, JSON_SCHEMA, OPENAPI, TITLE
from services.gateway.ogc.schemas import CRS84, CURSOR_MOST, FORMATS, TEXT
from services.gateway.ogc.schemas import JSON as CQL2_JSON
from services.gateway.problems import KINDS, MEDIA_TYPE

VERSION = "1.0.0"
ALWAYS = (400, 429, 431, 500, 503)
EXAMPLES = "subjects = 'health' AND S_INTERSECTS(geometry, BBOX(32.6, 26.1, 32.8, 26.3))"

Json = dict[str, Any]


def document(public_url: str) -> Json:
    """Return the document."""
    paths = {
        "/": _path("landing", "Read the landing page", {JSON: _ref("landingPage")}),
        "/conformance": _path("conformance", "Read what the API conforms to", {JSON: _ref("confClasses")}),
        "/api": _path("api", "Read this document", {OPENAPI: {"type": "object"}}),
        "/collections": _path("collections", "List the collections", {JSON: _ref("collections")}),
    }
    for one in COLLECTIONS.values():
        paths |= _of_collection(one)
    return {
        "openapi": "3.0.3",
        "info": {"title": TITLE, "description": DESCRIPTION, "version": VERSION},
        "servers": [{"url": f"{public_url}/ogc"}],
        "paths": paths,
        "components": {"schemas": SCHEMAS, "responses": _refusals(), "parameters": {"f": FORMAT}},
    }


def _of_collection(one: Collection) -> Json:
    path = f"/collections/{one.id}"
    read = f"{one.id.title()}"
    return {
        path: _path(f"describe{read}", f"Describe {one.id}", {JSON: _ref("collection")}),
        f"{path}/queryables": _path(
            f"queryables{read}", f"Read what {one.id} are found by", {JSON_SCHEMA: {"type": "object"}}
        ),
        f"{path}/items": _path(
            f"items{read}", f"Find {one.id}", {GEOJSON: _ref("featureCollectionGeoJSON")}, _parameters(one)
        ),
        f"{path}/items/{{featureId}}": _path(
            f"item{read}", f"Read one of {one.id}", {GEOJSON: _ref("featureGeoJSON")}, [FEATURE_ID], missing=True
        ),
    }


def _path(
    id_: str, summary: str, content: Json, parameters: list[Json] | None = None, *, missing: bool = False
) -> Json:
    answers = {**{media: {"schema": schema} for media, schema in content.items()}, HTML: {"schema": {"type": "string"}}}
    statuses = sorted((*ALWAYS, *((404,) if missing else ())))
    return {
        "get": {
            "operationId": id_,
            "summary": summary,
            "security": [],
            "parameters": [*(parameters or []), {"$ref": "#/components/parameters/f"}],
            "responses": {
                "200": {"description": "As asked for.", "content": answers},
                "304": {"description": "You hold it already (If-None-Match)."},
                **{str(status): {"$ref": f"#/components/responses/{_name(status)}"} for status in statuses},
            },
        }
    }


def _parameters(one: Collection) -> list[Json]:
    return [*PARAMETERS, *(_queried(found) for found in one.queryables.values())]


def _queried(found: Property) -> Json:
    said = "Features of which this list holds the value." if found.kind is Kind.TEXTS else "Features of this value."
    schema = {name: part for name, part in found.element.items() if name != "title"}
    return _parameter(found.name, f"{found.title}. {said}", schema)


def _parameter(name: str, description: str, schema: Json, **more: Any) -> Json:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": description,
        "schema": schema,
        "style": "form",
        "explode": False,
        **more,
    }


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _refusals() -> Json:
    return {
        _name(status): {
            "description": KINDS[_code(status)].advice,
            "content": {MEDIA_TYPE: {"schema": _ref("exception")}},
        }
        for status in (*ALWAYS, 404)
    }


def _name(status: int) -> str:
    return HTTPStatus(status).name.title().replace("_", "")


def _code(status: int) -> str:
    return next(code for code, kind in KINDS.items() if kind.status == status)


FORMAT = _parameter("f", "The format; without it, `Accept` decides.", {"type": "string", "enum": [*FORMATS]})
FEATURE_ID = {
    "name": "featureId",
    "in": "path",
    "required": True,
    "description": "The feature's id.",
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,100}$"},
}
PARAMETERS = [
    _parameter(
        "bbox",
        "West, south, east, north in degrees (CRS84), or six numbers with heights, which are not looked at. Where west "
        "is greater than east the box crosses the antimeridian. What has no place is in every box, as Part 1 has it.",
        {
            "type": "array",
            "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}],
            "items": {"type": "number"},
        },
        example=[32.6, 26.1, 32.8, 26.3],
    ),
    _parameter(
        "datetime",
        "When features were last modified, and areas were such: a time, a day, or an interval whose one end may be "
        "open (`..`). What has no time is of any.",
        {"type": "string"},
        example="2026-11-01T00:00:00Z/..",
    ),
    _parameter(
        "limit",
        f"How many features a page has at most; {LIMIT} if not given. More than {LIMIT_MOST} is {LIMIT_MOST}.",
        {"type": "integer", "minimum": 1, "maximum": LIMIT_MOST, "default": LIMIT},
    ),
    _parameter(
        "cursor", "Where the page before ended: follow its link `next`.", {"type": "string", "maxLength": CURSOR_MOST}
    ),
    _parameter(
        "filter", "What features have to meet, in CQL2.", {"type": "string", "maxLength": LENGTH_MOST}, example=EXAMPLES
    ),
    _parameter(
        "filter-lang",
        "The language of the filter.",
        {"type": "string", "enum": [TEXT, CQL2_JSON], "default": TEXT},
    ),
    _parameter("filter-crs", "The coordinates of the filter.", {"type": "string", "enum": [CRS84], "default": CRS84}),
]
LINKS = {"type": "array", "items": {"$ref": "#/components/schemas/link"}}
SCHEMAS: Json = {
    "link": {
        "type": "object",
        "required": ["href", "rel"],
        "properties": {name: {"type": "string"} for name in ("href", "rel", "type", "title")},
    },
    "landingPage": {
        "type": "object",
        "required": ["links"],
        "properties": {"title": {"type": "string"}, "description": {"type": "string"}, "links": LINKS},
    },
    "confClasses": {
        "type": "object",
        "required": ["conformsTo"],
        "properties": {"conformsTo": {"type": "array", "items": {"type": "string"}}, "links": LINKS},
    },
    "collection": {
        "type": "object",
        "required": ["id", "links"],
        "properties": {
            **{name: {"type": "string"} for name in ("id", "title", "description", "itemType", "storageCrs")},
            "crs": {"type": "array", "items": {"type": "string"}},
            "extent": {"type": "object", "properties": {"spatial": {"type": "object"}, "temporal": {"type": "object"}}},
            "links": LINKS,
        },
    },
    "collections": {
        "type": "object",
        "required": ["links", "collections"],
        "properties": {
            "links": LINKS,
            "crs": {"type": "array", "items": {"type": "string"}},
            "collections": {"type": "array", "items": _ref("collection")},
        },
    },
    "featureGeoJSON": {
        "type": "object",
        "required": ["type", "id", "geometry", "properties"],
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": {"type": "string"},
            "geometry": {"type": "object", "nullable": True},
            "properties": {"type": "object"},
            "links": LINKS,
        },
    },
    "featureCollectionGeoJSON": {
        "type": "object",
        "required": ["type", "features", "links", "numberReturned", "timeStamp"],
        "properties": {
            "type": {"type": "string", "enum": ["FeatureCollection"]},
            "features": {"type": "array", "items": _ref("featureGeoJSON")},
            "links": LINKS,
            "timeStamp": {"type": "string", "format": "date-time"},
            "numberMatched": {
                "type": "integer",
                "minimum": 0,
                "description": "Given where all that was asked for is on this page.",
            },
            "numberReturned": {"type": "integer", "minimum": 0},
        },
    },
    "exception": {
        "type": "object",
        "description": "A problem (RFC 9457).",
        "properties": {
            **{name: {"type": "string"} for name in ("type", "title", "detail", "code")},
            "status": {"type": "integer"},
            "problems": {"type": "array", "items": {"type": "object"}},
        },
    },
}
