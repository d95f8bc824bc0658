"""Prove that indexes are exchanged without anything that is lost, and what is said where they cannot be."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import structlog
from pymongo import GEOSPHERE, IndexModel
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError, OperationFailure

from chassis import indexes
from chassis.bounded import Bounded, Turns
from chassis.config import ConfigError
from chassis.database import connect, prepare
from chassis.indexes import exchange, make, shape

Json = dict[str, Any]
MANY = 20_000
AT = IndexModel([("at", 1), ("by", 1)], name="at")
CODES = IndexModel([("code", 1)], name="code", unique=True)
EXCHANGED = {
    "other keys": (IndexModel("at", name="at"), AT),
    "keys of another order": (IndexModel([("at", -1), ("by", 1)], name="at"), AT),
    "another part": (
        IndexModel("at", name="at"),
        IndexModel("at", name="at", partialFilterExpression={"at": {"$gte": 0}}),
    ),
    "sparse": (IndexModel("at", name="at"), IndexModel("at", name="at", sparse=True)),
    "another name": (IndexModel("at", name="other"), IndexModel("at", name="at", expireAfterSeconds=60)),
    "another age": (
        IndexModel("at", name="at", expireAfterSeconds=60),
        IndexModel("at", name="at", expireAfterSeconds=90),
    ),
    "places": (IndexModel([("places", 1)], name="at"), IndexModel([("places", GEOSPHERE)], name="at")),
    "unique now": (IndexModel("code", name="at"), IndexModel("code", name="at", unique=True)),
    "unique no more": (IndexModel("code", name="at", unique=True), IndexModel("code", name="at")),
    "another storage": (
        IndexModel("at", name="at"),
        IndexModel(
            "at",
            name="at",
            storageEngine={"wiredTiger": {"configString": "leaf_page_max=64KB,block_compressor=snappy"}},
        ),
    ),
}


@pytest.fixture
def things(database: Database[Json]) -> Collection[Json]:
    """Give a collection with some records."""
    database["things"].insert_many(
        [{"_id": number, "at": number % 9, "code": f"code-{number}"} for number in range(99)]
    )
    return database["things"]


@pytest.fixture
def settle(database: Database[Json]) -> Callable[..., list[str]]:
    """Give a function that exchanges indexes, and returns what it says."""

    def exchanged(*models: IndexModel, retired: tuple[str, ...] = ()) -> list[str]:
        said: list[str] = []
        exchange(database, {"things": models, "nowhere": models}, {"things": retired}, said.append)
        return said

    return exchanged


def standing(things: Collection[Json]) -> dict[str, Any]:
    """Return the shapes of indexes by their names."""
    return {one["name"]: shape(one) for one in things.list_indexes() if one["name"] != "_id_"}


@pytest.mark.parametrize(("before", "now"), EXCHANGED.values(), ids=EXCHANGED)
def test_index_is_exchanged_once(things: Collection[Json], settle, before: IndexModel, now: IndexModel):
    things.create_indexes([before])

    first, second = settle(now), settle(now)

    assert standing(things) == {"at": shape(now.document)}
    assert (len(first), second) == (2, [])
    assert first[0] == f"Exchanging index at of {things.full_name}, 99 records …"
    assert first[1].startswith(f"Exchanged index at of {things.full_name} in 0.")


def test_collection_that_is_missing_stays_so(database: Database[Json], settle):
    settle(AT)

    assert "nowhere" not in database.list_collection_names()


def test_readers_and_writers_miss_nothing_meanwhile(things: Collection[Json], settle):
    things.insert_many([{"at": number % 99, "by": number, "code": f"more-{number}"} for number in range(MANY)])
    things.create_indexes([IndexModel("at", name="at"), CODES])
    began, done = threading.Event(), threading.Event()

    def found(records: Bounded) -> int:
        return len(list(records.find({"at": 50}, hint="at")))

    def read() -> list[int]:
        turns, counts = Turns(), []
        while not done.is_set():
            counts.append(turns.ask(things, found))
            began.set()
        return counts

    def write() -> int:
        taken = 0
        while not done.is_set():
            with pytest.raises(DuplicateKeyError):
                things.insert_one({"code": "more-7"})
            taken += 1
        return taken

    wider = IndexModel([("code", 1)], name="code", unique=True, partialFilterExpression={"code": {"$exists": True}})
    with ThreadPoolExecutor(2) as pool:
        reading, writing = pool.submit(read), pool.submit(write)
        try:
            began.wait(10)
            said = settle(AT, wider)
        finally:
            done.set()
        counts, taken = reading.result(), writing.result()

    assert len(said) == 4
    assert (set(counts), taken > 1) == ({MANY // 99}, True)


def test_index_that_is_read_by_is_dropped_meanwhile(things: Collection[Json]):
    things.create_indexes([IndexModel("at", name="at")])
    asked: list[Any] = []

    def found(records: Bounded) -> int:
        cursor = records.find({"at": {"$gte": 0}}, hint="at", batch_size=5)
        asked.append(next(cursor))
        if len(asked) == 1:
            things.drop_index("at")
        return 1 + len(list(cursor))

    assert Turns().ask(things, found) == 99
    assert len(asked) == 2


@pytest.mark.parametrize("step", ["_create", "_drop"])
@pytest.mark.parametrize("calls", [1, 2, 3])
def test_exchange_that_died_is_gone_on_with(
    things: Collection[Json], settle, monkeypatch: pytest.MonkeyPatch, step: str, calls: int
):
    things.create_indexes([IndexModel("at", name="at")])
    whole, left = getattr(indexes, step), [calls]

    def dies(*arguments: Any) -> Any:
        left[0] -= 1
        if not left[0]:
            raise KeyboardInterrupt
        return whole(*arguments)

    monkeypatch.setattr(indexes, step, dies)
    if step == "_create" or calls < 3:
        with pytest.raises(KeyboardInterrupt):
            settle(AT)
    monkeypatch.setattr(indexes, step, whole)

    settle(AT)

    assert standing(things) == {"at": shape(AT.document)}


def test_unwanted_index_is_dropped(things: Collection[Json], settle):
    things.create_indexes([AT, IndexModel("due", name="due"), IndexModel("by", name="an operator's own")])

    said = settle(AT, retired=("due", "waiting"))

    assert said == [f"Dropped index due of {things.full_name}: nothing asks it any more."]
    assert set(standing(things)) == {"at", "an operator's own"}


@pytest.mark.parametrize("attempt", ["exchange", "make"])
def test_records_that_are_the_same_are_told(things: Collection[Json], settle, attempt: str):
    things.insert_many([{"code": "فاطمة", "by": 1}, {"code": "فاطمة", "by": 1}])
    unique = IndexModel([("code", 1), ("by", 1)], name="code", unique=True)
    if attempt == "exchange":
        things.create_indexes([IndexModel("code", name="code")])
    before = standing(things)

    with pytest.raises(ConfigError) as told:
        settle(unique) if attempt == "exchange" else make(things, [unique])

    message = str(told.value)
    assert message.startswith(f"Index code of {things.full_name} must be unique, and cannot be made: ")
    assert "the same in code and by" in message
    assert "فاطمة" not in message
    assert (told.value.__cause__, told.value.__suppress_context__) == (None, True)
    assert standing(things) == before


def test_remedy_finds_those_that_are_the_same(things: Collection[Json]):
    things.insert_many([{"_id": "one", "code": "same"}, {"_id": "two", "code": "same"}])
    with pytest.raises(ConfigError) as told:
        make(things, [CODES])

    command = str(told.value).splitlines()[-1]

    assert command.startswith("db.things.aggregate([{$group: ")
    group = {"$group": {"_id": {"code": "$code"}, "ids": {"$push": "$_id"}}}
    assert '{"code": "$code"}' in command
    assert [one["ids"] for one in things.aggregate([group, {"$match": {"ids.1": {"$exists": True}}}])] == [
        ["one", "two"]
    ]


def test_service_leaves_what_differs(things: Collection[Json]):
    things.create_indexes([IndexModel("at", name="at")])

    with structlog.testing.capture_logs() as lines:
        prepare(things.database, {"things": [AT, CODES]})

    (complaint,) = lines
    assert (complaint["event"], complaint["collection"], complaint["index"]) == ("index_differs", "things", "at")
    assert "[('at', 1)]" in complaint["stands"]
    assert "[('at', 1), ('by', 1)]" in complaint["wanted"]
    assert "tashbik up" in complaint["remedy"]
    assert set(standing(things)) == {"at", "code"}


@pytest.mark.parametrize(("before", "now"), [(IndexModel("code", name="code"), CODES)], ids=["not unique"])
def test_service_wants_its_guarantees(things: Collection[Json], before: IndexModel, now: IndexModel):
    things.create_indexes([before])

    with pytest.raises(ConfigError, match=r"index code of .*\.things stands otherwise"):
        prepare(things.database, {"things": [now]})


@pytest.mark.slow
def test_services_start_meanwhile(things: Collection[Json], config, settle):
    things.insert_many([{"at": number % 99, "by": number, "code": f"more-{number}"} for number in range(MANY)])
    things.create_indexes([IndexModel("at", name="at")])
    older, newer = {"things": [IndexModel("at", name="at")]}, {"things": [AT, CODES]}

    def start(wanted: indexes.Indexes) -> None:
        own = connect(config, things.database.name.removeprefix(f"{config.database_prefix}_"))
        with own.client:
            prepare(own, wanted)

    with ThreadPoolExecutor(9) as pool:
        starting = [pool.submit(start, wanted) for wanted in (older, newer) * 4]
        exchanging = pool.submit(settle, AT, CODES)
        for one in (*starting, exchanging):
            one.result()
    settle(AT, CODES)

    assert standing(things) == {"at": shape(AT.document), "code": shape(CODES.document)}


def test_other_faults_are_raised(things: Collection[Json]):
    with pytest.raises(OperationFailure):
        make(things, [IndexModel("at", name="at", expireAfterSeconds=-5)])
