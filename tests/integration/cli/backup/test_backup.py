"""Prove that a backup is of one moment, and what a restored node sends again: every event, and no doubtful notice."""

from __future__ import annotations

import secrets
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import kombu
import pytest

from chassis import clock, wire
from chassis.amqp import Publisher
from chassis.config import Config
from chassis.database import transaction
from chassis.outbox import OutboxRelay
from cli import backup
from cli.held_back import hold_back
from cli.keys import create
from contracts.referrals import EVENTS
from services.notifications.messages.domain import Status
from services.registry.reviews.store import ReviewStore
from tests.integration.cli.backup.copies import (
    everything,
    expiring,
    happen_together,
    happens,
    note_and_seal,
    of,
    put_message,
    run,
)

pytestmark = pytest.mark.slow  # each test makes the databases of a node or two

HEARD_BY = "notifications.on_referral_changed"
HOUR = timedelta(hours=1)


def test_all_comes_back(lost: Config, empty: Config, tmp_path: Path):
    of(lost, "registry")["organizations"].insert_many([{"_id": str(n), "keys": [f"key:{n}"]} for n in range(1200)])
    of(lost, "registry")["audit"].insert_one({"_id": "a", "at": clock.now()})

    made = run(lost, tmp_path, "backup", str(tmp_path / "copy"))
    restored = run(empty, tmp_path, "restore", str(tmp_path / "copy"))

    assert (made.exit_code, restored.exit_code) == (0, 0), made.output + restored.output
    assert {name: kept for name, kept in everything(lost).items() if "leases" not in name} == everything(empty)


def test_sealed_trail_goes_on_after_restore(lost: Config, empty: Config, tmp_path: Path):
    note_and_seal(lost)
    noted = run(lost, tmp_path, "audit", "head", "registry").output.strip()
    backup.write(lost, tmp_path / "copy")
    backup.read(empty, tmp_path / "copy")

    note_and_seal(empty)

    verified = run(empty, tmp_path, "audit", "verify", "registry", "--head", noted)
    assert (verified.exit_code, "OK; 6 entries under 2 seals" in verified.output) == (0, True), verified.output


def test_backup_is_of_one_moment(lost: Config, tmp_path: Path):
    first, second = of(lost, "registry")["pairs"], of(lost, "referrals")["pairs"]
    first.database.create_collection("pairs")
    second.database.create_collection("pairs")
    stopped = threading.Event()

    def write_pairs() -> None:
        while not stopped.is_set():
            pair = {"_id": secrets.token_hex(8)}
            transaction(first.database, lambda session, pair=pair: _both(first, second, pair, session))

    writer = threading.Thread(target=write_pairs)
    writer.start()
    manifests = [backup.write(lost, tmp_path / f"copy-{number}") for number in range(3)]
    stopped.set()
    writer.join()

    counts = [
        [each["files"][f"{name}.pairs.bson.gz"]["count"] for name in ("registry", "referrals")] for each in manifests
    ]
    assert all(one == other for one, other in counts)
    assert counts[0] < counts[2]


def _both(first: Any, second: Any, pair: dict[str, Any], session: Any) -> None:
    first.insert_one(pair, session=session)
    first.database.client[second.database.name]["pairs"].insert_one(pair, session=session)


def test_every_event_is_published_again(lost: Config, empty: Config, tmp_path: Path):
    waiting, confirmed = happens(lost), happens(lost)
    gone = {"$unset": {"due": ""}, "$set": {"expires": clock.now() + HOUR}}
    of(lost, "referrals")["outbox"].update_one({"_id": confirmed}, gone)
    of(lost, "projector")["inbox"].insert_one({"_id": f"projector.on_directory_event:{confirmed}", "at": clock.now()})
    backup.write(lost, tmp_path / "copy")

    done = backup.read(empty, tmp_path / "copy")

    publisher = Publisher(empty.amqp_url)
    published = OutboxRelay(of(empty, "referrals"), publisher, EVENTS).pass_once()
    publisher.close()
    assert (done.events, published) == (2, 2)
    assert of(empty, "projector")["inbox"].count_documents({}) == 1  # by which the consumer knows the repeat
    assert waiting != confirmed


