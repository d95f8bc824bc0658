"""Prove each check of the doctor by breaking what it looks at; a node that stands as declared is all well."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import kombu
import orjson
import pytest
from click.testing import CliRunner, Result
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from chassis import clock, topology, wire
from chassis.config import Config
from chassis.crypto import FieldVault
from chassis.database import connect, prepare
from cli.context import Context
from cli.doctor import broker as broker_checks
from cli.doctor import machine, storage, stuck
from cli.doctor.command import CHECKS, examine
from cli.doctor.patient import Level, Patient
from cli.keys import create
from cli.main import main
from contracts.catalogue import EVENTS
from tests.parts import Broker, environment_of, fresh_vhost

QUEUE = "projector.on_directory_event"
LONG_AGO = timedelta(hours=2)
OURS_ALONE = {"transactions", "slow log", "disk"}  # of whatever database and machine the tests were given


@pytest.fixture(scope="module")
def node_config(config: Config, broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Config]:
    """Give the configuration of a node that stands as its services declare it, and somebody consumes every queue."""
    keys = tmp_path_factory.mktemp("doctor-keys")
    create(keys)
    with fresh_vhost(broker) as own:
        prefix = f"{config.database_prefix}_doctor"
        stands = replace(config, amqp_url=own.amqp_url, database_prefix=prefix, keys=keys)
        prepare_databases(stands)
        with kombu.Connection(stands.amqp_url) as connection:
            declare(connection.channel(), stands)
        yield stands


@pytest.fixture(scope="module", autouse=True)
def listening(node_config: Config) -> Iterator[Any]:
    """Consume every queue of work, as services do, and give the channel."""
    with kombu.Connection(node_config.amqp_url) as connection:
        channel = connection.channel()
        consume(channel, QUEUE, "notifications.on_referral_changed")
        consume(channel, *map("rpc-{}".format, broker_checks.answering()))
        yield channel


@pytest.fixture
def patient(node_config: Config, broker: Broker) -> Iterator[Patient]:
    """Give that node to the doctor."""
    looked_at = Patient(node_config, management=broker.management_url)
    yield looked_at
    looked_at.close()


@pytest.fixture
def channel(node_config: Config) -> Iterator[Any]:
    """Give a channel to the node's broker; in the end all stands again."""
    with kombu.Connection(node_config.amqp_url) as connection:
        yield connection.channel()
        declare(connection.channel(), node_config)


def prepare_databases(config: Config) -> None:
    """Make collections, indexes and data keys, as services do at their start."""
    for service, indexes in storage.declared().items():
        database = connect(config, service)
        with database.client:
            prepare(database, indexes)
            if service in {"referrals", "notifications"}:
                FieldVault(database, config.keys).prepare()


def declare(channel: Any, config: Config) -> None:
    """Declare what services declare at their start."""
    topology.declare(channel, EVENTS, config.retry_delays)
    for service in broker_checks.answering():
        wire.queue_of(service)(channel).declare()


def consume(channel: Any, *queues: str) -> None:
    """Consume queues; each consumer has the name of its queue."""
    for queue in queues:
        channel.basic_consume(queue, consumer_tag=queue, callback=lambda message: None)


def levels(check: Callable[[Patient], Iterator[Any]], patient: Patient) -> list[Level]:
    """Return how bad each fault is that a check finds."""
    return [fault.level for fault in check(patient)]


def told(check: Callable[[Patient], Iterator[Any]], patient: Patient) -> str:
    """Return what a check finds, with what to do, in one text."""
    return "\n".join(f"{fault.found} → {fault.remedy}" for fault in check(patient))


def doctor(config: Config, home: Path, *arguments: str) -> Result:
    """Run ``tashbik doctor`` on a node that is configured by its environment."""
    return CliRunner().invoke(main, ("doctor", *arguments), obj=Context(home), env=environment_of(config))


def test_healthy_node_is_well(patient: Patient):
    found = examine(patient, {name: check for name, check in CHECKS.items() if name not in OURS_ALONE})

    assert [finding for finding in found if finding.level is not Level.OK] == []


def test_failing_check_hides_no_other(node_config: Config, tmp_path: Path):
    nobody = replace(node_config, amqp_url="amqp://guest:guest@127.0.0.1:1/")

    result = doctor(nobody, tmp_path, "--json", "--management", "http://127.0.0.1:1")

    found = {finding["check"]: finding["level"] for finding in orjson.loads(result.output)["findings"]}
    assert (found["broker"], found["queues"], found["indexes"]) == ("broken", "unknown", "ok")
    assert list(found) == list(CHECKS)
    assert result.exit_code == 2


def test_broken_node_ends_with_two(node_config: Config, channel: Any, broker: Broker, tmp_path: Path):
    channel.queue_delete(topology.parked_name(QUEUE))

    result = doctor(node_config, tmp_path, "--management", broker.management_url)

    assert f"queue {QUEUE}.parked is missing" in result.output
    assert result.exit_code == 2


