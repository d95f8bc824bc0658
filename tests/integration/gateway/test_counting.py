"""Prove when figures of areas and gaps are counted, and what is kept of them while several count, or one dies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest
from nameko.containers import ServiceContainer
from pymongo.database import Database

from chassis import clock
from chassis.config import Config
from services.gateway.directory.changes import of_page
from services.gateway.directory.coverage import store
from services.gateway.directory.coverage.counting import MANY_REST, REST
from services.gateway.directory.coverage.store import CoverageStore
from services.gateway.directory.views import LATEST, SELDOM, Directory
from services.gateway.service import Projector
from tests.integration.gateway.counted import UP, Count, Json, gaps, the_counting
from tests.integration.gateway.directories import Projected, area, family, need


class Dying(CoverageStore):
    """Die between showing a run and retiring the one before."""

    def _retire(self, *_of: Any) -> None:
        raise OSError


@pytest.fixture
def tick(config: Config, database: Database[Json]) -> Iterator[Callable[[], None]]:
    """Give what a projector's timer does: count in a worker that is made for that, with what its container holds."""
    container = ServiceContainer(Projector, {"TASHBIK": config})
    figures = next(one for one in container.dependencies if one.attr_name == "figures")
    figures.setup()

    def count() -> None:
        worker = Projector()
        worker.figures = figures.get_dependency(None)
        worker.count_figures()

    yield count
    figures.storage.stop()


def as_of(shown: Directory) -> str:
    """Return the moment that a caller is told."""
    return str(orjson.loads(b"".join(shown.coverage.figures()))["as_of"])


def counted_at(shown: Directory) -> datetime | None:
    """Return when figures were counted last."""
    return (shown.coverage.areas() or {}).get("counted_at")


def test_removals_leave_the_time_shown(projected: Projected, shown: Directory, counted: Count):
    counted()
    before = as_of(shown)

    projected.store.count_figures_anew()

    assert as_of(shown) == before


def test_removals_have_figures_counted(projected: Projected, shown: Directory, places: None):
    projected.age(hours=1)
    the_counting(projected, shown).turn(clock.now() - timedelta(minutes=5))
    now = clock.now()

    projected.store.count_figures_anew()

    the_counting(projected, shown).turn(now)
    assert counted_at(shown) == now


def test_counting_kept_after_removals_is_due(projected: Projected, shown: Directory, places: None):
    projected.age(hours=1)
    began, now = clock.now() - timedelta(minutes=5), clock.now()
    projected.store.count_figures_anew()
    the_counting(projected, shown).turn(began)

    the_counting(projected, shown).turn(now)

    assert counted_at(shown) == now


def test_removals_are_counted_once(projected: Projected, shown: Directory, places: None):
    projected.age(hours=1)
    projected.store.count_figures_anew()
    after = clock.now() + LATEST
    the_counting(projected, shown).turn(after)

    the_counting(projected, shown).turn(after + timedelta(minutes=1))

    assert counted_at(shown) == after


def test_older_figures_of_the_node_are_due(projected: Projected, shown: Directory, places: None):
    now = clock.now()
    the_counting(projected, shown).turn(now)
    projected.age(minutes=2)
    projected.store.keep_figures({"counted_at": now - timedelta(minutes=3)})

    the_counting(projected, shown).turn(now + timedelta(seconds=1))

    assert (shown.figures() or {})["counted_at"] == now + timedelta(seconds=1)


def test_figures_from_before_an_update_are_due(projected: Projected, shown: Directory, places: None):
    now = clock.now()
    the_counting(projected, shown).turn(now)
    projected.age(minutes=2)
    heads = projected.database["directory_figures"]
    heads.update_one({"_id": "areas"}, {"$unset": {"form": 1}})

    for later in (1, 2):
        the_counting(projected, shown).turn(now + timedelta(seconds=later))

    assert counted_at(shown) == now + timedelta(seconds=1)
    assert (shown.coverage.last_gaps() or {})["counted_at"] == now + timedelta(seconds=1)


