"""Prove that the master key can be exchanged while replicas run, and that no encrypted value is forgotten."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

import pytest

from chassis import masters
from chassis.config import ConfigError
from chassis.crypto import FieldVault
from chassis.masters import CURRENT, NEXT
from chassis.rotation import data, master
from chassis.rotation.turn import Stopped, Turn

ID = "29001012100018"


@pytest.fixture
def own_keys(tmp_path: Path) -> Path:
    """Give a directory with a master key, and one that is to follow it."""
    for name in (CURRENT, NEXT):
        (tmp_path / name).write_bytes(secrets.token_bytes(96))
    return tmp_path


@pytest.fixture
def vault(database, own_keys) -> FieldVault:
    """Give a vault."""
    own = FieldVault(database, own_keys)
    own.prepare()
    return own


@pytest.fixture
def turn(vault) -> Turn:
    """Give a rotation that waits for nobody."""
    return Turn(vault, "operator:cli", pause=lambda _seconds: None, batch=2)


def rewrap(turn: Turn, keys: Path) -> int:
    """Wrap data keys by the next master key."""
    return master.rewrap(turn, masters.read(keys), master.following(keys))


def test_next_master_key_alone_opens_all(database, own_keys, vault, turn):
    ciphertext = vault.current(None).encrypt(ID)

    rewrap(turn, own_keys)
    master.put_in(own_keys).unlink()

    assert [path.name for path in own_keys.iterdir()] == [CURRENT]
    assert FieldVault(database, own_keys).decrypt(ciphertext) == ID


def test_replica_without_next_key_reads_it(database, own_keys, vault, turn):
    following = (own_keys / NEXT).read_bytes()
    (own_keys / NEXT).unlink()
    ciphertext = vault.current(None).encrypt(ID)
    running = FieldVault(database, own_keys)

    (own_keys / NEXT).write_bytes(following)
    rewrap(turn, own_keys)

    assert running.decrypt(ciphertext) == ID


def test_rotation_of_master_key_repeats(own_keys, turn):
    assert rewrap(turn, own_keys) == 1
    assert rewrap(turn, own_keys) == 0
    assert master.put_in(own_keys)
    assert master.put_in(own_keys) is None
    assert rewrap(turn, own_keys) == 0


def test_files_half_exchanged_are_finished(database, own_keys, vault, turn):
    ciphertext = vault.current(None).encrypt(ID)
    rewrap(turn, own_keys)
    name = masters.name_of(masters.master_key(own_keys)).partition(":")[2]
    os.link(own_keys / CURRENT, own_keys / f"master.{name}.key")  # and killed here

    assert master.put_in(own_keys)
    assert FieldVault(database, own_keys).decrypt(ciphertext) == ID


def test_older_backup_opens_with_older_key(database, own_keys, vault, turn):
    ciphertext = vault.current(None).encrypt(ID)
    backup = list(database["vault"].find())
    rewrap(turn, own_keys)
    master.put_in(own_keys)

    database["vault"].delete_many({})
    database["vault"].insert_many(backup)

    restored = FieldVault(database, own_keys)
    restored.prepare()
    assert restored.decrypt(ciphertext) == ID
    assert rewrap(turn, own_keys) == 1


def test_half_copied_key_is_refused(own_keys):
    (own_keys / NEXT).write_bytes(b"half")

    with pytest.raises(ConfigError, match="must hold 96 bytes"):
        master.following(own_keys)


def test_no_encrypted_value_is_forgotten(database, vault, turn):
    keys = vault.current(None)
    sealed = {"deep": [{"er": {"value": keys.encrypt(ID)}}, keys.encrypt(ID)], "plain": ID, "none": None, "raw": b"x"}
    for collection, id_ in (("things", "1"), ("others", 7), ("others", b"id")):
        database[collection].insert_one({"_id": id_, **sealed})

    data.rotate(turn)

    for document in (*database["things"].find(), *database["others"].find()):
        values: list[Any] = [document["deep"][0]["er"]["value"], document["deep"][1]]
        assert {vault.decrypt(value) for value in values} == {ID}
        assert {bytes(value)[1:17] for value in values} == {bytes(vault.state()["data_key"])}
    assert len(list(database["vault"].find())) == 1


def test_other_rotation_waits_its_turn(vault, turn):
    other = Turn(vault, "operator:cli", pause=lambda _seconds: None)

    with turn.held(), pytest.raises(Stopped, match="Another rotation"), other.held():
        pass


def test_counts_say_what_is_left(database, vault, turn):
    database["things"].insert_one({"_id": "1", "value": vault.current(None).encrypt(ID)})

    assert data.plan(turn)["things"] == 1
    data.begin(turn)
    data.re_encrypt(turn)

    assert data.plan(turn)["things"] == 0
