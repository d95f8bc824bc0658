"""Prove that a node keeps the tiles of its map as its directory is."""

from __future__ import annotations

import csv
import io
import secrets
import time
from functools import partial

import pytest

from services.gateway.directory.grid import tile_at
from services.gateway.tiles.domain import SINGLY, ZOOM_MOST
from tests.e2e.client import Json
from tests.e2e.world import COUNTY, PLACE, World, soon
from tests.integration.gateway.vector_tiles import read

WIDE = 5  # a zoom whose tile holds the whole governorate
WITHIN = 2.0  # seconds in which a write is to show
TRIES = 3  # writes: a machine that is short of breath may keep one waiting
TERM = "housing.roofs"
HEADER = ("اسم الجمعية", "المركز", "خط العرض", "خط الطول")
ASKED: tuple[Json, ...] = (
    {},
    {"subject": "housing"},
    {"area": COUNTY},
    {"subject": TERM},
    {"area": COUNTY, "subject": TERM},
    {"q": "مزدحمة"},
)


@pytest.fixture(scope="module")
def crowd(world: World) -> str:
    """Bring so many organizations into one county that a tile of it is clustered, and return the word they all bear."""
    word = f"مزدحمة{secrets.token_hex(3)}"
    out = io.StringIO()
    rows = (
        (f"جمعية {word} {one}", "دشنا", f"{26.1 + one % 25 / 1000}", f"{32.46 + one / 25_000}")
        for one in range(SINGLY + 5)
    )
    csv.writer(out).writerows([HEADER, *rows])
    assert world.bring_in("crowd.csv", out.getvalue().encode("utf-8-sig"))["counts"]["created"] == SINGLY + 5
    world.operator.post(f"/register/terms/{TERM}", {"names": {"ar": "أسقف", "fa": "سقف", "en": "Roofs"}})
    soon(lambda: "clusters" in read(tile(world, WIDE)), "a clustered tile")
    return word


def tile(world: World, zoom: int, **asked: str) -> bytes:
    """Return a tile of what is asked, around the place at which organizations are registered."""
    at = tile_at(PLACE["longitude"], PLACE["latitude"], zoom)
    return world.public.send("GET", f"/tiles/organizations/{at.z}/{at.x}/{at.y}.mvt", params=asked).content


def shown(world: World, zoom: int, **asked: str) -> int:
    """Return how many organizations a tile shows, alone and together."""
    layers = read(tile(world, zoom, **asked))
    together = sum(one.properties["count"] for one in layers.get("clusters", ()))
    return together + len(layers.get("organizations", ()))


def registered(world: World, word: str) -> None:
    """Register one more that is found by all that is asked."""
    bearing = [{"subject": "housing", "capacity": 50, "terms": [TERM]}]
    world.organization(name=f"جمعية {word} {secrets.token_hex(4)}", capabilities=bearing)


def until_shown(world: World, word: str, count: partial[int]) -> float:
    """Return how many seconds passed from a write's answer until the tile showed one more."""
    before = count()
    registered(world, word)
    began = time.monotonic()
    soon(lambda: count() > before, "what was written")
    return time.monotonic() - began


def test_new_organization_is_on_its_tile(world: World):
    made = world.organization()

    soon(lambda: made["id"].encode() in tile(world, ZOOM_MOST), "its tile")


@pytest.mark.parametrize("zoom", [WIDE, ZOOM_MOST])
@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: "&".join(asked) or "everything")
def test_write_shows_within_two_seconds(world: World, crowd: str, asked: Json, zoom: int):
    word = {"q": crowd} if "q" in asked else {}

    took = (until_shown(world, crowd, partial(shown, world, zoom, **asked | word)) for _ in range(TRIES))

    assert any(one < WITHIN for one in took)


def test_words_and_areas_of_a_crowd_are_clustered(world: World, crowd: str):
    registered(world, crowd)

    for asked in ({"q": crowd}, {"area": COUNTY}):
        assert set(read(tile(world, WIDE, **asked))) == {"clusters"}


def test_what_moved_is_counted(world: World):
    counting = world.database("gateway").directory_counting

    world.organization()

    soon(lambda: counting.find_one({"counted_to": None}) is not None, "the counts of tiles")
    soon(lambda: not world.database("gateway").directory_moves.count_documents({}), "what moved to be counted")
