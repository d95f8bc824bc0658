"""Prove that an import is carried through: what goes in, what is reported, and how it ends."""

import json

import pytest
from openpyxl import Workbook

from chassis import trace
from cli.process import wait_until
from services.gateway.imports import store as stores
from services.gateway.imports.domain import Counts, Creator, Status
from services.gateway.imports.store import LeaseLost
from tests.integration.gateway.imports.runs import HEADER, finish, lines


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


def test_areas_are_fixed_when_the_import_begins(imports, registry, begin, monkeypatch):
    monkeypatch.setattr(stores, "_LEASE", {"$subtract": ["$$NOW", 1]})
    imports.add(HEADER + lines(600))
    begin("dead").step()

    registry.fails = 0
    monkeypatch.setattr("tests.integration.gateway.imports.registry.AREAS", [])

    assert finish(begin("living")).counts == Counts(created=600)


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
