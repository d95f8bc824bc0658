"""Encrypt single values at rest, and make keyed tokens by which they can be found.

::

    master key (a file) ─opens─▶ vault: data keys ─open─▶ values
                                                 └─open─▶ vault_look_ups: one key a field and version ─make─▶ tokens
    vault_state: which data key writes, which versions of look-up keys do

A value is encrypted with pymongo's client-side field level encryption (AEAD_AES_256_CBC_HMAC_SHA_512, random: the same
value gives another ciphertext each time); the ciphertext names its data key. Equality and uniqueness rest on tokens:
HMAC-SHA-256 of the normalised value under a key of its own for each field, as ``<version of the key>:<hex>``.

Keys are exchanged while services run (:mod:`chassis.rotation`), so which of them to write with is read in the very
transaction that writes: :meth:`FieldVault.current`. Only key material is remembered; it never changes.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from bson import Binary
from bson.codec_options import CodecOptions
from nameko.extensions import DependencyProvider
from pymongo import IndexModel
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.encryption import Algorithm, ClientEncryption
from pymongo.errors import DuplicateKeyError, EncryptionError

from chassis import masters
from chassis.config import Config, ConfigError
from chassis.database import UNREACHABLE, prepare, transaction
from chassis.errors import Unavailable
from chassis.masters import Masters
from chassis.mongo import Storage, wait

T = TypeVar("T")
Document = dict[str, Any]

VAULT, LOOK_UPS, STATES = "vault", "vault_look_ups", "vault_state"
STATE = "keys"
FIRST_DATA_KEY = "fields"
LOOK_UP_KEY_BYTES = 32
INDEXES = {
    VAULT: (
        IndexModel(
            "keyAltNames",
            name="keyAltNames_1",
            unique=True,
            partialFilterExpression={"keyAltNames": {"$exists": True}},
        ),
    ),
    LOOK_UPS: (),
    STATES: (),
}


@dataclass(frozen=True, slots=True)
class Tokened:
    """Say where a collection keeps tokens, and of what.

    ``fields`` maps the path of an array of tokens to the field whose key makes them. ``values`` takes a stored document
    of ``projection`` and what decrypts, and returns the normalised values by those paths.
    """

    collection: str
    fields: Mapping[str, str]
    projection: tuple[str, ...]
    values: Callable[[Mapping[str, Any], Callable[[Any], str]], Mapping[str, Iterable[str]]]


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """Encrypt and make tokens with the keys that were in use when a transaction began. Use it in that one only."""

    vault: FieldVault
    data_key: Binary
    versions: Mapping[str, tuple[int, ...]]

    def encrypt(self, value: str) -> Binary:
        """Return the value's ciphertext, another one each time."""
        return self.vault.encrypt(value, self.data_key)

    def tokens(self, field: str, normalised: str) -> list[str]:
        """Return the tokens of a normalised value of ``field``: one, and two while the field's key rotates."""
        versions = self.versions.get(field) or self.vault.begin(field)
        return [self.vault.token(field, version, normalised) for version in versions]


