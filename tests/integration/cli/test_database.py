"""Prove that each process's user opens its own databases and no other, with a database that asks for passwords."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import structlog
from click.testing import CliRunner
from pymongo import IndexModel, MongoClient
from pymongo.database import Database
from pymongo.errors import OperationFailure

from chassis.config import Config, ConfigError
from chassis.database import CHASSIS_INDEXES, connect, prepare, transaction
from chassis.process import ask_database
from cli import database, indexes, parts
from cli.database import OPENS
from cli.main import main
from cli.process import free_ports
from tests.parts import Running

pytestmark = pytest.mark.slow

PREFIX, ADMINISTRATOR, PASSWORD = "qena", "tashbik", "an administrator's"
NAMES = sorted({name for opened in OPENS.values() for name in opened})
OWN = [(process, name) for process, opened in OPENS.items() for name in opened]
OTHERS = [(process, name) for process in OPENS for name in NAMES if (process, name) not in OWN]
UNAUTHORIZED = 13

Mongo = Database[dict[str, Any]]

ALLOWED: dict[str, Callable[[Mongo], object]] = {
    "find": lambda opened: opened["things"].find_one(),
    "insert": lambda opened: opened["things"].insert_one({"by": "us"}),
    "update": lambda opened: opened["things"].update_many({}, {"$set": {"by": "others"}}),
    "remove": lambda opened: opened["things"].delete_many({"by": "nobody"}),
    "aggregate": lambda opened: list(opened["things"].aggregate([{"$sortByCount": "$by"}])),
    "transaction": lambda opened: transaction(opened, lambda it: opened["things"].insert_one({}, session=it)),
    "indexes": lambda opened: prepare(opened, CHASSIS_INDEXES),
    "listIndexes": lambda opened: list(opened["things"].list_indexes()),
    "watch": lambda opened: opened["things"].watch(max_await_time_ms=1).close(),
}
NEVER: dict[str, Callable[[Mongo], object]] = {
    "dropDatabase": lambda opened: opened.client.drop_database(opened.name),
    "drop": lambda opened: opened["things"].drop(),
    "dropIndex": lambda opened: opened["things"].drop_index("by"),
    "rename": lambda opened: opened["things"].rename("others"),
    "collMod": lambda opened: opened.command("collMod", "things", validator={}),
    "profile": lambda opened: opened.command("profile", 2),
    "createUser": lambda opened: opened.command("createUser", "friend", pwd="friend", roles=[]),
    "grantRoles": lambda opened: opened.client.admin.command("grantRolesToUser", "api", roles=["root"]),
    "users": lambda opened: opened.client.admin["system.users"].find_one(),
    "oplog": lambda opened: opened.client["local"]["oplog.rs"].find_one(),
    "currentOp": lambda opened: opened.client.admin.command("currentOp", allUsers=True),
}


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Give the port of a database of its own in which every process has a user."""
    home, (port,) = tmp_path_factory.mktemp("mongo"), free_ports(1)
    key = home / "key"
    key.write_text(parts.mongo_key())
    key.chmod(0o600)
    with Running(parts.mongo_member(home / "data", port, cache_gb=0.25, key_file=key), home):
        parts.initiate([port], ADMINISTRATOR, PASSWORD)
        database.prepare(administrator(port), PREFIX, {process: url(port, process) for process in OPENS})
        with MongoClient(administrator(port)) as client:
            for name in NAMES:
                client[f"{PREFIX}_{name}"]["things"].create_index("by", name="by")
        yield port


def administrator(port: int) -> str:
    return parts.mongo_url([port], ADMINISTRATOR, PASSWORD)


def url(port: int, process: str, password: str = "") -> str:
    return parts.mongo_url([port], process, password or f"/{process}'s:@word?")


@pytest.fixture
def opened_by(config: Config, port: int) -> Iterator[Callable[[str, str], Mongo]]:
    """Give a function that opens a database as a process."""
    opened: list[Mongo] = []

    def open_it(process: str, name: str) -> Mongo:
        own = replace(config, mongo_url=url(port, process), database_prefix=PREFIX)
        opened.append(connect(own, name))
        return opened[-1]

    yield open_it
    for each in opened:
        each.client.close()


@pytest.mark.parametrize(("process", "name"), OWN)
def test_process_works_on_its_own(opened_by: Callable[[str, str], Mongo], process: str, name: str):
    own = opened_by(process, name)

    assert [what for what, attempt in ALLOWED.items() if refused(attempt, own)] == []


@pytest.mark.parametrize(("process", "name"), OWN)
def test_process_cannot_destroy_its_own(opened_by: Callable[[str, str], Mongo], process: str, name: str):
    own = opened_by(process, name)

    assert [what for what, attempt in NEVER.items() if not refused(attempt, own)] == []


