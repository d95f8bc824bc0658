"""Prove that a database is prepared by whoever comes, at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from chassis.database import connect, prepare


@pytest.mark.slow
def test_processes_prepare_at_once(config):
    databases = [connect(config, f"crowd{number % 10}") for number in range(40)]  # four at each of ten

    with ThreadPoolExecutor(len(databases)) as pool:
        list(pool.map(lambda database: prepare(database, {"things": (), "leases": ()}), databases))

    assert {frozenset(database.list_collection_names()) for database in databases} == {frozenset({"things", "leases"})}
    for database in databases:
        database.client.close()
