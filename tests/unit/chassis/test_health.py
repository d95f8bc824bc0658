"""Prove what a process says of itself."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from chassis.config import ConfigError
from chassis.health import Health, Pulse, serving
from cli.process import free_ports

WELL = ""


@pytest.fixture
def health() -> Health:
    """Give the health of a service that is up."""
    return Health(service=lambda: WELL)


@pytest.fixture
def url(health: Health) -> Iterator[str]:
    """Give the address of its server."""
    with serving(health, "127.0.0.1", *free_ports(1)) as port:
        yield f"http://127.0.0.1:{port}"


def test_well_process_is_ready(url: str) -> None:
    answer = httpx.get(f"{url}/readyz")

    assert answer.status_code == 200
    assert answer.json() == {"status": "ready", "checks": {"service": "ok"}}


def test_one_fault_makes_unready(health: Health, url: str) -> None:
    health.add("broker", lambda: "not connected")

    answer = httpx.get(f"{url}/readyz")

    assert answer.status_code == 503
    assert answer.json()["checks"] == {"service": "ok", "broker": "not connected"}


def test_unready_process_lives(health: Health, url: str) -> None:
    health.add("broker", lambda: "not connected")

    assert httpx.get(f"{url}/livez").status_code == 200


def test_metrics_are_served(url: str) -> None:
    answer = httpx.get(f"{url}/metrics")

    assert answer.headers["content-type"].startswith("text/plain")
    assert "tashbik_link_connected" in answer.text


def test_unknown_path_is_not_found(url: str) -> None:
    assert httpx.get(f"{url}/").status_code == 404


def test_port_0_serves_nothing(health: Health) -> None:
    with serving(health, "127.0.0.1", 0) as port:
        assert port == 0


def test_taken_port_names_its_key(health: Health, url: str) -> None:
    port = int(url.rpartition(":")[2])

    with pytest.raises(ConfigError, match="TASHBIK_HEALTH_PORT"), serving(health, "127.0.0.1", port):
        pass


def test_pulse_is_well_once_answered() -> None:
    pulse = Pulse(lambda: None)

    pulse.beat()

    assert pulse() == WELL


def test_pulse_tells_the_fault() -> None:
    def refuse() -> None:
        raise ConnectionRefusedError(111, "refused")

    pulse = Pulse(refuse)

    pulse.beat()

    assert "refused" in pulse()


def test_pulse_is_not_well_unasked() -> None:
    assert Pulse(lambda: None)()


def test_old_answer_is_no_answer() -> None:
    pulse = Pulse(lambda: None, patience=-1)

    pulse.beat()

    assert pulse().startswith("no answer")
