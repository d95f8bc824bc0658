"""Prove that keys can be exchanged while families are registered and looked up, and that a killed rotation goes on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from bson import encode
from pymongo.errors import OperationFailure

from chassis.errors import Conflict
from chassis.ids import new_id
from chassis.rotation import data, look_ups
from chassis.rotation.turn import Turn
from services.referrals.families.store import TOKENED, TOKENS
from services.referrals.views import EVERYWHERE
from tests.integration.referrals.rotations import (
    OPERATOR,
    STAGES,
    a_turn,
    advance,
    digests,
    everything,
    found,
    killed_everywhere,
    sealed,
    some_families,
    versions,
)
from tests.integration.referrals.test_indexes import winning
from tests.integration.referrals.world import FATMA, NATIONAL_ID, PHONE, World, a_family, at_once, code_of, codes
from tests.parts import emptied

OTHER_ID = "29203152701234"
MOVES = [("idle", "begun"), ("filled", "switched")]
"""What changes what writers write; the others are steps of the one who rotates."""


@pytest.fixture
def database(prepared) -> Any:
    """Give a database without any record or key, so that no test goes on with another's rotation."""
    for name in ("vault", "vault_look_ups", "vault_state"):
        prepared[name].delete_many({})
    return emptied(prepared)


@pytest.fixture
def other(database, make_desk) -> World:
    """Give a second replica."""
    return World(make_desk(database), database)


@pytest.fixture
def turn(database, config) -> Turn:
    """Give a rotation in small batches that waits for nobody."""
    return a_turn(database, config)


@pytest.mark.parametrize("stage", STAGES)
def test_one_of_two_writers_wins(world, other, turn, stage):
    some_families(world)
    advance(turn, stage)
    asked = a_family(members=[FATMA | {"national_id": OTHER_ID}])

    outcomes = at_once(*(lambda one=one: one.call("register_family", asked) for one in (world, other) * 2))

    assert codes(outcomes) == ["national_id_taken"] * 3 + ["ok"]


@pytest.mark.parametrize("stage", STAGES)
def test_family_from_before_is_known(world, other, turn, stage):
    before = some_families(world)

    advance(turn, stage)

    with pytest.raises(Conflict) as raised:
        other.family()
    assert code_of(raised) == "national_id_taken"
    assert found(other, national_id=NATIONAL_ID) == {before[0]["id"]}
    assert found(other, phone=PHONE) == {family["id"] for family in before}


@pytest.mark.parametrize("stage", STAGES)
def test_family_of_a_stage_is_found_later(world, turn, stage):
    some_families(world)
    advance(turn, stage)
    new = world.family(members=[FATMA | {"national_id": OTHER_ID}], phone="01112223334")

    look_ups.rotate(turn, (TOKENED,))

    assert found(world, national_id=OTHER_ID) == found(world, phone="01112223334") == {new["id"]}


@pytest.mark.parametrize(("before", "after"), MOVES)
def test_writer_of_stage_before_holds_its_place(world, other, turn, before, after):
    some_families(world)
    advance(turn, before)
    asked = a_family(members=[FATMA | {"national_id": OTHER_ID}])
    family = stored(other, asked)

    with world.database.client.start_session() as session, session.start_transaction(), ThreadPoolExecutor() as threads:
        world.desk.families.add(family, session)
        STAGES[after](turn)
        late = threads.submit(at_once, lambda: other.call("register_family", asked))
        session.commit_transaction()

    assert codes(late.result()) == ["national_id_taken"]


@pytest.mark.parametrize(("before", "after"), MOVES)
def test_writer_of_stage_before_may_come_late(world, other, turn, before, after):
    some_families(world)
    advance(turn, before)
    asked = a_family(members=[FATMA | {"national_id": OTHER_ID}])
    family = stored(other, asked)

    with (
        pytest.raises((Conflict, OperationFailure)),
        world.database.client.start_session() as session,
        session.start_transaction(),
    ):
        world.desk.families.tokens("phone", PHONE, session)  # from here on it sees the stage before
        STAGES[after](turn)
        other.call("register_family", asked)
        world.desk.families.add(family, session)


def stored(world: World, asked: dict[str, Any]) -> Any:
    """Return the family that a request makes, under an id of its own, with nothing of it left in the database."""
    made = world.call("register_family", asked)
    document = world.database["families"].find_one_and_delete({"_id": made["id"]})
    return world.desk.families.read(document | {"_id": new_id()})


@pytest.mark.parametrize(
    "rotate", [data.rotate, lambda turn: look_ups.rotate(turn, (TOKENED,))], ids=["data", "lookup"]
)
def test_change_under_way_is_awaited(world, database, config, rotate):
    family = some_families(world)[0]
    before = world.desk.families._vault.current(None)
    with world.database.client.start_session() as session:
        session.start_transaction()
        open_family = world.desk.families.get(family["id"], EVERYWHERE, session)
        world.desk.families.save(replace(open_family, version=open_family.version + 1), session)

        def pause(_seconds: float) -> None:
            if session.in_transaction:
                session.commit_transaction()

        rotate(a_turn(database, config, pause=pause))

    assert len(versions(world)) == 1
    assert world.desk.families._vault.current(None) != before
    assert world.call("get_family", {"id": family["id"]}) == family | {"version": 2}
    assert found(world, national_id=NATIONAL_ID) == {family["id"]}


