"""Prove that a backup is of one moment, and what a restored node sends again: every event, and no doubtful notice."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import kombu
import pytest
from click.testing import CliRunner, Result
from pymongo.database import Database

from chassis import audit, clock, wire
from chassis.amqp import Publisher
from chassis.config import Config, ConfigError
from chassis.crypto import FieldVault
from chassis.database import connect, prepare, transaction
from chassis.identity import Actor
from chassis.lease import Lease
from chassis.outbox import OutboxRelay
from chassis.trail.sealer import Sealer
from chassis.trail.seals import SealingKey
from chassis.work import Units, event_seal
from cli import backup
from cli.context import Context
from cli.doctor import storage
from cli.held_back import hold_back
from cli.keys import create
from cli.main import main
from cli.roster import python_path
from contracts.referrals import EVENTS, REFERRAL_CHANGED
from services.notifications.messages.domain import Message, Status
from services.notifications.messages.store import to_document
from services.registry.reviews.store import ReviewStore
from tests.integration.gateway.directories import referral
from tests.parts import Broker, environment_of, fresh_vhost

pytestmark = pytest.mark.slow  # each test makes the databases of a node or two

HEARD_BY = "notifications.on_referral_changed"
HOUR = timedelta(hours=1)
BREAKS_OFF = """
import os, signal
from cli import backup
from cli.main import run
backup.hold_back = lambda config: os.kill(os.getpid(), signal.{signal})
run()
"""
OPENED: dict[str, Database[dict[str, Any]]] = {}


@pytest.fixture
def lost(config: Config) -> Iterator[Config]:
    """Give the node that is backed up: its databases stand as services make them."""
    node = replace(config, database_prefix=f"{config.database_prefix}_{secrets.token_hex(3)}")
    for service, indexes in storage.declared().items():
        if service in {"projector", "importer"}:
            continue  # they hold inboxes only
        with (database := connect(node, service)).client:
            prepare(database, indexes)
    with (referrals := connect(node, "referrals")).client:
        FieldVault(referrals, node.keys).prepare()
        yield node


@pytest.fixture
def empty(config: Config, broker: Broker) -> Iterator[Config]:
    """Give an empty node with a broker of its own and the same keys."""
    with fresh_vhost(broker) as own:
        prefix = f"{config.database_prefix}_{secrets.token_hex(3)}"
        yield replace(config, amqp_url=own.amqp_url, database_prefix=prefix)


@pytest.fixture(scope="module", autouse=True)
def closed() -> Iterator[None]:
    """Close the tests' clients of databases when the last test is over."""
    yield
    for database in OPENED.values():
        database.client.close()


def of(config: Config, service: str) -> Database[dict[str, Any]]:
    """Return a database of a node."""
    name = config.database(service)
    if name not in OPENED:
        OPENED[name] = connect(config, service)
    return OPENED[name]


def happens(config: Config, id_: str = "ref-1") -> str:
    """Leave an event of a referral in the outbox and return its id."""
    return happen_together(config, id_)[0]


def happen_together(config: Config, *ids: str) -> list[str]:
    """Leave an event of each of these referrals in the outbox, as one entry, and return their ids."""
    units = Units(of(config, "referrals"), node="qena", service="referrals", seal=event_seal(config))
    return units.do(
        Actor("test", "service"),
        lambda unit: [
            unit.emit(REFERRAL_CHANGED, subject=id_, version=1, payload=referral(id_, "org-1")) for id_ in ids
        ],
    )


def expiring(config: Config) -> list[tuple[str, str]]:
    """Return by which indexes documents of the referrals' database and the gateway's expire."""
    return [
        (name, index["name"])
        for database in (of(config, "referrals"), of(config, "gateway"))
        for name in database.list_collection_names()
        for index in database[name].list_indexes()
        if "expireAfterSeconds" in index
    ]


