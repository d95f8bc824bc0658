"""Prove that a file gives the same batches each time, none of them too large, and what is reported of them."""

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.problems import PROBLEMS
from services.gateway.imports import batches as cutting
from services.gateway.imports.batches import batches, outcome
from services.gateway.imports.domain import Counts
from services.gateway.imports.table import Row
from tests.unit.gateway.imports.builders import plan_of

PLAN = plan_of({"name": "الاسم", "phones": "الهاتف", "description": "وصف"})


def rows(count, **cells):
    return [Row(number, {"الاسم": f"جمعية {number}", **cells}) for number in range(2, count + 2)]


def test_batches_hold_so_many_rows():
    assert [len(batch.rows) for batch in batches(rows(1_201), PLAN)] == [500, 500, 201]


def test_batches_hold_so_many_bytes(monkeypatch):
    monkeypatch.setattr(cutting, "BATCH_BYTES", 10_000)

    cut = list(batches(rows(20, وصف="س" * 1_900), PLAN))

    assert [batch.number for batch in cut] == list(range(len(cut)))
    assert {len(batch.rows) for batch in cut} == {2}


@settings(max_examples=30)
@given(st.lists(st.text(max_size=5), max_size=60))
def test_every_row_is_in_one_batch(names):
    given_rows = [Row(number, {"الاسم": name}) for number, name in enumerate(names, start=2)]

    cut = list(batches(given_rows, PLAN))

    assert [row.row for batch in cut for row in batch.rows] == [row.number for row in given_rows]
    assert cut == list(batches(given_rows, PLAN))


def test_rejected_rows_are_not_sent():
    (batch,) = batches([Row(2, {"الاسم": "نور"}), Row(3, {})], PLAN)

    assert [row["row"] for row in batch.wire] == [2]


def test_outcome_joins_both_reports():
    (batch,) = batches([Row(2, {"الاسم": "نور"}), Row(3, {}), Row(4, {"الاسم": "أمل", "الهاتف": "0960000001"})], PLAN)
    told = {
        "field": "phones.0.number",
        "code": "not_a_phone",
        "message": PROBLEMS["not_a_phone"].message(),
        "value": "1",
    }
    results = [
        {"row": 2, "outcome": "created", "id": "a", "problems": []},
        {"row": 4, "outcome": "rejected", "id": "", "problems": [told]},
    ]

    findings, counts = outcome(batch, results, PLAN)

    assert counts == Counts(created=1, rejected=2)
    assert [(one.row, one.rejected, one.problems[0]["code"], one.problems[0]["column"]) for one in findings] == [
        (3, True, "required", "الاسم"),
        (4, True, "not_a_phone", "الهاتف"),
    ]


def test_warned_rows_are_counted_once():
    plan = plan_of({"name": "الاسم", "capabilities": "الخدمات"})
    (batch,) = batches([Row(2, {"الاسم": "نور", "الخدمات": "طيران، غوص"})], plan)

    findings, counts = outcome(batch, [{"row": 2, "outcome": "updated", "id": "a", "problems": []}], plan)

    assert counts == Counts(updated=1, warned=1)
    assert (findings[0].rejected, len(findings[0].problems)) == (False, 2)


def test_problem_of_a_row_that_went_in_is_a_warning():
    cut = next(batches(rows(1), PLAN))
    message = PROBLEMS["outside_its_area"].message()
    told = {"field": "locations.0.latitude", "code": "outside_its_area", "message": message, "value": "26.1, 32.0"}

    findings, counts = outcome(cut, [{"row": 2, "outcome": "created", "id": "1", "problems": [told]}], PLAN)

    assert (counts.created, counts.warned, counts.rejected) == (1, 1, 0)
    assert (findings[0].rejected, findings[0].problems[0]["severity"]) == (False, "warning")
