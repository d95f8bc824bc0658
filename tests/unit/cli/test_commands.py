"""Prove what the commands say where nothing runs, and where their arguments are wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from chassis.config import KEYS, PREFIX
from cli import parts
from cli.context import Context
from cli.main import main


@pytest.fixture
def run(tmp_path: Path):
    def invoke(*arguments: str, **environment: str) -> Result:
        cleared = {PREFIX + name.upper(): None for name in KEYS}
        return CliRunner().invoke(main, arguments, obj=Context(tmp_path / "run"), env={**cleared, **environment})

    return invoke


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("upp",), "No such command 'upp'"),
        (("dead-letters", "show", "registry.on_nothing"), "there are notifications.on_public_event"),
        (("dead-letters", "discard", "projector.on_directory_event"), "Say --yes"),
        (("clients", "add", "Qena portal", "--role", "king"), "case_worker"),
        (("areas", "load", "nowhere.geojson"), "does not exist"),
        (("clients", "list"), "`tashbik up` starts one"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_wrong_arguments_are_explained(run, arguments: tuple[str, ...], said: str):
    result = run(*arguments)

    assert result.exit_code == 2
    assert said in result.output


def test_config_lists_every_key(run):
    listed = run("config").output

    assert all(PREFIX + name.upper() in listed and key.meaning in listed for name, key in KEYS.items())


def test_config_hides_passwords(run):
    listed = run("config", TASHBIK_AMQP_URL="amqp://tashbik:hunter2@broker", TASHBIK_SMSC_PASSWORD="hunter2")

    assert "hunter2" not in listed.output
    assert listed.output.count("(hidden)") == 2


def test_keys_are_made(run, tmp_path: Path):
    result = run("keys", "create", str(tmp_path / "keys"))

    assert result.exit_code == 0
    assert (tmp_path / "keys" / "master.key").exists()


def test_status_without_node_fails(run):
    result = run("status")

    assert result.exit_code == 1
    assert "`tashbik up` starts one" in result.output


def test_down_without_node_is_well(run):
    assert run("down").exit_code == 0


def test_missing_broker_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(parts, "RABBITMQ_SCRIPTS", tmp_path)  # a machine without RabbitMQ cannot be had otherwise
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(parts.MissingPart, match="apt-get install rabbitmq-server"):
        parts.find_rabbitmq()


def test_missing_database_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(parts.sysconfig, "get_path", lambda name: str(tmp_path))  # nor one without the wheel
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(parts.MissingPart, match="make setup"):
        parts.find_mongod()


def test_setting_that_the_node_makes_is_refused(run):
    result = run("up", TASHBIK_MONGO_URL="mongodb://elsewhere")

    assert result.exit_code == 1
    assert "TASHBIK_MONGO_URL is set by the node itself" in result.output