class FieldVault:
    """Encrypt, decrypt and make tokens for one service's database. Thread-safe; a value costs about 0.1 ms."""

    def __init__(self, database: Database[Document], keys: Path) -> None:
        """Take the service's database and the directory of the node's keys."""
        self.database = database
        self._keys = keys
        self._encryption = opened(database, masters.read(keys))
        self._look_ups: dict[tuple[str, int], bytes] = {}
        self._lock = threading.Lock()

    def prepare(self) -> None:
        """Create what is missing, safe to run from several processes at once.

        Raises :class:`ConfigError` where a data key needs a master key that is in no file.
        """
        prepare(self.database, INDEXES)
        if self.database[STATES].find_one({"_id": STATE}) is None:
            first = {"_id": STATE, "data_key": self._first_data_key(), "retired_data_keys": [], "look_ups": {}}
            with suppress(DuplicateKeyError):  # another process was first
                self.database[STATES].insert_one(first)
        self.check()

    def check(self) -> None:
        """Open every data key; raise :class:`ConfigError` where one needs a master key that is in no file."""
        if missing := self._missing_masters():
            raise ConfigError(f"TASHBIK_KEYS: no file master*.key in {self._keys} is the master key {missing}")
        try:
            for data_key in self.database[VAULT].distinct("_id"):
                self.encrypt("", data_key)
        except EncryptionError as error:
            raise ConfigError(f"TASHBIK_KEYS: the files in {self._keys} do not open every data key") from error

    def state(self, session: ClientSession | None = None) -> Document:
        """Return which keys are in use, as it is stored."""
        found = self.database[STATES].find_one({"_id": STATE}, session=session)
        if found is None:
            raise RuntimeError("The vault has not been prepared.")
        return found

    def current(self, session: ClientSession | None) -> Keys:
        """Return the keys to write with, or to look up by, in the transaction of ``session``."""
        state = self.state(session)
        versions = {field: tuple(one["versions"]) for field, one in state["look_ups"].items()}
        return Keys(self, state["data_key"], versions)

    def encrypt(self, value: str, data_key: Binary) -> Binary:
        """Return the value's ciphertext under a data key."""
        algorithm = Algorithm.AEAD_AES_256_CBC_HMAC_SHA_512_Random
        return self._crypt(lambda encryption: encryption.encrypt(value, algorithm, key_id=data_key))

    def decrypt(self, ciphertext: Binary) -> str:
        """Return the value that was encrypted, under whichever data key."""
        return str(self._crypt(lambda encryption: encryption.decrypt(ciphertext)))

    def token(self, field: str, version: int, normalised: str) -> str:
        """Return a token: equal values of one field and version, equal tokens, and nothing else."""
        digest = hmac.new(self._look_up_key(field, version), normalised.encode(), hashlib.sha256).hexdigest()
        return f"{version}:{digest}"

    def begin(self, field: str) -> tuple[int, ...]:
        """Make the first look-up key of a field, unless another process was first; return the versions in use."""

        def body(session: ClientSession) -> tuple[int, ...]:
            known = self.current(session).versions.get(field)
            if known is None:
                self.make_look_up_key(field, 1, session)
                in_use = {f"look_ups.{field}": {"versions": [1], "retiring": []}}
                self.database[STATES].update_one({"_id": STATE}, {"$set": in_use}, session=session)
            return known or (1,)

        return transaction(self.database, body)

    def make_look_up_key(self, field: str, version: int, session: ClientSession) -> None:
        """Make a look-up key, unless it is there."""
        name, fresh = f"{field}:{version}", secrets.token_hex(LOOK_UP_KEY_BYTES)
        if self.database[LOOK_UPS].find_one({"_id": name}, session=session) is None:
            document = {"_id": name, "key": self.current(session).encrypt(fresh)}
            self.database[LOOK_UPS].insert_one(document, session=session)

    def make_data_key(self, name: str) -> Binary:
        """Make a data key of a name, unless it is there; return its id."""
        if self.database[VAULT].find_one({"keyAltNames": name}) is None:
            provider: Any = masters.name_of(masters.master_key(self._keys))
            with suppress(DuplicateKeyError, EncryptionError):  # another process was first, or the next line says so
                self._crypt(lambda encryption: encryption.create_data_key(provider, key_alt_names=[name]))
        made = self.database[VAULT].find_one({"keyAltNames": name})
        if made is None:
            raise Unavailable("A data key cannot be made.")
        return Binary(made["_id"], made["_id"].subtype)

    def _first_data_key(self) -> Binary:
        return self.make_data_key(FIRST_DATA_KEY)

    def _look_up_key(self, field: str, version: int) -> bytes:
        with self._lock:
            if (field, version) not in self._look_ups:
                stored = self.database[LOOK_UPS].find_one({"_id": f"{field}:{version}"})
                if stored is None:
                    raise Unavailable("A look-up key has been exchanged meanwhile; the call may be made again.")
                self._look_ups[field, version] = bytes.fromhex(self.decrypt(stored["key"]))
            return self._look_ups[field, version]

    def _crypt(self, operation: Callable[[ClientEncryption[Document]], T]) -> T:
        """Run an operation; where it fails, read the master keys again: a new one may have come into use."""
        with suppress(EncryptionError):
            return self._reached(operation)
        self._encryption = opened(self.database, masters.read(self._keys))
        try:
            return self._reached(operation)
        except EncryptionError as error:
            if missing := self._missing_masters():
                raise Unavailable(f"No file of this process is the master key {missing}.") from error
            raise

    def _reached(self, operation: Callable[[ClientEncryption[Document]], T]) -> T:
        """Run an operation; where the database could not be asked for the key, that says nothing of the key."""
        try:
            return operation(self._encryption)
        except EncryptionError as error:
            if isinstance(error.cause, UNREACHABLE):
                raise Unavailable("The database does not answer; the call may be made again.") from error
            raise

    def _missing_masters(self) -> str:
        wanted = set(self.database[VAULT].distinct("masterKey.provider"))
        return ", ".join(sorted(wanted - set(masters.read(self._keys).providers)))


def opened(database: Database[Document], known: Masters) -> ClientEncryption[Document]:
    """Return what encrypts and decrypts by the data keys of a database that some master keys open."""
    options: CodecOptions[Document] = CodecOptions(tz_aware=True)
    return ClientEncryption(known.providers, f"{database.name}.{VAULT}", database.client, options)


class Vault(DependencyProvider):
    """Give a service its :class:`FieldVault`."""

    storage = Storage()

    def __init__(self) -> None:
        """Start without keys."""
        super().__init__()
        self._vault: FieldVault | None = None

    def setup(self) -> None:
        """Read the master keys and create the data key."""
        config: Config = self.container.config["TASHBIK"]
        wait(self.storage.database)
        self._vault = FieldVault(self.storage.database, config.keys)
        self._vault.prepare()

    def get_dependency(self, worker_ctx: Any) -> FieldVault:
        """Return the vault."""
        assert self._vault is not None  # noqa: S101 - set up before any worker runs
        return self._vault
