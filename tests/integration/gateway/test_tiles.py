"""Prove what tiles show of the directory, as others read them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from math import asinh, pi, radians, tan
from pathlib import Path
from random import Random
from typing import Any

import pytest
from pymongo.database import Database

from services.gateway.directory.grid import Tile
from services.gateway.directory.search.query import Search
from services.gateway.tiles import domain, recount, views
from services.gateway.tiles.cells_store import within
from services.gateway.tiles.store import Pyramid
from services.gateway.tiles.tilejson import LAYERS
from services.gateway.tiles.views import Tiles
from tests.integration.gateway.directories import Projected, capable, located, organization
from tests.integration.gateway.vector_tiles import Drawn, read

Json = dict[str, Any]
WEB = Path(__file__).resolve().parents[3] / "services/gateway/web"
WORLD, FEW = Tile(0, 0, 0), 4
MIDDLE = 2048
READ_BY_THE_MAPS_LIBRARY = """
import {VectorTile} from '@mapbox/vector-tile';
import * as pbf from 'pbf';
import {readFileSync} from 'fs';
const tile = new VectorTile(new (pbf.PbfReader ?? pbf.default)(readFileSync(0)));
const drawn = Object.values(tile.layers).map(layer => [layer.name, Array.from({length: layer.length}, (_, number) => {
    const feature = layer.feature(number), [[{x, y}]] = feature.loadGeometry();
    return {x, y, properties: feature.properties};
})]);
console.log(JSON.stringify(Object.fromEntries(drawn)));
"""


@pytest.fixture
def tiles(database: Database[Json]) -> Tiles:
    """Give what draws."""
    return Tiles(database)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let few make a cluster."""
    for module in (domain, recount, views):
        monkeypatch.setattr(module, "SINGLY", FEW)


def counted(database: Database[Json]) -> None:
    """Count what is due."""
    pyramid = Pyramid(database)
    while database["directory_moves"].find_one() or pyramid.turn("here"):
        database["directory_counting"].update_one({}, {"$set": {"leased_until": None}})
        pyramid.turn("here")


def drawn(tiles: Tiles, tile: Tile, **shown: Any) -> dict[str, list[Drawn]]:
    """Return what a tile shows."""
    return read(tiles.tile(tile, Search(**shown)))


def crowd(size: int) -> Iterator[Json]:
    """Yield organizations around Qena, of four kinds."""
    chance = Random(5)
    for number in range(size):
        yield organization(
            f"org-{number}",
            locations=located(26.16 + chance.uniform(-0.3, 0.3), 32.72 + chance.uniform(-0.3, 0.3)),
            international_cooperation=number % 2 == 0,
            organization_type="donor" if number % 3 == 0 else "community",
            capabilities=capable("health", "food") if number % 4 == 0 else capable("food"),
            members_count=number,
        )


def test_few_are_shown_singly(projected: Projected, tiles: Tiles):
    bearing = [{**capable("health")[0], "terms": ["health.dialysis", "health.teeth"]}, *capable("food")]
    projected.organizations(
        organization("ehsan", "جمعية الإحسان", locations=located(0.0, 0.0), capabilities=bearing),
        organization("nowhere", locations=[]),
        organization("closed", status="inactive", locations=located(0.0, 0.0)),
    )
    counted(projected.database)

    shown = drawn(tiles, WORLD)

    assert shown.keys() == {"organizations"}
    (only,) = shown["organizations"]
    assert (only.x, only.y) == (MIDDLE, MIDDLE)
    assert only.properties == {
        "id": "ehsan",
        "name": "جمعية الإحسان",
        "organization_type": "community",
        "subjects": "health,food",
        "terms": "health.dialysis,health.teeth",
        "international_cooperation": True,
        "area": "EG2901",
    }
    assert only.properties.keys() == LAYERS["organizations"][1].keys()


@pytest.mark.usefixtures("few")
def test_many_are_clusters(projected: Projected, tiles: Tiles):
    projected.organizations(*crowd(40))
    counted(projected.database)

    clusters = drawn(tiles, WORLD)["clusters"]

    assert sum(one.properties["count"] for one in clusters) == 40
    assert sum(one.properties["members"] for one in clusters) == sum(range(40))
    assert sum(one.properties["international_cooperation"] for one in clusters) == 20
    assert clusters[0].properties.keys() == LAYERS["clusters"][1].keys()


