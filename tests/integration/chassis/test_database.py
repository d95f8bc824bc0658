"""Prove what is said of a database that is not as we declare it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import structlog
from pymongo import IndexModel
from pymongo.errors import OperationFailure

from chassis.database import connect, prepare


@pytest.mark.parametrize("standing", [IndexModel("at", name="other"), IndexModel("by", name="at")])
def test_index_that_differs_is_named(database, standing):
    database["things"].create_indexes([standing])

    with structlog.testing.capture_logs() as lines, pytest.raises(OperationFailure):
        prepare(database, {"things": [IndexModel("at", name="at", expireAfterSeconds=60)]})

    (complaint,) = lines
    assert (complaint["event"], complaint["collection"]) == ("index_differs", "things")
    assert standing.document["name"] in complaint["answer"]


@pytest.mark.slow
def test_processes_prepare_at_once(config):
    databases = [connect(config, f"crowd{number % 10}") for number in range(40)]  # four at each of ten

    with ThreadPoolExecutor(len(databases)) as pool:
        list(pool.map(lambda database: prepare(database, {"things": (), "leases": ()}), databases))

    assert {frozenset(database.list_collection_names()) for database in databases} == {frozenset({"things", "leases"})}
    for database in databases:
        database.client.close()
