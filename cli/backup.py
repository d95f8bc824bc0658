"""Back a node's databases up at one moment, and restore them: ``tashbik backup DIR``, ``tashbik restore DIR``.

::

    DIR/manifest.json                  node, moment, fingerprints of keys; each file's count, checksum and indexes
    DIR/<service>.<collection>.bson.gz documents one after the other, as MongoDB stores them

Everything is read in one snapshot (``docs/decisions/0012-backups-at-one-moment.md`` says what follows from that, and
what a restored node may not send again). Memory is bounded by a batch, whatever the size of the database.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

import bson
import click
import orjson
from amqp.exceptions import NotFound as NoQueue
from bson import json_util
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import OperationFailure

from chassis import amqp, clock, masters, parcels
from chassis.config import Config
from chassis.crypto import VAULT
from chassis.database import connect
from chassis.errors import Conflict, Invalid, Unavailable
from chassis.work import DUE_AT_ONCE
from cli import restoring, roster
from cli.context import Context, pass_context
from cli.doctor import broker
from cli.held_back import hold_back
from cli.restoring import GATEWAY

FORMAT = 1
MANIFEST = "manifest.json"
EVENT_KEY = "event.key"
UNKEPT = {"leases", "rates", "rate_windows", "system.profile"}
"""Collections that are of no use later: who held what, and how often somebody called."""
DIRECTORYS = {f"directory_{name}" for name in ("figures", "area_figures", "projectors", "counting", "form")}
MADE_AT_START = UNKEPT | {"vault", "vault_look_ups", "vault_state", "reviews"} | DIRECTORYS
"""Collections that services write to as soon as they start, before anybody has done anything."""
BATCH = 500
RAW: CodecOptions[Any] = CodecOptions(document_class=RawBSONDocument)
TOO_OLD = (239, 246)  # SnapshotTooOld, SnapshotUnavailable
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Restored:
    """Count what was restored: documents, events that are published once more, and notices that are held back."""

    documents: int
    events: int
    held: int


@click.command()
@click.argument("directory", type=click.Path(path_type=Path))
@pass_context
def backup(context: Context, directory: Path) -> None:
    """Write all databases of the node, as they are at one moment, to the new directory DIRECTORY.

    The node goes on working. Keys are not in it: keep keys/master.key and keys/event.key apart from it.
    """
    manifest = write(context.config, directory)
    context.say(f"{sum(each['count'] for each in manifest['files'].values())} documents in {directory}.")
    context.say(f"It can be restored only together with {EVENT_KEY} and the master keys of {context.config.keys}.")


@click.command()
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--send-doubtful", is_flag=True, help="Send notices that may have gone out after the backup was made.")
@click.option("--again", is_flag=True, help="Remove first what a restore has left that was broken off.")
@pass_context
def restore(context: Context, directory: Path, *, send_doubtful: bool, again: bool) -> None:
    """Restore the backup in DIRECTORY into a node that holds nothing yet, and whose services do not run.

    Notices that were under way when the backup was made are held back, since they may have gone out afterwards.
    """
    with restoring.interruptible(), _resting(context):
        done = read(context.config, directory, send_doubtful=send_doubtful, again=again)
    context.say(f"{done.documents} documents restored; {done.events} events are published once more.")
    if done.held:
        context.say(f"{done.held} notices may have gone out already and are held back, as failed (`restored`).")
    context.say("Now start the services if they do not run, and look with `tashbik doctor`.")


@contextmanager
def _resting(context: Context) -> Iterator[None]:
    """Stop the services of a node without Docker for the length of the block; elsewhere the operator does.

    They are ready when the block is over; where it fails, nobody waits for them.
    """
    node = context.node
    names = [*(service.name for service in roster.SERVICES), roster.API] if node.runs() else []
    if names:
        node.supervisor.stop_all(names)
    try:
        yield
    finally:
        for name in names:
            node.start(name)
    for name in names:
        node.wait_ready(name)


def write(config: Config, directory: Path) -> Document:
    """Write a backup and return its manifest; raise :class:`Conflict` where there is something already.

    The manifest is written last, and the directory gets its name when all is written: half a backup never looks whole.
    """
    if directory.exists():
        raise Conflict(f"{directory} is there already; name a new one.")
    part = directory.with_name(f".{directory.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(mode=0o700, parents=True)
    try:
        manifest = _write(config, part)
        (part / MANIFEST).write_bytes(orjson.dumps(manifest, option=orjson.OPT_INDENT_2))
        part.rename(directory)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return manifest


def read(config: Config, directory: Path, *, send_doubtful: bool = False, again: bool = False) -> Restored:
    """Restore a backup; ``again``, where an earlier restore was killed, in the place of what that has left.

    Raises :class:`Invalid` for a backup that is not whole or of other keys, and :class:`Conflict` where the node holds
    anything. Nothing is changed then; what is written before another failure is taken away again.
    """
    manifest = checked(directory)
    _check_keys(config, manifest)
    _check_quiet(config)
    with connect(config, GATEWAY).client as client:
        _check_vacant(config, client, again=again)
        try:
            restoring.mark(config, client, directory)
            restoring.clear(config, client)
            done = _restore(config, client, directory, manifest, send_doubtful=send_doubtful)
            restoring.unmark(config, client)
        except BaseException:
            for database in _databases(config, client).values():
                client.drop_database(database)
            raise
        return done


def checked(directory: Path) -> Document:
    """Return the manifest of a backup of which every file is whole; raise :class:`Invalid` otherwise."""
    try:
        manifest: Document = orjson.loads((directory / MANIFEST).read_bytes())
        files: dict[str, Document] = manifest["files"]
        known = manifest["format"] == FORMAT
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Invalid(f"{directory} holds no backup: its {MANIFEST} is missing or cannot be read.") from error
    if not known:
        raise Invalid(f"{directory} was written in another format; restore it with the version that wrote it.")
    for name, file in files.items():
        if Path(name).name != name or not (directory / name).is_file() or _digest(directory / name) != file["sha256"]:
            raise Invalid(f"{name} of the backup is missing or damaged; nothing was restored.")
    return manifest


def _write(config: Config, part: Path) -> Document:
    with connect(config, GATEWAY).client as client, client.start_session(snapshot=True) as session:
        if half := restoring.begun(config, client):
            raise Conflict(f"{half}: the node is not whole. Nothing was written.")
        files = {}
        for service, name in _databases(config, client).items():
            database = client[name]
            for collection in sorted(set(database.list_collection_names()) - UNKEPT):
                path = part / f"{service}.{collection}.bson.gz"
                try:
                    count = _dump(database, collection, path, session)
                except OperationFailure as error:
                    raise _explained(error) from error
                files[path.name] = {
                    **{"service": service, "collection": collection, "count": count, "sha256": _digest(path)},
                    "indexes": json_util.dumps(list(database[collection].list_indexes())),
                }
        return {
            **{"format": FORMAT, "node": config.node, "at": clock.now().isoformat()},
            **{"event_key": _digest(config.keys / EVENT_KEY), "masters": _masters(config, client), "files": files},
        }


def _dump(database: Database[Document], collection: str, path: Path, session: Any) -> int:
    """Write a collection's documents, and return how many there are."""
    count = 0
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        with gzip.open(file, "wb", compresslevel=3) as stream:
            for batch in database[collection].find_raw_batches({}, session=session):
                raw = cast(bytes, batch)
                stream.write(raw)
                count += sum(1 for _ in bson.decode_iter(raw, RAW))
        os.fsync(file.fileno())
    return count