def test_wait_outlasts_every_transaction(world, database, config):
    some_families(world)
    asked = {"getParameter": 1, "transactionLifetimeLimitSeconds": 1}
    limit = database.client.admin.command(asked)["transactionLifetimeLimitSeconds"]
    waited: list[float] = []

    a_turn(database, config, pause=waited.append).settle()

    assert sum(waited) > 1.5 * limit


def test_killed_rotation_of_look_up_keys_goes_on(world, database, config):
    before = some_families(world)
    old = versions(world)

    kills = killed_everywhere(lambda turn: look_ups.rotate(turn, (TOKENED,)), database, config)

    assert kills > 8
    assert len(versions(world)) == 1
    assert versions(world).isdisjoint(old)
    assert found(world, phone=PHONE) == {family["id"] for family in before}


def test_killed_rotation_of_data_key_goes_on(world, database, config):
    families = some_families(world)
    (old,) = (document["_id"] for document in database["vault"].find())

    kills = killed_everywhere(data.rotate, database, config)

    assert kills > 8
    assert old not in [document["_id"] for document in database["vault"].find()]
    assert not [one for document in everything(world) for one in sealed(document) if one[1:17] == bytes(old)]
    assert [world.call("get_family", {"id": family["id"]}) for family in families] == families


def test_families_change_while_data_key_rotates(world, other, database, config):
    families = some_families(world, 8)

    def change(replica: World, family: dict[str, Any]) -> Any:
        return replica.call("change_family", {"id": family["id"], "address": f"شارع {family['id']}"})

    with ThreadPoolExecutor(4) as threads:
        rotation = threads.submit(data.rotate, a_turn(database, config))
        changed = list(threads.map(change, [world, other] * 20, families * 5))
        rotation.result()

    assert len(changed) == 40
    for family in families:
        assert other.call("get_family", {"id": family["id"]})["address"] == f"شارع {family['id']}"
    assert len(list(database["vault"].find())) == 1


def test_repeated_call_is_answered_after_rotation(world, turn):
    first = world.call("register_family", a_family(), key="key-1")

    data.rotate(turn)
    look_ups.rotate(turn, (TOKENED,))

    assert world.call("register_family", a_family(), key="key-1") == first


@pytest.mark.parametrize("stage", STAGES)
def test_dump_tells_no_more_than_tokens(world, turn, stage):
    some_families(world)
    world.family(members=[FATMA | {"national_id": OTHER_ID}], phone="")
    if stage == "begun":
        data.begin(turn)
    advance(turn, stage)

    documents = everything(world)

    dump = b"".join(encode(document) for document in documents)
    holders: dict[bytes, set[str]] = {}
    for document in documents:
        for one in sealed(document):
            holders.setdefault(bytes(one), set()).add(str(document["_id"]).removeprefix("family:").partition(":")[0])
    phones, ids = digests(world, "phone_token"), digests(world, "national_ids")
    assert not [one for one in (NATIONAL_ID, OTHER_ID, PHONE, PHONE[1:]) if one.encode() in dump]
    assert len(holders) > 12
    assert all(len(records) == 1 for records in holders.values())
    assert phones.isdisjoint(ids)
    assert (len(phones), len(ids)) == ((2, 4) if stage in {"filled", "switched"} else (1, 2))
    assert not [document for document in world.database["kept"].find() if set(TOKENS) & set(document["document"])]


def test_rotation_is_audited(world, turn):
    some_families(world)

    data.rotate(turn)
    look_ups.rotate(turn, (TOKENED,))

    assert [action for actor, action in world.audit("keys") if actor == OPERATOR] == [
        "keys.data_key_begun",
        "keys.data_key_ended",
        "keys.look_up_keys_begun",
        "keys.look_up_keys_switched",
        "keys.look_up_keys_ended",
    ]


def test_rotation_uses_indexes(world, database):
    some_families(world)
    bearing = {"find": "families", "filter": look_ups._of_version("phone_token", 1)}
    lacking = {"find": "families", "filter": look_ups._lacking("national_ids", 1, 2)}

    plans = [winning(database, command) for command in (bearing, lacking)]

    assert all("IXSCAN" in plan and "COLLSCAN" not in plan for plan in plans)


def test_plan_changes_nothing(world, turn):
    some_families(world)
    before = everything(world)

    counted = data.plan(turn) | look_ups.plan(turn, (TOKENED,))

    assert (counted["families"], counted["families.phone_token"], counted["families.national_ids"]) == (5, 5, 1)
    assert everything(world) == before
