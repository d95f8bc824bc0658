"""Prove that what tiles are drawn from is what a plain count finds, whatever moved, and whoever died meanwhile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pymongo.database import Database

from chassis import clock
from contracts.registry import ORGANIZATION_TYPES
from contracts.subjects import SUBJECTS
from services.gateway.directory.store import Between
from services.gateway.tiles import domain, recount, store
from services.gateway.tiles.cells_store import CellStore
from services.gateway.tiles.domain import DEPTH, ZOOM_MOST, ancestor, number_of, point_of, tally, unpacked
from services.gateway.tiles.store import STATE, Pyramid
from tests.integration.gateway.directories import Projected, capable, located, organization
from tests.parts import emptied

Json = dict[str, Any]
Cell = tuple[int, int]
FEW = 4
PLACES = [(26.16, 32.72), (26.1601, 32.7201), (26.17, 32.9), (-33.9, 151.2), (0.0, 0.0), (89.9, 179.99)]


@pytest.fixture(autouse=True)
def _few_make_a_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (domain, recount):
        monkeypatch.setattr(module, "SINGLY", FEW)
    monkeypatch.setattr(store, "REST", 0)


@pytest.fixture
def pyramid(database: Database[Json]) -> Pyramid:
    """Give the pyramid of an empty directory."""
    counted = Pyramid(database)
    settle(counted)
    return counted


def settle(pyramid: Pyramid, holder: str = "here") -> None:
    """Have the pyramid count all that is due."""
    while pyramid.turn(holder):
        pass


def kept(database: Database[Json]) -> dict[Cell, domain.Tally]:
    """Return all tallies that are kept, by level and number."""
    found = {}
    for one in database["directory_cells"].find():
        counted = unpacked(one["of"])
        assert domain.size(counted) == one["size"]
        found[one["_id"] >> domain.LEVEL_SHIFT, number_of(one["_id"])] = counted
    return found


def plain(database: Database[Json]) -> dict[Cell, domain.Tally]:
    """Count each cell of each tile that has more than a few, by looking at everything."""
    points = [point for one in database["directory_organizations"].find() if (point := point_of(one))]
    found = {}
    for zoom in range(ZOOM_MOST + 1):
        level = zoom + DEPTH
        tiles = Counter(ancestor(point.cell, domain.BITS - zoom) for point in points)
        for number in {ancestor(point.cell, domain.BITS - level) for point in points}:
            if tiles[ancestor(number, DEPTH)] > FEW:
                there = (point for point in points if ancestor(point.cell, domain.BITS - level) == number)
                found[level, number] = tally(there)
    return found


def somewhere(id: str, chance: Random, version: int = 1) -> Json:  # noqa: A002 - the field's name
    """Return the record of an organization at one of a few places, or nowhere."""
    latitude, longitude = chance.choice(PLACES)
    near = located(latitude + chance.choice((0, 0.00001, 0.002)), longitude + chance.choice((0, 0.0005)))
    return organization(
        id,
        version=version,
        locations=near if chance.random() < 0.9 else [],
        status="active" if chance.random() < 0.9 else "inactive",
        organization_type=chance.choice(ORGANIZATION_TYPES[:3]),
        international_cooperation=chance.random() < 0.5,
        members_count=chance.choice((None, 0, 120)),
        capabilities=capable(*chance.sample(list(SUBJECTS)[:3], chance.randrange(3))),
    )


def crowd(chance: Random, size: int, version: int = 1) -> Iterator[Json]:
    """Yield organizations here and there."""
    return (somewhere(f"org-{number}", chance, version) for number in range(size))


class TestWhateverMoves:
    @settings(
        max_examples=12,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(st.lists(st.tuples(st.integers(0, 2**32), st.integers(1, 30), st.booleans()), min_size=1, max_size=5))
    def test_is_counted_as_it_is(self, database: Database[Json], steps: list[tuple[int, int, bool]]):
        emptied(database)
        projected, pyramid = Projected(database), Pyramid(database)
        for version, (seed, size, removed) in enumerate(steps, 1):
            gone = ({"id": f"org-{number}", "version": version, "removed": True} for number in range(size))
            projected.organizations(*(gone if removed else crowd(Random(seed), size, version)))
            settle(pyramid)

            assert kept(database) == plain(database)

    @pytest.mark.parametrize("piece", [FEW + 1, 20, 10_000])
    def test_is_counted_anew(self, projected: Projected, pyramid: Pyramid, monkeypatch: pytest.MonkeyPatch, piece: int):
        projected.organizations(*crowd(Random(3), 60))
        projected.database["directory_moves"].delete_many({})
        for module in (recount, store):
            monkeypatch.setattr(module, "PIECE", piece)
        monkeypatch.setattr(store, "TURN_SECONDS", 0)

        pyramid.count_anew()
        settle(pyramid)

        assert kept(projected.database) == plain(projected.database) != {}

    def test_counts_anew_where_there_is_too_much(
        self, projected: Projected, pyramid: Pyramid, monkeypatch: pytest.MonkeyPatch
    ):
        for module in (recount, store):
            monkeypatch.setattr(module, "PIECE", 10)

        projected.organizations(*crowd(Random(4), 60))
        settle(pyramid)

        assert kept(projected.database) == plain(projected.database) != {}

    def test_counts_anew_where_much_moved(
        self, projected: Projected, pyramid: Pyramid, monkeypatch: pytest.MonkeyPatch
    ):
        projected.organizations(*crowd(Random(4), 60))
        settle(pyramid)
        monkeypatch.setattr(store, "MOVES_AT_ONCE", 10)

        for version in (2, 3):
            projected.organizations(*crowd(Random(version), 40, version))
        settle(pyramid)

        assert kept(projected.database) == plain(projected.database) != {}

    def test_what_was_wrong_is_mended_anew(self, projected: Projected, pyramid: Pyramid):
        projected.organizations(*crowd(Random(5), 40))
        settle(pyramid)
        cells = projected.database["directory_cells"]
        cells.delete_many({"size": {"$lt": 9}})
        cells.insert_one({"_id": domain.key(12, 77), "size": 1, "of": {}})

        pyramid.count_anew()
        settle(pyramid)

        assert kept(projected.database) == plain(projected.database)

    def test_counts_of_another_version_are_made_anew(self, projected: Projected, pyramid: Pyramid):
        projected.organizations(*crowd(Random(6), 40))
        settle(pyramid)
        projected.database["directory_counting"].update_one(STATE, {"$set": {"layout": "an older one"}})
        projected.database["directory_cells"].update_many({}, {"$set": {"size": 7}})

        settle(pyramid)

        assert kept(projected.database) == plain(projected.database)

    def test_counts_of_nobody_are_made(self, projected: Projected):
        projected.organizations(*crowd(Random(6), 40))
        projected.database["directory_moves"].delete_many({})
        counters = [Pyramid(projected.database) for _ in range(4)]

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(settle, counters, ("one", "two", "three", "four")))
        settle(counters[0])

        assert kept(projected.database) == plain(projected.database) != {}

    def test_what_stays_is_not_noted(self, projected: Projected, pyramid: Pyramid):
        projected.organizations(organization("ehsan", locations=located(*PLACES[0])))
        settle(pyramid)

        projected.organizations(organization("ehsan", "اسم آخر", locations=located(*PLACES[0]), version=2))
        projected.accepted("ehsan", 5)

        assert not pyramid.turn("here")

    def test_unlisted_by_a_rebuild_is_noted(self, projected: Projected, pyramid: Pyramid):
        projected.organizations(*crowd(Random(7), 40))
        settle(pyramid)

        forget, all_of_them = projected.store.forget_between, Between("", "", [])
        with projected.database.client.start_session() as session:
            session.with_transaction(lambda one: forget(all_of_them, clock.now(), 30, one, clock.now()))
        settle(pyramid)

        assert kept(projected.database) == plain(projected.database)


class TestWhoeverCounts:
    def test_dies_without_effect(self, projected: Projected, pyramid: Pyramid, monkeypatch: pytest.MonkeyPatch):
        projected.organizations(*crowd(Random(8), 40))
        with monkeypatch.context() as broken:
            broken.setattr(CellStore, "write", lambda *_: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                pyramid.turn("one")

        settle(pyramid, "two")

        assert kept(projected.database) == plain(projected.database) != {}

    def test_killed_is_followed_by_another(self, projected: Projected, pyramid: Pyramid):
        projected.organizations(*crowd(Random(9), 40))
        state = projected.database["directory_counting"]
        state.update_one(STATE, {"$set": {"holder": "dead", "leased_until": clock.now() + store.LEASE}})
        waited = pyramid.turn("two")
        state.update_one(STATE, {"$set": {"leased_until": clock.now() - timedelta(seconds=1)}})

        settle(pyramid, "two")

        assert not waited
        assert kept(projected.database) == plain(projected.database) != {}

    def test_lease_of_a_clock_ahead_is_taken_over(self, projected: Projected, pyramid: Pyramid):
        projected.organizations(*crowd(Random(9), 40))
        held = {"holder": "dead", "leased_until": clock.now() + timedelta(hours=1)}
        projected.database["directory_counting"].update_one(STATE, {"$set": held})

        settle(pyramid, "two")

        assert kept(projected.database) == plain(projected.database) != {}

    def test_agrees_with_another(self, projected: Projected, pyramid: Pyramid, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(Pyramid, "_claim", claim_always)
        counters = [Pyramid(projected.database) for _ in range(3)]

        for version in range(1, 6):
            projected.organizations(*crowd(Random(version), 60, version))
            with ThreadPoolExecutor(3) as pool:
                list(pool.map(settle, counters, ("one", "two", "three")))

            assert kept(projected.database) == plain(projected.database)

    def test_projectors_do_not_meet_at_notes(self, projected: Projected, pyramid: Pyramid):
        batches = [[somewhere(f"{who}-{n}", Random(n)) for n in range(20)] for who in "abcd"]

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda records: projected.organizations(*records), batches))
        settle(pyramid)

        assert kept(projected.database) == plain(projected.database) != {}

    def test_rests_after_a_turn(self, projected: Projected, pyramid: Pyramid, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(store, "REST", 1_000_000)
        projected.organizations(*crowd(Random(2), 20))

        turns = [pyramid.turn("one"), (projected.organizations(*crowd(Random(3), 20, 2)), pyramid.turn("one"))[1]]

        assert turns == [True, False]


def claim_always(pyramid: Pyramid, holder: str) -> bool:
    """Claim as one whose lease ran out while it was frozen: beside another."""
    pyramid._counting.update_one(STATE, {"$set": {"holder": holder}})
    return True