def _explained(error: OperationFailure) -> Exception:
    if error.code not in TOO_OLD:
        return error
    return Conflict(
        "The backup took longer than the database keeps a moment for readers. Let it keep one for longer: set its "
        "parameter minSnapshotHistoryWindowInSeconds (300 unless set) to the seconds that a backup takes."
    )


def _restore(
    config: Config, client: MongoClient[Document], directory: Path, manifest: Document, *, send_doubtful: bool
) -> Restored:
    for name, file in manifest["files"].items():
        target = connect(config, file["service"])
        with target.client:
            _load(target, file, directory / name)
    for database in _databases(config, client).values():
        client[database]["inbox"].update_many({}, {"$set": {"at": clock.now()}})  # the events come again from now on
    events = sum(_republish(client[config.database(service)]) for service in _publishers(manifest))
    held = 0 if send_doubtful else hold_back(config)
    for file in manifest["files"].values():
        _make_indexes(client[config.database(file["service"])], file, expiring=True)
    return Restored(sum(file["count"] for file in manifest["files"].values()), events, held)


def _load(database: Database[Document], file: Mapping[str, Any], path: Path) -> None:
    """Make a collection with its indexes, and write its documents.

    Indexes by which documents expire are made at the end: by then a confirmed event of an old backup is due again.
    """
    collection = database.get_collection(file["collection"], codec_options=RAW)
    database.create_collection(file["collection"])
    _make_indexes(database, file, expiring=False)
    with gzip.open(path, "rb") as stream:
        batch: list[Any] = []
        for document in bson.decode_file_iter(cast(IO[bytes], stream), RAW):
            batch.append(document)
            if len(batch) == BATCH:
                collection.insert_many(batch, ordered=False)
                batch.clear()
        if batch:
            collection.insert_many(batch, ordered=False)