@pytest.mark.parametrize(("process", "name"), OTHERS)
def test_process_opens_no_other(opened_by: Callable[[str, str], Mongo], process: str, name: str):
    other = opened_by(process, name)
    attempts = {name: attempt for name, attempt in (ALLOWED | NEVER).items() if name != "indexes"}

    assert [what for what, attempt in attempts.items() if not refused(attempt, other)] == []


@pytest.mark.parametrize(("process", "name"), [("registry", "registry"), ("projector", "projector")])
def test_administrator_exchanges_what_a_process_leaves(
    opened_by: Callable[[str, str], Mongo], port: int, process: str, name: str
):
    own = opened_by(process, name)
    prepare(own, CHASSIS_INDEXES)
    with MongoClient(administrator(port)) as client:
        older = client[own.name]["outbox"]
        older.drop_index("in_order")
        older.create_indexes([IndexModel("due", name="in_order"), IndexModel("at", name="waiting")])
    said: list[str] = []

    with structlog.testing.capture_logs() as before:
        prepare(own, CHASSIS_INDEXES)
    indexes.exchange(administrator(port), PREFIX, said.append)
    with structlog.testing.capture_logs() as after:
        prepare(own, CHASSIS_INDEXES)

    assert [line["event"] for line in before] == ["index_differs"]
    assert after == []
    assert [line for line in said if "in_order" in line or "waiting" in line] == [
        f"Exchanging index in_order of {own.name}.outbox, 0 records …",
        next(line for line in said if line.startswith(f"Exchanged index in_order of {own.name}.outbox in 0.")),
        f"Dropped index waiting of {own.name}.outbox: nothing asks it any more.",
    ]


def test_process_learns_of_no_other(opened_by: Callable[[str, str], Mongo]):
    names = opened_by("registry", "registry").client.list_database_names()

    assert names == [f"{PREFIX}_registry"]


def test_other_database_is_named(opened_by: Callable[[str, str], Mongo]):
    with pytest.raises(ConfigError, match=f"its user may not open {PREFIX}_referrals"):
        prepare(opened_by("registry", "referrals"), {})


def test_transaction_spans_what_it_opens(opened_by: Callable[[str, str], Mongo]):
    gateway = opened_by("projector", "gateway")
    inbox = gateway.client[f"{PREFIX}_projector"]["inbox"]

    def both(session: Any) -> None:
        gateway["things"].insert_one({}, session=session)
        inbox.insert_one({"_id": "event"}, session=session)

    transaction(gateway, both)

    assert inbox.find_one({"_id": "event"})


def test_another_password_replaces_the_first(port: int):
    registry = {"registry": url(port, "registry", "first")}
    database.prepare(administrator(port), PREFIX, registry)
    with MongoClient(url(port, "registry", "first")) as standing:
        things = standing[f"{PREFIX}_registry"]["things"]
        things.find_one()

        database.prepare(administrator(port), PREFIX, {"registry": url(port, "registry")})

        things.find_one()  # who is logged in stays so
    with MongoClient(url(port, "registry", "first")) as late, pytest.raises(ConfigError, match="refuses the user"):
        ask_database(late)


def test_other_prefix_moves_the_rights(port: int, opened_by: Callable[[str, str], Mongo]):
    try:
        database.prepare(administrator(port), "elsewhere", {"api": url(port, "api")})

        assert refused(ALLOWED["find"], opened_by("api", "gateway"))
    finally:
        database.prepare(administrator(port), PREFIX, {"api": url(port, "api")})


def test_command_reads_addresses_of_files(port: int, tmp_path: Path, opened_by: Callable[[str, str], Mongo]):
    files = {"mongo_url": administrator(port), **{f"mongo_url_{process}": url(port, process) for process in OPENS}}
    for name, address in files.items():
        (tmp_path / name).write_text(address + "\n")

    made = CliRunner().invoke(main, ["database", "users", str(tmp_path), "--prefix", PREFIX])

    assert made.exit_code == 0, made.output
    assert not refused(ALLOWED["find"], opened_by("api", "gateway"))


def test_missing_address_is_named(tmp_path: Path):
    refusal = CliRunner().invoke(main, ["database", "users", str(tmp_path)])

    assert (refusal.exit_code, "mongo_url_registry cannot be read" in refusal.output) == (1, True)


def test_passwords_are_in_no_log(port: int, tmp_path_factory: pytest.TempPathFactory):
    logs = [path.read_text(errors="replace") for path in tmp_path_factory.getbasetemp().glob("mongo*/mongo.log")]

    assert any("createUser" in log or "replSetInitiate" in log for log in logs)
    assert not [log for log in logs if PASSWORD in log or "@word?" in log]


def refused(attempt: Callable[[Mongo], object], opened: Mongo) -> bool:
    """Tell whether the database has refused what was attempted; what it fails by otherwise is raised."""
    try:
        attempt(opened)
    except OperationFailure as error:
        if error.code != UNAUTHORIZED:
            raise
        return True
    return False
