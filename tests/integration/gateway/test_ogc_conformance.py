"""Hold the API against the abstract tests of OGC API - Features Part 1; those of features are beside it."""

from __future__ import annotations

import csv
import re

import pytest
from flask.testing import FlaskClient
from openapi_spec_validator import OpenAPIV30SpecValidator
from pymongo.database import Database

from chassis.config import Config
from services.gateway.ogc.collections import COLLECTIONS
from tests.integration.gateway import test_ogc_features  # noqa: F401
from tests.integration.gateway.conforming import (
    ALL,
    GEOJSON,
    HTML,
    JSON,
    OPENAPI,
    PLAIN,
    SHOWN,
    Page,
    described,
    filled,
    items,
    links,
    positions,
    read,
    shows,
)
from tests.integration.gateway.directories import Json
from tests.integration.gateway.features import ROOT
from tests.ogc import OGC, faults, needs_ogc

NOT_HERE = {
    "gmlsf0": "features are not given as GML",
    "gmlsf2": "features are not given as GML",
    "oas31": "the API is described as OpenAPI 3.0",
}
MISNAMED = {"/conf/oas31/oas-definition-2": "/conf/oas30/oas-definition-2"}
"""The index names the second test of OpenAPI 3.0 like that of 3.1, which does not apply."""


@pytest.fixture(scope="module")
def http(config: Config, gateway_database: Database[Json]) -> FlaskClient:
    """Give a caller of an API that shows a filled directory."""
    return filled(config, gateway_database)


# Landing page, API definition, conformance


@shows("/conf/core/root-op")
def test_landing_page_is_there(http: FlaskClient):
    assert http.get("/ogc").status_code == http.get("/ogc/").status_code == 200


@shows("/conf/core/root-success")
def test_landing_page_leads_on(http: FlaskClient):
    landing = read(http, "/ogc")

    assert faults(landing, "landingPage") == []
    for rel in ("service-desc", "service-doc", "conformance", "data"):
        assert all(http.get(one["href"].removeprefix(ROOT)).status_code == 200 for one in links(landing, rel))


@shows("/conf/core/api-definition-op", "/conf/oas30/oas-definition-1")
def test_definition_is_there_for_programs_and_people(http: FlaskClient):
    landing = read(http, "/ogc")
    wanted = {"service-desc": OPENAPI, "service-doc": HTML}

    for rel, media in wanted.items():
        link = links(landing, rel)[0]
        answer = http.get(link["href"].removeprefix(ROOT))
        assert link["type"] == media
        assert answer.headers["Content-Type"].partition(" ")[0].startswith(media)


@shows("/conf/core/api-definition-success", "/conf/oas30/oas-definition-2")
def test_definition_is_valid(http: FlaskClient):
    document = described(http)

    assert document["openapi"].startswith("3.0.")
    assert [one.message for one in OpenAPIV30SpecValidator(document).iter_errors()] == []


@shows("/conf/core/conformance-op", "/conf/core/conformance-success")
def test_conformance_is_declared(http: FlaskClient):
    declared = read(http, "/ogc/conformance")

    assert faults(declared, "confClasses") == []
    for version in ("1.0", "1.1"):
        for name in ("core", "oas30", "html", "geojson"):
            assert f"http://www.opengis.net/spec/ogcapi-features-1/{version}/conf/{name}" in declared["conformsTo"]


@shows("/conf/core/http")
def test_links_are_below_one_address(http: FlaskClient):
    found = [link["href"] for path in PLAIN for link in read(http, path)["links"]]

    assert found
    assert all(href.startswith(f"{ROOT}/ogc") for href in found)


@shows("/conf/oas30/completeness", "/conf/oas30/exceptions-codes")
def test_definition_knows_every_status(http: FlaskClient):
    for path, methods in described(http)["paths"].items():
        known = set(methods["get"]["responses"])
        here = f"/ogc{path}".replace("{featureId}", "nobody")
        statuses = {http.get(here).status_code, http.get(here, query_string={"wrong": "1"}).status_code}
        tag = http.get(here).headers.get("ETag", "")
        statuses.add(http.get(here, headers={"If-None-Match": tag}).status_code)
        assert {str(status) for status in statuses} <= known, path
        assert {"429", "500", "503"} <= known


@shows("/conf/oas30/oas-impl")
def test_what_is_defined_is_there(http: FlaskClient):
    for path, methods in described(http)["paths"].items():
        media = next(iter(methods["get"]["responses"]["200"]["content"]))
        one = next((sorted(ids)[-1] for name, ids in ALL.items() if name in path), "")
        answer = http.get(f"/ogc{path}".replace("{featureId}", one))
        assert answer.status_code == 200, path
        assert answer.headers["Content-Type"].replace("; ", ";").startswith(media)


@shows("/conf/oas30/security")
def test_nobody_needs_a_token(http: FlaskClient):
    document = described(http)

    assert "securitySchemes" not in document["components"]
    assert all(methods["get"]["security"] == [] for methods in document["paths"].values())


