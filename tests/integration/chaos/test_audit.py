"""Prove that the auditors of the chaos tests find what was lost, doubled or shown wrong, on a real database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from chassis.config import Config
from contracts.referrals import REFERRAL_CHANGED
from tests.chaos import audit_directory, audit_texts
from tests.chaos.audit import STEPS, Auditor
from tests.chaos.audit_texts import OF_A_JOB, Sent
from tests.chaos.workload import FAMILY_NAME, IMPORT_NAME, Ledger

FAMILY, REFERRAL, PHONE = "family-1", "referral-1", "201000000001"
NAME, IMPORTED = f"{FAMILY_NAME} 7 1", f"{IMPORT_NAME} 7 5 0"


@pytest.fixture
def auditor(config: Config) -> Iterator[Auditor]:
    """Give an auditor of one job, and one imported row, that went well."""
    ledger = Ledger(
        families={FAMILY: NAME}, referrals={REFERRAL: PHONE}, completed=[REFERRAL], imported=[IMPORTED], accepted=6
    )
    own = replace(config, database_prefix=f"{config.database_prefix}_audit")
    with closing(Auditor(own, ledger)) as auditor:
        of = auditor.databases
        for database in of.values():
            for name in database.list_collection_names():
                database[name].delete_many({})
        of["referrals"]["families"].insert_one({"_id": FAMILY, "version": 1, "members": [{"given_name": NAME}]})
        of["referrals"]["needs"].insert_one({"_id": "need-1", "version": 2, "family": FAMILY})
        of["referrals"]["referrals"].insert_one(
            {"_id": REFERRAL, "family": FAMILY, "version": 5, "history": [{"transition": step} for step in STEPS]}
        )
        of["referrals"]["outbox"].insert_one(
            {"_id": "event-1", "type": REFERRAL_CHANGED.type, "body": b'{"id":"event-1"}', "seal": ""}
        )
        for consumer in REFERRAL_CHANGED.consumers:
            of[consumer.service]["inbox"].insert_one({"_id": f"{consumer.queue}:event-1"})
        of["registry"]["organizations"].insert_one({"_id": "organization-1", "name": IMPORTED, "version": 1})
        for number, template in enumerate(OF_A_JOB):
            of["notifications"]["messages"].insert_one(a_message(number, template))
        yield auditor


def a_message(number: int, template: str, **changes: Any) -> dict[str, Any]:
    return {
        "_id": f"message-{number}",
        "referral": REFERRAL,
        "template": template,
        "audience": "family",
        "channel": "sms",
        "status": "delivered",
        "doubts": 0,
        "references": [str(number)],
        **changes,
    }


def texts(auditor: Auditor, folder: Path, *received: str) -> Sent:
    """Audit an SMSC that has received these texts for the job's phone."""
    written = [orjson.dumps({"destination": f"+{PHONE}", "text": text}) for text in received]
    (folder / "texts.jsonl").write_bytes(b"\n".join(written))
    ledger = Ledger(referrals={REFERRAL: PHONE}, completed=[REFERRAL])
    return audit_texts.audit(auditor.databases["notifications"], ledger, folder / "texts.jsonl", folder / "mails.jsonl")


def test_good_run_has_no_fault(auditor: Auditor):
    assert (auditor.lost(), auditor.doubled(), auditor.undelivered(), auditor.waiting()) == ([], [], [], 0)


@pytest.mark.parametrize(
    ("service", "collection", "lost"),
    [
        ("referrals", "families", f"family {FAMILY}"),
        ("referrals", "referrals", f"referral {REFERRAL}"),
        ("registry", "organizations", IMPORTED),
    ],
)
def test_missing_effect_is_lost(auditor: Auditor, service: str, collection: str, lost: str):
    auditor.databases[service][collection].delete_many({})

    assert lost in auditor.lost()


def test_missing_step_is_lost(auditor: Auditor):
    auditor.databases["referrals"]["referrals"].update_one({}, {"$pop": {"history": 1}})

    assert auditor.lost() == [f"completed of {REFERRAL}"]


@pytest.mark.parametrize(
    ("service", "collection", "document"),
    [
        ("referrals", "families", {"members": [{"given_name": NAME}]}),
        ("referrals", "needs", {"family": FAMILY}),
        ("referrals", "referrals", {"family": FAMILY}),
        ("registry", "organizations", {"name": IMPORTED}),
        ("registry", "organizations", {"name": f"{IMPORT_NAME} 7 5 9"}),
    ],
)
def test_effect_too_many_is_doubled(auditor: Auditor, service: str, collection: str, document: dict[str, Any]):
    auditor.databases[service][collection].insert_one({"_id": "another", **document})

    assert auditor.doubled() != []


def test_step_twice_is_doubled(auditor: Auditor):
    auditor.databases["referrals"]["referrals"].update_one({}, {"$push": {"history": {"transition": "accepted"}}})

    assert auditor.doubled() == [f"accepted of {REFERRAL}"]


def test_missing_inbox_entry_is_undelivered(auditor: Auditor):
    consumer = REFERRAL_CHANGED.consumers[0]
    auditor.databases[consumer.service]["inbox"].delete_many({"_id": f"{consumer.queue}:event-1"})

    assert auditor.undelivered() == [f"{consumer.queue}:event-1"]


def test_each_text_once_is_right(auditor: Auditor, tmp_path: Path):
    sent = texts(auditor, tmp_path, "one", "two", "three")

    assert (sent.texts, sent.doubled, sent.doubled_in_window, sent.missing, sent.failed) == (3, [], 0, [], [])


def test_doubled_text_is_found(auditor: Auditor, tmp_path: Path):
    sent = texts(auditor, tmp_path, "one", "two", "three", "two")

    assert (sent.doubled, sent.doubled_in_window) == ([REFERRAL], 0)


def test_doubt_allows_one_repeat(auditor: Auditor, tmp_path: Path):
    auditor.databases["notifications"]["messages"].update_one({"_id": "message-1"}, {"$set": {"doubts": 1}})

    once, twice = (texts(auditor, tmp_path, "one", "two", "three", *["two"] * repeats) for repeats in (1, 2))

    assert (once.doubled, once.doubled_in_window, twice.doubled) == ([], 1, [REFERRAL])


def test_missing_text_is_found(auditor: Auditor, tmp_path: Path):
    assert texts(auditor, tmp_path, "one", "three").missing == [REFERRAL]


def test_step_without_message_is_found(auditor: Auditor, tmp_path: Path):
    auditor.databases["notifications"]["messages"].delete_one({"_id": "message-1"})

    assert texts(auditor, tmp_path, "one", "three").missing == [f"0 times {OF_A_JOB[1]} of {REFERRAL}"]


def test_directory_behind_its_owner_is_found(auditor: Auditor):
    auditor.databases["gateway"]["directory_referrals"].insert_one({"_id": REFERRAL, "version": 4})
    auditor.databases["gateway"]["directory_needs"].insert_one({"_id": "need-1", "version": 1})

    differing = audit_directory.behind(auditor.databases)

    assert f"referrals {REFERRAL}: the owner has version 5, the directory 4" in differing
    assert "needs need-1: the owner has version 2, the directory 1" in differing
    assert f"families {FAMILY}: the owner has version 1, the directory None" in differing
