"""Prove that the node in containers is the node without."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from chassis.config import KEYS, PREFIX
from cli import roster
from cli.database import OPENS
from cli.keys import IDENTITIES

COMPOSE = yaml.safe_load((roster.ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
OVERRIDE = yaml.safe_load((roster.ROOT / "tests" / "compose" / "override.yml").read_text(encoding="utf-8"))
TLS = yaml.safe_load((roster.ROOT / "docker-compose.tls.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
BECOMING_ANOTHER = {"broker", "database"}
"""They start as root, take what is theirs, and go on as a user of their own."""
ONCE = {"keys", "replica-set", "database-users", "cli"}
FIXED = {"TASHBIK_API_HOST", "TASHBIK_API_PORT", "TASHBIK_API_PROCESSES"}
"""They stand in the command of the API."""
PINNED = ("rabbitmq:4.", "mongo:8", "axllent/mailpit:v", "tashbik:local")


@pytest.mark.parametrize("service", roster.SERVICES, ids=lambda service: service.name)
def test_service_has_same_command(service: roster.Service):
    assert SERVICES[service.name]["command"] == ["python", *service.arguments]


def test_api_has_same_command():
    arguments = roster.api_arguments("${TASHBIK_API_PROCESSES:-2}", "0.0.0.0", 8080)

    assert SERVICES["api"]["command"] == ["python", *arguments]


def test_every_setting_can_be_given():
    known = {PREFIX + key.upper() for key in KEYS}
    given = {variable for service in SERVICES.values() for variable in service.get("environment", {})}

    assert {name.removesuffix("_FILE") for name in given if name.startswith(PREFIX)} == known - FIXED


@pytest.mark.parametrize("name", SERVICES)
def test_image_is_pinned_and_settable(name: str):
    image = SERVICES[name]["image"]

    assert image.startswith("${")
    assert image.partition(":-")[2].startswith(PINNED)


@pytest.mark.parametrize("name", SERVICES)
def test_service_is_limited_and_scalable(name: str):
    assert "mem_limit" in SERVICES[name]
    assert "container_name" not in SERVICES[name]


@pytest.mark.parametrize("name", SERVICES)
def test_root_is_read_only(name: str):
    assert SERVICES[name]["read_only"]
    assert "/tmp" in SERVICES[name]["tmpfs"]


@pytest.mark.parametrize("name", SERVICES)
def test_nobody_gains_privileges(name: str):
    assert SERVICES[name]["security_opt"] == ["no-new-privileges:true"]
    assert "pids_limit" in SERVICES[name]
    assert name in BECOMING_ANOTHER or SERVICES[name]["cap_drop"] == ["ALL"]


@pytest.mark.parametrize("name", sorted(set(SERVICES) - ONCE))
def test_what_stays_is_watched(name: str):
    assert name == "mail" or SERVICES[name]["healthcheck"]["test"]  # its image brings its own
    assert SERVICES[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", [service.name for service in roster.SERVICES])
def test_service_publishes_no_port(name: str):
    assert "ports" not in SERVICES[name]


def test_old_compose_reads_it():
    assert "name" not in COMPOSE
    assert not [each for each in SERVICES.values() for one in dict(each.get("depends_on", {})).values() if len(one) > 1]


def test_secrets_come_from_files(tmp_path: Path):
    subprocess.run([roster.ROOT / "bin" / "make-secrets", tmp_path], check=True, capture_output=True)

    files = {secret["file"].removeprefix("${TASHBIK_SECRETS:-./secrets}/") for secret in COMPOSE["secrets"].values()}

    assert files == {path.name for path in tmp_path.iterdir()}


def test_secrets_that_are_there_stay(tmp_path: Path):
    script = roster.ROOT / "bin" / "make-secrets"
    subprocess.run([script, tmp_path], check=True, capture_output=True)
    first = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    subprocess.run([script, tmp_path], check=True, capture_output=True)

    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == first


@pytest.mark.parametrize("process", OPENS)
def test_process_knows_its_own_database_user(process: str):
    known = [secret for secret in secrets_of(process) if secret["source"].startswith("mongo")]

    assert known == [{"source": f"mongo_url_{process}", "target": "mongo_url"}]


def test_administrator_is_kept_from_services():
    holders = {
        name for name in SERVICES if {"mongo_url", "mongo_password"} & {one["source"] for one in secrets_of(name)}
    }

    assert holders == {"database", "replica-set", "database-users", "cli"}


@pytest.mark.parametrize("name", SERVICES)
def test_no_command_names_a_password(name: str):
    command = " ".join(SERVICES[name].get("command", []))

    assert "--password" not in command  # seen by all, and taken for an option where it begins with a hyphen


def test_every_process_has_an_identity():
    identities = {service.name for service in roster.SERVICES} | {"gateway", "cli"}

    assert identities == set(IDENTITIES)


def test_test_only_looks_inside():
    added = {key for service in OVERRIDE["services"].values() for key in service}

    assert set(OVERRIDE["services"]) <= set(SERVICES)
    assert added <= {"ports", "volumes"}


def test_who_opens_the_database_trusts_its_authority():
    opening = {
        name for name in SERVICES if {"mongo_url", "mongo_password"} & {one["target"] for one in secrets_of(name)}
    }

    assert {name for name, each in TLS["services"].items() if "mongo_ca" in each["secrets"]} == opening


@pytest.mark.parametrize(("name", "variable"), [("database", "MONGOD_OPTIONS"), ("replica-set", "MONGOSH_OPTIONS")])
def test_options_reach_the_command(name: str, variable: str):
    assert f" $${variable}" in SERVICES[name]["command"][0]
    assert variable in TLS["services"][name]["environment"]


def secrets_of(name: str) -> list[dict[str, str]]:
    """Return the secrets of a service, each with the name under which it finds it."""
    given = SERVICES[name].get("secrets", [])
    return [one if isinstance(one, dict) else {"source": one, "target": one} for one in given]