# Collections


@shows("/conf/core/fc-md-op", "/conf/core/fc-md-success")
def test_collections_are_listed(http: FlaskClient):
    listed = read(http, "/ogc/collections")

    assert faults(listed, "collections") == []
    assert {one["id"] for one in listed["collections"]} == set(COLLECTIONS)


@shows("/conf/core/fc-md-links")
@pytest.mark.parametrize("path", PLAIN)
def test_documents_link_to_themselves(http: FlaskClient, path: str):
    for media, other in ((JSON, HTML), (HTML, JSON)):
        document = read(http, path) if media == JSON else None
        if document is None:
            assert http.get(path, headers={"Accept": HTML}).mimetype == HTML
            continue
        assert [one["type"] for one in links(document, "self")] == [media]
        assert [one["type"] for one in links(document, "alternate")] == [other]


@shows("/conf/core/fc-md-items", "/conf/core/fc-md-items-links")
def test_collections_lead_to_their_features(http: FlaskClient):
    for one in read(http, "/ogc/collections")["collections"]:
        found = links(one, "items")
        assert {link["type"] for link in found} == {GEOJSON, HTML}
        assert all(http.get(link["href"].removeprefix(ROOT)).mimetype == link["type"] for link in found)


@shows("/conf/core/fc-md-extent", "/conf/core/fc-md-extent-multi")
def test_extent_holds_every_feature(http: FlaskClient):
    for one in read(http, "/ogc/collections")["collections"]:
        for west, south, east, north in one.get("extent", {}).get("spatial", {}).get("bbox", []):
            for feature in items(http, one["id"])["features"]:
                assert all(west <= x <= east and south <= y <= north for x, y in positions(feature["geometry"]))


@shows("/conf/core/sfc-md-op", "/conf/core/sfc-md-success")
def test_collection_is_as_it_is_listed(http: FlaskClient):
    for listed in read(http, "/ogc/collections")["collections"]:
        one = read(http, f"/ogc/collections/{listed['id']}")
        assert faults(one, "collection") == []
        assert {**one, "links": None} == {**listed, "links": None}
        assert all(link in one["links"] for link in listed["links"])


# Encodings


@shows("/conf/geojson/definition")
def test_json_is_given_to_who_accepts_it(http: FlaskClient):
    accepted = {"Accept": f"{GEOJSON}, {JSON};q=0.9"}

    assert all(http.get(path, headers=accepted).mimetype == JSON for path in PLAIN)
    for path in ("/ogc/collections/areas/items", "/ogc/collections/areas/items/EG"):
        assert http.get(path, headers=accepted).mimetype == GEOJSON


@shows("/conf/geojson/content")
@pytest.mark.parametrize("name", ALL)
def test_geojson_is_as_its_schema_says(http: FlaskClient, name: str):
    for id_ in ALL[name]:
        one = read(http, f"/ogc/collections/{name}/items/{id_}")
        assert (one["type"], one["id"]) == ("Feature", id_)
        assert faults(one, "featureGeoJSON") == []


EVERY_PAGE = (
    *PLAIN,
    "/ogc/api",
    "/ogc/collections/areas/queryables",
    *(f"/ogc/collections/{name}/items" for name in ALL),
    "/ogc/collections/organizations/items/qus",
    "/ogc/collections/organizations/items/nowhere",
    "/ogc/collections/services/items/clinic",
    "/ogc/collections/areas/items/EG2909",
)


@shows("/conf/html/definition")
@pytest.mark.parametrize("path", EVERY_PAGE)
def test_html_is_given_to_who_prefers_it(http: FlaskClient, path: str):
    accepted = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}

    assert http.get(path, headers=accepted).mimetype == http.get(path, query_string={"f": "html"}).mimetype == HTML
    assert http.get(path, headers=accepted, query_string={"f": "json"}).mimetype != HTML


@shows("/conf/html/content")
@pytest.mark.parametrize("path", EVERY_PAGE)
def test_html_holds_what_json_does(http: FlaskClient, path: str):
    document = read(http, path)
    text = http.get(path, query_string={"f": "html"}).text
    page = Page(text)

    assert text.startswith("<!doctype html>")
    assert (page.open, page.wrong) == ([], [])
    others = {one["href"] for one in document.get("links", []) if one["rel"] not in ("self", "alternate", "next")}
    assert others <= page.hrefs
    assert not re.search(r"<script|style=", text)
    for one in (document, *document.get("features", [])):
        properties = one.get("properties", {}) if one.get("type") == "Feature" else {}
        assert str(properties.get("name") or "") in page.words


@needs_ogc
def test_every_abstract_test_is_one_here():
    with (OGC / "abstract_tests_index.csv").open(encoding="utf-8") as index:
        named = [
            MISNAMED.get(row["test"], row["test"]) if "oas30/" in row["file"] else row["test"]
            for row in csv.DictReader(index)
        ]
    applying = {test for test in named if test.split("/")[2] not in NOT_HERE}

    assert applying == set(SHOWN)
