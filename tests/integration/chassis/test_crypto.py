"""Prove that encrypted fields tell nothing, and that tokens tell equality only."""

from __future__ import annotations

import secrets

import pytest

from chassis.config import ConfigError
from chassis.crypto import FieldVault, master_key

MASTER = secrets.token_bytes(96)


@pytest.fixture
def vault(database):
    """Give a vault with fresh keys."""
    own = FieldVault(database, MASTER)
    own.prepare()
    return own


def test_value_comes_back(vault):
    assert vault.decrypt(vault.encrypt("29001012100018")) == "29001012100018"


def test_same_value_other_ciphertext(vault):
    assert vault.encrypt("+201001234567") != vault.encrypt("+201001234567")


def test_tokens_are_equal_for_equal_values_only(vault):
    assert vault.token("phone", "+201001234567") == vault.token("phone", "+201001234567")
    assert vault.token("phone", "+201001234567") != vault.token("phone", "+201001234568")


def test_tokens_of_fields_differ(vault):
    assert vault.token("phone", "1") != vault.token("national_id", "1")


def test_replicas_share_keys(database, vault):
    other = FieldVault(database, MASTER)
    other.prepare()

    assert other.token("phone", "1") == vault.token("phone", "1")
    assert other.decrypt(vault.encrypt("سر")) == "سر"


def test_database_holds_no_key_in_clear(database, vault):
    token = vault.token("phone", "1")

    stored = database["vault_look_ups"].find_one()
    assert set(stored) == {"_id", "key"}
    assert token.startswith("1:")
    assert MASTER[:32] not in stored["key"]


def test_short_master_key_is_named(tmp_path):
    (tmp_path / "master.key").write_bytes(b"short")

    with pytest.raises(ConfigError, match="96 bytes"):
        master_key(tmp_path)
