"""Prove that the parts which a node and the tests stand on are real and their own."""

from __future__ import annotations

from pathlib import Path

import kombu
import pytest
from pymongo import MongoClient

from chassis.config import Config
from tests.parts import Broker, private_broker


def test_database_takes_transactions(config: Config) -> None:
    with MongoClient(config.mongo_url, w="majority") as client, client.start_session() as session:
        notes = client[config.database("parts")].notes
        notes.insert_one({"_id": "before"})

        session.with_transaction(lambda session: notes.insert_one({"_id": "within"}, session=session))

        assert notes.count_documents({}) == 2


def test_broker_gives_virtual_host(broker: Broker) -> None:
    with kombu.Connection(broker.amqp_url) as connection:
        queue = kombu.Queue("quorum", queue_arguments={"x-queue-type": "quorum"}, channel=connection.channel())

        queue.declare()

    assert broker.queues()["quorum"]["type"] == "quorum"


@pytest.mark.slow
def test_private_broker_leaves_nothing(tmp_path: Path) -> None:
    with private_broker(tmp_path) as started:
        assert started.request("GET", "overview")["node"] == "tashbik@localhost"

    assert not _processes_naming(tmp_path)


def _processes_naming(folder: Path) -> list[str]:
    needle = str(folder).encode()
    return [
        path.parent.name
        for path in Path("/proc").glob("[0-9]*/environ")
        if needle in _read(path) or needle in _read(path.with_name("cmdline"))
    ]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
