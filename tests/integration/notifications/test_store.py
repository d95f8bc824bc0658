"""Prove the stores on a real database: the contract, the race of two writers, encryption, indexes."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from chassis.crypto import FieldVault
from chassis.errors import NotFound
from chassis.mongo import connect, prepare
from services.notifications.messages.store import INDEXES, TRIED, ContentStore, MessageStore
from tests.unit.notifications.fakes import NOON, a_message
from tests.unit.notifications.store_contract import LEASE, StoreContract

PHONE, TEXT = "+201001234567", "السلام عليكم. أُحيل طلبكم"


@pytest.fixture
def database(config):
    """Give a fresh database with the service's indexes."""
    own = connect(config, f"messages{secrets.token_hex(3)}")
    prepare(own, INDEXES)
    yield own
    own.client.drop_database(own.name)
    own.client.close()


@pytest.fixture
def store(database):
    return MessageStore(database)


@pytest.fixture
def session(database):
    with database.client.start_session() as session:
        yield session


@pytest.fixture
def contents(database, keys):
    vault = FieldVault(database, keys)
    vault.prepare()
    return ContentStore(database, vault)


class TestMessageStore(StoreContract):
    """Hold the store on MongoDB to the contract."""


def test_claims_never_meet(store, session):
    for number in range(40):
        store.add(a_message(id=f"0199-{number:02}", event=f"0199-e{number}"), session)

    with ThreadPoolExecutor(8) as threads:
        claimed = list(threads.map(lambda _: store.claim(NOON, LEASE), range(60)))

    ids = [message.id for message in claimed if message]
    assert len(ids) == len(set(ids)) == 40


def test_contents_are_read_back(contents):
    contents.keep("0199-m", PHONE, TEXT, NOON)

    assert contents.read("0199-m") == (PHONE, TEXT)


def test_contents_are_encrypted(contents, database):
    contents.keep("0199-m", PHONE, TEXT, NOON)

    stored = repr(database["contents"].find_one({"_id": "0199-m"}))
    assert PHONE not in stored
    assert PHONE.encode() not in bytes(database["contents"].find_one({"_id": "0199-m"})["address"])
    assert TEXT not in stored


def test_contents_expire(contents, database):
    contents.keep("0199-m", PHONE, TEXT, NOON + timedelta(days=30))

    index = database["contents"].index_information()["erase_at"]
    assert index["expireAfterSeconds"] == 0
    assert database["contents"].find_one({"_id": "0199-m"})["erase_at"] == NOON + timedelta(days=30)


def test_erased_contents_are_gone(contents):
    with pytest.raises(NotFound):
        contents.read("0199-m")


def stages(plan):
    """Return every stage of a query plan."""
    inner = [plan["inputStage"]] if "inputStage" in plan else plan.get("inputStages", [])
    return {plan["stage"]}.union(*(stages(one) for one in inner))


QUERIES = {
    "claim": {"status": "created", "due": {"$lte": NOON}, "lease": {"$not": {"$gt": NOON, "$lte": NOON + LEASE}}},
    "hasten_postponed": {"status": "created", "due": {"$gt": NOON}},
    "hasten_under_way": {"status": "sending", "lease": {"$gt": NOON}},
    "tried_in_vain": TRIED,
    "once": {"event": "0199-e1", "audience": "family", "channel": "sms"},
    "in_doubt": {"status": "sending", "lease": {"$lte": NOON}, "again": {"$not": {"$gt": NOON}}},
    "without_receipt": {"status": "pending", "due": {"$lte": NOON}, "again": {"$not": {"$gt": NOON}}},
    "awaiting": {"unconfirmed": "A1", "status": "pending"},
    "follows_another": {"referral": "0199-r1", "audience": "family", "order": {"$lt": 2}},
    "by_referral": {"referral": "0199-r1", "_id": {"$lt": "0199-z"}},
    "by_status": {"status": "sent", "_id": {"$lt": "0199-z"}},
}


@pytest.mark.parametrize("name", QUERIES)
def test_query_uses_an_index(database, store, session, name):
    store.add(a_message(), session)

    plan = database["messages"].find(QUERIES[name]).explain()["queryPlanner"]["winningPlan"]

    assert "COLLSCAN" not in stages(plan)
