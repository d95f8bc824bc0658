"""API8:2023, security misconfiguration: what a default gives away.

Errors say nothing of us, answers carry security headers (``tests/e2e/test_http.py``), other origins are not invited,
every part of a node listens on loopback with a password, each process is a user of its own, who opens its own database
(``tests/integration/cli/test_database.py``) and its own queues (``tests/integration/cli/test_broker.py``), and secrets
lie in files that only their owner reads.
"""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from chassis import amqp
from cli.broker import CLI, PROCESSES
from cli.database import OPENS
from cli.process import LOOPBACK
from tests.e2e.abuse.answers import TELLTALES
from tests.e2e.world import World
from tests.parts import broker_at


@pytest.mark.parametrize("path", ["/", "/docs", "/problems", "/figures", "/no-such-place", "/families", "/imports/%00"])
def test_answer_names_no_version(world: World, path: str):
    answer = world.public.send("GET", path)

    assert not {"x-powered-by", "via"} & set(answer.headers)
    assert answer.headers["server"].isalpha()
    assert not [word for word in TELLTALES if word in answer.text and path not in ("/docs", "/")]


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost"])
def test_no_origin_is_trusted_by_default(world: World, origin: str):
    answer = world.operator.send("GET", "/imports", headers={"Origin": origin})

    assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_database_asks_for_a_password(world: World):
    address = f"mongodb://{LOOPBACK}:{world.node.layout.ports['mongo']}/?directConnection=true"

    with MongoClient(address) as stranger, pytest.raises(OperationFailure):
        stranger["tashbik_referrals"].families.find_one()


def test_every_process_is_a_user_of_its_own(world: World):
    with MongoClient(world.config.mongo_url) as administrator:
        open_now = list(administrator.admin.aggregate([{"$currentOp": {"allUsers": True, "idleConnections": True}}]))

    users = {user["user"] for each in open_now for user in each.get("effectiveUsers", ())}
    assert users >= {*OPENS}


@pytest.mark.parametrize("process", OPENS)
def test_no_process_knows_the_administrator(world: World, process: str):
    administrator = (world.node.home / "secrets" / "mongo").read_text()

    known = world.node.environment_of(process)["TASHBIK_MONGO_URL_FILE"]

    assert administrator not in Path(known).read_text()


def test_every_process_is_a_user_of_the_broker(world: World):
    broker = broker_at(world.node.broker_url, world.node.management_url)

    users = {connection["user"] for connection in broker.request("GET", "connections")}

    assert users >= {*PROCESSES} - {CLI}


@pytest.mark.parametrize("process", PROCESSES)
def test_no_process_knows_the_brokers_administrator(world: World, process: str):
    administrator = (world.node.home / "secrets" / "broker").read_text()

    known = world.node.environment_of(process)["TASHBIK_AMQP_URL_FILE"]

    assert administrator not in Path(known).read_text()


@pytest.mark.parametrize("account", ["guest:guest", "tashbik:tashbik", "tashbik:"])
def test_broker_asks_for_a_password(world: World, account: str):
    with pytest.raises(amqp.BROKER_ERRORS):
        amqp.connect(f"amqp://{account}@{LOOPBACK}:{world.node.layout.ports['amqp']}/")


def test_secrets_are_their_owners(world: World):
    kept = [
        path for path in (world.config.keys, world.node.home / "secrets") for path in path.rglob("*") if path.is_file()
    ]
    private = [path for path in kept if "trusted" not in path.parts]

    assert private
    assert [path for path in private if stat.S_IMODE(path.stat().st_mode) & 0o077] == []


def test_secrets_are_on_no_command_line(world: World):
    kept = [path.read_bytes().strip() for path in (world.node.home / "secrets").rglob("*") if path.is_file()]

    commands = [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in world.node.left()]

    assert len(commands) > len(OPENS)
    assert not [command for command in commands if any(secret in command for secret in kept)]


def test_secrets_are_in_no_log(world: World):
    kept = [path.read_bytes().strip() for path in (world.node.home / "secrets").rglob("*") if path.is_file()]

    logs = {path.name: path.read_bytes() for path in world.node.supervisor.logs.iterdir()}

    assert {f"{process}.log" for process in OPENS} <= set(logs)
    assert not [name for name, log in logs.items() if any(secret in log for secret in kept)]
