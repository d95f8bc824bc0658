"""Prove what is said of a database that is not as we declare it."""

from __future__ import annotations

import pytest
import structlog
from pymongo import IndexModel
from pymongo.errors import OperationFailure

from chassis.database import prepare


@pytest.mark.parametrize("standing", [IndexModel("at", name="other"), IndexModel("by", name="at")])
def test_index_that_differs_is_named(database, standing):
    database["things"].create_indexes([standing])

    with structlog.testing.capture_logs() as lines, pytest.raises(OperationFailure):
        prepare(database, {"things": [IndexModel("at", name="at", expireAfterSeconds=60)]})

    (complaint,) = lines
    assert (complaint["event"], complaint["collection"]) == ("index_differs", "things")
    assert standing.document["name"] in complaint["answer"]