def test_nothing_of_an_old_backup_expires_meanwhile(
    lost: Config, empty: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    heard, long_ago = happens(lost), clock.now() - timedelta(days=60)
    confirmed = {"$unset": {"due": ""}, "$set": {"expires": long_ago}}
    of(lost, "referrals")["outbox"].update_one({"_id": heard}, confirmed)
    of(lost, "projector")["inbox"].insert_one({"_id": f"projector.on_directory_event:{heard}", "at": long_ago})
    backup.write(lost, tmp_path / "copy")
    while_it_is_written = []

    def held_back(config: Config) -> int:
        while_it_is_written.extend(expiring(config))
        return hold_back(config)

    monkeypatch.setattr(backup, "hold_back", held_back)
    began = clock.now()
    backup.read(empty, tmp_path / "copy")

    entry = of(empty, "referrals")["outbox"].find_one({"_id": heard}) or {}
    repeat = of(empty, "projector")["inbox"].find_one() or {}
    assert while_it_is_written == []
    assert {("outbox", "expiry"), ("inbox", "at")} <= set(expiring(empty))
    assert "due" in entry
    assert "expires" not in entry
    assert repeat["at"] >= began


def test_doubtful_notices_are_held_back(lost: Config, empty: Config, tmp_path: Path):
    put_message(lost, "due", Status.CREATED, -HOUR)
    put_message(lost, "under way", Status.SENDING, -HOUR)
    put_message(lost, "later", Status.CREATED, HOUR)
    put_message(lost, "done", Status.DELIVERED, -HOUR)
    backup.write(lost, tmp_path / "copy")

    done = backup.read(empty, tmp_path / "copy")

    messages = {each["_id"]: (each["status"], each["reason"]) for each in of(empty, "notifications")["messages"].find()}
    assert messages == {
        "due": ("technical-failure", "restored"),
        "under way": ("technical-failure", "restored"),
        "later": ("created", ""),
        "done": ("delivered", ""),
    }
    assert done.held == 2


@pytest.mark.parametrize("together", [False, True])
def test_unheard_event_tells_nobody(lost: Config, empty: Config, tmp_path: Path, together: bool):
    heard, unheard = happen_together(lost, "ref-1", "ref-2") if together else (happens(lost), happens(lost))
    of(lost, "notifications")["inbox"].insert_one({"_id": f"{HEARD_BY}:{heard}", "at": clock.now()})
    backup.write(lost, tmp_path / "copy")

    done = backup.read(empty, tmp_path / "copy")

    assert (done.events, of(empty, "referrals")["outbox"].count_documents({})) == (2, 1 if together else 2)
    (message,) = of(empty, "notifications")["messages"].find()
    assert (message["event"], message["status"], message["reason"]) == (unheard, "technical-failure", "restored")


@pytest.mark.parametrize("sent", [False, True], ids=["held back", "sent on demand"])
def test_event_of_held_back_notice_is_heard(lost: Config, empty: Config, tmp_path: Path, sent: bool):
    unheard = happens(lost)
    backup.write(lost, tmp_path / "copy")

    backup.read(empty, tmp_path / "copy", send_doubtful=sent)

    notifications = of(empty, "notifications")
    heard = notifications["inbox"].find_one({"_id": f"{HEARD_BY}:{unheard}"})  # whatever ways out there are by then
    noted = [(each["action"], each["why"]) for each in notifications["audit"].find()]
    assert (heard is None, noted) == (sent, [] if sent else [("message.created", unheard)])


def test_doubtful_notices_are_sent_on_demand(lost: Config, empty: Config, tmp_path: Path):
    put_message(lost, "due", Status.CREATED, -HOUR)
    backup.write(lost, tmp_path / "copy")

    assert run(empty, tmp_path, "restore", str(tmp_path / "copy"), "--send-doubtful").exit_code == 0

    assert of(empty, "notifications")["messages"].find_one({"_id": "due"})["status"] == "created"


@pytest.mark.parametrize("name", ["registry.audit.bson.gz", backup.MANIFEST])
def test_truncated_backup_changes_nothing(lost: Config, empty: Config, tmp_path: Path, name: str):
    of(lost, "registry")["audit"].insert_one({"_id": "a", "at": clock.now()})
    backup.write(lost, tmp_path / "copy")
    whole = (tmp_path / "copy" / name).read_bytes()
    (tmp_path / "copy" / name).write_bytes(whole[:-9])

    refused = run(empty, tmp_path, "restore", str(tmp_path / "copy"))

    assert (refused.exit_code, name in refused.output) == (1, True)
    assert everything(empty) == {}


def test_other_keys_are_refused(lost: Config, empty: Config, tmp_path: Path):
    backup.write(lost, tmp_path / "copy")
    create(tmp_path / "keys")

    refused = run(replace(empty, keys=tmp_path / "keys"), tmp_path, "restore", str(tmp_path / "copy"))

    assert "The backup needs the master key local:" in refused.output
    assert everything(empty) == {}


def test_node_with_records_is_left_alone(lost: Config, empty: Config, tmp_path: Path):
    backup.write(lost, tmp_path / "copy")
    of(empty, "registry")["organizations"].insert_one({"_id": "ours"})
    before = everything(empty)

    refused = run(empty, tmp_path, "restore", str(tmp_path / "copy"))

    assert "The node is not empty" in refused.output
    assert everything(empty) == before


def test_node_whose_services_ran_holds_nothing(lost: Config, empty: Config, tmp_path: Path):
    backup.write(lost, tmp_path / "copy")
    ReviewStore(of(empty, "registry")).due("a tree of areas", clock.now())

    restored = run(empty, tmp_path, "restore", str(tmp_path / "copy"))

    assert restored.exit_code == 0, restored.output


def test_running_service_is_named(lost: Config, empty: Config, tmp_path: Path):
    backup.write(lost, tmp_path / "copy")

    with kombu.Connection(empty.amqp_url) as connection:
        channel = connection.channel()
        wire.queue_of("registry")(channel).declare()
        channel.basic_consume("rpc-registry", callback=lambda message: None)
        refused = run(empty, tmp_path, "restore", str(tmp_path / "copy"))

    assert "Stop the services first: registry run." in refused.output
    assert everything(empty) == {}


def test_backup_overwrites_nothing(lost: Config, tmp_path: Path):
    (tmp_path / "copy").mkdir()

    assert "is there already" in run(lost, tmp_path, "backup", str(tmp_path / "copy")).output
