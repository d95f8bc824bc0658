"""Prove that a database that does not answer is not mistaken for a key that does not open."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest
from bson import Binary
from pymongo import MongoClient
from pymongo.errors import EncryptionError, ServerSelectionTimeoutError

from chassis import crypto
from chassis.crypto import FieldVault
from chassis.errors import Unavailable


class Failing:
    """Fail to open anything, first by one cause, then by another."""

    def __init__(self, *causes: Exception) -> None:
        """Take the causes."""
        self._causes = list(causes)

    def decrypt(self, ciphertext: Binary) -> str:
        """Raise the next cause as pymongo does."""
        raise EncryptionError(self._causes.pop(0))


@pytest.mark.parametrize("first", [ValueError("no key"), ServerSelectionTimeoutError("away")], ids=["key", "database"])
def test_unreachable_database_is_an_outage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: Exception):
    (tmp_path / "master.key").write_bytes(secrets.token_bytes(96))
    failing = Failing(first, ServerSelectionTimeoutError("away"))
    monkeypatch.setattr(crypto, "opened", lambda database, known: failing)
    client: MongoClient = MongoClient("mongodb://127.0.0.1:1", connect=False, serverSelectionTimeoutMS=1)

    with client, pytest.raises(Unavailable, match="does not answer"):
        FieldVault(client["notifications"], tmp_path).decrypt(Binary(b"", 6))
