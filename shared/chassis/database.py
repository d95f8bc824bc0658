"""Open a service's own database and run transactions on it.

A service opens the database ``<prefix>_<service>``; those of the gateway open the gateway's too, and its API opens
that alone. Collections and indexes are declared as data and made at start, never inside a transaction. Beside a
service's own collections stand those that the guarantees rest on:

``outbox``       events to publish, and those published in the last :data:`OUTBOX_DAYS` days: see :mod:`chassis.parcels`
``inbox``        ``<consumer>:<event id>`` of every event consumed, kept :data:`INBOX_DAYS` days: longer than a parked
                 event is kept by the broker (:data:`chassis.topology.PARKED_DAYS`)
``idempotency``  what a changing call with a given key has done, for :data:`KEY_HOURS` hours
``kept``         the versions that answers of those calls are rendered from, an hour longer
``audit``        who did what to which record, why and when; never erased by the program
``audit_seals``  the chain of seals over those, see :mod:`chassis.trail`
``leases``       who of several replicas does what only one may do
``restoring``    there only while a backup is restored, or where that was broken off: nobody starts on such a database
``vault``        data keys of field encryption, themselves encrypted; ``vault_look_ups`` and ``vault_state`` beside
                 it, see :mod:`chassis.crypto`
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import pymongo
from bson.codec_options import CodecOptions
from pymongo import IndexModel
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import (
    ConfigurationError,
    ConnectionFailure,
    ExecutionTimeout,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
    WriteConcernError,
)
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from chassis.config import Config, ConfigError
from chassis.errors import Unavailable
from chassis.indexes import Indexes, Retired, make
from chassis.logs import get_logger

T = TypeVar("T")

DAY = 24 * 3600
OUTBOX_DAYS = 7
INBOX_DAYS = 45
KEY_HOURS = 24
SELECTION_TIMEOUT_MS = 5_000
POOL = 50
WAIT_STEPS = (0.2, 0.5, 1, 2, 5)
UNAUTHORIZED, AUTHENTICATION_FAILED = 13, 18
CERTIFICATE_FAULT = re.compile(r"CERTIFICATE_VERIFY_FAILED\] certificate verify failed: (.*?)\.? \(_ssl")
WRONG_URL = "TASHBIK_MONGO_URL is wrong"
NAMESPACE_EXISTS = 48
RESTORING = "restoring"

AUDIT_INDEXES: Indexes = {
    "audit": (
        IndexModel([("record", 1), ("at", 1)], name="record"),
        IndexModel([("at", 1)], name="at"),
        IndexModel([("seal", 1), ("position", 1), ("_id", 1)], name="sealed"),
    ),
    "audit_seals": (IndexModel("unreadable", name="unreadable", sparse=True),),
    "leases": (),
}
"""What an audit trail stands in; for a database too that is not its service's own."""

CHASSIS_INDEXES: Indexes = {
    "outbox": (
        IndexModel(
            [("due", 1), ("at", 1), ("count", 1)], name="in_order", partialFilterExpression={"due": {"$exists": True}}
        ),
        IndexModel("expires", name="expiry", expireAfterSeconds=0, sparse=True),
    ),
    "inbox": (IndexModel("at", name="at", expireAfterSeconds=INBOX_DAYS * DAY),),
    "idempotency": (IndexModel("at", name="at", expireAfterSeconds=KEY_HOURS * 3600),),
    "kept": (IndexModel("at", name="at", expireAfterSeconds=(KEY_HOURS + 1) * 3600),),
    **AUDIT_INDEXES,
}
CHASSIS_RETIRED: Retired = {"outbox": ("due", "waiting", "expires")}

UNREACHABLE = (ConnectionFailure, ExecutionTimeout, WriteConcernError)
"""Nobody answers, or not in time; or a primary answers that no majority has taken what it wrote."""

log = get_logger()