def test_figures_are_of_areas_of_the_day(projected: Projected, shown: Directory, places: None):
    now = clock.now()
    today, tomorrow = (f"{now + timedelta(days=days):%F}" for days in (0, 1))
    ends, begins = {"path": ["EG", "EG29", "EG2810"]}, {"path": ["EG", "EG29", "EG2910"]}
    projected.areas(area("EG2810", valid_to=today, **ends), area("EG2910", valid_from=tomorrow, **begins))
    projected.families(*(family(f"f{number}", "EG2810") for number in range(5)))
    projected.age(hours=1)

    def figures_of(moment: datetime) -> dict[str, Json]:
        the_counting(projected, shown).turn(moment)
        items = orjson.loads(b"".join(shown.coverage.figures()))["items"]
        return {one["area"]: one for one in items}

    assert {"EG2810", "EG2910"} & figures_of(now).keys() == {"EG2810"}
    assert {"EG2810", "EG2910"} & figures_of(now + timedelta(days=1)).keys() == {"EG2910"}
    assert figures_of(now + timedelta(days=1))["EG29"]["families_in_care"] == 5


def test_figures_wait_for_their_rest(projected: Projected, shown: Directory, places: None):
    ticks = iter(float(number) for number in range(100))
    counting = the_counting(projected, shown, clock=lambda: next(ticks))
    first, soon, later = clock.now(), timedelta(seconds=REST - 1), timedelta(seconds=REST)

    def counted_in(moment: datetime) -> datetime | None:
        projected.apply(of_page("needs", [need("n")]))
        counting.turn(moment)
        return counted_at(shown)

    assert counted_in(first) == counted_in(first + soon)
    assert counted_in(first + later) == clock.truncate(first + later)


