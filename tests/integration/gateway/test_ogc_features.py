"""Hold features against the abstract tests of OGC API - Features Part 1."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from pymongo.database import Database

from chassis.config import Config
from services.gateway.ogc.domain import LIMIT_MOST
from services.gateway.ogc.schemas import CRS84
from tests.integration.gateway.conforming import (
    ALL,
    GEOJSON,
    HTML,
    JSON,
    PLAIN,
    filled,
    ids,
    items,
    links,
    parameter,
    positions,
    read,
    shows,
)
from tests.integration.gateway.directories import Json
from tests.integration.gateway.features import AREAS, EVERYTHING
from tests.ogc import faults


@pytest.fixture(scope="module")
def http(config: Config, gateway_database: Database[Json]) -> FlaskClient:
    """Give a caller of an API that shows a filled directory."""
    return filled(config, gateway_database)


@shows("/conf/core/fc-op", "/conf/core/fc-response")
@pytest.mark.parametrize("name", ALL)
def test_features_are_there(http: FlaskClient, name: str):
    page = items(http, name)

    assert faults(page, "featureCollectionGeoJSON") == []
    assert ids(page) == ALL[name]


@shows("/conf/core/fc-links")
@pytest.mark.parametrize("name", ALL)
def test_features_link_to_themselves_and_on(http: FlaskClient, name: str):
    page = items(http, name, limit=1)
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
    assert {one["id"] for one in page["features"] if one["geometry"] is None} == {"nowhere", "visits", "EG"} & ALL[name]


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
