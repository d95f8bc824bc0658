"""Hold the API against the abstract tests of OGC API - Features Part 1: one function for each that applies."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from flask.testing import FlaskClient
from openapi_spec_validator import OpenAPIV30SpecValidator
from pymongo.database import Database

from chassis.config import Config
from services.gateway.ogc.collections import COLLECTIONS
from services.gateway.ogc.domain import LIMIT_MOST
from services.gateway.ogc.schemas import CRS84
from tests.integration.gateway.directories import Json, Projected
from tests.integration.gateway.features import AREAS, EVERYTHING, OGC, ROOT, caller, faults, fill, needs_ogc
from tests.parts import emptied

JSON, GEOJSON, HTML = "application/json", "application/geo+json", "text/html"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
ALL = {"organizations": EVERYTHING, "areas": AREAS}
PLAIN = ("/ogc", "/ogc/conformance", "/ogc/collections", *(f"/ogc/collections/{one}" for one in ALL))
NOT_HERE = {
    "gmlsf0": "features are not given as GML",
    "gmlsf2": "features are not given as GML",
    "oas31": "the API is described as OpenAPI 3.0",
}
MISNAMED = {"/conf/oas31/oas-definition-2": "/conf/oas30/oas-definition-2"}
"""The index names the second test of OpenAPI 3.0 like that of 3.1, which does not apply."""

SHOWN: dict[str, str] = {}


def shows(*tests: str) -> Callable[[Any], Any]:
    """Note which abstract tests a function is."""

    def note(function: Any) -> Any:
        SHOWN.update(dict.fromkeys(tests, function.__name__))
        return function

    return note


@pytest.fixture(scope="module")
def http(config: Config, gateway_database: Database[Json]) -> FlaskClient:
    """Give a caller of an API that shows a filled directory."""
    fill(Projected(emptied(gateway_database)))
    return caller(config, gateway_database)


def read(http: FlaskClient, path: str, **asked: Any) -> Json:
    """Return what is answered as JSON."""
    answer = http.get(path.removeprefix(ROOT), query_string=asked or None)
    assert answer.status_code == 200, answer.text
    return dict(answer.json or {})


def items(http: FlaskClient, name: str = "organizations", **asked: Any) -> Json:
    """Return a page of features."""
    return read(http, f"/ogc/collections/{name}/items", **asked)


def ids(page: Json) -> set[str]:
    """Return the ids of a page."""
    return {one["id"] for one in page["features"]}


def links(document: Json, rel: str) -> list[Json]:
    """Return the links of a relation."""
    return [one for one in document["links"] if one["rel"] == rel]


def described(http: FlaskClient) -> Json:
    """Return the API document."""
    return read(http, "/ogc/api")


def parameter(http: FlaskClient, name: str) -> Json:
    """Return how the API document describes a parameter of items."""
    asked = described(http)["paths"]["/ogc/collections/organizations/items"]["get"]["parameters"]
    return next(dict(one) for one in asked if one.get("name") == name)


def positions(geometry: Json | None) -> Iterator[list[float]]:
    """Yield every position of a geometry."""
    found = [geometry["coordinates"]] if geometry else []
    while found:
        one = found.pop()
        if isinstance(one[0], int | float):
            yield one
        else:
            found += one


class Page(HTMLParser):
    """Read the text and the links of an HTML document, and whether its elements are closed."""

    EMPTY = frozenset({"meta", "link", "br", "input"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.hrefs: set[str] = set()
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in self.EMPTY:
            self.open.append(tag)
        if tag == "a":
            self.hrefs.add(dict(attrs)["href"])

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.EMPTY and (not self.open or self.open.pop() != tag):
            self.wrong.append(tag)

    def handle_data(self, data: str) -> None:
        self.words += data


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
        here = path.replace("{featureId}", "nobody")
        statuses = {http.get(here).status_code, http.get(here, query_string={"wrong": "1"}).status_code}
        tag = http.get(here).headers.get("ETag", "")
        statuses.add(http.get(here, headers={"If-None-Match": tag}).status_code)
        assert {str(status) for status in statuses} <= known, path
        assert {"429", "500", "503"} <= known


@shows("/conf/oas30/oas-impl")
def test_what_is_defined_is_there(http: FlaskClient):
    for path, methods in described(http)["paths"].items():
        media = next(iter(methods["get"]["responses"]["200"]["content"]))
        answer = http.get(path.replace("{featureId}", "qus" if "organizations" in path else "EG2905"))
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


# Features


@shows("/conf/core/fc-op", "/conf/core/fc-response")
@pytest.mark.parametrize("name", ALL)
def test_features_are_there(http: FlaskClient, name: str):
    page = items(http, name)

    assert faults(page, "featureCollectionGeoJSON") == []
    assert ids(page) == ALL[name]


@shows("/conf/core/fc-links")
@pytest.mark.parametrize("name", ALL)
def test_features_link_to_themselves_and_on(http: FlaskClient, name: str):
    page = items(http, name, limit=2)
    found = {rel: links(page, rel) for rel in ("self", "alternate", "next", "collection")}

    assert {rel: [one["type"] for one in each] for rel, each in found.items()} == {
        "self": [GEOJSON],
        "alternate": [HTML],
        "next": [GEOJSON],
        "collection": [JSON],
    }
    following = read(http, found["next"][0]["href"])
    assert following["features"]
    assert not ids(following) & ids(page)


@shows("/conf/core/fc-bbox-definition")
def test_bbox_is_defined(http: FlaskClient):
    defined = parameter(http, "bbox")

    assert (defined["in"], defined["required"], defined["style"], defined["explode"]) == ("query", False, "form", False)
    assert defined["schema"] == {
        "type": "array",
        "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}],
        "items": {"type": "number"},
    }


@shows("/conf/core/fc-bbox-response")
@pytest.mark.parametrize(
    "bbox", ["32.6,25.0,32.8,26.3", "32.6,25.0,-10,32.8,26.3,1000", "177,-20,-170,-10", "0,80,1,90"]
)
@pytest.mark.parametrize("name", ALL)
def test_bbox_holds_what_it_finds(http: FlaskClient, name: str, bbox: str):
    numbers = [float(one) for one in bbox.split(",")]
    west, south, east, north = numbers if len(numbers) == 4 else (*numbers[:2], *numbers[3:5])

    page = items(http, name, bbox=bbox)

    placed = [one["geometry"] for one in page["features"] if one["geometry"] and one["geometry"]["type"] == "Point"]
    assert all(
        (west <= x <= east if west <= east else x >= west or x <= east) and south <= y <= north
        for geometry in placed
        for x, y in positions(geometry)
    )
    assert {one["id"] for one in page["features"] if one["geometry"] is None} == {"nowhere", "EG"} & ALL[name]


@shows("/conf/core/fc-limit-definition")
def test_limit_is_defined(http: FlaskClient):
    defined = parameter(http, "limit")

    assert (defined["in"], defined["required"], defined["style"], defined["explode"]) == ("query", False, "form", False)
    assert defined["schema"] == {"type": "integer", "minimum": 1, "maximum": LIMIT_MOST, "default": 100}


@shows("/conf/core/fc-limit-response")
def test_limit_is_kept(http: FlaskClient):
    assert [len(items(http, limit=limit)["features"]) for limit in (1, 3, LIMIT_MOST + 1)] == [1, 3, len(EVERYTHING)]


@shows("/conf/core/fc-time-definition")
def test_datetime_is_defined(http: FlaskClient):
    defined = parameter(http, "datetime")

    assert (defined["in"], defined["required"], defined["style"], defined["explode"]) == ("query", False, "form", False)
    assert defined["schema"] == {"type": "string"}


@shows("/conf/core/fc-time-response")
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("2026-11-10T00:00:00Z", {"qus"}),
        ("2026-11-09T00:00:00Z/2026-11-10T00:00:00Z", {"qus"}),
        ("2026-11-10T00:00:00Z/..", {"qus", "nowhere"}),
        ("2026-11-10T00:00:00Z/", {"qus", "nowhere"}),
        ("../2026-11-10T00:00:00Z", EVERYTHING - {"nowhere"}),
        ("/2026-11-10T00:00:00Z", EVERYTHING - {"nowhere"}),
    ],
)
def test_datetime_holds_what_it_finds(http: FlaskClient, asked: str, found: set[str]):
    assert ids(items(http, datetime=asked)) == found
    assert ids(items(http, "areas", datetime=asked)) == AREAS


@shows("/conf/core/query-param-unknown")
@pytest.mark.parametrize(
    "path", [*PLAIN, "/ogc/api", "/ogc/collections/areas/items", "/ogc/collections/areas/items/EG"]
)
def test_unknown_parameter_is_refused(http: FlaskClient, path: str):
    answer = http.get(path, query_string={"unknown": "1"})

    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert faults(answer.json, "exception") == []


@shows("/conf/core/query-param-invalid")
@pytest.mark.parametrize(
    "asked",
    [
        {"limit": "0"},
        {"limit": "-1"},
        {"limit": "many"},
        {"bbox": "1,2,3"},
        {"bbox": "1,2,3,4,5"},
        {"bbox": "a,b,c,d"},
        {"bbox": "0,10,10,0"},
        {"bbox": "0,0,181,1"},
        {"bbox": "0,0,nan,1"},
        {"bbox": ""},
        {"datetime": "yesterday"},
        {"datetime": "2026-11-10T00:00:00"},
        {"datetime": "../.."},
        {"datetime": "2026-11-10T00:00:00Z/2026-11-09T00:00:00Z"},
        {"datetime": ""},
        {"f": "xml"},
        {"cursor": "x"},
        {"cursor": "W10"},
        {"members_count": "many"},
        {"international_cooperation": "perhaps"},
        {"last_modified": "yesterday"},
        {"filter": "name ="},
        {"filter": "secret = 'x'"},
        {"filter": "name = 'x'", "filter-lang": "cql-text"},
        {"filter": "name = 'x'", "filter-crs": "http://www.opengis.net/def/crs/EPSG/0/3857"},
    ],
)
def test_wrong_parameter_is_refused(http: FlaskClient, asked: Json):
    answer = http.get("/ogc/collections/organizations/items", query_string=asked)

    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")


@shows("/conf/core/fc-timeStamp")
def test_time_stamp_is_of_now(http: FlaskClient):
    stamp = datetime.fromisoformat(items(http)["timeStamp"])

    assert abs(datetime.now(UTC) - stamp) < timedelta(minutes=1)


@shows("/conf/core/fc-numberMatched")
def test_number_matched_is_given_with_all_at_hand(http: FlaskClient):
    assert items(http, bbox="32.6,25.0,32.8,26.3")["numberMatched"] == 3
    assert "numberMatched" not in items(http, limit=2)


@shows("/conf/core/fc-numberReturned")
@pytest.mark.parametrize("limit", [1, 3, 100])
def test_number_returned_is_how_many_there_are(http: FlaskClient, limit: int):
    page = items(http, limit=limit)

    assert page["numberReturned"] == len(page["features"])


@shows("/conf/core/f-op", "/conf/core/f-success")
@pytest.mark.parametrize("name", ALL)
def test_each_feature_is_there(http: FlaskClient, name: str):
    for listed in items(http, name)["features"]:
        one = read(http, f"/ogc/collections/{name}/items/{listed['id']}")
        assert faults(one, "featureGeoJSON") == []
        assert {**one, "links": None} == {**listed, "links": None}


@shows("/conf/core/f-links")
def test_feature_links_to_itself_and_up(http: FlaskClient):
    one = read(http, "/ogc/collections/organizations/items/qus")

    assert {rel: [link["type"] for link in links(one, rel)] for rel in ("self", "alternate", "collection")} == {
        "self": [GEOJSON],
        "alternate": [HTML],
        "collection": [JSON],
    }


@shows("/conf/core/crs84")
@pytest.mark.parametrize("name", ALL)
def test_coordinates_are_longitude_and_latitude(http: FlaskClient, name: str):
    found = [place for one in items(http, name)["features"] for place in positions(one["geometry"])]

    assert found
    assert all(abs(x) <= 180 and abs(y) <= 90 for x, y in found)
    assert read(http, f"/ogc/collections/{name}")["crs"] == [CRS84]


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
