"""Prove that every connection to the broker may be by TLS, that certificates are verified, and faults named."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

import pytest

from chassis import amqp, deadletters, topology
from chassis.amqp import Outgoing, Publisher
from chassis.config import Config, ConfigError
from chassis.mongo import CHASSIS_INDEXES, prepare
from chassis.mongo import connect as connect_database
from chassis.process import EXIT_CONFIG, ask_broker
from chassis.tls import CertificateRefused
from chassis.work import Units, event_seal
from cli import parts
from cli.process import LOOPBACK, Part, free_ports
from tests.certificates import Authority
from tests.integration.chassis.conftest import OPERATOR
from tests.integration.chassis.rpc.conftest import PASSWORD, USER, client_at, declare, echo_at
from tests.integration.chassis.rpc.contracts import ASK, SAY
from tests.integration.chassis.things import EVENTS, THING
from tests.parts import ROOT, Running, child, environment_of, wait_until

pytestmark = pytest.mark.slow

ELSEWHERE = "localhost"
"""Another name of the machine, which the broker's certificate does not bear."""
QUEUES = ("counter.on_thing", "counter.on_things")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Give an authority that signs the broker's certificate."""
    return Authority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def port(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Give the port at which a broker of our own speaks TLS."""
    home, (port,) = tmp_path_factory.mktemp("broker"), free_ports(1)
    mapper, node = parts.broker(home / "rabbitmq", parts.BrokerPorts.free(), USER, PASSWORD)
    with ExitStack() as stack:
        stack.enter_context(Running(mapper, home))
        stack.enter_context(Running(speaking_tls(node, port, authority), home))
        declare(address(port, authority.file))
        yield port


@pytest.fixture(scope="module")
def by_tls(config: Config, authority: Authority, port: int, tmp_path_factory: pytest.TempPathFactory) -> Config:
    """Give a configuration that is right, with keys for the test's services."""
    keys = tmp_path_factory.mktemp("tls") / "keys"
    shutil.copytree(config.keys, keys)
    for name in ("things", "counter"):
        shutil.copy(keys / "identity" / "cli.pem", keys / "identity" / f"{name}.pem")
        shutil.copy(keys / "trusted" / "cli.pem", keys / "trusted" / f"{name}.pem")
    url, prefix = address(port, authority.file), f"{config.database_prefix}_tls"
    return replace(config, amqp_url=url, keys=keys, database_prefix=prefix)


def speaking_tls(node: Part, port: int, authority: Authority) -> Part:
    """Return a broker that listens for TLS too, and asks no certificate of its clients."""
    certificate = authority.server(LOOPBACK)
    settings = {
        "listeners.ssl.default": f"{LOOPBACK}:{port}",
        "ssl_options.cacertfile": authority.file,
        "ssl_options.certfile": certificate,
        "ssl_options.keyfile": certificate,
        "ssl_options.verify": "verify_none",
    }
    more = "".join(f"{key} = {value}\n" for key, value in settings.items())
    files = {path: content + more if path.name == "rabbitmq.conf" else content for path, content in node.files.items()}
    return replace(node, files=files)


def address(port: int, trusted: Path, host: str = LOOPBACK) -> str:
    """Return the address of that broker."""
    return f"amqps://{USER}:{PASSWORD}@{host}:{port}/%2F?cacertfile={trusted}"


def emit(config: Config, *colours: str) -> None:
    """Put things into their service's outbox."""
    database = connect_database(config, "things")
    with database.client:
        prepare(database, CHASSIS_INDEXES)
        units = Units(database, node="qena", service="things", seal=event_seal(config))
        for number, colour in enumerate(colours):
            payload = {"number": number, "colour": colour}
            units.do(
                OPERATOR,
                lambda unit, number=number, payload=payload: unit.emit(
                    THING, subject=str(number), version=1, payload=payload
                ),
            )


def test_calls_go_both_ways(by_tls: Config, tmp_path: Path):
    with echo_at(by_tls, tmp_path), client_at(by_tls) as client, ThreadPoolExecutor(8) as callers:
        texts = [f"{number} {'x' * 20_000}" for number in range(100)]

        said = list(callers.map(lambda text: client.call(SAY, {"text": text}, timeout=30)["text"], texts))
        asked = client.call(ASK, {"text": "by way of the service itself"}, timeout=30)

    assert said == texts
    assert asked


def test_events_are_relayed_and_consumed(by_tls: Config, tmp_path: Path):
    emit(by_tls, *["green"] * 50, "red")
    with amqp.connect(by_tls.amqp_url) as connection:
        topology.declare(connection.channel(), EVENTS, ())

    with ExitStack() as stack:
        for name in ("Things", "Counter"):
            target = f"tests.integration.chassis.things:{name}"
            stack.enter_context(child(by_tls, "-m", "chassis.run", target, name=name.lower(), log=tmp_path))

        wait_until(lambda: set(deadletters.counts(by_tls.amqp_url, QUEUES).values()) == {1}, "the parked ones", 30)
        counted = connect_database(by_tls, "counter")
        with counted.client:
            wait_until(lambda: counted["one"].count_documents({}) == counted["many"].count_documents({}) == 50, "all")


def test_parked_event_is_replayed(by_tls: Config):
    with amqp.connect(by_tls.amqp_url) as connection:
        topology.declare_queues(connection.channel(), "looker.on_thing", ())
    with closing(Publisher(by_tls.amqp_url)) as publisher:
        publisher.publish([Outgoing("1", b"{}", "looker.retries", "looker.on_thing.parked")])

    assert deadletters.replay(by_tls.amqp_url, "looker.on_thing", lambda parked: True) == 1


def test_broker_of_another_authority_is_refused(by_tls: Config, port: int, tmp_path: Path):
    stranger = Authority(tmp_path, "stranger")

    with pytest.raises(ConfigError, match=r"TASHBIK_AMQP_URL is wrong \(the broker's certificate is not accepted: .*"):
        ask_broker(replace(by_tls, amqp_url=address(port, stranger.file)))


def test_unknown_authority_is_refused(by_tls: Config):
    with pytest.raises(CertificateRefused):
        amqp.connect(by_tls.amqp_url.partition("?")[0])  # which the machine does not trust


def test_broker_of_another_name_is_refused(by_tls: Config, authority: Authority, port: int):
    with pytest.raises(ConfigError, match=r"TASHBIK_AMQP_URL is wrong .*Hostname mismatch"):
        ask_broker(replace(by_tls, amqp_url=address(port, authority.file, ELSEWHERE)))


def test_refused_certificate_ends_service(by_tls: Config, authority: Authority, port: int):
    environment = environment_of(replace(by_tls, amqp_url=address(port, authority.file, ELSEWHERE)))
    environment["PYTHONPATH"] = f"{ROOT}:{ROOT / 'shared'}"
    command = [sys.executable, "-m", "chassis.run", "tests.integration.chassis.rpc.echo:Echo"]

    ended = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)

    assert ended.returncode == EXIT_CONFIG
    assert "TASHBIK_AMQP_URL is wrong" in ended.stderr
    assert PASSWORD not in ended.stderr + ended.stdout
