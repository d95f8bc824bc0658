"""Say what a seal is: the bytes that are hashed and signed, and the keys that sign and verify.

Bytes of an entry or a seal are its BSON, ``_id`` first and its other fields by name; so the order in which a database
keeps fields does not matter, and every field counts that somebody may add. They are taken as they are
stored, so that what cannot be read is sealed like anything else; ``unreadable`` says of how many entries that is true.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from bson.decimal128 import Decimal128
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from chassis.trail.stored import Stored

PURPOSE = b"tashbik audit seal 1\n"
"""What stands before the bytes of a seal, so that nothing else that is signed can pass for one."""
MARKS = ("seal", "position")
UNSIGNED = ("digests", "signature")
DIGEST_BYTES = hashlib.sha256().digest_size
KEY_ID_LETTERS = 16
PRIVATE_NAME, PUBLIC_FOLDER = "audit.pem", "audit"

Document = dict[str, Any]


class SealingKey:
    """Sign seals."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        """Take the private key."""
        self._private = private
        self.id = key_id(private.public_key())

    @classmethod
    def read(cls, keys: Path) -> SealingKey:
        """Read ``<keys>/audit.pem``; raise :class:`OSError` or :class:`ValueError` where there is no such key."""
        private = load_pem_private_key((keys / PRIVATE_NAME).read_bytes(), None)
        if not isinstance(private, Ed25519PrivateKey):
            raise ValueError(f"{keys / PRIVATE_NAME} is no Ed25519 key")
        return cls(private)

    def sign(self, content: bytes) -> bytes:
        """Return the signature of a seal's bytes."""
        return self._private.sign(content)


class TrustedKeys:
    """Verify seals."""

    def __init__(self, keys: Collection[Ed25519PublicKey]) -> None:
        """Take the public keys that are trusted."""
        self._keys = {key_id(key): key for key in keys}

    @classmethod
    def read(cls, folder: Path) -> TrustedKeys:
        """Read every ``*.pem`` of a folder; raise :class:`ValueError` for one that is no such key."""
        return cls([_public(path) for path in sorted(folder.glob("*.pem"))])

    def __bool__(self) -> bool:
        """Tell whether any key is trusted."""
        return bool(self._keys)

    def knows(self, id: object) -> bool:  # noqa: A002 - the field's name
        """Tell whether a key is trusted."""
        return isinstance(id, str) and id in self._keys

    def fits(self, seal: Mapping[str, Any]) -> bool:
        """Tell whether the key that a seal names has signed it as it stands."""
        try:
            self._keys[seal["key"]].verify(seal["signature"], signed_bytes(seal))
        except (InvalidSignature, KeyError, TypeError):
            return False
        return True


def key_id(key: Ed25519PublicKey) -> str:
    """Return the id of a key: the beginning of its SHA-256."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:KEY_ID_LETTERS]


def canonical(document: Mapping[str, Any], without: Sequence[str] = ()) -> bytes:
    """Return a document's bytes, the same for the same fields whatever their order."""
    return Stored.of(document).canonical(without)


def digest(entry: Mapping[str, Any]) -> bytes:
    """Return the SHA-256 of an audit entry as it was written, before it was marked as sealed."""
    return hashlib.sha256(canonical(entry, MARKS)).digest()


def over(digests: bytes) -> str:
    """Return the hash over the digests of a seal's entries, which stand one after the other."""
    return hashlib.sha256(digests).hexdigest()


def signed_bytes(seal: Mapping[str, Any]) -> bytes:
    """Return the bytes of a seal that are signed and hashed."""
    return PURPOSE + canonical(seal, UNSIGNED)


def hash_of(seal: Mapping[str, Any]) -> str:
    """Return the hash of a seal, by which the next one names it."""
    return hashlib.sha256(signed_bytes(seal)).hexdigest()


def make(
    service: str,
    previous: Mapping[str, Any] | None,
    entries: Sequence[Mapping[str, Any]],
    key: SealingKey,
    at: datetime,
) -> Document:
    """Return the seal over ``entries``, at least one, that follows ``previous``."""
    stored = [Stored.of(entry) for entry in entries]
    digests = b"".join(map(digest, stored))
    unreadable = sum(not entry.readable for entry in stored)
    seal: Document = {
        "_id": int(number(previous["_id"])) + 1 if previous else 1,
        "service": service,
        "previous": hash_of(previous) if previous else "",
        "first": entries[0]["_id"],
        "last": entries[-1]["_id"],
        "count": len(entries),
        "entries": over(digests),
        "at": at,
        "key": key.id,
        **({"unreadable": unreadable} if unreadable else {}),
    }
    return seal | {"digests": digests, "signature": key.sign(signed_bytes(seal))}


def number(value: Any) -> Any:
    """Return a number, of a seal or that an entry names, so that it compares with others."""
    return value.to_decimal() if isinstance(value, Decimal128) else value


def _public(path: Path) -> Ed25519PublicKey:
    public = load_pem_public_key(path.read_bytes())
    if not isinstance(public, Ed25519PublicKey):
        raise ValueError(f"{path} is no Ed25519 key")
    return public
