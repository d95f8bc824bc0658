"""Prove that the nearest are found by the keys of cells as they are by measuring everything."""

from __future__ import annotations

from random import Random
from typing import Any

import orjson
import pytest

from services.gateway.directory.search import nearby, views
from services.gateway.directory.search.query import Near, Search, metres
from services.gateway.directory.views import Directory
from tests.integration.gateway.directories import Projected, located, organization

TOWN, VILLAGE, ISLAND = (26.164, 32.727), (26.45, 32.95), (-16.8, 180.0)
Point = tuple[float, float]


def places() -> dict[str, list[Point]]:
    """Return the places of organizations by id, latitude first: a town, a square in it, a village and an island."""
    chance = Random(7)

    def around(centre: Point, by: float) -> Point:
        longitude = centre[1] + chance.uniform(-by, by)
        return round(centre[0] + chance.uniform(-by, by), 6), round((longitude + 180) % 360 - 180, 6)

    town = {f"town-{number:03}": [around(TOWN, 0.02)] for number in range(90)}
    square = {f"square-{number:02}": [TOWN] for number in range(12)}
    village = {f"village-{number:02}": [around(VILLAGE, 0.002)] for number in range(20)}
    island = {f"island-{number:02}": [around(ISLAND, 0.01)] for number in range(20)}
    many = {f"many-{number:02}": [around(VILLAGE, 0.2), around(TOWN, 0.01), around(TOWN, 0.01)] for number in range(15)}
    return town | square | village | island | many


PLACES = places()


@pytest.fixture(autouse=True)
def _organizations(projected: Projected) -> None:
    projected.organizations(
        *(
            organization(id_, locations=[place for one in points for place in located(*one)])
            for id_, points in PLACES.items()
        )
    )


def expected(near: Near) -> list[tuple[str, int]]:
    """Return ids and metres of all that are within reach, by measuring each place."""
    measured = sorted((min(metres(near, place[1], place[0]) for place in one), id_) for id_, one in PLACES.items())
    return [(id_, round(away)) for away, id_ in measured if away <= near.within]


def found(shown: Directory, near: Near, limit: int) -> list[tuple[str, int]]:
    """Return ids and metres of the first two pages."""
    first = shown.page(Search(near=near, limit=limit))
    second = shown.page(Search(near=near, limit=limit, cursor=first.next)).items if first.next else []
    return [_told(orjson.loads(item)) for item in (*first.items, *second)]


def _told(record: dict[str, Any]) -> tuple[str, int]:
    return record["id"], record["distance_m"]


@pytest.mark.parametrize("most", [2_000, 60])
@pytest.mark.parametrize("within", [10, 3_000, 50_000])
@pytest.mark.parametrize(
    "place", [TOWN, (26.17, 32.71), VILLAGE, (26.3, 32.85), ISLAND, (-16.8, -179.99), (85.0, 20.0)]
)
def test_nearest_as_by_measuring(
    shown: Directory, monkeypatch: pytest.MonkeyPatch, place: Point, within: int, most: int
):
    monkeypatch.setattr(nearby, "KEYS_MOST", most)
    near = Near(*place, within)

    pages = {limit: found(shown, near, limit) for limit in (1, 20, 200)}

    assert pages == {limit: expected(near)[: 2 * limit] for limit in pages}


def test_crowd_at_one_place_is_measured(shown: Directory, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(nearby, "KEYS_MOST", 10)

    nearest = found(shown, Near(*TOWN, 1_000), 6)

    assert [id_ for id_, _ in nearest] == [f"square-{number:02}" for number in range(12)]


def test_keys_alone_find_the_nearest(shown: Directory, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delattr(views.Finder, "_around")

    nearest = found(shown, Near(*ISLAND, 50_000), 20)

    assert len(nearest) == 20


def test_further_places_elsewhere_are_not_read(shown: Directory, projected: Projected, monkeypatch: pytest.MonkeyPatch):
    spread = [(24.0, 30.0), (25.9, 32.0), (27.5, 30.5), (22.5, 35.5), (29.0, 33.5)]
    places = [place for point in spread for place in located(*point)]
    projected.organizations(*(organization(f"chain-{number:02}", locations=places) for number in range(60)))
    monkeypatch.setattr(nearby, "KEYS_MOST", 50)
    monkeypatch.delattr(views.Finder, "_around")

    nearest = found(shown, Near(*VILLAGE, 3_000), 200)

    assert nearest == expected(Near(*VILLAGE, 3_000))
