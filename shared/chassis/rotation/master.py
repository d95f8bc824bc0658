"""Exchange the master key: wrap every data key of a database by the next one. No value is encrypted anew."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pymongo.encryption import Algorithm
from pymongo.errors import EncryptionError

from chassis import masters
from chassis.crypto import VAULT, opened
from chassis.masters import CURRENT, NEXT, Masters
from chassis.rotation.turn import Stopped, Turn


def following(keys: Path) -> bytes:
    """Return the master key that is to wrap data keys: the next one, where there is one, or the current one."""
    return masters.master_key(keys, NEXT if (keys / NEXT).exists() else CURRENT)


def plan(turn: Turn, master: bytes) -> int:
    """Return how many data keys are wrapped by another master key."""
    return turn.database[VAULT].count_documents(_wrapped_otherwise(master))


def rewrap(turn: Turn, known: Masters, master: bytes) -> int:
    """Wrap data keys by ``master``, and see that it alone opens them all; return how many were wrapped otherwise."""
    found = plan(turn, master)
    if found:
        provider: Any = masters.name_of(master)
        turn.move("keys.master_key_begun", provider, lambda _session: {"$set": {"master": provider}})
        with opened(turn.database, known) as encryption:
            encryption.rewrap_many_data_key(_wrapped_otherwise(master), provider=provider)
    _require_opened(turn, master)
    turn.report("wrapping data keys", found, found)
    return found


def put_in(keys: Path) -> Path | None:
    """Let the next master key be the current one; return where the one before lies now, None where there is no next.

    Each step is one that a file system does whole, and every key can be read at every moment.
    """
    if not (keys / NEXT).exists():
        return None
    name = masters.name_of(masters.master_key(keys)).partition(":")[2]
    before = keys / f"master.{name}.key"
    if not before.exists():
        before.hardlink_to(keys / CURRENT)
    (keys / NEXT).replace(keys / CURRENT)
    return before


def _wrapped_otherwise(master: bytes) -> dict[str, Any]:
    return {"masterKey.provider": {"$ne": masters.name_of(master)}}


def _require_opened(turn: Turn, master: bytes) -> None:
    alone = Masters(master, (master,))
    with opened(turn.database, alone) as encryption:
        for key in turn.database[VAULT].distinct("_id"):
            try:
                encryption.encrypt("", Algorithm.AEAD_AES_256_CBC_HMAC_SHA_512_Random, key_id=key)
            except EncryptionError as error:
                raise Stopped(f"The next master key does not open {turn.database.name}.") from error