def connect(config: Config, service: str, **options: Any) -> Database[dict[str, Any]]:
    """Return a service's database: majority writes with journal, majority reads, aware UTC times.

    Does not wait for the server: the first operation does, for at most :data:`SELECTION_TIMEOUT_MS`. Raises
    :class:`ConfigError` for an address that cannot be read.
    """
    settings: dict[str, Any] = {
        "serverSelectionTimeoutMS": SELECTION_TIMEOUT_MS,
        "maxPoolSize": POOL,
        "appname": f"tashbik-{service}",
        **options,
    }
    return open_client(config, **settings).get_database(
        config.database(service),
        codec_options=CodecOptions(tz_aware=True),
        read_concern=ReadConcern("majority"),
        write_concern=WriteConcern("majority", j=True),
    )


def open_client(config: Config, **options: Any) -> pymongo.MongoClient[dict[str, Any]]:
    """Return a client; raise :class:`ConfigError` for an address, or a file it names, that cannot be read."""
    try:
        return pymongo.MongoClient(config.mongo_url, **options)
    except (ConfigurationError, ValueError) as error:  # their words may quote the password
        raise ConfigError(f"{WRONG_URL} ({type(error).__name__})") from error
    except OSError as error:
        raise ConfigError(f"{WRONG_URL} (a file of its certificates cannot be read: {error})") from error


@contextmanager
def refusals_named() -> Iterator[None]:
    """Raise :class:`ConfigError` where the database refuses our user, or we its certificate; waiting mends neither."""
    try:
        yield
    except OperationFailure as error:
        if error.code == AUTHENTICATION_FAILED:
            raise ConfigError(f"{WRONG_URL} (the database refuses the user)") from error
        raise
    except ServerSelectionTimeoutError as error:
        if fault := CERTIFICATE_FAULT.search(str(error)):
            raise ConfigError(f"{WRONG_URL} (the database's certificate is not accepted: {fault[1]})") from error
        raise


def wait(database: Database[dict[str, Any]], stopped: Callable[[], bool] = lambda: False) -> None:
    """Return when the database has a primary; log each vain look. Returns early once ``stopped()`` is true."""
    attempt = 0
    while not stopped():
        try:
            database.client.admin.command("ping")
        except PyMongoError as error:
            delay = WAIT_STEPS[min(attempt, len(WAIT_STEPS) - 1)]
            attempt += 1
            log.warning("database_awaited", error=type(error).__name__, retry_in=delay)
            time.sleep(delay)
        else:
            return


def prepare(database: Database[dict[str, Any]], indexes: Indexes) -> None:
    """Create collections and indexes that are missing; safe to run from several processes at once.

    Of an index that stands otherwise see :func:`chassis.indexes.make`. Raises :class:`ConfigError` where our user may
    not open the database, and where it is half restored.
    """
    existing = _existing(database)
    if RESTORING in existing:
        raise ConfigError(f"{database.name} is being restored, or half restored: `tashbik doctor` tells more")
    for name, models in indexes.items():
        if name not in existing:
            _create_collection(database, name)
        if models:
            make(database[name], models)


def _existing(database: Database[dict[str, Any]]) -> set[str]:
    try:
        return set(database.list_collection_names())
    except OperationFailure as error:
        if error.code == UNAUTHORIZED:
            raise ConfigError(f"{WRONG_URL} (its user may not open {database.name})") from error
        raise


def _create_collection(database: Database[dict[str, Any]], name: str) -> None:
    try:
        database.create_collection(name, check_exists=False)  # between a look and the making another may make it
    except OperationFailure as error:
        if error.code != NAMESPACE_EXISTS:
            raise
        log.debug("collection_exists", collection=name)


def transaction(database: Database[dict[str, Any]], body: Callable[[ClientSession], T]) -> T:
    """Run ``body`` in a transaction and return its result; it may run more than once, so it must not act outside.

    Raises :class:`Unavailable` when the database does not answer; whatever else ``body`` raises aborts and is raised.
    """
    try:
        with database.client.start_session() as session:
            return session.with_transaction(
                body, read_concern=ReadConcern("snapshot"), write_concern=WriteConcern("majority", j=True)
            )
    except UNREACHABLE as error:
        raise Unavailable("The database does not answer; the call may be made again.") from error
