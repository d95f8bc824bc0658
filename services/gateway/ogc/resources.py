"""Make the resources of OGC API - Features as JSON: landing page, conformance, collections, queryables, features.

Every link is absolute, under the node's public address.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import orjson

from services.gateway.ogc.collections import COLLECTIONS, Collection
from services.gateway.ogc.domain import Extent, Page
from services.gateway.ogc.schemas import CRS84

TITLE = "Tashbik: the directory as features"
DESCRIPTION = "Organizations, services and areas of the public directory, by OGC API - Features."
JSON, GEOJSON, HTML = "application/json", "application/geo+json", "text/html"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
JSON_SCHEMA = "application/schema+json"
GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
QUERYABLES = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
_CONF = "http://www.opengis.net/spec"
CONFORMANCE = (
    *(
        f"{_CONF}/ogcapi-features-1/{version}/conf/{name}"
        for version in ("1.0", "1.1")
        for name in ("core", "oas30", "html", "geojson")
    ),
    *(
        f"{_CONF}/ogcapi-features-3/1.0/conf/{name}"
        for name in ("queryables", "queryables-query-parameters", "filter", "features-filter")
    ),
    *(
        f"{_CONF}/cql2/1.0/conf/{name}"
        for name in (
            "cql2-text",
            "cql2-json",
            "basic-cql2",
            "advanced-comparison-operators",
            "case-insensitive-comparison",
            "basic-spatial-functions",
        )
    ),
)

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Address:
    """Hold where a resource is: the node's public address, a path under it, and what was asked."""

    root: str
    path: str
    asked: Mapping[str, str]

    def link(self, rel: str, media: str, title: str, path: str = "", **asked: str) -> Json:
        """Return a link to a path; what is asked is written behind it."""
        query = f"?{urlencode(asked)}" if asked else ""
        return {"href": f"{self.root}{path or self.path}{query}", "rel": rel, "type": media, "title": title}

    def itself(self, media: str, *, html: bool) -> list[Json]:
        """Return the links to this document as it is, and as it is otherwise."""
        plain = urlencode({name: text for name, text in self.asked.items() if name != "f"})
        here = f"{self.root}{self.path}?{plain}{'&' if plain else ''}f="
        formats = [("json", media, "This document as JSON"), ("html", HTML, "This document as HTML")]
        chosen = "html" if html else "json"
        return [
            {"href": f"{here}{name}", "rel": "self" if name == chosen else "alternate", "type": kind, "title": title}
            for name, kind, title in formats
        ]


def landing(at: Address, *, html: bool) -> Json:
    """Return the landing page."""
    links = [
        *at.itself(JSON, html=html),
        at.link("service-desc", OPENAPI, "The API, as OpenAPI 3.0", "/ogc/api", f="json"),
        at.link("service-doc", HTML, "The API, for people", "/ogc/api", f="html"),
        at.link("conformance", JSON, "What this API conforms to", "/ogc/conformance"),
        at.link("data", JSON, "The collections", "/ogc/collections"),
    ]
    return {"title": TITLE, "description": DESCRIPTION, "links": links}


def conformance(at: Address, *, html: bool) -> Json:
    """Return the classes that the API conforms to."""
    return {"conformsTo": [*CONFORMANCE], "links": at.itself(JSON, html=html)}


def collections(at: Address, extents: Mapping[str, Extent], *, html: bool) -> Json:
    """Return all collections."""
    described = [_collection(at, one, extents[one.id]) for one in COLLECTIONS.values()]
    return {"links": at.itself(JSON, html=html), "crs": [CRS84], "collections": described}


def collection(at: Address, described: Collection, extent: Extent, *, html: bool) -> Json:
    """Return one collection."""
    found = _collection(at, described, extent)
    return {**found, "links": [*at.itself(JSON, html=html), *found["links"]]}


def queryables(at: Address, described: Collection) -> Json:
    """Return what features are found by, as JSON Schema."""
    geometry = {"title": "Geometry", "format": f"geometry-{described.geometry}", "x-ogc-role": "primary-geometry"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{at.root}{at.path}",
        "type": "object",
        "title": described.title,
        "description": described.description,
        "properties": {
            "geometry": geometry,
            **{name: one.schema for name, one in described.queryables.items()},
        },
        "additionalProperties": False,
    }


def items(at: Address, described: Collection, page: Page, now: datetime, *, html: bool) -> tuple[list[Json], Json]:
    """Return a page's links, and what it says beside its features.

    ``numberMatched`` stands where it costs nothing to know: where everything is on this page.
    """
    links = [*at.itself(GEOJSON, html=html), _up(at, described)]
    if page.next:
        asked = {**at.asked, "cursor": page.next}
        links.append(at.link("next", HTML if html else GEOJSON, "The page after", **asked))
    whole = not page.next and "cursor" not in at.asked
    matched = {"numberMatched": len(page.items)} if whole else {}
    stamp = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    return links, {"timeStamp": stamp, **matched, "numberReturned": len(page.items)}


def feature_collection(page: Page, links: list[Json], said: Json) -> bytes:
    """Return a page as GeoJSON, of features that are JSON already."""
    rest = orjson.dumps({**said, "links": links})
    return b'{"type":"FeatureCollection","features":[%b],%b' % (b",".join(page.items), rest[1:])


def item_links(at: Address, described: Collection, *, html: bool) -> list[Json]:
    """Return the links of one feature."""
    return [*at.itself(GEOJSON, html=html), _up(at, described)]


def feature(item: bytes, links: list[Json]) -> bytes:
    """Return one feature as GeoJSON, with its links."""
    return b'%b,"links":%b}' % (item[:-1], orjson.dumps(links))


def _up(at: Address, described: Collection) -> Json:
    return at.link("collection", JSON, described.title, f"/ogc/collections/{described.id}")


def _collection(at: Address, described: Collection, extent: Extent) -> Json:
    path = f"/ogc/collections/{described.id}"
    links = [
        at.link("items", GEOJSON, f"{described.title}, as GeoJSON", f"{path}/items", f="json"),
        at.link("items", HTML, f"{described.title}, as HTML", f"{path}/items", f="html"),
        at.link(QUERYABLES, JSON_SCHEMA, "What features are found by", f"{path}/queryables", f="json"),
    ]
    known = _extent(extent)
    return {
        "id": described.id,
        "title": described.title,
        "description": described.description,
        "itemType": "feature",
        "crs": [CRS84],
        "storageCrs": CRS84,
        **({"extent": known} if known else {}),
        "links": links,
    }


def _extent(extent: Extent) -> Json:
    box, since = extent.box, extent.since
    spatial = {"bbox": [[box.west, box.south, box.east, box.north]], "crs": CRS84} if box else None
    temporal = {"interval": [[since.isoformat(), None]], "trs": GREGORIAN} if since else None
    named = {"spatial": spatial, "temporal": temporal}
    return {name: part for name, part in named.items() if part}
