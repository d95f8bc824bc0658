"""Prove how tiles are asked for and sent."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.gateway.tiles.mvt import MEDIA_TYPE

TILE = "/tiles/organizations/5/18/13.mvt"


def test_tile_is_public_and_tagged(http: FlaskClient):
    answer = http.get(TILE)
    again = http.get(TILE, headers={"If-None-Match": answer.headers["ETag"]})

    assert (answer.status_code, answer.mimetype) == (200, MEDIA_TYPE)
    assert answer.headers["Cache-Control"] == "public, max-age=5"
    assert b"Tile(z=5, x=18, y=13)" in answer.data
    assert (again.status_code, again.data) == (304, b"")


def test_tile_is_compressed(http: FlaskClient):
    answer = http.get(TILE, headers={"Accept-Encoding": "gzip"})

    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.data) == http.get(TILE).data


def test_empty_tile_is_an_answer(http: FlaskClient):
    answer = http.get(f"{TILE}?subject=health")

    assert (answer.status_code, answer.data, "ETag" in answer.headers) == (200, b"", True)


def test_filters_reach_the_tile(http: FlaskClient):
    answer = http.get(f"{TILE}?subject=food.bread&area=EG29&min_members=10&q=x&international_cooperation=true")

    assert b"Search(q='x', subject='food.bread', area='EG29', organization_type=None" in answer.data
    assert b"international_cooperation=True, min_members=10" in answer.data


@pytest.mark.parametrize(
    "query", ["subject=none", "organization_type=none", "international_cooperation=x", "limit=9", "z=1"]
)
def test_strange_filter_is_refused(http: FlaskClient, query: str):
    assert http.get(f"{TILE}?{query}").status_code == 422
    assert http.get(f"/tiles/organizations.json?{query}").status_code == 422


@pytest.mark.parametrize("place", ["17/0/0", "5/32/0", "5/0/32", "0/1/0", "5/-1/0", "5/x/0", "5/1.5/0", "5/9999999/0"])
def test_no_such_tile(http: FlaskClient, place: str):
    answer = http.get(f"/tiles/organizations/{place}.mvt")

    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


@pytest.mark.parametrize("place", ["0/0/0", "16/65535/65535", "5/31/31"])
def test_outermost_tiles(http: FlaskClient, place: str):
    assert http.get(f"/tiles/organizations/{place}.mvt").status_code == 200


def test_tilejson_says_where(http: FlaskClient):
    told: dict[str, Any] = http.get("/tiles/organizations.json").json

    assert told["tilejson"] == "3.0.0"
    assert told["tiles"] == ["https://qena.example/tiles/organizations/{z}/{x}/{y}.mvt"]
    assert (told["minzoom"], told["maxzoom"], told["attribution"]) == (0, 16, "")
    assert {layer["id"]: sorted(layer["fields"]) for layer in told["vector_layers"]} == {
        "organizations": ["area", "id", "international_cooperation", "name", "organization_type", "subjects", "terms"],
        "clusters": ["count", "international_cooperation", "members"],
    }


def test_tilejson_passes_a_filter_on(http: FlaskClient):
    told = http.get("/tiles/organizations.json?subject=food&international_cooperation=true").json

    assert told["tiles"][0].endswith("/{z}/{x}/{y}.mvt?subject=food&international_cooperation=true")
