"""Run the echo service as a child process, and call it as another service would."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest
from joserfc.jwk import OKPKey

from chassis import amqp, wire
from chassis.config import Config
from chassis.rpc_client import RpcClient, connect
from cli import parts
from tests.parts import Broker, Running, child, fresh_vhost

USER, PASSWORD = "tests", "a-password-for-tests"


@dataclass
class Echo:
    """Hold a running echo service and what is known of it."""

    running: Running
    log: Path

    @property
    def pid(self) -> int:
        """Return the process's id."""
        return int(self.running.process.pid)

    def get(self, path: str) -> httpx.Response:
        """Ask its health server."""
        return httpx.get(f"{self.running.health_url}/{path}", timeout=5)

    def metric(self, sample: str) -> float:
        """Return the value of one sample, 0 where there is none."""
        lines = (line.rpartition(" ") for line in self.get("metrics").text.splitlines())
        return sum(float(value) for name, _, value in lines if name == sample)


@contextmanager
def echo_at(config: Config, folder: Path) -> Iterator[Echo]:
    """Run an echo service of our own."""
    arguments = ("-m", "chassis.run", "tests.integration.chassis.rpc.echo:Echo")
    with child(replace(config, log_level="info"), *arguments, name="echo", log=folder) as running:
        yield Echo(running, folder / "echo.log")


@contextmanager
def client_at(config: Config) -> Iterator[RpcClient]:
    """Give a client that calls as the gateway, which may state any actor."""
    client = connect(config, "gateway")
    try:
        yield client
    finally:
        client.stop()


@dataclass
class MortalBroker:
    """Hold a broker of our own that can be killed and started again."""

    amqp_url: str
    running: Running

    def die(self) -> None:
        """Kill it as a power cut would."""
        self.running.kill(sig=signal.SIGKILL)

    def live(self) -> None:
        """Start it again and wait until it serves."""
        self.running.start()


@pytest.fixture(scope="session", autouse=True)
def echo_keys(keys: Path) -> None:
    """Make the echo service a member of the node."""
    key = OKPKey.generate_key("Ed25519")
    (keys / "identity" / "echo.pem").write_bytes(key.as_pem(private=True))
    (keys / "trusted" / "echo.pem").write_bytes(key.as_pem(private=False))


@pytest.fixture(scope="module")
def echo(config: Config, echo_keys: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Echo]:
    """Give an echo service that the module's tests share."""
    with echo_at(config, tmp_path_factory.mktemp("echo")) as running:
        yield running


@pytest.fixture(scope="module")
def client(config: Config) -> Iterator[RpcClient]:
    """Give a client that the module's tests share."""
    with client_at(config) as shared:
        yield shared


@pytest.fixture
def own_config(config: Config, broker: Broker) -> Iterator[Config]:
    """Give a configuration with a virtual host that nobody else has a service in."""
    with fresh_vhost(broker) as own:
        declare(own.amqp_url)
        yield replace(config, amqp_url=own.amqp_url)


@pytest.fixture(scope="module")
def mortal_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MortalBroker]:
    """Give a broker that only this module's tests use."""
    home, ports = tmp_path_factory.mktemp("mortal"), parts.BrokerPorts.free()
    mapper, node = (Running(part, home) for part in parts.broker(home / "rabbitmq", ports, USER, PASSWORD))
    with ExitStack() as stack:
        stack.enter_context(mapper)
        stack.enter_context(node)
        mortal = MortalBroker(parts.amqp_url(ports.amqp, USER, PASSWORD, "/"), node)
        declare(mortal.amqp_url)
        yield mortal


def declare(amqp_url: str) -> None:
    """Declare what a node's broker has from its start."""
    with amqp.connect(amqp_url) as connection:
        wire.declare(connection.channel(), ["echo"])
