"""Prove that tiles show what more is asked than they are counted by, at every zoom, and at what cost."""

from __future__ import annotations

from datetime import datetime
from random import Random
from typing import Any

import pytest

from chassis.bounded import LONGEST_MS, Bounded, TooLong
from services.gateway.directory.grid import Tile
from services.gateway.directory.search.query import Search
from services.gateway.tiles import domain, found_store, recount, views
from services.gateway.tiles.domain import CELLS
from services.gateway.tiles.found_store import asked, bearing, gathered
from services.gateway.tiles.store import Pyramid
from services.gateway.tiles.views import Tiles
from tests.integration.gateway.directories import QENA, QUS, Projected, capable, located, organization, service
from tests.integration.gateway.test_tiles import tile_of
from tests.integration.gateway.vector_tiles import read

Json = dict[str, Any]
WORLD = Tile(0, 0, 0)
FEW = 4
OPEN = {"freq": "WEEKLY", "byday": "MO", "opens_at": "09:00", "closes_at": "14:00"}
MONDAY = datetime.fromisoformat("2026-11-23T10:00:12+02:00")


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let few make a cluster."""
    for module in (domain, recount, views):
        monkeypatch.setattr(module, "SINGLY", FEW)


@pytest.fixture
def there(projected: Projected) -> list[Json]:
    """Give organizations around Qena and Qus, counted."""
    chance = Random(5)
    records = [_of(number, chance) for number in range(60)]
    projected.organizations(*records)
    projected.services(
        *(
            service(f"s-{number}", organization_id=f"org-{number}", schedules=[OPEN], status="active")
            for number in range(0, 60, 7)
        )
    )
    pyramid = Pyramid(projected.database)
    while projected.database["directory_moves"].find_one() or pyramid.turn("here"):
        projected.database["directory_counting"].update_one({}, {"$set": {"leased_until": None}})
        pyramid.turn("here")
    return records


def _of(number: int, chance: Random) -> Json:
    terms = ["health.dialysis"] if number % 3 == 0 else []
    bearing = [{**capable("health")[0], "terms": terms, "capacity": number}, *capable("food")]
    areas = QENA if number % 2 else QUS
    at = located(26.16 + chance.uniform(-0.3, 0.3), 32.72 + chance.uniform(-0.3, 0.3), areas[-1])
    return organization(
        f"org-{number}",
        f"جمعية {'الإحسان' if number % 5 == 0 else 'البر'} {number}",
        locations=at,
        area=areas[-1],
        areas=areas,
        international_cooperation=number % 4 == 0,
        capabilities=bearing,
        members_count=number,
        member_of=["org-0"] if number % 10 == 1 else [],
    )


@pytest.mark.parametrize(
    ("search", "fits"),
    [
        ({"subject": "health.dialysis"}, lambda number: number % 3 == 0),
        ({"area": "EG2905"}, lambda number: number % 2 == 0),
        ({"area": "EG29"}, lambda number: True),
        ({"area": "EG99"}, lambda number: False),
        ({"area": "EG2905", "subject": "health.dialysis"}, lambda number: number % 6 == 0),
        ({"area": "EG2905", "subject": "food", "international_cooperation": True}, lambda number: number % 4 == 0),
        ({"min_members": 30}, lambda number: number >= 30),
        ({"min_capacity": 50, "subject": "health"}, lambda number: number >= 50),
        ({"member_of": "org-0"}, lambda number: number % 10 == 1),
        ({"q": "احسان"}, lambda number: number % 5 == 0),
        ({"q": "جمعيه"}, lambda number: True),
        ({"q": "جمعيه احسان"}, lambda number: number % 5 == 0),
        ({"q": "احسان البر"}, lambda number: False),
        ({"q": "احسان جمعيه", "area": "EG2901"}, lambda number: number % 10 == 5),
        ({"open_at": MONDAY}, lambda number: number % 7 == 0),
    ],
)
def test_every_zoom_shows_what_is_found(projected: Projected, there: list[Json], search: Json, fits: Any):
    tiles = Tiles(projected.database)
    wanted = {f"org-{number}" for number in range(60) if fits(number)}

    for zoom in (0, 6, 9, 11, 14):
        drawn = [read(tiles.tile(tile, Search(**search))) for tile in {tile_of(one, zoom) for one in there}]
        singly = {one.properties["id"] for layers in drawn for one in layers.get("organizations", ())}
        together = sum(one.properties["count"] for layers in drawn for one in layers.get("clusters", ()))
        assert singly <= wanted
        assert len(singly) + together == len(wanted)


def test_clusters_tell_of_cooperation(projected: Projected, there: list[Json]):
    clusters = read(Tiles(projected.database).tile(WORLD, Search(area="EG2905")))["clusters"]

    assert sum(one.properties["count"] for one in clusters) == 30
    assert sum(one.properties["international_cooperation"] for one in clusters) == 15


def test_few_of_a_crowd_are_shown_singly(projected: Projected, there: list[Json]):
    drawn = read(Tiles(projected.database).tile(WORLD, Search(min_members=57)))

    assert {one.properties["id"] for one in drawn["organizations"]} == {"org-57", "org-58", "org-59"}


def test_spelling_and_seconds_are_held_as_one(projected: Projected, there: list[Json]):
    tiles = Tiles(projected.database)
    tiles.tile(WORLD, Search(q="الاحسان", open_at=MONDAY))

    tiles.tile(WORLD, Search(q=" الإحسان ", open_at=MONDAY.replace(second=40)))

    assert len(tiles._finding._held) == 1


def test_too_many_are_refused_where_they_are_counted(
    projected: Projected, there: list[Json], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(found_store, "MOST", 20)
    tiles = Tiles(projected.database)

    with pytest.raises(TooLong):
        tiles.tile(WORLD, Search(area="EG2905"))

    closest = [read(tiles.tile(tile, Search(area="EG2905"))) for tile in {tile_of(one, 14) for one in there}]
    assert sum(len(layers.get("organizations", ())) for layers in closest) == 30


@pytest.mark.parametrize("words", ["احسان جمعيه", "احسان جم", "جم احسان"])
def test_words_that_too_many_bear_are_looked_for_among_the_others(
    projected: Projected, there: list[Json], monkeypatch: pytest.MonkeyPatch, words: str
):
    monkeypatch.setattr(found_store, "MOST", 20)

    clusters = read(Tiles(projected.database).tile(WORLD, Search(q=words)))["clusters"]

    assert sum(one.properties["count"] for one in clusters) == 12
    assert sum(one.properties["international_cooperation"] for one in clusters) == 3


@pytest.mark.parametrize("words", ["جمعيه", "جمعيه جم"])
def test_too_many_of_some_words_are_refused(
    projected: Projected, there: list[Json], monkeypatch: pytest.MonkeyPatch, words: str
):
    monkeypatch.setattr(found_store, "MOST", 20)

    with pytest.raises(TooLong):
        Tiles(projected.database).tile(WORLD, Search(q=words))


@pytest.mark.parametrize(
    "search", [Search(area="EG2905"), Search(subject="health.dialysis", organization_type="donor")]
)
def test_areas_and_terms_are_read_by_keys_alone(projected: Projected, there: list[Json], search: Search):
    organizations = projected.database["directory_organizations"]
    conditions, index = asked(Bounded(organizations, LONGEST_MS), search)

    told = explained(organizations, gathered(conditions), index)

    assert told["totalDocsExamined"] == 0
    assert told["totalKeysExamined"] <= organizations.count_documents({"facets": search.facet}) + 1


def test_words_are_read_by_keys_alone(projected: Projected, there: list[Json]):
    told = explained(projected.database["directory_organizations"], bearing("احسان"), "words")

    assert (told["totalDocsExamined"], told["nReturned"]) == (0, 12)
    assert told["totalKeysExamined"] <= 13


def explained(organizations: Any, stages: list[Json], index: str | None) -> Json:
    """Return what the database says a pipeline cost."""
    asked = {"aggregate": organizations.name, "pipeline": stages, "cursor": {}, "hint": index}
    told = organizations.database.command("explain", asked, verbosity="executionStats")
    told = told["stages"][0]["$cursor"] if "stages" in told else told
    return told["executionStats"]


def test_a_cell_of_nowhere_is_on_no_tile(projected: Projected, there: list[Json]):
    projected.organizations(organization("nowhere", locations=[], areas=QUS))

    clusters = read(Tiles(projected.database).tile(WORLD, Search(area="EG2905")))["clusters"]

    assert sum(one.properties["count"] for one in clusters) == 30
    assert projected.database["directory_organizations"].count_documents({"cell": {"$gte": CELLS}}) == 1
