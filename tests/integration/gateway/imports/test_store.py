"""Prove that imports are kept, claimed by one importer at a time, and counted once."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from chassis.clock import now
from chassis.errors import Conflict, Invalid, NotFound
from services.gateway.imports import store as stores
from services.gateway.imports.domain import Counts, Creator, Finding, Status, UnreadableFile
from services.gateway.imports.store import LeaseLost
from tests.integration.gateway.imports.conftest import CSV, OPERATOR

MESSAGE = {"ar": "س", "fa": "س", "en": "s"}
PROBLEM = {"field": "name", "code": "required", "message": MESSAGE, "column": "", "value": "", "severity": "error"}


def finding(row, *, rejected=True):
    return Finding(row, rejected, (PROBLEM,))


def test_created_import_is_received(imports, tmp_path):
    made = imports.add(dry_run=True, mapping={"fields": {"name": "الاسم", "x.y": {"$z": 1}}})

    assert imports.store.get(made.id) == made
    assert (made.status, made.size, made.mapping_given) == (Status.RECEIVED, len(CSV.encode()), True)
    imports.store.fetch(made.id, tmp_path / "file")
    assert (tmp_path / "file").read_text(encoding="utf-8") == CSV


def test_same_key_gives_the_same_import(imports):
    first, new = imports.store.create(io.BytesIO(b"a"), "a.csv", OPERATOR, language="ar", key="k")
    second, again = imports.store.create(io.BytesIO(b"a"), "a.csv", OPERATOR, language="ar", key="k")

    assert (first, new, again) == (second, True, False)
    assert imports.database["import_files.files"].count_documents({}) == 1


def test_same_key_of_another_creator_is_another_import(imports):
    one, _ = imports.store.create(io.BytesIO(b"a"), "a.csv", OPERATOR, language="ar", key="k")
    other, _ = imports.store.create(io.BytesIO(b"a"), "a.csv", Creator("o-2", "officer"), language="ar", key="k")

    assert one.id != other.id


@pytest.mark.parametrize(
    ("content", "options"), [(b"b", {}), (b"a", {"dry_run": True}), (b"a", {"mapping": {"fields": {}}})]
)
def test_same_key_for_something_else_is_refused(imports, content, options):
    imports.store.create(io.BytesIO(b"a"), "a.csv", OPERATOR, language="ar", key="k")

    with pytest.raises(Invalid) as refused:
        imports.store.create(io.BytesIO(content), "a.csv", OPERATOR, language="ar", key="k", **options)

    assert refused.value.problems[0]["code"] == "idempotency_key_reused"


def test_same_key_at_once_gives_one_import(imports):
    def create(_):
        return imports.store.create(io.BytesIO(b"a" * 300_000), "a.csv", OPERATOR, language="ar", key="k")

    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(create, range(8)))

    assert len({one.id for one, _ in made}) == 1
    assert [new for _, new in made].count(True) == 1
    assert imports.database["import_files.files"].count_documents({}) == 1


def test_pages_are_newest_first(imports):
    made = [imports.add().id for _ in range(5)]

    first, after = imports.store.page(3)
    second, end = imports.store.page(3, after)

    assert sorted(one.id for one in first + second) == sorted(made)
    assert [one.created_at for one in first + second] == sorted(
        (one.created_at for one in first + second), reverse=True
    )
    assert end == ""


def test_own_imports_only(imports):
    own = imports.add(creator=Creator("officer-1", "officer", area="EG29"))
    imports.add()

    assert [one.id for one in imports.store.page(10, created_by="officer-1")[0]] == [own.id]
    with pytest.raises(NotFound):
        imports.store.get(own.id, created_by="officer-2")


@pytest.mark.parametrize("cursor", ["nonsense", "0001-01-01T00:00:00+23:59|x", "9999-12-31T23:59:59-23:59|x"])
def test_wrong_cursor_is_refused(imports, cursor):
    with pytest.raises(Invalid):
        imports.store.page(3, cursor)


def test_one_importer_claims_an_import(imports):
    made = imports.add()

    with ThreadPoolExecutor(8) as threads:
        claimed = list(threads.map(lambda number: imports.store.claim(f"importer-{number}"), range(8)))

    assert [one.id for one in claimed if one] == [made.id]


def test_oldest_is_claimed_first(imports):
    first = imports.add()
    second = imports.add()

    assert [imports.store.claim("a").id, imports.store.claim("b").id] == [first.id, second.id]


def test_lease_that_ran_out_is_taken_over(imports, monkeypatch):
    monkeypatch.setattr(stores, "_LEASE", {"$subtract": ["$$NOW", 1]})
    made = imports.add()
    imports.store.claim("dead")

    assert imports.store.claim("living").id == made.id
    with pytest.raises(LeaseLost):
        imports.store.renew(made.id, "dead")


def test_released_import_is_free_at_once(imports):
    made = imports.add()
    imports.store.claim("a")

    imports.store.release(made.id, "a")

    assert imports.store.claim("b").id == made.id
    assert imports.store.tries(made.id) == 1


def test_batch_is_counted_once(imports):
    imports.add()
    stands = imports.store.claim("a")

    after = imports.store.acknowledge(stands, "a", [finding(3)], Counts(created=4, rejected=1))
    with pytest.raises(LeaseLost):
        imports.store.acknowledge(stands, "a", [finding(3)], Counts(created=4, rejected=1))

    assert (after.next_batch, after.counts.rows) == (1, 5)
    assert imports.store.get(stands.id) == after
    assert imports.database["import_findings"].count_documents({}) == 1


def test_findings_are_paged_by_row(imports):
    imports.add()
    stands = imports.store.claim("a")
    imports.store.acknowledge(stands, "a", [finding(9), finding(2), finding(5, rejected=False)], Counts())

    first, after = imports.store.rejections_page(stands.id, 2)
    second, end = imports.store.rejections_page(stands.id, 2, after)
    strict, _ = imports.store.rejections_page(stands.id, 9, warnings=False)

    assert [one.row for one in first + second] == [2, 5, 9]
    assert (first[0].problems, end) == ((PROBLEM,), 0)
    assert [one.row for one in strict] == [2, 9]


def test_ended_import_gives_its_file_up(imports, tmp_path):
    imports.add()
    stands = imports.store.claim("a")
    imports.store.keep_plan(stands.id, {"mapping": {}})

    imports.store.save(stands.move(Status.FAILED, now()), "a")

    assert imports.database["import_files.chunks"].count_documents({}) == 0
    assert imports.store.plan(stands.id) is None
    assert imports.store.claim("a") is None
    with pytest.raises(UnreadableFile):
        imports.store.fetch(stands.id, tmp_path / "file")


def test_cancelled_import_is_lost_to_its_importer(imports):
    imports.add()
    stands = imports.store.claim("a")

    cancelled = imports.store.cancel(stands.id, OPERATOR)

    assert cancelled.status is Status.CANCELLED
    with pytest.raises(LeaseLost):
        imports.store.acknowledge(stands, "a", [], Counts())
    with pytest.raises(Conflict):
        imports.store.cancel(stands.id, OPERATOR)


def test_files_without_an_import_are_erased(imports):
    kept = imports.add()
    imports.store._files.keep(io.BytesIO(b"lost"), "")

    assert imports.store.erase_orphans() == 0
    assert imports.store.erase_orphans(now() + timedelta(minutes=1)) == 1
    assert imports.store.get(kept.id)


def stages(plan):
    yield plan["stage"]
    for inner in [plan.get("inputStage"), *plan.get("inputStages", [])]:
        if inner:
            yield from stages(inner)


def test_every_query_uses_an_index(imports):
    made = imports.add(creator=Creator("officer-1", "officer"))
    imports.database.command("profile", 2)

    imports.store.claim("a")
    imports.store.renew(made.id, "a")
    imports.store.page(5)
    imports.store.page(5, imports.store.page(5)[1] or f"{now().isoformat()}|x", created_by="officer-1")
    imports.store.rejections_page(made.id, 5)
    imports.store.rejections_page(made.id, 5, warnings=False)
    imports.store.erase_orphans()
    imports.database.command("profile", 0)

    scans = [
        one["ns"]
        for one in imports.database["system.profile"].find({"ns": {"$regex": "import"}})
        if "COLLSCAN" in one.get("planSummary", "")
    ]
    assert scans == []
