"""Prove that a unit of work is whole, and done once for a key."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import orjson
import pytest

from chassis import audit, clock
from chassis.errors import Conflict, Invalid
from chassis.inbox import find_consumed, mark_consumed
from chassis.work import ContractBroken, Result, Unit, Units
from tests.integration.chassis.conftest import OPERATOR, call_of
from tests.integration.chassis.things import THING


def make_thing(database, number=7, status=201):
    """Return an effect that stores a thing, emits, audits and keeps it."""

    def effect(unit: Unit) -> Result:
        database["things"].insert_one({"number": number}, session=unit.session)
        unit.emit(THING, subject="thing-1", version=1, payload={"number": number})
        unit.audit("thing.made", "thing-1", "asked_for")
        unit.keep("thing", "thing-1", 1, {"number": number})
        return Result("thing-1", 1, status)

    return effect


def count(database) -> dict[str, int]:
    """Return how much stands in each collection."""
    return {name: database[name].count_documents({}) for name in ("things", "outbox", "audit", "idempotency", "kept")}


def test_state_and_events_commit_together(database, units: Units):
    units.do(OPERATOR, make_thing(database))

    assert count(database) == {"things": 1, "outbox": 1, "audit": 1, "idempotency": 0, "kept": 1}


def test_what_is_done_alike_is_one_entry(database, units: Units):
    def effect(unit: Unit) -> None:
        for record in ("thing-1", "thing-2", "thing-1"):
            unit.audit("thing.made", record, "import:7")
        unit.audit("thing.made", "thing-3", "import:8")
        unit.audit("thing.read", "thing-1")

    units.do(OPERATOR, effect)

    found = database["audit"].find().sort([("action", 1), ("why", 1)])
    assert [(one["action"], one["record"], one["why"]) for one in found] == [
        ("thing.made", ["thing-1", "thing-2"], "import:7"),
        ("thing.made", "thing-3", "import:8"),
        ("thing.read", "thing-1", ""),
    ]
    assert database["audit"].count_documents({"record": "thing-1"}, hint="record") == 2


def test_entry_names_so_many_records_at_most(database, units: Units):
    def effect(unit: Unit) -> None:
        for number in range(audit.RECORDS_MOST + 1):
            unit.audit("thing.made", f"thing-{number}")

    units.do(OPERATOR, effect)

    many, last = database["audit"].find().sort("record", -1)
    assert (len(many["record"]), last["record"]) == (audit.RECORDS_MOST, f"thing-{audit.RECORDS_MOST}")


@pytest.mark.parametrize("wrong", [timedelta(days=-60), timedelta(days=60)], ids=["behind", "ahead"])
def test_database_counts_until_notes_expire(
    database, units: Units, monkeypatch: pytest.MonkeyPatch, wrong: timedelta
) -> None:
    right = clock.now()
    monkeypatch.setattr(clock, "now", lambda: right + wrong)
    call = call_of({"number": 7})

    units.once(call, make_thing(database))
    units.do(OPERATOR, lambda unit: consume(database, unit))

    for name in ("idempotency", "kept", "inbox"):
        noted = database[name].find_one()["at"]
        assert abs(noted - right) < timedelta(minutes=1), name


def consume(database, unit: Unit) -> None:
    """Do as a consumer of an event does."""
    assert find_consumed(database, "things.on_thing", ["event-1"], unit.session) == set()
    mark_consumed(database, "things.on_thing", ["event-1"], unit)


def test_failed_effect_leaves_nothing(database, units: Units):
    def effect(unit: Unit) -> Result:
        make_thing(database)(unit)
        raise Conflict("no")

    with pytest.raises(Conflict):
        units.do(OPERATOR, effect)

    assert set(count(database).values()) == {0}


def test_broken_contract_leaves_nothing(database, units: Units):
    def effect(unit: Unit) -> None:
        database["things"].insert_one({}, session=unit.session)
        unit.emit(THING, subject="thing-1", version=1, payload={"number": "seven"})

    with pytest.raises(ContractBroken, match="number"):
        units.do(OPERATOR, effect)

    assert set(count(database).values()) == {0}


def test_envelope_is_a_cloudevent(database, units: Units):
    units.do(OPERATOR, make_thing(database), traceparent="00-" + "a" * 32 + "-" + "b" * 16 + "-01")

    envelope = orjson.loads(database["outbox"].find_one()["body"])
    assert {name: envelope[name] for name in ("specversion", "type", "source", "subject", "subjectversion")} == {
        "specversion": "1.0",
        "type": THING.type,
        "source": "/qena/things",
        "subject": "thing-1",
        "subjectversion": 1,
    }
    assert envelope["actor"] == "operator:client-1"
    assert envelope["traceparent"].startswith("00-aaaa")


def test_repeat_returns_first_result(database, units: Units):
    first = units.once(call_of({"number": 7}), make_thing(database))

    second = units.once(call_of({"number": 7}), make_thing(database))

    assert (first, count(database)["things"]) == (second, 1)


def test_key_with_other_payload_is_refused(database, units: Units):
    units.once(call_of({"number": 7}), make_thing(database))

    with pytest.raises(Invalid) as refused:
        units.once(call_of({"number": 8}), make_thing(database, number=8))

    assert refused.value.problems[0]["code"] == "idempotency_key_reused"


def test_key_counts_within_its_operation(database, units: Units):
    units.once(call_of({"number": 7}), make_thing(database))

    units.once(call_of({"number": 7}, operation="things.unmake"), make_thing(database))

    assert count(database)["things"] == 2


def test_failed_call_may_be_made_again(database, units: Units):
    def fails(unit: Unit) -> Result:
        raise Conflict("not yet")

    with pytest.raises(Conflict):
        units.once(call_of({"number": 7}), fails)

    assert units.once(call_of({"number": 7}), make_thing(database)).id == "thing-1"


def test_simultaneous_calls_have_one_effect(database, units: Units):
    start = threading.Barrier(8)

    def together(_: int) -> Result:
        start.wait()
        return units.once(call_of({"number": 7}), make_thing(database))

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(together, range(8)))

    assert len(set(map(str, results))) == 1
    assert count(database) == {"things": 1, "outbox": 1, "audit": 1, "idempotency": 1, "kept": 1}


def test_kept_version_outlives_change(database, units: Units):
    units.do(OPERATOR, make_thing(database))
    units.do(OPERATOR, lambda unit: unit.keep("thing", "thing-1", 2, {"number": 8}))

    assert units.kept("thing", "thing-1", 1) == {"number": 7}
    assert units.kept("thing", "thing-1", 3) is None


def test_idempotency_record_holds_no_payload(database, units: Units):
    units.once(call_of({"name": "فاطمة"}), make_thing(database))

    stored = database["idempotency"].find_one()
    assert "فاطمة" not in str(stored)
    assert len(stored["digest"]) == 64
