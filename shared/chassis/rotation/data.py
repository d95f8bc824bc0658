"""Exchange the data key of a database: write by a new one, encrypt anew what the old one has encrypted, delete it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import bson
from bson import Binary
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo import UpdateOne
from pymongo.client_session import ClientSession

from chassis.crypto import VAULT, Document
from chassis.rotation.turn import Turn

ENCRYPTED = 6  # BSON's subtype: a byte, the id of the data key, and the rest
KEY_ID = slice(1, 17)


def rotate(turn: Turn) -> None:
    """Exchange the data key, or go on with an exchange that was begun."""
    if not turn.vault.state()["retired_data_keys"]:
        begin(turn)
    turn.settle()
    turn.until_done(lambda: re_encrypt(turn))
    turn.settle()  # somebody may still hold what was read before
    end(turn)


def plan(turn: Turn) -> dict[str, int]:
    """Return in how many records of each collection something stands that is to be encrypted anew."""
    state = turn.vault.state()
    retired = state["retired_data_keys"] or [state["data_key"]]
    return {name: sum(1 for _ in _under(turn, name, retired)) for name in turn.collections()}


def begin(turn: Turn) -> None:
    """Let a new data key write. It bears the old one's name: a turn that was killed finds it."""
    old = turn.vault.state()["data_key"]
    new = turn.vault.make_data_key(f"after {old.hex()}")
    update = {"$set": {"data_key": new}, "$push": {"retired_data_keys": old}}
    turn.move("keys.data_key_begun", new.hex(), lambda _session: update)


def re_encrypt(turn: Turn) -> int:
    """Go once through every collection and return in how many records something was found under the old key."""
    state = turn.vault.state()
    keys = turn.vault.current(None)

    def again(ciphertext: Binary) -> Binary:
        return keys.encrypt(turn.vault.decrypt(ciphertext))

    return sum(_go_through(turn, name, state["retired_data_keys"], again) for name in turn.collections())


def end(turn: Turn) -> None:
    """Delete the old data key."""
    retired = turn.vault.state()["retired_data_keys"]

    def effect(session: ClientSession) -> dict[str, Any]:
        turn.database[VAULT].delete_many({"_id": {"$in": retired}}, session=session)
        return {"$set": {"retired_data_keys": []}}

    turn.move("keys.data_key_ended", ", ".join(key.hex() for key in retired), effect)


def _go_through(turn: Turn, name: str, retired: list[Binary], again: Callable[[Binary], Binary]) -> int:
    found, changes = 0, list[UpdateOne]()
    total = turn.database[name].estimated_document_count()
    for document in _under(turn, name, retired):
        found += 1
        changes.append(_change(document, retired, again))
        if len(changes) == turn.batch:
            turn.write(name, changes)
            changes = []
            turn.report(f"encrypting {name} anew", found, total)
    if changes:
        turn.write(name, changes)
        turn.report(f"encrypting {name} anew", found, total)
    return found


def _under(turn: Turn, name: str, retired: list[Binary]) -> Iterator[Document]:
    """Yield the records in which something stands under one of these keys: the bytes of its id tell."""
    options: CodecOptions[RawBSONDocument] = CodecOptions(document_class=RawBSONDocument)
    records = turn.database[name].with_options(codec_options=options).find(sort=[("_id", 1)], batch_size=turn.batch)
    with records:
        for seen, record in enumerate(records):
            if seen % turn.batch == 0:
                turn.report(f"looking through {name}", seen, 0)
            if any(bytes(key) in record.raw for key in retired):
                document: Document = bson.decode(record.raw, CodecOptions(tz_aware=True))
                if any(_sealed(document, retired)):
                    yield document


def _change(document: Document, retired: list[Binary], again: Callable[[Binary], Binary]) -> UpdateOne:
    """Return what encrypts a record's values anew, unless any of them has changed meanwhile."""
    old = dict(_sealed(document, retired))
    return UpdateOne({"_id": document["_id"], **old}, {"$set": {path: again(value) for path, value in old.items()}})


def _sealed(value: Any, retired: list[Binary], path: str = "") -> Iterator[tuple[str, Binary]]:
    if isinstance(value, Binary) and value.subtype == ENCRYPTED and value[KEY_ID] in map(bytes, retired):
        yield path, value
    inner = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for name, part in inner:
        yield from _sealed(part, retired, f"{path}.{name}" if path else str(name))
