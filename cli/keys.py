"""Make the keys of a node: who each process is, whom it trusts, and what it encrypts and seals with.

::

    DIR/identity/<name>.pem   Ed25519 private key of each process
    DIR/trusted/<name>.pem    its public half, which every other process knows
    DIR/event.key             32 random bytes that seal events between the services of the node
    DIR/master.key            96 random bytes, the local master key of field-level encryption
    DIR/master.next.key       the one that is to follow it, while master keys rotate
    DIR/token.pem             Ed25519 private key that signs access tokens
    DIR/audit.pem             Ed25519 private key that seals the audit trail
    DIR/audit/<key's id>.pem  its public half, and those of the keys before it: who verifies needs no more

Everything is readable by its owner only. Nothing that exists is ever written again: a lost ``master.key`` makes every
encrypted value unreadable for good.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from joserfc.jwk import OKPKey

from chassis.masters import CURRENT, MASTER_KEY_BYTES, NEXT
from chassis.trail.seals import PRIVATE_NAME, PUBLIC_FOLDER, SealingKey

IDENTITIES = ("gateway", "registry", "referrals", "notifications", "projector", "importer", "cli")
EVENT_KEY_BYTES = 32


def create(directory: Path) -> list[Path]:
    """Make what is missing in ``directory`` and return the files that were made; safe to repeat."""
    for folder in (directory, directory / "identity", directory / "trusted", directory / PUBLIC_FOLDER):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return [path for path, content in _wanted(directory) if _write_new(path, content)]


def create_next_master(directory: Path) -> bool:
    """Make the master key that is to follow, unless there is one; tell whether it was made."""
    return _write_new(directory / NEXT, secrets.token_bytes(MASTER_KEY_BYTES))


def _wanted(directory: Path) -> Iterator[tuple[Path, bytes]]:
    for name in IDENTITIES:
        private = directory / "identity" / f"{name}.pem"
        yield private, _private_key()
        yield directory / "trusted" / f"{name}.pem", _public_half(private)
    yield directory / "event.key", secrets.token_bytes(EVENT_KEY_BYTES)
    yield directory / CURRENT, secrets.token_bytes(MASTER_KEY_BYTES)
    yield directory / "token.pem", _private_key()
    sealing = directory / PRIVATE_NAME
    yield sealing, _private_key()
    yield directory / PUBLIC_FOLDER / f"{SealingKey.read(directory).id}.pem", _public_half(sealing)


def _private_key() -> bytes:
    return OKPKey.generate_key("Ed25519").as_pem(private=True)


def _public_half(private: Path) -> bytes:
    return OKPKey.import_key(private.read_bytes()).as_pem(private=False)


def _write_new(path: Path, content: bytes) -> bool:
    with suppress(FileExistsError):
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
        return True
    return False
