"""Prove that the node in containers is the node without."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from chassis.config import KEYS, PREFIX
from cli import parts, roster
from cli.broker import PROCESSES
from cli.database import OPENS
from cli.keys import IDENTITIES


class Strict(yaml.SafeLoader):
    """Refuse a key that stands twice in one mapping, as compose v2 does."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Return a mapping; raise :class:`yaml.YAMLError` that names the key."""
        names = [key.value for key, _ in node.value if key.tag != "tag:yaml.org,2002:merge"]
        if twice := {name for name in names if names.count(name) > 1}:
            raise yaml.constructor.ConstructorError(None, None, f"given twice: {sorted(twice)}", node.start_mark)
        return super().construct_mapping(node, deep)


def read(*path: str) -> Any:
    """Read a file of the project."""
    return yaml.load(roster.ROOT.joinpath(*path).read_text(encoding="utf-8"), Strict)


COMPOSE = read("docker-compose.yml")
OVERRIDE = read("tests", "compose", "override.yml")
TLS = read("docker-compose.tls.yml")
BROKER_TLS = read("docker-compose.broker-tls.yml")
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
BECOMING_ANOTHER = {"broker", "database"}
"""They start as root, take what is theirs, and go on as a user of their own."""
ONCE = {"keys", "replica-set", "database-users", "broker-users", "cli"}
FIXED = {"TASHBIK_API_HOST", "TASHBIK_API_PORT", "TASHBIK_API_PROCESSES"}
"""They stand in the command of the API."""
PINNED = ("rabbitmq:4.", "mongo:8", "axllent/mailpit:v", "tashbik:local")


def test_key_given_twice_is_refused():
    with pytest.raises(yaml.YAMLError, match="TASHBIK_NODE"):
        yaml.load("{TASHBIK_NODE: qena, TASHBIK_NODE: qus}", Strict)


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


@pytest.mark.parametrize("process", PROCESSES)
def test_process_knows_its_own_broker_user(process: str):
    known = [secret for secret in secrets_of(process) if secret["source"].startswith(("amqp", "broker"))]

    assert known == [{"source": f"amqp_url_{process}", "target": "amqp_url"}]


def test_brokers_administrator_is_kept_from_services():
    holders = {
        name for name in SERVICES if {"amqp_url", "broker_password"} & {one["source"] for one in secrets_of(name)}
    }

    assert holders == {"broker", "broker-users"}


def test_addresses_lead_where_the_administrators_does(tmp_path: Path):
    elsewhere = "amqps://admin:secret@mq.example:5671/qena?cacertfile=/run/secrets/broker_ca"
    (tmp_path / "amqp_url").write_text(elsewhere)

    subprocess.run([roster.ROOT / "bin" / "make-secrets", tmp_path], check=True, capture_output=True)

    made = {process: (tmp_path / f"amqp_url_{process}").read_text() for process in PROCESSES}
    assert {url.rpartition("@")[2] for url in made.values()} == {elsewhere.rpartition("@")[2]}
    assert all(url.startswith(f"amqps://{process}:") for process, url in made.items())


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


def test_who_reaches_the_broker_trusts_its_authority():
    reaching = {
        name for name in SERVICES if {"amqp_url", "broker_password"} & {one["target"] for one in secrets_of(name)}
    }

    assert {name for name, each in BROKER_TLS["services"].items() if "broker_ca" in each["secrets"]} == reaching


def test_settings_reach_the_broker():
    assert ' "$$BROKER_SETTINGS" ' in SERVICES["broker"]["command"][0]
    assert "listeners.tcp = none" in BROKER_TLS["services"]["broker"]["environment"]["BROKER_SETTINGS"]


@pytest.mark.parametrize(("name", "variable"), [("database", "MONGOD_OPTIONS"), ("replica-set", "MONGOSH_OPTIONS")])
def test_options_reach_the_command(name: str, variable: str):
    assert f" $${variable}" in SERVICES[name]["command"][0]
    assert variable in TLS["services"][name]["environment"]


def test_memory_of_the_database_is_chosen():
    database = SERVICES["database"]

    assert "--wiredTigerCacheSizeGB $${MONGO_CACHE_GB} " in database["command"][0]
    assert database["environment"]["MONGO_CACHE_GB"] == f"${{MONGO_CACHE_GB:-{parts.CACHE_GB}}}"
    assert database["mem_limit"] == "${MONGO_MEMORY:-2g}"


def secrets_of(name: str) -> list[dict[str, str]]:
    """Return the secrets of a service, each with the name under which it finds it."""
    given = SERVICES[name].get("secrets", [])
    return [one if isinstance(one, dict) else {"source": one, "target": one} for one in given]
