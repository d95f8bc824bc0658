"""Encrypt single values at rest, and make keyed tokens by which they can be found.

A value is encrypted with pymongo's client-side field level encryption (AEAD_AES_256_CBC_HMAC_SHA_512, random: the same
value gives another ciphertext each time), with a data key that lies in the service's ``vault`` collection, encrypted
under the node's master key (``keys/master.key``, 96 bytes, never in the database).

Equality and uniqueness rest on :meth:`Vault.token`: HMAC-SHA-256 of the normalised value under a key of its own for
each field. Those keys are random and lie in the ``vault_look_ups`` collection, encrypted with the data key, each with
its version, which stands in the token: ``1:<hex>``.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from bson import Binary
from bson.codec_options import CodecOptions
from nameko.extensions import DependencyProvider
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.encryption import Algorithm, ClientEncryption
from pymongo.errors import DuplicateKeyError, EncryptionError

from chassis.config import Config, ConfigError
from chassis.mongo import Storage, wait

COLLECTION = "vault"
LOOK_UPS = "vault_look_ups"
DATA_KEY = "fields"
MASTER_KEY_BYTES = 96
LOOK_UP_KEY_BYTES = 32
VERSION = 1


def master_key(keys: Path) -> bytes:
    """Read ``<keys>/master.key``; raise :class:`ConfigError` where it is missing or of a wrong size."""
    path = keys / "master.key"
    try:
        key = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"TASHBIK_KEYS: {path} cannot be read ({error.strerror})") from error
    if len(key) != MASTER_KEY_BYTES:
        raise ConfigError(f"TASHBIK_KEYS: {path} must hold {MASTER_KEY_BYTES} bytes, and holds {len(key)}")
    return key


class FieldVault:
    """Encrypt, decrypt and make tokens for one service's database. Thread-safe; a value costs about 0.1 ms."""

    def __init__(self, database: Database[dict[str, Any]], master: bytes) -> None:
        """Take the database whose ``vault`` holds the keys, and the master key."""
        self._database = database
        self._encryption: ClientEncryption[dict[str, Any]] = ClientEncryption(
            {"local": {"key": master}},
            f"{database.name}.{COLLECTION}",
            database.client,
            CodecOptions(tz_aware=True),
        )
        self._look_ups: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def prepare(self) -> None:
        """Create the data key where it is missing; safe to run from several processes at once."""
        self._keys().create_index(
            "keyAltNames", unique=True, partialFilterExpression={"keyAltNames": {"$exists": True}}
        )
        if self._keys().find_one({"keyAltNames": DATA_KEY}) is None:
            try:
                self._encryption.create_data_key("local", key_alt_names=[DATA_KEY])
            except (DuplicateKeyError, EncryptionError):
                if self._keys().find_one({"keyAltNames": DATA_KEY}) is None:
                    raise

    def encrypt(self, value: str) -> Binary:
        """Return the value's ciphertext, another one each time."""
        return self._encryption.encrypt(value, Algorithm.AEAD_AES_256_CBC_HMAC_SHA_512_Random, key_alt_name=DATA_KEY)

    def decrypt(self, ciphertext: Binary) -> str:
        """Return the value that :meth:`encrypt` was given."""
        return str(self._encryption.decrypt(ciphertext))

    def token(self, field: str, normalised: str) -> str:
        """Return the keyed token of a normalised value of ``field``: equal values, equal tokens, and nothing else."""
        digest = hmac.new(self._look_up_key(field), normalised.encode(), hashlib.sha256).hexdigest()
        return f"{VERSION}:{digest}"

    def _look_up_key(self, field: str) -> bytes:
        with self._lock:
            if field not in self._look_ups:
                self._look_ups[field] = self._stored_look_up_key(f"{field}:{VERSION}")
            return self._look_ups[field]

    def _stored_look_up_key(self, name: str) -> bytes:
        collection = self._database[LOOK_UPS]
        stored = collection.find_one({"_id": name})
        if stored is None:
            fresh = self.encrypt(secrets.token_hex(LOOK_UP_KEY_BYTES))
            with suppress(DuplicateKeyError):  # another process was first: its key counts
                collection.insert_one({"_id": name, "key": fresh})
            stored = collection.find_one({"_id": name})
        return bytes.fromhex(self.decrypt(stored["key"]))  # type: ignore[index]

    def _keys(self) -> Collection[dict[str, Any]]:
        return self._database[COLLECTION]


class Vault(DependencyProvider):
    """Give a service its :class:`FieldVault`."""

    storage = Storage()

    def __init__(self) -> None:
        """Start without keys."""
        super().__init__()
        self._vault: FieldVault | None = None

    def setup(self) -> None:
        """Read the master key and create the data key."""
        config: Config = self.container.config["TASHBIK"]
        wait(self.storage.database)
        self._vault = FieldVault(self.storage.database, master_key(config.keys))
        self._vault.prepare()

    def get_dependency(self, worker_ctx: Any) -> FieldVault:
        """Return the vault."""
        assert self._vault is not None  # noqa: S101 - set up before any worker runs
        return self._vault
