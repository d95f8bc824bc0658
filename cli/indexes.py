"""Have the indexes of a node's databases be as this version declares them, before its services start.

Services may make indexes and not drop them (:mod:`cli.database`), so what an older version left otherwise is exchanged
here, as the database's administrator, who makes users at the same moment: see :mod:`chassis.indexes`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pkgutil import resolve_name
from typing import Any, TypeVar

from pymongo import MongoClient
from pymongo.write_concern import WriteConcern

from chassis import indexes
from chassis.database import CHASSIS_INDEXES, CHASSIS_RETIRED
from chassis.indexes import Indexes, Retired, Say
from chassis.mongo import Mongo
from cli import roster

PATIENCE_MS = 30_000
T = TypeVar("T")


def exchange(administrator: str, prefix: str, say: Say) -> None:
    """Exchange what stands otherwise in the databases of a node, which may be at work, and say so.

    A database that has no collections yet is left to its service. Raises :class:`ConfigError` for an index that must be
    unique where records are not.
    """
    wanted = declared()
    with MongoClient[dict[str, Any]](administrator, serverSelectionTimeoutMS=PATIENCE_MS) as client:
        for service, unwanted in retired().items():
            database = client.get_database(f"{prefix}_{service}", write_concern=WriteConcern("majority", j=True))
            indexes.exchange(database, wanted[service], unwanted, say)


def declared() -> dict[str, Indexes]:
    """Return the indexes of every database by service and collection, as the service classes declare them."""
    return _by_service(CHASSIS_INDEXES, lambda part: part.indexes)


def retired() -> dict[str, Retired]:
    """Return the names of indexes that no service wants any more, likewise."""
    return _by_service(CHASSIS_RETIRED, lambda part: part.retired)


def classes() -> Mapping[str, type]:
    """Return the classes of a node's services by their names."""
    return {service.name: resolve_name(service.target) for service in roster.SERVICES}


def _by_service(of_all: Mapping[str, T], of: Callable[[Mongo], Mapping[str, T]]) -> dict[str, Mapping[str, T]]:
    """Return what every database has, and what the parts of services say of theirs, by service and collection."""
    found: dict[str, dict[str, T]] = {}
    for service, kind in classes().items():
        found.setdefault(service, {}).update(of_all)
        for part in vars(kind).values():
            if isinstance(part, Mongo):
                found.setdefault(part.owner or service, {}).update(of(part))
    return dict(found)
