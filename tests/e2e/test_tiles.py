"""Prove that a node keeps the tiles of its map as its directory is."""

from __future__ import annotations

from services.gateway.directory.grid import tile_at
from services.gateway.tiles.domain import ZOOM_MOST
from tests.e2e.world import PLACE, World, soon


def test_new_organization_is_on_its_tile(world: World):
    tile = tile_at(PLACE["longitude"], PLACE["latitude"], ZOOM_MOST)
    path = f"/tiles/organizations/{tile.z}/{tile.x}/{tile.y}.mvt"

    made = world.organization()

    soon(lambda: made["id"].encode() in world.public.send("GET", path).content, "its tile")


def test_what_moved_is_counted(world: World):
    counting = world.database("gateway").directory_counting

    world.organization()

    soon(lambda: counting.find_one({"counted_to": None}) is not None, "the counts of tiles")
    soon(lambda: not world.database("gateway").directory_moves.count_documents({}), "what moved to be counted")
