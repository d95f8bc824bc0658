"""Prove that an import is carried through once, whatever breaks off between its steps."""

import json

import pytest
from openpyxl import Workbook
from pymongo.errors import AutoReconnect

from chassis import trace
from chassis.errors import Unavailable
from cli.process import wait_until
from services.gateway.imports import batches as cutting
from services.gateway.imports import store as stores
from services.gateway.imports.domain import Counts, Creator, Status
from services.gateway.imports.store import LeaseLost

HEADER = "م,اسم الجمعية,المركز,الهاتف\n"


def lines(count, start=1):
    return "".join(f"{number},جمعية رقم {number},قنا,0960000001\n" for number in range(start, start + count))


def finish(run):
    while not run.ended:
        run.step()
    run.close()
    return run.stands


def test_good_rows_go_in_and_others_are_reported(imports, registry, begin):
    made = imports.add(
        HEADER + "1,جمعية النور,قنا,0960000001\n2,,قنا,\n\n4,جمعية الأمل,السراب,12\n5,جمعية الفجر,دشنا,\n"
    )

    ended = finish(begin())

    assert (ended.status, ended.counts, ended.total) == (Status.COMPLETED, Counts(created=2, rejected=2), 4)
    assert imports.store.get(made.id) == ended
    findings, _ = imports.store.rejections_page(made.id, 10)
    told = [(one.row, each["column"], each["code"], each["value"]) for one in findings for each in one.problems]
    assert told == [
        (3, "اسم الجمعية", "required", ""),
        (5, "الهاتف", "not_a_phone", "12"),
        (5, "المركز", "unknown_area", "السراب"),
    ]


def test_short_numbers_of_a_workbook_go_in(imports, registry, begin, tmp_path):
    book = Workbook()
    for row in (("اسم الجمعية", "الهاتف"), ("جمعية النور", 19828), ("جمعية الأمل", "١٦٥٢٨ / 096 0000001")):
        book.active.append(row)
    book.save(tmp_path / "hotlines.xlsx")
    imports.add((tmp_path / "hotlines.xlsx").read_bytes())

    ended = finish(begin())

    assert ended.counts == Counts(created=2)
    numbers = {name: [one["number"] for one in given["phones"]] for name, given in registry.names.items()}
    assert numbers == {"جمعية النور": ["19828"], "جمعية الأمل": ["16528", "+20960000001"]}


def test_terms_are_known_by_their_names(imports, registry, begin):
    names = {"ar": "غسيل كلوي", "fa": "دیالیز", "en": "Dialysis"}
    imports.database["directory_terms"].insert_one({"_id": "health.dialysis", "names": names, "retired": False})
    imports.add("name,Kinds of help\nجمعية النور,Dialysis\n")

    finish(begin())

    borne = [{"subject": "health", "capacity": None, "terms": ["health.dialysis"]}]
    assert registry.names["جمعية النور"]["capabilities"] == borne


def test_guessed_mapping_is_shown(imports, begin):
    imports.add(HEADER + lines(1))

    ended = finish(begin())

    assert [(one["column"], one["field"]) for one in ended.columns] == [
        ("م", ""), ("اسم الجمعية", "name"), ("المركز", "area"), ("الهاتف", "phones"),
    ]  # fmt: skip
    assert ended.mapping == {"fields": {"name": "اسم الجمعية", "area": "المركز", "phones": "الهاتف"}}


def test_given_mapping_is_heeded(imports, registry, begin):
    mapping = {"source": "moss", "fields": {"name": {"column": ["b", "a"]}, "external_id": "c"}}
    imports.add("report\na,b,c\nx,y,7\n", mapping=mapping)

    ended = finish(begin())

    assert registry.names == {"y x": {"name": "y x", "external_id": "7"}}
    assert [one["why"] for one in ended.columns] == ["given"] * 3


def test_same_file_again_changes_nothing(imports, registry, begin):
    for _ in range(2):
        imports.add(HEADER + lines(700))
        ended = finish(begin())

    assert ended.counts == Counts(unchanged=700)


