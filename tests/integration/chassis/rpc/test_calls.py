"""Prove what becomes of a call, between real processes over a real broker."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import OKPKey

from chassis import amqp, identity, wire
from chassis.config import Config
from chassis.errors import Conflict, Forbidden, Invalid, TashbikError, TooMany, Unauthenticated, Unavailable
from chassis.identity import Actor, Signer
from chassis.rpc_client import RpcClient
from tests.integration.chassis.rpc.conftest import Echo, client_at
from tests.integration.chassis.rpc.contracts import ABSENT, ASK, BREAK, CHANGE, LARGE, REFUSE, SAY, SECRET, WAIT
from tests.parts import wait_until

OFFICER = Actor("officer-7", "officer", area="EG2901")
AUDITOR = Actor("auditor-1", "auditor")
ASSOCIATION = Actor("client-3", "association", organization="0190b6a2")
PAST = datetime(2026, 1, 1, tzinfo=UTC)


def test_answer_comes_back(echo: Echo, client: RpcClient) -> None:
    answer = client.call(SAY, {"text": "تشبيك", "at": "2026-03-01T08:00:00+02:00"})

    assert answer == {"text": "تشبيك", "actor": "service:gateway", "at": "2026-03-01T08:00:00+02:00"}


def test_gateway_states_actor(echo: Echo, client: RpcClient) -> None:
    assert client.call(SAY, {"text": "who?"}, actor=AUDITOR)["actor"] == "auditor:auditor-1"


def test_service_calls_as_itself(echo: Echo, client: RpcClient) -> None:
    assert client.call(ASK, {"text": "who?"})["actor"] == "service:echo"


def test_error_crosses_whole(echo: Echo, client: RpcClient) -> None:
    with pytest.raises(Conflict, match=r"It is closed\.") as raised:
        client.call(REFUSE, {})

    assert raised.value.problems == [{"field": "status", "code": "closed", "message": "Open it first."}]


def test_foreign_error_tells_nothing(echo: Echo, client: RpcClient) -> None:
    with pytest.raises(TashbikError) as raised:
        client.call(BREAK, {})

    assert SECRET not in str(raised.value)
    assert "call_failed" in echo.log.read_text()
    assert SECRET not in echo.log.read_text()


def test_wrong_request_names_fields(echo: Echo, client: RpcClient) -> None:
    with pytest.raises(Invalid) as raised:
        client.call(SAY, {"lines": [{"number": 1}, {"number": "one"}], "colour": "red"})

    found = {(problem["field"], problem["code"]) for problem in raised.value.problems}
    assert found == {("text", "required"), ("lines.1.number", "invalid"), ("colour", "unknown")}


def test_large_answer_refused(echo: Echo, client: RpcClient) -> None:
    with pytest.raises(TooMany):
        client.call(LARGE, {"letters": wire.SIZE_LIMIT})


def test_large_request_refused(echo: Echo, client: RpcClient) -> None:
    with pytest.raises(TooMany):
        client.call(SAY, {"text": "x" * wire.SIZE_LIMIT})


def test_unknown_signer_refused(echo: Echo, config: Config) -> None:
    with (
        _calling(config, Signer("gateway", OKPKey.generate_key("Ed25519"))) as stranger,
        pytest.raises(Unauthenticated),
    ):
        stranger.call(SAY, {"text": "hello"})


def test_service_states_no_other(echo: Echo, config: Config) -> None:
    signer = Signer("registry", identity.private_key(config.keys, "registry"))

    with _calling(config, signer) as registry, pytest.raises(Unauthenticated):
        registry.call(SAY, {"text": "hello"}, actor=AUDITOR)


def test_role_outside_policy_forbidden(echo: Echo, client: RpcClient) -> None:
    with pytest.raises(Forbidden):
        client.call(SAY, {"text": "hello"}, actor=ASSOCIATION)


def test_area_bounds_scope(echo: Echo, client: RpcClient) -> None:
    assert client.call(CHANGE, {}, actor=OFFICER, key="k-1", if_version=3) == {
        "key": "officer:officer-7|k-1",
        "area": "EG2901",
        "if_version": 3,
    }


def test_missing_area_reaches_nothing(echo: Echo, client: RpcClient) -> None:
    with pytest.raises(Forbidden):
        client.call(CHANGE, {}, actor=replace(OFFICER, area=""), key="k-1")


def test_client_asks_for_key(client: RpcClient) -> None:
    with pytest.raises(ValueError, match="idempotency key"):
        client.call(CHANGE, {}, actor=OFFICER)


def test_service_asks_for_key(echo: Echo, client: RpcClient) -> None:
    careless = replace(CHANGE, changes=False)

    with pytest.raises(Invalid, match="idempotency key"):
        client.call(careless, {}, actor=OFFICER)


def test_past_deadline_not_run(echo: Echo, client: RpcClient, config: Config, tmp_path: Path) -> None:
    file = tmp_path / "notes"
    headers = {wire.DEADLINE: int(PAST.timestamp() * 1000), wire.STATEMENT: _statement(config)}

    _publish(config, WAIT.name, wire.dump_request({"file": str(file), "seconds": 0}), headers)

    wait_until(lambda: echo.metric(_count("unknown", "expired")) == 1, "the call's end")
    assert not file.exists()


def test_late_answer_dropped(echo: Echo, client: RpcClient, tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        client.call(WAIT, {"file": str(tmp_path / "notes"), "seconds": 2.0}, timeout=0.2)
    notes = tmp_path / "notes"
    wait_until(lambda: notes.exists() and "ended" in notes.read_text(), "the late answer")

    assert client.call(SAY, {"text": "next"})["text"] == "next"


def test_absent_service_ends_by_deadline(client: RpcClient) -> None:
    started = time.monotonic()

    with pytest.raises(Unavailable):
        client.call(ABSENT, {}, timeout=0.5)

    assert 0.4 < time.monotonic() - started < ABSENT.timeout


def test_flight_is_bounded(echo: Echo, config: Config, tmp_path: Path) -> None:
    file = tmp_path / "notes"

    with client_at(replace(config, rpc_in_flight=1)) as narrow:
        slow = threading.Thread(target=narrow.call, args=(WAIT, {"file": str(file), "seconds": 1}))
        slow.start()
        wait_until(file.exists, "the first call")

        with pytest.raises(TooMany):
            narrow.call(SAY, {"text": "hello"}, timeout=0.2)
        slow.join()


def test_answers_find_their_callers(echo: Echo, client: RpcClient) -> None:
    def many(caller: int) -> list[str]:
        return [client.call(SAY, {"text": f"{caller}.{number}"}, timeout=30)["text"] for number in range(10)]

    with ThreadPoolExecutor(64) as callers:
        answers = list(callers.map(many, range(64)))

    assert answers == [[f"{caller}.{number}" for number in range(10)] for caller in range(64)]


def test_client_survives_fork(echo: Echo, client: RpcClient) -> None:
    client.call(SAY, {"text": "before"})

    forked = multiprocessing.get_context("fork").Process(target=client.call, args=(SAY, {"text": "within"}))
    forked.start()
    forked.join(30)

    assert forked.exitcode == 0
    assert client.call(SAY, {"text": "after"})["text"] == "after"


@pytest.mark.parametrize(
    "malformed",
    [
        ("echo.say", b"\xff\xfe", {}),
        ("echo.say", b"[]", {"deadline": "tomorrow"}),
        ("echo.say", b"{}", {"deadline": 10**18}),
        ("echo.nothing", b"{}", {"deadline": 4102444800000}),
        ("echo.say", b"{}", {"deadline": 4102444800000, "statement": 5}),
    ],
)
def test_malformed_call_ends_nothing(
    echo: Echo, client: RpcClient, config: Config, malformed: tuple[str, bytes, dict[str, Any]]
) -> None:
    _publish(config, *malformed)

    assert client.call(SAY, {"text": "still here"})["text"] == "still here"
    assert echo.running.running()


@contextmanager
def _calling(config: Config, signer: Signer) -> Iterator[RpcClient]:
    client = RpcClient(config, signer)
    try:
        yield client
    finally:
        client.stop()


def _statement(config: Config) -> str:
    signer = Signer("gateway", identity.private_key(config.keys, "gateway"))
    return signer.state(signer.itself())


def _publish(config: Config, routing_key: str, body: bytes, headers: dict[str, Any]) -> None:
    with amqp.connect(config.amqp_url) as connection:
        channel = connection.default_channel
        message = channel.prepare_message(body, headers=headers, properties={"reply_to": "nobody-listens"})
        channel.basic_publish(message, exchange=wire.EXCHANGE.name, routing_key=routing_key)


def _count(operation: str, outcome: str) -> str:
    return f'tashbik_rpc_server_seconds_count{{operation="{operation}",outcome="{outcome}"}}'
