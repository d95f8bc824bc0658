"""Give tests their parts: a real database, a real broker, a configuration and keys of their own.

``TASHBIK_TEST_MONGO_URL`` and ``TASHBIK_TEST_AMQP_URL`` (with ``TASHBIK_TEST_MANAGEMENT_URL``, else the next port)
name parts that already run; otherwise private ones are started once a session and stopped with it.

``pytest -n 4`` (what ``make test`` does) runs tests in several processes. They share one database and
one broker, each with databases and a virtual host of its own; tests that share a file, a whole node or a browser run in
one of them, and those that take longest are begun first. A second node serves the longest end-to-end tests.
"""

from __future__ import annotations

import gc
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from pymongo import MongoClient
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from chassis.config import Config, read
from cli.keys import create
from tests.parts import Broker, broker_at, fresh_vhost, private_broker, private_mongo

HERE = Path(__file__).parent
MONGO_URL, AMQP_URL = "TASHBIK_TEST_MONGO_URL", "TASHBIK_TEST_AMQP_URL"
MANAGEMENT_URL = "TASHBIK_TEST_MANAGEMENT_URL"
MARKED_FOLDERS = ("integration", "e2e", "browser")
SHARING = ("e2e", "browser")
APART = tuple(f"tests/e2e/test_{name}.py" for name in ("browser", "hsds_package", "schema"))
"""They take as long as all others of e2e together, and share a node with each other only."""
FIRST = ("e2e", "browser", "integration", "unit", "bench", "chaos")

hypothesis.settings.register_profile("tashbik", deadline=None)  # a busy machine is slow, not wrong
hypothesis.settings.load_profile("tashbik")


class Together(LoadScopeScheduling):
    """Say which tests run in one process, one after the other."""

    def _split_scope(self, nodeid: str) -> str:
        """Return what a test shares with others: its file, its folder, or the second node."""
        path = nodeid.partition("::")[0]
        if path in APART:
            return "apart"
        folder = Path(path).parts[1]
        return folder if folder in SHARING else path


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config: pytest.Config) -> None:
    """Start the parts that the processes share, before the first of these is started."""
    stack = ExitStack()
    config.add_cleanup(stack.close)
    home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tashbik-tests-")))
    if MONGO_URL not in os.environ:
        os.environ[MONGO_URL] = stack.enter_context(private_mongo(home))
    if AMQP_URL not in os.environ:
        started = stack.enter_context(private_broker(home))
        os.environ |= {AMQP_URL: started.amqp_url, MANAGEMENT_URL: started.management_url}


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Hand out whole files, and those of one node or one browser together."""
    return Together(config, log)


def pytest_collection() -> None:
    """Look for no garbage while tests are collected: all that is made then stays."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Look for garbage from now on, but never among what stands."""
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by the folder that they lie in, and put those first that take longest."""
    for item in items:
        if (folder := _folder(item.path)) in MARKED_FOLDERS:
            item.add_marker(folder)
    items.sort(key=lambda item: FIRST.index(_folder(item.path)))


@cache
def _folder(path: Path) -> str:
    return path.relative_to(HERE).parts[0]


@pytest.fixture(scope="session")
def mongo_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of a MongoDB replica set."""
    if given := os.environ.get(MONGO_URL):
        yield given
        return
    with private_mongo(tmp_path_factory.mktemp("mongo")) as url:
        yield url


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """Give a virtual host of our own on a RabbitMQ broker."""
    if given := os.environ.get(AMQP_URL):
        with fresh_vhost(broker_at(given, os.environ.get(MANAGEMENT_URL, ""))) as own:
            yield own
        return
    with private_broker(tmp_path_factory.mktemp("broker")) as started, fresh_vhost(started) as own:
        yield own


@pytest.fixture(scope="session")
def amqp_url(broker: Broker) -> str:
    """Give the address of that virtual host."""
    return broker.amqp_url


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a directory with a node's keys."""
    directory = tmp_path_factory.mktemp("keys")
    create(directory)
    return directory


@pytest.fixture(scope="session")
def config(mongo_url: str, amqp_url: str, keys: Path) -> Iterator[Config]:
    """Give a configuration with databases of its own, no quiet hours and short delays."""
    prefix = f"test{secrets.token_hex(4)}"
    yield read(
        {
            "TASHBIK_NODE": "qena",
            "TASHBIK_AMQP_URL": amqp_url,
            "TASHBIK_MONGO_URL": mongo_url,
            "TASHBIK_DATABASE_PREFIX": prefix,
            "TASHBIK_KEYS": str(keys),
            "TASHBIK_QUIET_HOURS": "",
            "TASHBIK_RETRY_DELAYS": "0.2,0.4",
            "TASHBIK_SWEEP_INTERVAL": "0.5",
            "TASHBIK_LOG_LEVEL": "warning",
        }
    )
    client: MongoClient[dict[str, Any]] = MongoClient(mongo_url)
    with client:
        for name in client.list_database_names():
            if name.startswith(f"{prefix}_"):
                client.drop_database(name)
