"""Prove that calls outlive their broker, and services their callers."""

from __future__ import annotations

import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from chassis.config import Config
from chassis.errors import Unavailable
from tests.integration.chassis.rpc.conftest import MortalBroker, client_at, echo_at
from tests.integration.chassis.rpc.contracts import SAY, WAIT
from tests.parts import wait_until

pytestmark = pytest.mark.slow

ANSWERED = 'tashbik_rpc_server_seconds_count{operation="echo.say",outcome="ok"}'
DROPPED = "tashbik_rpc_replies_dropped_total"


def test_call_waits_for_service(own_config: Config, tmp_path: Path) -> None:
    with client_at(own_config) as client, ThreadPoolExecutor(1) as callers:
        early = callers.submit(client.call, SAY, {"text": "too early"}, timeout=30)

        with echo_at(own_config, tmp_path):
            assert early.result()["text"] == "too early"


def test_call_outlives_service(own_config: Config, tmp_path: Path) -> None:
    file = tmp_path / "notes"

    with client_at(own_config) as client, ThreadPoolExecutor(1) as callers:
        with echo_at(own_config, tmp_path) as first:
            pending = callers.submit(client.call, WAIT, {"file": str(file), "seconds": 1}, timeout=30)
            wait_until(file.exists, "the call's start")
            first.running.kill(sig=signal.SIGKILL)

        with echo_at(own_config, tmp_path) as second:
            assert pending.result()["pid"] == second.pid


def test_replicas_replace_each_other(own_config: Config, tmp_path: Path) -> None:
    stop = threading.Event()

    def stream() -> int:
        number = 0
        while not stop.is_set():
            number += 1
            client.call(SAY, {"text": str(number)}, timeout=30)
        return number

    with client_at(own_config) as client, ThreadPoolExecutor(8) as callers, echo_at(own_config, tmp_path / "stays"):
        with echo_at(own_config, tmp_path / "goes") as goes:
            streams = [callers.submit(stream) for _ in range(8)]
            wait_until(lambda: goes.metric(ANSWERED) > 50, "calls on the replica that goes")
        stop.set()

        assert all(one.result() > 0 for one in streams)
        assert "answer" not in goes.log.read_text()


def test_call_outlives_broker(config: Config, mortal_broker: MortalBroker, tmp_path: Path) -> None:
    mortal, file = replace(config, amqp_url=mortal_broker.amqp_url), tmp_path / "notes"

    with echo_at(mortal, tmp_path) as echo, client_at(mortal) as client, ThreadPoolExecutor(1) as callers:
        pending = callers.submit(client.call, WAIT, {"file": str(file), "seconds": 2}, timeout=60)
        wait_until(file.exists, "the call's start")
        mortal_broker.die()
        wait_until(lambda: echo.metric(DROPPED) == 1, "the answer's loss")
        mortal_broker.live()

        assert pending.result()["pid"] == echo.pid
        assert client.call(SAY, {"text": "after"}, timeout=30)["text"] == "after"
        assert echo.get("readyz").json()["checks"]["broker"] == "ok"


def test_calls_end_while_broker_is_down(config: Config, mortal_broker: MortalBroker, tmp_path: Path) -> None:
    mortal = replace(config, amqp_url=mortal_broker.amqp_url)

    with echo_at(mortal, tmp_path) as echo, client_at(mortal) as client:
        client.call(SAY, {"text": "before"}, timeout=30)
        mortal_broker.die()

        with pytest.raises(Unavailable):
            client.call(SAY, {"text": "meanwhile"}, timeout=0.5)

        assert echo.get("livez").status_code == 200
        wait_until(lambda: echo.get("readyz").status_code == 503, "the loss being noticed")
        mortal_broker.live()
        assert client.call(SAY, {"text": "after"}, timeout=30)["text"] == "after"


def test_stream_of_calls_outlives_broker(config: Config, mortal_broker: MortalBroker, tmp_path: Path) -> None:
    mortal, lost, stop = replace(config, amqp_url=mortal_broker.amqp_url), [], threading.Event()

    def stream(caller: int) -> int:
        number = 0
        while not stop.is_set():
            number += 1
            text = f"{caller}.{number}"
            if client.call(SAY, {"text": text}, timeout=60)["text"] != text:
                lost.append(text)
        return number

    with echo_at(mortal, tmp_path), client_at(mortal) as client, ThreadPoolExecutor(8) as callers:
        streams = [callers.submit(stream, caller) for caller in range(8)]
        client.call(SAY, {"text": "before"}, timeout=30)
        mortal_broker.die()
        mortal_broker.live()
        client.call(SAY, {"text": "after"}, timeout=30)
        stop.set()

        assert all(one.result() > 0 for one in streams)
        assert not lost
