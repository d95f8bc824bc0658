"""Mark a node for as long as it is restored, so that half of one is never taken for a whole one.

Each of its databases has a collection ``restoring`` then: services do not start on it
(:func:`chassis.database.prepare`). That of the gateway, which is made first and goes last, says what is restored. They
are still there where a restore was killed.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from chassis import clock
from chassis.config import Config
from chassis.database import RESTORING
from cli import roster

GATEWAY = "gateway"
ENDED_BY = (signal.SIGTERM, signal.SIGHUP)
Document = dict[str, Any]


def databases(config: Config) -> dict[str, str]:
    """Return the names of the node's databases by service, whether they are there or not; the gateway's is the last."""
    return {service: config.database(service) for service in (*(each.name for each in roster.SERVICES), GATEWAY)}


def begun(config: Config, client: MongoClient[Document]) -> str:
    """Say which restore began and did not end, and when; nothing where there is none."""
    marked = client[config.database(GATEWAY)][RESTORING].find_one()
    return f"A restore of {marked['of']} began at {_told(marked['at'])} and did not end" if marked else ""


def mark(config: Config, client: MongoClient[Document], directory: Path) -> None:
    """Mark all databases."""
    marked = {"_id": "restore", "of": str(directory.resolve()), "at": clock.now()}
    for name in reversed(databases(config).values()):
        client[name][RESTORING].replace_one({"_id": marked["_id"]}, marked, upsert=True)


def clear(config: Config, client: MongoClient[Document]) -> None:
    """Drop everything in all databases but what marks them."""
    for name in databases(config).values():
        for collection in client[name].list_collection_names(filter={"name": {"$not": {"$regex": r"^system\."}}}):
            if collection != RESTORING:
                client[name].drop_collection(collection)


def unmark(config: Config, client: MongoClient[Document]) -> None:
    """Remove what marks the databases."""
    for name in databases(config).values():
        client[name].drop_collection(RESTORING)


@contextmanager
def interruptible() -> Iterator[None]:
    """Have the signals that end us do so as Ctrl-C does; one that is ignored (``nohup``) stays so. In a main thread."""
    before = {number: signal.getsignal(number) for number in ENDED_BY}
    for number, handler in before.items():
        if handler is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _told(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"