def test_dry_run_is_passed_on(imports, registry, begin):
    imports.add(HEADER + lines(3), dry_run=True)

    assert finish(begin()).counts == Counts(created=3)
    assert registry.names == {}


def test_bound_of_the_creator_is_passed_on(imports, registry, begin):
    imports.add(HEADER + lines(3), creator=Creator("officer-1", "officer", area="EG2906"))

    finish(begin())

    assert registry.requests[0]["within"] == "EG2906"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"\x89PNG\0\0", "file_unknown"),
        (b"a,b\n1,2\n", "name_not_found"),
        (b"{}", "json_not_rows"),
    ],
)
def test_unreadable_file_fails_with_its_reason(imports, begin, content, code):
    imports.add(content)

    ended = finish(begin())

    assert (ended.status, ended.failure["code"]) == (Status.FAILED, code)
    assert set(ended.failure["message"]) == {"ar", "fa", "en"}


def test_file_that_breaks_off_keeps_what_went_in(imports, registry, begin):
    imports.add(HEADER + lines(1_000) + '9,"never closed' + "x" * 300_000)

    ended = finish(begin())

    assert (ended.status, ended.failure["code"]) == (Status.FAILED, "row_too_long")
    assert len(registry.names) == ended.counts.created > 0


def test_file_with_a_header_alone_completes(imports, begin):
    imports.add("اسم الجمعية,المركز\n")

    assert finish(begin()).counts == Counts()


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


def test_areas_are_fixed_when_the_import_begins(imports, registry, begin, monkeypatch):
    monkeypatch.setattr(stores, "_LEASE", {"$subtract": ["$$NOW", 1]})
    imports.add(HEADER + lines(600))
    begin("dead").step()

    registry.fails = 0
    monkeypatch.setattr("tests.integration.gateway.imports.registry.AREAS", [])

    assert finish(begin("living")).counts == Counts(created=600)


def test_file_that_breaks_its_importer_is_given_up(imports, begin, monkeypatch):
    monkeypatch.setattr(stores, "_LEASE", {"$subtract": ["$$NOW", 1]})
    made = imports.add(HEADER + lines(1))
    for _ in range(stores.MOST_TRIES):
        imports.store.claim("dies")

    ended = finish(begin())

    assert (ended.id, ended.failure["code"]) == (made.id, "gave_up")


def test_cancelled_import_stops(imports, registry, begin):
    made = imports.add(HEADER + lines(1_200))
    run = begin()
    run.step()
    run.step()

    imports.store.cancel(made.id, made.creator)

    for _ in range(2):
        with pytest.raises(LeaseLost):
            run.step()
    assert len(registry.names) == 1_000  # the batch that the registry was at goes in, and none after it


def test_next_batch_is_put_before_one_is_acknowledged(imports, registry, begin, monkeypatch):
    imports.add(HEADER + lines(1_200))
    acknowledge, due = imports.store.acknowledge, [2, 3, 3]

    def later(*given):
        put = due.pop(0)
        wait_until(lambda: len(registry.answers) == put, f"{put} batches", 10)
        return acknowledge(*given)

    monkeypatch.setattr(imports.store, "acknowledge", later)

    assert finish(begin()).counts == Counts(created=1_200)
    assert due == []


def test_calls_belong_to_the_trace_of_the_step(imports, registry, begin):
    imports.add(HEADER + lines(1_200))
    run = begin()

    with trace.bound("") as present:
        finish(run)

    assert registry.traces == {present}


def test_json_feed_goes_in(imports, registry, begin):
    feed = [{"name": "نور", "geo": {"coordinates": [32.7, 26.1]}}, {"name": "أمل"}]
    mapping = {"fields": {"name": "name", "latitude": "geo.coordinates.1", "longitude": "geo.coordinates.0"}}
    imports.add(json.dumps(feed), mapping=mapping)

    assert finish(begin()).counts == Counts(created=2)
    assert registry.names["نور"]["locations"][0]["latitude"] == 26.1
