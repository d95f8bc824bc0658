"""Prove that encrypted fields tell nothing, and that tokens tell equality only."""

from __future__ import annotations

import secrets

import pytest

from chassis import masters
from chassis.config import ConfigError
from chassis.crypto import FieldVault
from chassis.errors import Unavailable
from chassis.masters import master_key


@pytest.fixture
def own_keys(tmp_path):
    """Give a directory with a master key."""
    (tmp_path / "master.key").write_bytes(secrets.token_bytes(96))
    return tmp_path


@pytest.fixture
def vault(database, own_keys):
    """Give a vault with fresh keys."""
    own = FieldVault(database, own_keys)
    own.prepare()
    return own


@pytest.fixture
def in_use(vault):
    """Give the keys in use."""
    return vault.current(None)


def test_value_comes_back(vault, in_use):
    assert vault.decrypt(in_use.encrypt("29001012100018")) == "29001012100018"


def test_same_value_other_ciphertext(in_use):
    assert in_use.encrypt("+201001234567") != in_use.encrypt("+201001234567")


def test_tokens_are_equal_for_equal_values_only(in_use):
    assert in_use.tokens("phone", "+201001234567") == in_use.tokens("phone", "+201001234567")
    assert in_use.tokens("phone", "+201001234567") != in_use.tokens("phone", "+201001234568")


def test_tokens_of_fields_differ(in_use):
    assert in_use.tokens("phone", "1") != in_use.tokens("national_id", "1")


def test_replicas_share_keys(database, own_keys, in_use):
    other = FieldVault(database, own_keys)
    other.prepare()

    assert other.current(None).tokens("phone", "1") == in_use.tokens("phone", "1")
    assert other.decrypt(in_use.encrypt("سر")) == "سر"


def test_database_holds_no_key_in_clear(database, own_keys, in_use):
    (token,) = in_use.tokens("phone", "1")

    stored = database["vault_look_ups"].find_one()
    assert set(stored) == {"_id", "key"}
    assert token.startswith("1:")
    assert master_key(own_keys)[:32] not in stored["key"]


def test_short_master_key_is_named(tmp_path):
    (tmp_path / "master.key").write_bytes(b"short")

    with pytest.raises(ConfigError, match="96 bytes"):
        master_key(tmp_path)


def test_wrong_master_key_is_refused_at_start(database, own_keys, vault):
    name = masters.name_of(master_key(own_keys))
    (own_keys / "master.key").write_bytes(secrets.token_bytes(96))

    with pytest.raises(ConfigError, match=name):
        FieldVault(database, own_keys).prepare()


def test_missing_master_key_is_no_crash(database, own_keys, in_use):
    ciphertext = in_use.encrypt("29001012100018")
    (own_keys / "master.key").write_bytes(secrets.token_bytes(96))

    with pytest.raises(Unavailable, match="master key local:"):
        FieldVault(database, own_keys).decrypt(ciphertext)


def test_later_master_key_is_read(database, own_keys, in_use):
    ciphertext = in_use.encrypt("29001012100018")
    right = (own_keys / "master.key").read_bytes()
    (own_keys / "master.key").write_bytes(secrets.token_bytes(96))
    running = FieldVault(database, own_keys)

    (own_keys / "master.next.key").write_bytes(right)

    assert running.decrypt(ciphertext) == "29001012100018"