def test_missing_queue_is_named(patient: Patient, channel: Any):
    channel.queue_delete(topology.delay_name(QUEUE, 0.2))

    assert f"queue {QUEUE}.delay.0.2s is missing" in told(broker_checks.queues, patient)


def test_looking_makes_no_queue(patient: Patient, channel: Any, node_config: Config):
    channel.queue_delete(topology.delay_name(QUEUE, 0.2))

    twice = [levels(broker_checks.queues, patient) for _ in range(2)]

    assert twice == [[Level.BROKEN], [Level.BROKEN]]


def test_queue_with_other_arguments_is_named(patient: Patient, channel: Any):
    name = topology.delay_name(QUEUE, 0.2)
    channel.queue_delete(name)
    channel.queue_declare(name, durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"})

    found = told(broker_checks.queues, patient)
    channel.queue_delete(name)

    assert f"queue {name} stands otherwise than declared" in found


def test_missing_exchange_is_named(patient: Patient, channel: Any):
    channel.exchange_delete("registry.events")

    assert "exchange registry.events is missing" in told(broker_checks.exchanges, patient)


def test_missing_binding_is_named(patient: Patient, channel: Any):
    event = next(event for event in EVENTS if any(consumer.queue == QUEUE for consumer in event.consumers))
    channel.queue_unbind(QUEUE, event.exchange, event.type)

    assert f"{QUEUE} is not bound to {event.exchange} for {event.type}" in told(broker_checks.bindings, patient)


def test_queue_without_consumer_is_named(patient: Patient, listening: Any):
    listening.basic_cancel("rpc-registry")

    found = told(broker_checks.consumers, patient)
    consume(listening, "rpc-registry")

    assert "nobody consumes rpc-registry → registry does not run" in found


def test_missing_index_is_named(patient: Patient, node_config: Config):
    database = patient.database("referrals")
    database["referrals"].drop_index("one_open_a_need")

    found = told(storage.indexes, patient)
    prepare_databases(node_config)

    assert f"index one_open_a_need of {database.name}.referrals is missing" in found
    assert levels(storage.indexes, patient) == []


def test_index_with_other_options_is_named(patient: Patient, node_config: Config):
    messages = patient.database("notifications")["messages"]
    messages.drop_index("once")
    messages.create_index([("event", 1), ("audience", 1), ("channel", 1)], name="once")

    found = told(storage.indexes, patient)
    messages.drop_index("once")
    prepare_databases(node_config)

    assert "index once of" in found
    assert "stands otherwise than declared" in found


def test_missing_collection_is_named(patient: Patient, node_config: Config):
    patient.database("registry")["inbox"].drop()

    found = told(storage.indexes, patient)
    prepare_databases(node_config)

    assert ".inbox is missing with its indexes" in found


def test_other_master_key_is_found(patient: Patient, tmp_path: Path):
    create(tmp_path / "other")
    patient.config = replace(patient.config, keys=tmp_path / "other")

    assert levels(storage.vaults, patient) == [Level.BROKEN, Level.BROKEN]


def test_key_open_to_others_is_named(patient: Patient):
    key = patient.config.keys / "event.key"
    key.chmod(0o644)

    found = told(machine.keys, patient)
    key.chmod(0o600)

    assert f"`chmod 600 {key}`" in found


def test_missing_key_is_named(patient: Patient, tmp_path: Path):
    keys = tmp_path / "keys"
    create(keys)
    (keys / "master.key").unlink()
    patient.config = replace(patient.config, keys=keys)

    assert "master.key cannot be read" in told(machine.keys, patient)


def test_foreign_public_key_is_named(patient: Patient, tmp_path: Path):
    keys = tmp_path / "keys"
    create(keys)
    (keys / "trusted" / "registry.pem").write_bytes((keys / "trusted" / "cli.pem").read_bytes())
    patient.config = replace(patient.config, keys=keys)

    assert "registry.pem is not the public half" in told(machine.keys, patient)


def test_skewed_clock_is_told(patient: Patient, monkeypatch: pytest.MonkeyPatch):
    ahead = clock.now() + timedelta(minutes=2)
    monkeypatch.setattr(machine.clock, "now", lambda: ahead)  # nobody may turn the clock of the machine

    assert levels(machine.database_clock, patient) == [Level.BROKEN]
    assert levels(machine.broker_clock, patient) == [Level.BROKEN]


def test_expiring_certificate_is_told(patient: Patient, tmp_path: Path):
    with tls_server(tmp_path, timedelta(days=3)) as port:
        patient.config = replace(patient.config, public_url=f"https://127.0.0.1:{port}")

        assert "expires in 2 days" in told(machine.certificates, patient)


def test_full_disk_is_told():
    assert [fault.level for fault in machine._room("the disk", 2 * machine.GIGABYTE)] == [Level.WARNING]
    assert [fault.level for fault in machine._room("the disk", 1_000)] == [Level.BROKEN]


@pytest.mark.parametrize(
    ("place", "record", "check", "said"),
    [
        ("registry.outbox", {"at": -LONG_AGO, "due": -LONG_AGO, "reason": "nacked"}, stuck.outboxes, "nacked"),
        ("referrals.referrals", {"need": "n", "due": -LONG_AGO}, stuck.referrals, "1 referrals are past their time"),
        ("gateway.imports", {"open": True, "created_at": -LONG_AGO, "tries": 1}, stuck.imports, "with no importer"),
        (
            "gateway.imports",
            {"open": True, "created_at": -LONG_AGO, "leased_until": LONG_AGO, "tries": 4},
            stuck.imports,
            "begun 4 times without progress",
        ),
        (
            "gateway.directory_rebuilds",
            {"open": True, "requested_at": -LONG_AGO, "leased_until": -LONG_AGO},
            stuck.rebuilds,
            "no projector is at it",
        ),
        (
            "gateway.directory_rebuilds",
            {"open": True, "requested_at": -LONG_AGO, "leased_until": LONG_AGO},
            stuck.rebuilds,
            "has been open for 2:00:00",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_stuck_work_is_told(patient: Patient, place: str, record: dict[str, Any], check: Any, said: str):
    service, _, collection = place.partition(".")
    stored = {name: clock.now() + value if isinstance(value, timedelta) else value for name, value in record.items()}
    patient.database(service)[collection].insert_one({"_id": "stuck", **stored})

    found = told(check, patient)
    patient.database(service)[collection].delete_one({"_id": "stuck"})

    assert said in found
    assert levels(check, patient) == []


def test_parked_event_is_told(patient: Patient, channel: Any):
    channel.basic_publish_confirm(channel.prepare_message(b"{}"), "", topology.parked_name(QUEUE))

    found = told(stuck.parked, patient)
    channel.queue_purge(topology.parked_name(QUEUE))

    assert f"`tashbik dead-letters replay {QUEUE}`" in found


def test_event_between_attempts_is_told(patient: Patient, channel: Any):
    delay = topology.delay_name(QUEUE, patient.config.retry_delays[-1])
    channel.queue_delete(delay)
    channel.queue_declare(delay, durable=True, auto_delete=False)  # one from which nothing goes back in the meantime
    channel.basic_publish_confirm(channel.prepare_message(b"{}"), "", delay)

    found = told(broker_checks.failing, patient)
    channel.queue_delete(delay)

    assert f"1 events of {QUEUE} failed" in found


def test_message_tried_in_vain_is_told(patient: Patient):
    long_ago, later = clock.now() - LONG_AGO, clock.now() + LONG_AGO
    messages = patient.database("notifications")["messages"]
    messages.insert_one({"_id": "m", "status": "created", "due": later, "in_vain_since": long_ago})

    found = told(stuck.doubts, patient)
    messages.delete_one({"_id": "m"})

    assert "a message has been due for 2:0" in found


@pytest.mark.slow
def test_database_that_is_away_is_named(node_config: Config):
    nobody = Patient(replace(node_config, mongo_url="mongodb://127.0.0.1:1/?replicaSet=rs0"))

    found = examine(nobody, {"database": storage.answers, "encryption": storage.vaults})
    nobody.close()

    assert [finding.level for finding in found] == [Level.BROKEN, Level.UNKNOWN]  # which says nothing of the key
    assert "it does not answer" in found[0].found


def test_message_in_doubt_is_told(patient: Patient):
    long_ago = clock.now() - LONG_AGO
    doubtful = {"_id": "m", "event": "e", "referral": "r", "order": 1, "template": "family_referred"}
    doubtful |= {"version": 2, "audience": "family", "channel": "sms", "repeats": True, "created_at": long_ago}
    doubtful |= {"due": long_ago, "status": "sending", "lease": long_ago, "references": [], "unconfirmed": []}
    messages = patient.database("notifications")["messages"]
    messages.insert_one(doubtful)

    sending = told(stuck.doubts, patient)
    messages.update_one({"_id": "m"}, {"$set": {"status": "created"}})
    created = told(stuck.doubts, patient)
    messages.delete_one({"_id": "m"})

    assert "1 messages may or may not have gone out" in sending
    assert "a message has been due for 2:0" in created


class tls_server:  # noqa: N801 - it reads as a function
    """Serve TLS on a free port with a certificate of its own that is valid so long."""

    def __init__(self, folder: Path, valid: timedelta) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
        builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        builder = builder.serial_number(1).not_valid_before(clock.now() - LONG_AGO)
        certificate = builder.not_valid_after(clock.now() + valid).sign(key, hashes.SHA256())
        form = serialization.Encoding.PEM
        pem = certificate.public_bytes(form) + key.private_bytes(
            form, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        (folder / "tls.pem").write_bytes(pem)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(folder / "tls.pem")

    def __enter__(self) -> int:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()
        return int(self._listening.getsockname()[1])

    def __exit__(self, *raised: object) -> None:
        self._thread.join()
        self._listening.close()

    def _serve(self) -> None:
        peer, _ = self._listening.accept()
        with self._context.wrap_socket(peer, server_side=True):
            """Only the handshake is wanted."""
