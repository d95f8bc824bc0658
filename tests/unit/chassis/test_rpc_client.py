"""Prove how calls end where no broker answers."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import structlog
from joserfc.jwk import OKPKey
from marshmallow import Schema

from chassis import clock
from chassis.config import read
from chassis.errors import Unavailable
from chassis.identity import Signer
from chassis.rpc_client import RpcClient, within
from cli.process import free_ports, wait_until
from contracts.envelope import RpcContract

READ = RpcContract("registry", "get_organization", Schema, Schema, "Read one.")
CHANGE = RpcContract("registry", "register_organization", Schema, Schema, "Add one.", changes=True)
SOON = 0.2
FAR = 30.0


@pytest.fixture
def client() -> Iterator[RpcClient]:
    """Give a client whose broker is not there."""
    config = read(
        {
            "TASHBIK_NODE": "qena",
            "TASHBIK_AMQP_URL": f"amqp://guest:guest@127.0.0.1:{free_ports(1)[0]}/",
            "TASHBIK_MONGO_URL": "mongodb://127.0.0.1:1/",
            "TASHBIK_KEYS": "/nowhere",
        }
    )
    client = RpcClient(config, Signer("gateway", OKPKey.generate_key("Ed25519")))
    yield client
    client.stop()


def test_call_ends_by_its_deadline(client: RpcClient) -> None:
    started = time.monotonic()

    with pytest.raises(Unavailable):
        client.call(READ, {}, timeout=SOON)

    assert SOON <= time.monotonic() - started < FAR


def test_call_given_up_is_logged_by_its_operation_alone(client: RpcClient) -> None:
    with structlog.testing.capture_logs() as lines, pytest.raises(Unavailable):
        client.call(READ, {"id": "told-nobody"}, timeout=SOON)

    given_up = [line for line in lines if line["event"] == "rpc_call_given_up"]
    assert given_up == [
        {"event": "rpc_call_given_up", "log_level": "warning", "operation": "registry.get_organization", "sent": False}
    ]


def test_call_ends_with_the_one_it_serves(client: RpcClient) -> None:
    started = time.monotonic()

    with within(clock.now() + timedelta(seconds=SOON)), pytest.raises(Unavailable):
        client.call(READ, {}, timeout=FAR)

    assert time.monotonic() - started < FAR


def test_spent_deadline_calls_nobody(client: RpcClient) -> None:
    with within(clock.now() - timedelta(seconds=1)), pytest.raises(Unavailable):
        client.call(READ, {})


def test_stop_ends_waiting_calls(client: RpcClient) -> None:
    with ThreadPoolExecutor(1) as callers:
        waiting = callers.submit(client.call, READ, {}, timeout=FAR)
        wait_until(lambda: bool(client._waiting), "the call")

        client.stop()

        assert isinstance(waiting.exception(timeout=5), Unavailable)


def test_changing_call_needs_key(client: RpcClient) -> None:
    with pytest.raises(ValueError, match=r"registry\.register_organization"):
        client.call(CHANGE, {})


def test_client_is_not_connected(client: RpcClient) -> None:
    client.start()

    assert not client.connected
