"""Prove that a database is prepared by whoever comes, at once, and that a majority that is away is an outage."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from pymongo.database import Database

from chassis.config import Config
from chassis.database import UNREACHABLE, connect, prepare, transaction
from chassis.errors import Unavailable
from cli import parts
from cli.process import free_ports
from tests.parts import Running

WRITES: dict[str, Callable[[Any], object]] = {
    "insert": lambda things: things.insert_one({}),
    "update": lambda things: things.update_one({}, {"$set": {"colour": "green"}}),
    "findAndModify": lambda things: things.find_one_and_update({}, {"$set": {"colour": "green"}}),
}
NOT_IN_TIME = {"code": 50, "codeName": "MaxTimeMSExpired", "errmsg": "operation exceeded time limit"}
STEPPED_DOWN = {"code": 11602, "codeName": "InterruptedDueToReplStateChange", "errmsg": "operation was interrupted"}
"""What a primary answers whose write no majority has taken, as seen where both other members were frozen."""


@pytest.fixture(scope="module")
def alone(config: Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database[dict[str, Any]]]:
    """Give a database on a server that fails as it is told to."""
    home, (port,) = tmp_path_factory.mktemp("alone"), free_ports(1)
    member = parts.mongo_member(home / "data", port, cache_gb=0.25)
    command = (*member.command, "--setParameter", "enableTestCommands=1")
    with Running(replace(member, command=command), home):
        parts.initiate([port])
        database = connect(replace(config, mongo_url=parts.mongo_url([port])), "things")
        prepare(database, {"things": ()})
        yield database
        database.client.close()


def without_majority(database: Database[dict[str, Any]], command: str, answer: dict[str, Any]) -> None:
    """Have the server say that no majority has taken what the next such command writes."""
    failing = {"failCommands": [command], "writeConcernError": answer}
    database.client.admin.command("configureFailPoint", "failCommand", mode={"times": 1}, data=failing)


def test_commit_without_majority_is_unavailable(alone):
    without_majority(alone, "commitTransaction", NOT_IN_TIME)

    with pytest.raises(Unavailable):
        transaction(alone, lambda session: alone["things"].insert_one({}, session=session))


@pytest.mark.parametrize("answer", [NOT_IN_TIME, STEPPED_DOWN])
@pytest.mark.parametrize("command", WRITES)
def test_write_without_majority_is_an_outage(alone, command, answer):
    without_majority(alone, command, answer)

    with pytest.raises(UNREACHABLE):
        WRITES[command](alone["things"])


@pytest.mark.slow
def test_processes_prepare_at_once(config):
    databases = [connect(config, f"crowd{number % 10}") for number in range(40)]  # four at each of ten

    with ThreadPoolExecutor(len(databases)) as pool:
        list(pool.map(lambda database: prepare(database, {"things": (), "leases": ()}), databases))

    assert {frozenset(database.list_collection_names()) for database in databases} == {frozenset({"things", "leases"})}
    for database in databases:
        database.client.close()
