"""Exchange the look-up keys of a database: write tokens of two versions, fill in what is missing, take the old away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pymongo import UpdateOne
from pymongo.client_session import ClientSession

from chassis.crypto import LOOK_UPS, Document, Keys, Tokened
from chassis.rotation.turn import Turn


def rotate(turn: Turn, collections: Iterable[Tokened]) -> None:
    """Exchange all look-up keys, or go on with an exchange that was begun."""
    tokened = tuple(collections)
    if not turn.vault.state()["look_ups"]:
        return
    if not (_announced(turn) or _retiring(turn)):
        begin(turn)
    if _announced(turn):
        turn.settle()
        turn.until_done(lambda: fill(turn, tokened))
        switch(turn)
    turn.settle()
    turn.until_done(lambda: strip(turn, tokened))
    end(turn)


def plan(turn: Turn, collections: Iterable[Tokened]) -> dict[str, int]:
    """Return how many records of each collection bear a token of a version that is to go, by the path of it."""
    first = {field: one["retiring"] or one["versions"][:1] for field, one in turn.vault.state()["look_ups"].items()}
    return {
        f"{one.collection}.{path}": turn.database[one.collection].count_documents(_of_version(path, first[field][0]))
        for one in collections
        for path, field in one.fields.items()
        if field in first
    }


def begin(turn: Turn) -> None:
    """Announce the next version of every look-up key: from now on writers write both, and look-ups try both."""

    def effect(session: ClientSession) -> dict[str, Any]:
        update: Document = {"look_ups": {}}
        for field, one in turn.vault.state(session)["look_ups"].items():
            following = one["versions"][-1] + 1
            turn.vault.make_look_up_key(field, following, session)
            update["look_ups"][field] = {"versions": [*one["versions"], following], "retiring": []}
        return {"$set": update}

    turn.move("keys.look_up_keys_begun", "", effect)


def fill(turn: Turn, collections: Iterable[Tokened]) -> int:
    """Give tokens of the new version to records that lack them; return how many were found. Once writers write both."""
    announced = _announced(turn)
    return sum(
        _filled(turn, one, path, announced[field])
        for one in collections
        for path, field in one.fields.items()
        if field in announced
    )


def switch(turn: Turn) -> None:
    """Let the new version alone be written and looked up by. Once every record bears it."""
    update: Document = {}
    for field, versions in _announced(turn).items():
        update[f"look_ups.{field}"] = {"versions": versions[-1:], "retiring": versions[:-1]}
    turn.move("keys.look_up_keys_switched", "", lambda _session: {"$set": update})


def strip(turn: Turn, collections: Iterable[Tokened]) -> int:
    """Take old tokens away and return how many records bore one. Once nobody writes them."""
    retiring = _retiring(turn)
    return sum(
        _stripped(turn, one.collection, path, version)
        for one in collections
        for path, field in one.fields.items()
        for version in retiring.get(field, ())
    )


def end(turn: Turn) -> None:
    """Delete the old look-up keys."""
    retiring = _retiring(turn)
    names = [f"{field}:{version}" for field, versions in retiring.items() for version in versions]

    def effect(session: ClientSession) -> dict[str, Any]:
        turn.database[LOOK_UPS].delete_many({"_id": {"$in": names}}, session=session)
        return {"$set": {f"look_ups.{field}.retiring": [] for field in retiring}}

    turn.move("keys.look_up_keys_ended", ", ".join(names), effect)


def _announced(turn: Turn) -> dict[str, list[int]]:
    look_ups = turn.vault.state()["look_ups"]
    return {field: one["versions"] for field, one in look_ups.items() if len(one["versions"]) > 1}


def _retiring(turn: Turn) -> dict[str, list[int]]:
    look_ups = turn.vault.state()["look_ups"]
    return {field: one["retiring"] for field, one in look_ups.items() if one["retiring"]}


def _filled(turn: Turn, tokened: Tokened, path: str, versions: list[int]) -> int:
    lacking = _lacking(path, versions[0], versions[-1])
    what, found, keys = f"filling {tokened.collection}.{path}", 0, turn.vault.current(None)
    for batch in _batches(turn, tokened.collection, lacking, (*tokened.projection, path)):
        turn.write(tokened.collection, [_filling(turn, keys, tokened, path, document) for document in batch])
        found += len(batch)
        turn.report(what, found, turn.database[tokened.collection].estimated_document_count())
    return found


def _filling(turn: Turn, keys: Keys, tokened: Tokened, path: str, document: Document) -> UpdateOne:
    """Return what gives a record its tokens of all versions, unless those it has changed meanwhile."""
    values = tokened.values(document, turn.vault.decrypt).get(path, ())
    tokens = [token for value in values for token in keys.tokens(tokened.fields[path], value)]
    return UpdateOne({"_id": document["_id"], path: document[path]}, {"$set": {path: tokens}})


def _stripped(turn: Turn, collection: str, path: str, version: int) -> int:
    found = 0
    for batch in _batches(turn, collection, _of_version(path, version), ()):
        pull = {"$pull": {path: _of_version(path, version)[path]}}
        turn.write(collection, [UpdateOne({"_id": document["_id"]}, pull) for document in batch])
        found += len(batch)
        turn.report(f"stripping {collection}.{path}", found, 0)
    return found


def _of_version(path: str, version: int) -> dict[str, Any]:
    """Return a query that the index of tokens answers: those of one version have one beginning."""
    return {path: {"$regex": f"^{version}:"}}


def _lacking(path: str, old: int, new: int) -> dict[str, Any]:
    return {"$and": [_of_version(path, old), {path: {"$not": _of_version(path, new)[path]}}]}


def _batches(turn: Turn, collection: str, query: Document, wanted: tuple[str, ...]) -> Iterator[list[Document]]:
    projection = {"_id": 1, **dict.fromkeys(wanted, 1)}
    batch: list[Document] = []
    with turn.database[collection].find(query, projection, batch_size=turn.batch) as records:
        for record in records:
            batch.append(record)
            if len(batch) == turn.batch:
                yield batch
                batch = []
    if batch:
        yield batch
