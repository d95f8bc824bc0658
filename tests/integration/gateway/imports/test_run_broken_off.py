"""Prove that an import is carried through once, whatever breaks off between its steps."""

import pytest
from pymongo.errors import AutoReconnect

from chassis.errors import Unavailable
from services.gateway.imports import batches as cutting
from services.gateway.imports import store as stores
from services.gateway.imports.domain import Counts, Status
from services.gateway.imports.store import LeaseLost
from tests.integration.gateway.imports.runs import HEADER, finish, lines


def test_registry_that_does_not_answer_is_asked_again(imports, registry, begin):
    imports.add(HEADER + lines(600))
    run = begin()
    registry.fails = 3

    for _ in range(3):
        with pytest.raises(Unavailable):
            run.step()

    assert finish(run).counts == Counts(created=600)


@pytest.fixture
def unanswered(imports, registry, begin):
    """Give an import of 1,200 rows whose second batch is put, and its answer lost."""
    imports.add(HEADER + lines(1_200))
    run = begin()
    run.step()
    registry.loses = 1
    with pytest.raises(Unavailable):
        run.step()
    return run


def test_lost_answer_has_its_effect_once(registry, unanswered):
    assert finish(unanswered).counts == Counts(created=1_200)
    assert [one["number"] for one in registry.requests] == [0, 1, 2]


@pytest.mark.parametrize("steps", range(8))
def test_another_goes_on_after_a_death(imports, registry, begin, monkeypatch, steps):
    monkeypatch.setattr(stores, "_LEASE", {"$subtract": ["$$NOW", 1]})
    imports.add(HEADER + lines(1_600) + "1601,,قنا,\n")
    dead = begin("dead")
    for _ in range(steps):
        if not dead.ended:
            dead.step()

    if not dead.ended:
        ended = finish(begin("living"))
        with pytest.raises(LeaseLost):
            dead.step()

        assert ended.counts == Counts(created=1_600, rejected=1)
    assert sorted(one["number"] for one in registry.requests) == [0, 1, 2, 3]
    assert imports.database["import_findings"].count_documents({}) == 1


@pytest.mark.parametrize("case", [(500, 1, 200), (500, 2, 200), (500, 4, 200), (200, 2, 500), (200, 4, 500)])
def test_version_of_other_batches_goes_on(imports, registry, begin, monkeypatch, case):
    rows, steps, later = case
    monkeypatch.setattr(cutting, "BATCH_ROWS", rows)
    monkeypatch.setattr(stores, "_LEASE", {"$subtract": ["$$NOW", 1]})
    imports.add(HEADER + lines(1_600) + "1601,,قنا,\n")
    before = begin("before")
    for _ in range(steps):
        before.step()
    before.close()

    monkeypatch.setattr(cutting, "BATCH_ROWS", later)
    ended = finish(begin("after"))

    assert (ended.status, ended.counts.rows, ended.counts.rejected) == (Status.COMPLETED, 1_601, 1)
    assert len(registry.names) == 1_600


def test_registry_of_other_defaults_goes_on(registry, unanswered):
    registry.defaults = {"unordered": False}
    ended = finish(unanswered)

    assert (ended.status, ended.counts) == (Status.COMPLETED, Counts(created=700, unchanged=500))
    assert len(registry.names) == 1_200


@pytest.mark.parametrize("moment", ["keep_plan", "acknowledge"])
def test_death_between_two_writes_is_mended(imports, registry, begin, monkeypatch, moment):
    monkeypatch.setattr(stores, "_LEASE", {"$subtract": ["$$NOW", 1]})
    imports.add(HEADER + lines(600))

    class Killed(BaseException):
        pass

    def die(*_, **__):
        raise Killed

    dead = begin("dead")
    with monkeypatch.context() as patched:  # the one way to die at a line of our own
        patched.setattr(stores.ImportStore, moment, die)
        with pytest.raises(Killed):
            finish(dead)

    ended = finish(begin("living"))

    assert ended.counts == Counts(created=600)
    assert [one["column"] for one in ended.columns] == ["م", "اسم الجمعية", "المركز", "الهاتف"]


@pytest.mark.parametrize("moment", [Status.READING, Status.RUNNING, Status.COMPLETED])
def test_database_away_at_a_move_loses_no_row(imports, registry, begin, monkeypatch, moment):
    made = imports.add(HEADER + lines(600))
    monkeypatch.setattr(imports.store, "save", away_once(imports.store.save, moment))
    run = begin()

    with pytest.raises(AutoReconnect):
        finish(run)
    finish(run)

    kept = imports.store.get(made.id)
    assert (kept.status, kept.counts) == (Status.COMPLETED, Counts(created=600))


def test_database_away_at_a_failure_is_told_again(imports, registry, begin, monkeypatch):
    made = imports.add(b"\x89PNG\0\0")
    monkeypatch.setattr(imports.store, "save", away_once(imports.store.save, Status.FAILED))
    run = begin()

    with pytest.raises(AutoReconnect):
        finish(run)
    finish(run)

    assert (imports.store.get(made.id).failure or {}).get("code") == "file_unknown"


def away_once(save, status):
    """Return what saves an import, but that the database is away when this status is saved first."""
    left = [AutoReconnect("no primary")]

    def saved(stands, holder):
        if stands.status is status and left:
            raise left.pop()
        save(stands, holder)

    return saved


def test_file_that_breaks_its_importer_is_given_up(imports, begin, monkeypatch):
    monkeypatch.setattr(stores, "_LEASE", {"$subtract": ["$$NOW", 1]})
    made = imports.add(HEADER + lines(1))
    for _ in range(stores.MOST_TRIES):
        imports.store.claim("dies")

    ended = finish(begin())

    assert (ended.id, ended.failure["code"]) == (made.id, "gave_up")