@pytest.mark.usefixtures("few")
def test_cluster_is_at_the_mean(projected: Projected, tiles: Tiles):
    projected.organizations(*(organization(f"org-{n}", locations=located(0.0, 10.0 if n else 34.0)) for n in range(6)))
    counted(projected.database)

    (cluster,) = drawn(tiles, WORLD)["clusters"]

    mean = (5 * 10.0 + 34.0) / 6
    assert (cluster.x, cluster.y) == (int((mean + 180) / 360 * 4096), MIDDLE)


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize(
    "shown",
    [
        {},
        {"subject": "health"},
        {"subject": "schooling"},
        {"organization_type": "donor"},
        {"organization_type": "company"},
        {"international_cooperation": False},
        {"subject": "food", "organization_type": "community", "international_cooperation": True},
    ],
)
def test_every_zoom_shows_what_fits(projected: Projected, tiles: Tiles, shown: Json):
    there = list(crowd(60))
    projected.organizations(*there)
    counted(projected.database)

    for zoom in (0, 3, 6, 8, 10, 12, 14, 16):
        found = [drawn(tiles, tile, **shown) for tile in {tile_of(record, zoom) for record in there}]
        singly = sum(len(layers.get("organizations", ())) for layers in found)
        together = sum(one.properties["count"] for layers in found for one in layers.get("clusters", ()))
        assert singly + together == sum(fits(record, **shown) for record in there)


def fits(record: Json, *, subject: str = "", **exact: Any) -> bool:
    """Tell whether a filter lets an organization through."""
    subjects = {one["subject"] for one in record["capabilities"]}
    return (not subject or subject in subjects) and all(record[name] == value for name, value in exact.items())


def place(record: Json, zoom: int) -> tuple[float, float]:
    """Return column and row of an organization's tile, and how far it is into that, by the textbook."""
    longitude, latitude = (record["locations"][0][name] for name in ("longitude", "latitude"))
    row = (1 - asinh(tan(radians(latitude))) / pi) / 2
    return (longitude + 180) / 360 * 2**zoom, row * 2**zoom


def tile_of(record: Json, zoom: int) -> Tile:
    """Return the tile that an organization is in."""
    column, row = place(record, zoom)
    return Tile(zoom, int(column), int(row))


@pytest.mark.parametrize("zoom", range(17))
def test_place_is_right_at_every_zoom(projected: Projected, tiles: Tiles, zoom: int):
    record = organization("ehsan", locations=located(26.164, 32.727))
    projected.organizations(record)

    (only,) = drawn(tiles, tile_of(record, zoom))["organizations"]

    column, row = place(record, zoom)
    assert (only.x, only.y) == pytest.approx((column % 1 * 4096, row % 1 * 4096), abs=4)


def test_uncounted_crowd_is_shown_in_part(projected: Projected, tiles: Tiles, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("services.gateway.tiles.views.MOST", 10)
    projected.organizations(*crowd(30))

    assert len(drawn(tiles, WORLD)["organizations"]) == 10


@pytest.mark.parametrize("ranges", [1, 3, 200])
def test_points_are_found_by_cells(projected: Projected, ranges: int):
    wanted = {"$or": [{"cell": within((first, first + 64))} for first in range(0, ranges * 1_000, 1_000)]}

    plan = projected.database["directory_organizations"].find(wanted).explain()["queryPlanner"]["winningPlan"]

    assert "COLLSCAN" not in str(plan)
    assert "'indexName': 'cell'" in str(plan)


def test_empty_tile_is_of_no_bytes(tiles: Tiles):
    assert tiles.tile(Tile(5, 0, 0), Search()) == b""


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("tile", [WORLD, Tile(12, 2420, 1740)])
def test_the_maps_library_reads_the_same(projected: Projected, tiles: Tiles, tile: Tile):
    projected.organizations(
        *crowd(40), organization("latin", "Qena \"Donors\" & 'co' ✓", locations=located(26.15, 32.74))
    )
    counted(projected.database)
    body = tiles.tile(tile, Search())

    read_there = subprocess.run(
        ["node", "--input-type=module", "--eval", READ_BY_THE_MAPS_LIBRARY],
        input=body,
        cwd=WEB,
        capture_output=True,
        check=True,
    )

    found = {name: [vars(one) for one in points] for name, points in read(body).items()}
    assert json.loads(read_there.stdout) == found != {}
