"""API10:2023, unsafe consumption of APIs: trusting what other systems send.

We consume a broker, an SMSC and a mail server. Events are taken only with the node's seal, calls only with a signed
statement (``test_queues.py``, ``tests/e2e/test_calls.py``); the SMSC's receipts change nothing but the state of a
message that we know.
"""

from __future__ import annotations

import pytest

from chassis import rpc_client
from chassis.errors import TashbikError
from chassis.identity import Actor
from contracts.policy import Role
from contracts.registry import PUT_ORGANIZATIONS
from tests.e2e.world import World

ROW = {"row": 1, "organization": {"name": {"$ne": ""}, "area": "EG2904", "version": 9}}


def test_row_of_a_service_is_checked_as_anybodys(world: World):
    importer = rpc_client.connect(world.administered, "importer")
    batch = {"import": "forged", "number": 0, "rows": [ROW]}
    try:
        answer = importer.call(PUT_ORGANIZATIONS, batch, actor=Actor("importer", Role.SERVICE), key="forged:0")
    finally:
        importer.stop()

    assert [one["outcome"] for one in answer["results"]] == ["rejected"]


def test_service_cannot_pass_for_an_operator(world: World):
    importer = rpc_client.connect(world.administered, "importer")
    batch = {"import": "forged", "number": 1, "rows": [ROW]}
    try:
        with pytest.raises(TashbikError):
            importer.call(PUT_ORGANIZATIONS, batch, actor=Actor("anyone", Role.OPERATOR), key="forged:1")
    finally:
        importer.stop()