def put_message(config: Config, id_: str, status: Status, due: timedelta) -> None:
    """Put a message into a node."""
    now = clock.now()
    message = Message(
        **{"id": id_, "version": 3, "event": id_, "referral": "ref-1", "order": 1, "template": "family_accepted"},
        **{"audience": "family", "channel": "sms", "repeats": True, "created_at": now, "due": now + due},
        status=status,
    )
    of(config, "notifications")["messages"].insert_one(to_document(message))


def everything(config: Config) -> dict[str, list[Any]]:
    """Return all records and the names of all indexes of a node's databases."""
    found = {}
    for service in (*storage.declared(), "gateway"):
        database = of(config, service)
        for name in database.list_collection_names():
            found[f"{service}.{name}"] = list(database[name].find().sort("_id", 1))
            found[f"{service}.{name} indexes"] = sorted(database[name].index_information())
    return found


def note_and_seal(config: Config) -> None:
    """Write three entries into the registry's audit trail, and seal them."""
    trail = of(config, "registry")
    trail["audit"].insert_many([audit.entry("operator:cli", "a.b", "c", at=clock.now()) for _ in range(3)])
    lease = Lease(trail, "audit seals")
    lease.prepare()
    Sealer(trail, "registry", SealingKey.read(config.keys), lease).turn()


def run(config: Config, home: Path, *arguments: str) -> Result:
    """Run ``tashbik`` on a node that is configured by its environment."""
    return CliRunner().invoke(main, arguments, obj=Context(home / "run"), env=environment_of(config))


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


def break_off(config: Config, home: Path, copy: Path, by: signal.Signals) -> subprocess.CompletedProcess[str]:
    """Restore a backup in a process of its own, which gets a signal when nearly all is written."""
    command = [
        sys.executable,
        "-c",
        BREAKS_OFF.format(signal=by.name),
        "--run",
        str(home / "run"),
        "restore",
        str(copy),
    ]
    environment = {**os.environ, **environment_of(config), "PYTHONPATH": python_path()}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_killed_restore_is_told_and_begun_anew(lost: Config, empty: Config, tmp_path: Path):
    of(lost, "registry")["organizations"].insert_one({"_id": "ours"})
    backup.write(lost, tmp_path / "copy")
    killed = break_off(empty, tmp_path, tmp_path / "copy", signal.SIGKILL)

    refused = run(empty, tmp_path, "restore", str(tmp_path / "copy"))
    with pytest.raises(ConfigError, match="restored"):
        prepare(of(empty, "registry"), {})
    of_half = run(empty, tmp_path, "backup", str(tmp_path / "half"))
    looked = run(empty, tmp_path, "doctor", "--management", "http://127.0.0.1:1")
    again = run(empty, tmp_path, "restore", "--again", str(tmp_path / "copy"))

    assert killed.returncode == -signal.SIGKILL
    assert f"A restore of {tmp_path / 'copy'} began at " in refused.output
    assert "`tashbik restore --again" in refused.output
    assert "began at" in of_half.output
    assert f"a restore of {tmp_path / 'copy'} began at" in looked.output
    assert again.exit_code == 0, again.output
    assert {name: kept for name, kept in everything(lost).items() if "leases" not in name} == everything(empty)


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGHUP])
def test_restore_that_is_ended_leaves_nothing(lost: Config, empty: Config, tmp_path: Path, by: signal.Signals):
    of(lost, "registry")["organizations"].insert_one({"_id": "ours"})
    backup.write(lost, tmp_path / "copy")

    ended = break_off(empty, tmp_path, tmp_path / "copy", by)

    assert ended.returncode == 1, ended.stderr
    assert everything(empty) == {}


def test_again_spares_a_node_of_its_own(lost: Config, empty: Config, tmp_path: Path):
    backup.write(lost, tmp_path / "copy")
    of(empty, "registry")["organizations"].insert_one({"_id": "ours"})

    refused = run(empty, tmp_path, "restore", "--again", str(tmp_path / "copy"))

    assert "The node is not empty" in refused.output
    assert of(empty, "registry")["organizations"].count_documents({}) == 1


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