def _make_indexes(database: Database[Document], file: Mapping[str, Any], *, expiring: bool) -> None:
    """Make those indexes of a collection by which its documents expire, or all others."""
    indexes = [
        _index(index)
        for index in json_util.loads(file["indexes"])
        if index["name"] != "_id_" and ("expireAfterSeconds" in index) is expiring
    ]
    if indexes:
        database.command("createIndexes", file["collection"], indexes=indexes)


def _index(index: Mapping[str, Any]) -> Document:
    return {name: value for name, value in index.items() if name not in {"v", "ns"}}


def _republish(database: Database[Document]) -> int:
    """Have every event that is kept published once more: the broker's queues are in no backup. Inboxes know repeats."""
    again = {"$set": {"due": DUE_AT_ONCE, "attempts": 0}, "$unset": {"expires": "", "reason": ""}}
    database["outbox"].update_many({}, again)
    return sum(map(parcels.events_in, database["outbox"].find({}, {"count": 1})))


def _masters(config: Config, client: MongoClient[Document]) -> list[str]:
    """Return the names of the master keys that the node's data keys need: fingerprints, which tell nothing of them."""
    vaults = (client[name][VAULT] for name in _databases(config, client).values())
    return sorted({provider for vault in vaults for provider in vault.distinct("masterKey.provider")})


def _check_keys(config: Config, manifest: Document) -> None:
    """See that the keys are there by which events are sealed, and what is encrypted can be opened."""
    if missing := set(manifest["masters"]) - set(masters.read(config.keys).providers):
        raise Invalid(f"The backup needs the master key {', '.join(sorted(missing))}, which is not in {config.keys}.")
    if _digest(config.keys / EVENT_KEY) != manifest["event_key"]:
        raise Invalid(f"The backup needs the {EVENT_KEY} that it was made with, and {config.keys} holds another.")


def _check_vacant(config: Config, client: MongoClient[Document], *, again: bool) -> None:
    """See that the node holds nothing, or what a restore has left that we are to begin anew."""
    if half := restoring.begun(config, client):
        if again:
            return
        raise Conflict(f"{half}. If nobody is at it, `tashbik restore --again DIR` removes what it left, and restores.")
    for name in _databases(config, client).values():
        for collection in set(client[name].list_collection_names()) - MADE_AT_START:
            if client[name][collection].find_one({}, {"_id": 1}) is not None:
                raise Conflict(f"The node is not empty: {name}.{collection} holds records. Nothing was restored.")


def _check_quiet(config: Config) -> None:
    """See that no service runs: it would work with keys and records that are being replaced."""
    try:
        with amqp.connect(config.amqp_url, name="restore") as connection:
            running = [name for name in broker.answering() if _consumed(connection.channel(), f"rpc-{name}")]
    except amqp.BROKER_ERRORS as error:
        raise Unavailable("The broker does not answer, so that nobody can tell whether services run.") from error
    if running:
        raise Conflict(f"Stop the services first: {', '.join(running)} run. Nothing was restored.")


def _consumed(channel: Any, queue: str) -> bool:
    try:
        return bool(channel.queue_declare(queue, passive=True).consumer_count)
    except NoQueue:
        return False


def _databases(config: Config, client: MongoClient[Document]) -> dict[str, str]:
    """Return the names of the node's databases that there are, by service."""
    there = set(client.list_database_names())
    return {service: name for service, name in restoring.databases(config).items() if name in there}


def _publishers(manifest: Document) -> list[str]:
    return sorted({file["service"] for file in manifest["files"].values() if file["collection"] == "outbox"})


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
