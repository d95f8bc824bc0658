"""Prove that keys are exchanged by one command, that it says what it does, and that it can be given again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import pytest
from click.testing import CliRunner, Result

from chassis.config import Config
from chassis.crypto import FieldVault, Vault
from chassis.database import CHASSIS_INDEXES, connect, prepare
from cli import roster, rotation
from cli.context import Context
from cli.keys import create, create_next_master
from cli.main import main
from services.referrals.families.store import TOKENS
from tests.parts import environment_of

ID = "EG:29001012100018"


class Node:
    """Hold the databases of two services that encrypt, and run ``tashbik`` on them."""

    def __init__(self, config: Config, home: Path) -> None:
        """Take the configuration."""
        self.config = config
        self._home = home

    def run(self, *arguments: str) -> Result:
        """Run a command."""
        context = Context(self._home)
        return CliRunner().invoke(main, arguments, obj=context, env=environment_of(self.config))

    def vault(self, service: str) -> FieldVault:
        """Open a service's vault as its replicas do."""
        vault = FieldVault(connect(self.config, service), self.config.keys)
        vault.prepare()
        return vault

    def prepare(self) -> Any:
        """Keep a family and a text, and return the vault of families."""
        families = self.vault("referrals")
        keys = families.current(None)
        number = keys.encrypt(ID.removeprefix("EG:"))
        tokens = {"national_ids": keys.tokens(TOKENS["national_ids"], ID)}
        family = {
            "_id": "f",
            "members": [{"national_id": {"country": "EG", "number": number}}],
            "phone": None,
            **tokens,
        }
        families.database["families"].insert_one(family)
        texts = self.vault("notifications")
        texts.database["contents"].insert_one({"_id": "m", "text": texts.current(None).encrypt("السلام عليكم")})
        texts.database.client.close()
        return families


@pytest.fixture
def node(config: Config, tmp_path: Path) -> Iterator[Node]:
    """Give a node with keys and databases of its own."""
    own = replace(config, keys=tmp_path / "keys", database_prefix=f"{config.database_prefix}_{tmp_path.name[-8:]}")
    create(own.keys)
    yield Node(own, tmp_path / "run")
    for service in rotation.VAULTS:
        database = connect(own, service)
        database.client.drop_database(database.name)
        database.client.close()


@pytest.fixture
def families(node: Node) -> Iterator[FieldVault]:
    """Give the vault of families, with a family and a text kept."""
    with_records = node.prepare()
    prepare(with_records.database, CHASSIS_INDEXES)
    yield with_records
    with_records.database.client.close()


def number_of(vault: FieldVault) -> str:
    """Return the family's national id."""
    return vault.decrypt(vault.database["families"].find_one()["members"][0]["national_id"]["number"])


def test_every_service_that_encrypts_is_known():
    encrypting = {
        service.name
        for service in roster.SERVICES
        if any(isinstance(part, Vault) for part in vars(resolve_name(service.target)).values())
    }

    assert set(rotation.VAULTS) == encrypting


def test_master_key_is_exchanged(node: Node, families: FieldVault):
    before = (node.config.keys / "master.key").read_bytes()
    made = node.run("keys", "next-master", str(node.config.keys))

    done = node.run("keys", "rotate", "master")

    assert (made.exit_code, done.exit_code) == (0, 0), done.output
    assert (node.config.keys / "master.key").read_bytes() != before
    assert "move it to where older backups are kept" in done.output
    assert number_of(FieldVault(families.database, node.config.keys)) == number_of(families)


def test_without_next_master_key_nothing_changes(node: Node, families: FieldVault):
    node.run("keys", "rotate", "master")  # data keys of before name no master key

    said = node.run("keys", "rotate", "master")

    assert said.exit_code == 0
    assert "`tashbik keys next-master" in said.output


def test_next_master_key_is_never_written_again(node: Node):
    node.run("keys", "next-master", str(node.config.keys))
    before = (node.config.keys / "master.next.key").read_bytes()

    said = node.run("keys", "next-master", str(node.config.keys))

    assert "there already" in said.output
    assert (node.config.keys / "master.next.key").read_bytes() == before
    assert (node.config.keys / "master.next.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("kind", ["data", "lookup", "master"])
def test_dry_run_counts_and_changes_nothing(node: Node, families: FieldVault, kind: str):
    create_next_master(node.config.keys)
    before = families.state()

    said = node.run("keys", "rotate", kind, "--dry-run")

    assert said.exit_code == 0, said.output
    assert "referrals" in said.output
    assert families.state() == before
    assert (node.config.keys / "master.next.key").exists()


@pytest.mark.parametrize("kind", ["data", "lookup"])
def test_keys_of_all_services_are_exchanged(node: Node, families: FieldVault, monkeypatch: Any, kind: str):
    before = families.state()
    opened = rotation.open_rotation
    without_waiting = lambda context, report: opened(context, report, lambda _seconds: None)  # noqa: E731
    monkeypatch.setattr(rotation, "open_rotation", without_waiting)  # the server's transactions last a minute

    done = node.run("keys", "rotate", kind)

    assert done.exit_code == 0, done.output
    assert "waiting for changes under way" in done.output
    assert families.state() != before
    assert number_of(families) == ID.removeprefix("EG:")
    assert ID.removeprefix("EG:") not in done.output


def test_lost_master_key_is_named(node: Node, families: FieldVault):
    (node.config.keys / "master.key").unlink()
    create(node.config.keys)

    said = node.run("keys", "rotate", "data")

    assert said.exit_code == 1
    assert "is the master key local:" in said.output
