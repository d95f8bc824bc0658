"""Prove what a service answers when something fails, and what it refuses to declare."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import orjson
import pytest
from marshmallow import Schema
from pymongo.errors import AutoReconnect, DuplicateKeyError

from chassis.container import DeadlinePassed
from chassis.errors import NotFound
from chassis.rpc import Answering, RpcServer, _Arrival
from contracts.envelope import RpcContract

NATIONAL_ID = "29801012100123"
GET = RpcContract("registry", "get_organization", Schema, Schema, "Read one.")
UNLISTED = RpcContract("registry", "paint_organization", Schema, Schema, "In no policy.")


def _refusal(error: Exception) -> tuple[dict[str, Any] | None, str]:
    body, outcome = RpcServer()._refusal(_Arrival(SimpleNamespace(), "registry.get_organization"), error)
    return orjson.loads(body)["error"] if body else None, outcome


def _declared(contract: RpcContract, method: str) -> tuple[Answering, list[Answering]]:
    registered: list[Answering] = []
    answering = Answering(contract)
    answering.container, answering.method_name = SimpleNamespace(service_name="registry"), method
    answering.server = SimpleNamespace(register=registered.append)
    return answering, registered


def test_lost_database_is_unavailable() -> None:
    error, _ = _refusal(AutoReconnect("connection closed"))

    assert error is not None
    assert error["code"] == "unavailable"


def test_error_of_ours_crosses() -> None:
    error, outcome = _refusal(NotFound("There is no such organization."))

    assert error == {"code": "not_found", "detail": "There is no such organization.", "problems": []}
    assert outcome == "not_found"


def test_driver_error_tells_nothing() -> None:
    error, _ = _refusal(DuplicateKeyError(f"dup key: {{ national_id: {NATIONAL_ID} }}"))

    assert error is not None
    assert error["code"] == "error"
    assert NATIONAL_ID not in str(error)


def test_expired_call_is_not_answered() -> None:
    assert _refusal(DeadlinePassed()) == (None, "expired")


def test_unserialisable_answer_is_an_error() -> None:
    body, outcome = RpcServer()._result(_Arrival(SimpleNamespace()), {"found": object()})

    assert body is not None
    assert outcome == "error"


def test_method_bears_contract_name() -> None:
    answering, _ = _declared(GET, "fetch_organization")

    with pytest.raises(RuntimeError, match="names must agree"):
        answering.setup()


def test_contract_stands_in_policy() -> None:
    answering, _ = _declared(UNLISTED, "paint_organization")

    with pytest.raises(RuntimeError, match="access policy"):
        answering.setup()


def test_listed_contract_is_registered() -> None:
    answering, registered = _declared(GET, "get_organization")

    answering.setup()

    assert registered == [answering]
