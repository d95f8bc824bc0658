"""Prove how a service starts, refuses to start, and ends."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from chassis.config import Config
from chassis.process import EXIT_CONFIG, EXIT_DIED, EXIT_OK, EXIT_USAGE
from cli.process import answers, free_ports
from tests.integration.chassis.rpc.conftest import client_at
from tests.integration.chassis.rpc.contracts import SAY, WAIT
from tests.parts import ROOT, environment_of, wait_until

pytestmark = pytest.mark.slow

MODULE = "tests.integration.chassis.rpc.echo"
END_SECONDS = 30


def test_missing_key_is_named(config: Config) -> None:
    environment = environment_of(config)
    del environment["TASHBIK_MONGO_URL"], environment["TASHBIK_NODE"]

    ended = _end(environment)

    assert ended.returncode == EXIT_CONFIG
    assert "TASHBIK_MONGO_URL is not set" in ended.stderr
    assert "TASHBIK_NODE is not set" in ended.stderr


def test_missing_keys_are_named(config: Config, tmp_path: Path) -> None:
    ended = _end(environment_of(replace(config, keys=tmp_path)))

    assert ended.returncode == EXIT_CONFIG
    assert "TASHBIK_KEYS is wrong" in ended.stderr


@pytest.mark.parametrize(
    "url", ["amqp://nobody:wrong@{}/", "amqp://guest:guest@{}/no-such-vhost", "carrier-pigeon://{}"]
)
def test_refused_broker_is_named(config: Config, url: str) -> None:
    host = config.amqp_url.rpartition("@")[2].partition("/")[0]

    ended = _end(environment_of(replace(config, amqp_url=url.format(host))))

    assert ended.returncode == EXIT_CONFIG
    assert "TASHBIK_AMQP_URL is wrong" in ended.stderr


@pytest.mark.parametrize("url", ["mongodb://", "http://127.0.0.1", "mongodb://127.0.0.1:port"])
def test_wrong_database_is_named(config: Config, url: str) -> None:
    ended = _end(environment_of(replace(config, mongo_url=url)))

    assert ended.returncode == EXIT_CONFIG
    assert "TASHBIK_MONGO_URL is wrong" in ended.stderr


def test_refusal_hides_passwords(config: Config) -> None:
    wrong = re.sub(r"//[^@]*@", "//guest:hunter2@", config.amqp_url)

    ended = _end(environment_of(replace(config, amqp_url=wrong)))

    assert "hunter2" not in ended.stderr + ended.stdout


def test_usage_is_shown(config: Config) -> None:
    assert _end(environment_of(config), "echo").returncode == EXIT_USAGE


def test_defect_at_start_ends_process(config: Config) -> None:
    ended = _end(environment_of(config), f"{MODULE}:Misnamed")

    assert ended.returncode == EXIT_DIED
    assert json.loads(ended.stderr.splitlines()[-1])["event"] == "service_died"


def test_service_waits_for_parts(config: Config) -> None:
    (nobody,) = free_ports(1)

    with _running(replace(config, amqp_url=f"amqp://guest:guest@127.0.0.1:{nobody}/")) as (process, url):
        wait_until(lambda: answers(f"{url}/livez"), "liveness")

        ready = httpx.get(f"{url}/readyz")

        assert (ready.status_code, ready.json()["checks"]["service"]) == (503, "starting")
        process.send_signal(signal.SIGTERM)
        assert process.wait(END_SECONDS) == EXIT_OK


def test_end_finishes_work_in_hand(own_config: Config, tmp_path: Path) -> None:
    file = tmp_path / "notes"

    with _running(own_config) as (process, _), client_at(own_config) as client, ThreadPoolExecutor(1) as callers:
        in_hand = callers.submit(client.call, WAIT, {"file": str(file), "seconds": 1.5})
        wait_until(file.exists, "the call's start")

        process.send_signal(signal.SIGTERM)

        assert in_hand.result()["pid"] == process.pid
        assert process.wait(END_SECONDS) == EXIT_OK


def test_end_hands_back_the_rest(own_config: Config, tmp_path: Path) -> None:
    file = tmp_path / "notes"

    with client_at(own_config) as client, ThreadPoolExecutor(2) as callers:
        with _running(replace(own_config, workers=1)) as (process, _):
            in_hand = callers.submit(client.call, WAIT, {"file": str(file), "seconds": 1})
            wait_until(file.exists, "the call's start")
            process.send_signal(signal.SIGTERM)
            rest = callers.submit(client.call, SAY, {"text": "later"}, timeout=60)
            in_hand.result()
            process.wait(END_SECONDS)

        with _running(own_config):
            assert rest.result()["text"] == "later"


def test_timer_ticks_and_survives_errors(own_config: Config) -> None:
    with _running(own_config) as (_, url):
        wait_until(lambda: 'outcome="failed",timer="echo.tick"' in httpx.get(f"{url}/metrics").text, "a failed tick")
        wait_until(lambda: 'outcome="ok",timer="echo.tick"' in httpx.get(f"{url}/metrics").text, "the next tick")


def _end(environment: dict[str, str], service: str = f"{MODULE}:Echo") -> subprocess.CompletedProcess[str]:
    """Run a service that is expected to end by itself."""
    return subprocess.run(
        _command(service), env=_complete(environment), cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )


@contextmanager
def _running(config: Config) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Run the echo service until it ends or the block does; give it and its health server's address."""
    (port,) = free_ports(1)
    environment = _complete(environment_of(replace(config, health_port=port)))
    with subprocess.Popen(_command(f"{MODULE}:Echo"), env=environment, cwd=ROOT) as process:
        url = f"http://127.0.0.1:{port}"
        try:
            wait_until(lambda: answers(f"{url}/livez"), "the service")
            yield process, url
        finally:
            process.kill()


def _command(service: str) -> list[str]:
    return [sys.executable, "-m", "chassis.run", service]


def _complete(environment: dict[str, str]) -> dict[str, str]:
    roots = os.pathsep.join((str(ROOT), str(ROOT / "shared")))
    return {"PATH": os.environ["PATH"], "PYTHONPATH": roots, **environment}