def test_figures_lie_in_parts(projected: Projected, shown: Directory, counted: Count, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(store, "PART_BYTES", 1)
    projected.needs(*(need(f"n{number}", "EG2905") for number in range(5)))

    found = counted()

    assert list(found) == sorted(UP)
    assert [(one["area"], one["subject"]) for one in gaps(shown)] == [("EG2905", "health")]
    assert projected.database["directory_area_figures"].count_documents({"expires_at": None}) == len(UP)


def test_reader_sees_one_counting(
    projected: Projected, shown: Directory, places: None, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(store, "PART_BYTES", 1)
    counting, before = the_counting(projected, shown), clock.now()
    counting.turn(before)
    reading = shown.coverage.figures()
    beginning = [next(reading), next(reading)]

    projected.families(*(family(f"f{number}") for number in range(5)))
    counting.turn(before + timedelta(minutes=1))

    whole = orjson.loads(b"".join([*beginning, *reading]))
    assert {one["families_in_care"] for one in whole["items"]} == {None}
    assert orjson.loads(b"".join(shown.coverage.figures()))["items"][0]["families_in_care"] == 5


def test_replaced_figures_go(projected: Projected, shown: Directory, counted: Count):
    counted()

    projected.families(*(family(f"f{number}") for number in range(5)))
    counted()

    assert projected.database["directory_area_figures"].count_documents({}) == 1


def test_figures_replaced_at_once_are_read_anew(shown: Directory, counted: Count, monkeypatch: pytest.MonkeyPatch):
    counted()
    heads = iter([{"run": "gone"}, shown.coverage.areas()])
    monkeypatch.setattr(shown.coverage, "areas", lambda: next(heads))

    assert len(orjson.loads(b"".join(shown.coverage.figures()))["items"]) == len(UP)


def test_figures_of_many_areas_rest(
    projected: Projected, shown: Directory, places: None, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(store, "PART_BYTES", 1)
    counting, first = the_counting(projected, shown), clock.now()
    counting.turn(first)
    projected.families(family("f"))

    counting.turn(first + timedelta(seconds=MANY_REST - 1))

    assert counted_at(shown) == clock.truncate(first)


def test_failed_counting_rests_too(projected: Projected, shown: Directory, monkeypatch: pytest.MonkeyPatch):
    seconds = iter([0.0, 1.0, 4.0, 5.0, 4.0 + REST * 3])
    counting, tried = the_counting(projected, shown, clock=lambda: next(seconds)), []

    def fail() -> None:
        tried.append("once")
        raise OverflowError

    monkeypatch.setattr(shown, "count", fail)
    with pytest.raises(OverflowError):
        counting.turn(clock.now())
    counting.turn(clock.now())
    assert tried == ["once"]

    with pytest.raises(StopIteration):  # of our clock: it is begun again
        counting.turn(clock.now())


def test_projector_rests_from_failure(projected: Projected, places: None, tick: Callable[[], None]):
    projected.areas(*(area(f"EG29{number}") for number in range(10, 60)))  # of which each takes a while
    projected.database["directory_areas"].update_one({"_id": "EG"}, {"$set": {"body": b"{"}})
    with pytest.raises(orjson.JSONDecodeError):
        tick()

    tick()

    assert projected.database["directory_figures"].count_documents({}) == 0


@pytest.mark.parametrize("left", [0, 2], ids=["none is left", "some are left"])
def test_gaps_are_found_in_whole_figures(
    projected: Projected, shown: Directory, counted: Count, monkeypatch: pytest.MonkeyPatch, left: int
):
    monkeypatch.setattr(store, "PART_BYTES", 1)
    counted()
    projected.age(minutes=2)
    projected.database["directory_figures"].delete_one({"_id": "gaps"})
    projected.database["directory_area_figures"].delete_many({"number": {"$gt": left}})

    the_counting(projected, shown).turn(clock.now())

    assert shown.coverage.last_gaps() is None


def test_older_gaps_give_way(shown: Directory, database: Database[Json]):
    kept, now = CoverageStore(database), clock.now()
    earlier, later = now - timedelta(seconds=1), now + timedelta(seconds=1)

    for moment in (now, earlier, later, now):
        kept.keep_gaps({"counted_at": moment, "items": [], "took": 0.0}, now + LATEST)

    assert (shown.coverage.last_gaps() or {})["counted_at"] == later


def test_records_of_a_clock_ahead_are_counted_seldom(projected: Projected, shown: Directory, places: None):
    projected.age(hours=2)
    now = clock.now()
    projected.apply(of_page("needs", [need("n")]), now=now + timedelta(hours=1))

    def counted_in(moment: datetime) -> datetime | None:
        the_counting(projected, shown).turn(moment)
        return counted_at(shown)

    assert counted_in(now) == counted_in(now + timedelta(minutes=1)) == now
    assert counted_in(now + SELDOM) == now + SELDOM


def test_clock_set_back_has_figures_and_gaps_counted(projected: Projected, shown: Directory, places: None):
    projected.age(hours=2)
    now = clock.now()
    the_counting(projected, shown).turn(now + timedelta(minutes=5))

    the_counting(projected, shown).turn(now)

    assert counted_at(shown) == now
    assert (shown.figures() or {})["counted_at"] == now
    assert (shown.coverage.last_gaps() or {})["counted_at"] == now


def test_death_leaves_no_parts(projected: Projected, shown: Directory, counted: Count):
    counted()
    before, now = shown.coverage.areas() or {}, clock.now()

    with pytest.raises(OSError):
        Dying(projected.database).keep_areas([{"area": "EG"}], {"counted_at": now, "took": 0.0}, now)

    staying = projected.database["directory_area_figures"].distinct("run", {"expires_at": None})
    assert (shown.coverage.areas(), staying) == (before, [before["run"]])


def test_counting_uses_indexes(projected: Projected):
    database = projected.database

    for name, conditions, index in (
        ("directory_needs", {"open": True}, "open"),
        ("directory_families", {"in_care": True}, "in_care"),
        ("directory_referrals", {"at_work": True}, "at_work"),
    ):
        plan = database[name].find(conditions).explain()["queryPlanner"]["winningPlan"]
        assert plan["inputStage"]["indexName"] == index
