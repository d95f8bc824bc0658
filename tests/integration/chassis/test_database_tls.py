"""Prove that every connection to the database may be by TLS, that certificates are verified, and faults named."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from limits import parse
from pymongo import MongoClient
from pymongo.errors import ServerSelectionTimeoutError

from chassis.config import Config, ConfigError
from chassis.database import connect, open_client
from chassis.logs import describe
from chassis.process import EXIT_CONFIG, ask_database
from cli import parts
from cli.process import LOOPBACK, free_ports
from services.gateway.directory.views import Directory
from services.gateway.limits import Limits
from tests.certificates import Authority
from tests.parts import ROOT, Broker, Running, environment_of, fresh_vhost, wait_until

pytestmark = pytest.mark.slow

SERVICE = "services.registry.service:Registry"
ELSEWHERE = "localhost"
"""Another name of the machine, which the server's certificate does not bear."""


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Give an authority that signs the database's certificate."""
    return Authority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def port(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Give the port of a replica set that speaks TLS only."""
    home, (port,) = tmp_path_factory.mktemp("mongo"), free_ports(1)
    member = parts.mongo_member(home / "data", port, cache_gb=0.25)
    options = [
        *("--tlsMode", "requireTLS", "--tlsCertificateKeyFile", str(authority.server(LOOPBACK))),
        *("--tlsCAFile", str(authority.file), "--tlsAllowConnectionsWithoutCertificates"),
    ]
    with Running(replace(member, command=(*member.command, *options)), home):
        with MongoClient(LOOPBACK, port, directConnection=True, tls=True, tlsCAFile=str(authority.file)) as client:
            wait_until(lambda: bool(client.admin.command("ping")), "the database")
            members = [{"_id": 0, "host": f"{LOOPBACK}:{port}"}]
            client.admin.command("replSetInitiate", {"_id": parts.REPLICA_SET, "members": members})
            wait_until(lambda: client.admin.command("hello")["isWritablePrimary"], "a primary")
        yield port


@pytest.fixture
def by_tls(config: Config, authority: Authority, port: int, broker: Broker) -> Iterator[Config]:
    """Give a configuration that is right."""
    with fresh_vhost(broker) as own:
        yield replace(config, mongo_url=address(port, authority.file), amqp_url=own.amqp_url)


def address(port: int, trusted: Path, host: str = LOOPBACK) -> str:
    return f"mongodb://{host}:{port}/?replicaSet={parts.REPLICA_SET}&tls=true&tlsCAFile={trusted}"


def directly(port: int, trusted: Path, host: str = LOOPBACK) -> str:
    return address(port, trusted, host).replace("replicaSet=rs0", "directConnection=true")


def test_database_is_opened(by_tls: Config):
    database = connect(by_tls, "registry")

    with database.client:
        database["things"].insert_one({"_id": "one"})

        assert database["things"].count_documents({}) == 1


def test_rates_are_counted(by_tls: Config):
    limiter = Limits(by_tls, by_tls.mongo_url)

    limiter._shared.hit(parse("2/minute"), "changes", "someone")

    with connect(by_tls, "gateway").client as client:
        assert client[by_tls.database("gateway")]["rates"].count_documents({}) == 1


def test_service_prepares_its_database(by_tls: Config):
    database = connect(by_tls, "registry")

    with database.client, subprocess.Popen(command(), env=variables(by_tls), cwd=ROOT) as process:
        try:
            wait_until(lambda: "organizations" in database.list_collection_names(), "the service's collections")
        finally:
            process.kill()


def test_plain_connection_is_told(port: int):
    with (
        MongoClient(LOOPBACK, port, directConnection=True, serverSelectionTimeoutMS=500) as plain,
        pytest.raises(ServerSelectionTimeoutError) as refusal,
    ):
        plain.admin.command("ping")

    assert describe(refusal.value).endswith(f"{LOOPBACK}:{port}: connection closed")


def test_database_without_tls_is_told(config: Config, authority: Authority):
    host = config.mongo_url.rpartition("@")[2].removeprefix("mongodb://").partition("/")[0].partition(",")[0]
    asking = replace(config, mongo_url=f"mongodb://{host}/?directConnection=true&tls=true&tlsCAFile={authority.file}")

    with (
        open_client(asking, serverSelectionTimeoutMS=500) as client,
        pytest.raises(ServerSelectionTimeoutError) as refusal,
    ):
        ask_database(client)

    assert "SSL handshake failed" in describe(refusal.value)


def test_foreign_certificate_ends_service(by_tls: Config, port: int, tmp_path: Path):
    foreign = Authority(tmp_path, "foreign").file

    ended = end(replace(by_tls, mongo_url=address(port, foreign)))

    assert ended.returncode == EXIT_CONFIG
    assert "TASHBIK_MONGO_URL is wrong (the database's certificate is not accepted: " in ended.stderr


def test_other_host_is_named(by_tls: Config, authority: Authority, port: int):
    elsewhere = replace(by_tls, mongo_url=directly(port, authority.file, ELSEWHERE))

    with (
        open_client(elsewhere, serverSelectionTimeoutMS=1000) as client,
        pytest.raises(ConfigError, match=r"certificate is not accepted: Hostname mismatch.*'localhost'"),
    ):
        ask_database(client)


def test_api_names_foreign_certificate(by_tls: Config, port: int, tmp_path: Path):
    foreign = Authority(tmp_path, "foreign").file
    database = connect(replace(by_tls, mongo_url=address(port, foreign)), "gateway")

    with database.client, pytest.raises(ConfigError, match="the database's certificate is not accepted"):
        Directory(database).ask()


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_unreadable_authority_is_named(by_tls: Config, port: int, tmp_path: Path, content: str | None):
    file = tmp_path / "authority.pem"
    if content:
        file.write_text(content)

    with pytest.raises(ConfigError, match="a file of its certificates cannot be read"):
        connect(replace(by_tls, mongo_url=address(port, file)), "registry")


def end(config: Config) -> subprocess.CompletedProcess[str]:
    """Run a service that is expected to end by itself."""
    return subprocess.run(
        command(), env=variables(config), cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )


def command() -> list[str]:
    return [sys.executable, "-m", "chassis.run", SERVICE]


def variables(config: Config) -> dict[str, str]:
    roots = os.pathsep.join((str(ROOT), str(ROOT / "shared")))
    return {"PATH": os.environ["PATH"], "PYTHONPATH": roots, **environment_of(config)}
