"""Prove that the node in containers is the node without."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from chassis.config import KEYS, PREFIX
from cli import roster
from cli.keys import IDENTITIES

COMPOSE = yaml.safe_load((roster.ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
PINNED = ("rabbitmq:4.", "mongo:8", "axllent/mailpit:v", "tashbik:local")


@pytest.mark.parametrize("service", roster.SERVICES, ids=lambda service: service.name)
def test_service_has_same_command(service: roster.Service):
    assert SERVICES[service.name]["command"] == ["python", *service.arguments]


def test_api_has_same_command():
    arguments = roster.api_arguments("${TASHBIK_API_PROCESSES:-2}", "0.0.0.0", 8080)

    assert SERVICES["api"]["command"] == ["python", *arguments]


@pytest.mark.parametrize("name", SERVICES)
def test_settings_are_known(name: str):
    known = {PREFIX + key.upper() for key in KEYS}
    given = {variable for variable in SERVICES[name].get("environment", {}) if variable.startswith(PREFIX)}

    assert {variable.removesuffix("_FILE") for variable in given} <= known


@pytest.mark.parametrize("name", SERVICES)
def test_image_is_pinned_and_settable(name: str):
    image = SERVICES[name]["image"]

    assert image.startswith("${")
    assert image.partition(":-")[2].startswith(PINNED)


@pytest.mark.parametrize("name", SERVICES)
def test_service_is_limited_and_scalable(name: str):
    assert "mem_limit" in SERVICES[name]
    assert "container_name" not in SERVICES[name]


@pytest.mark.parametrize("name", [service.name for service in roster.SERVICES])
def test_service_publishes_no_port(name: str):
    assert "ports" not in SERVICES[name]


def test_old_compose_reads_it():
    assert "name" not in COMPOSE
    assert not [each for each in SERVICES.values() for one in dict(each.get("depends_on", {})).values() if len(one) > 1]


def test_secrets_come_from_files():
    script = (roster.ROOT / "bin" / "make-secrets").read_text(encoding="utf-8")

    assert all(f"keep {name} " in script for name in COMPOSE["secrets"])


def test_every_process_has_an_identity():
    identities = {service.name for service in roster.SERVICES} | {"gateway", "cli"}

    assert identities == set(IDENTITIES)
