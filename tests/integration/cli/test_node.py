"""Prove that a node without Docker starts, mends itself, and leaves nothing. The services are left out here."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from cli.makeup import NodeError
from cli.node import Node
from cli.process import wait_until
from cli.roster import Service

pytestmark = pytest.mark.slow

LOOPBACK = {"0100007F", "0000000000000000FFFF00000100007F", "00000000000000000000000001000000"}


@pytest.fixture(scope="module")
def parts_alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """Give a node of broker, database, SMSC and mail server."""
    node = Node(tmp_path_factory.mktemp("node") / "run", demo=True, services=(), api=False)
    try:
        node.up()
        yield node
    finally:
        node.down()


def pids(node: Node) -> dict[str, int]:
    return {each.name: each.pid for each in node.status()}


def test_every_process_is_ready(parts_alone: Node):
    assert all(each.ready for each in parts_alone.status())


def test_second_up_changes_nothing(parts_alone: Node):
    before = pids(parts_alone)

    parts_alone.up()

    assert pids(parts_alone) == before


@pytest.mark.parametrize("name", ["smsc", "mongo", "rabbitmq", "epmd"])
def test_killed_process_is_started_again(parts_alone: Node, name: str):
    killed = parts_alone.kill(name)

    wait_until(lambda: pids(parts_alone)[name] not in (0, killed), f"another {name}")
    parts_alone.wait_ready(name)

    assert parts_alone.pid(name) != killed


def test_database_asks_for_password(parts_alone: Node):
    with (
        MongoClient("127.0.0.1", parts_alone.layout.ports["mongo"], directConnection=True) as stranger,
        pytest.raises(OperationFailure, match="authentication"),
    ):
        stranger.tashbik_referrals.families.find_one()


def test_user_that_is_missing_is_made_at_next_up(parts_alone: Node):
    own = parts_alone.home / "secrets" / "registry"
    (own / "mongo").unlink()

    parts_alone.up()

    with MongoClient((own / "mongo_url").read_text()) as client:
        assert client.tashbik_registry.organizations.find_one() is None


def test_broker_has_no_guest(parts_alone: Node):
    answer = httpx.get(f"{parts_alone.management_url}/api/overview", auth=("guest", "guest"))

    assert answer.status_code == 401


def test_every_port_is_on_loopback(parts_alone: Node):
    ports = {f"{port:04X}" for port in parts_alone.layout.ports.values()}
    listening = [
        line.split() for table in ("tcp", "tcp6") for line in Path(f"/proc/net/{table}").read_text().splitlines()
    ]

    addresses = {fields[1].split(":")[0] for fields in listening if fields[3] == "0A" and fields[1][-4:] in ports}

    assert addresses <= LOOPBACK


def test_failing_process_is_told_with_its_log(parts_alone: Node):
    broken = Service("registry", "services.registry.nowhere:Registry")
    with_it = Node(parts_alone.home, services=(broken,), api=False)

    with pytest.raises(NodeError, match=r"(?s)registry ends as soon as it is started.*nowhere"):
        with_it.up()

    parts_alone.up()
    assert "registry" not in pids(parts_alone)


def test_data_is_kept_or_nothing_is_left(tmp_path: Path):
    node = Node(tmp_path / "run", services=(), api=False)
    node.up()
    with MongoClient(node.config.mongo_url) as client:
        client.tashbik_registry.organizations.insert_one({"_id": "kept"})

    node.down(keep_data=True)
    assert node.left() == []

    node = Node(tmp_path / "run", services=(), api=False)
    node.up()
    with MongoClient(node.config.mongo_url) as client:
        assert client.tashbik_registry.organizations.find_one() == {"_id": "kept"}

    node.down()
    assert node.left() == []
    assert not node.home.exists()


def test_node_of_an_older_version_is_stopped(tmp_path: Path):
    older = Node(tmp_path / "run", services=(), api=False)
    older.up()
    shutil.rmtree(older.home / "secrets" / "cli")

    Node(older.home).down(keep_data=True)

    assert older.left() == []
