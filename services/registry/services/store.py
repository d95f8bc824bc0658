"""Keep services in MongoDB, found by scope, organization, subject and words in any spelling.

A document is the record, without what is as a field's default has it, and beside it what it is found by::

    keys     what no two services share: the ids that they bear in lists, or else their own (unique)
    named    the organization and the name, folded
    search   the folded words of its names, and their beginnings
    own      terms of the node's own that it bears, and those above them, if any
    placed   whether it is given at any place; only then its ``service_at_locations.id`` are unique
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from typing import Any

from pymongo import DeleteOne, IndexModel, InsertOne, ReplaceOne
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import BulkWriteError, DuplicateKeyError

from chassis.errors import Conflict, NotFound
from contracts.policy import Scope
from contracts.subjects import BELOW, own
from contracts.text import index_terms, sought
from services.registry.faults import Fault
from services.registry.history import domain as history
from services.registry.problems import error_of
from services.registry.services.domain import Service, name_key
from services.registry.services.parts import PARTS
from services.registry.services.plain import kept, made

INDEXES = {
    "services": [
        IndexModel([("keys", 1)], name="keys", unique=True),
        IndexModel([("named", 1)], name="named"),
        IndexModel([("organization_id", 1), ("_id", 1)], name="organization"),
        IndexModel([("areas", 1), ("_id", 1)], name="areas"),
        IndexModel([("search", 1), ("_id", 1)], name="search"),
        IndexModel([("subjects", 1), ("_id", 1)], name="subject"),
        IndexModel([("own", 1), ("_id", 1)], name="own", partialFilterExpression={"own": {"$gt": ""}}),
        IndexModel(
            [("service_at_locations.id", 1)],
            name="service_at_location",
            unique=True,
            partialFilterExpression={"placed": True},
        ),
    ],
}
ONE_BATCH = 2000
DUPLICATE = 11000

_NAMES = tuple(field.name for field in fields(Service))
_SHOWN = dict.fromkeys(("keys", "named", "search", "own", "placed"), False)


class ServiceStore:
    """Keep services. A scope bounds which of them exist for the caller."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        """Take the registry's database."""
        self._services = database["services"]

    def get(self, service_id: str, scope: Scope, session: ClientSession | None = None) -> Service:
        """Return one service. Raises :class:`NotFound` where there is none within the scope."""
        bound = {"$and": [{"_id": service_id}, _within(scope)]}
        document = self._services.find_one(bound, _SHOWN, session=session)
        if document is None:
            raise NotFound("There is no such service.")
        return from_document(document)

    def of(self, organizations: Iterable[str], session: ClientSession) -> list[Service]:
        """Return all services of some organizations."""
        wanted = {"organization_id": {"$in": sorted(organizations)}}
        return list(map(from_document, self._services.find(wanted, _SHOWN, session=session, batch_size=ONE_BATCH)))

    def counts(self, organizations: Iterable[str], session: ClientSession) -> dict[str, int]:
        """Return how many services each of some organizations has, for those that have any."""
        stages: list[dict[str, Any]] = [
            {"$match": {"organization_id": {"$in": sorted(organizations)}}},
            {"$group": {"_id": "$organization_id", "services": {"$sum": 1}}},
        ]
        return {one["_id"]: one["services"] for one in self._services.aggregate(stages, session=session)}

    def matching(
        self, keys: Iterable[str], names: Iterable[str], ids: Iterable[str], session: ClientSession
    ) -> list[Service]:
        """Return, in one query, every service that has one of these keys, names or ids."""
        wanted = {"keys": keys, "named": names, "_id": ids}
        query = {"$or": [{field: {"$in": sorted(set(values))}} for field, values in wanted.items()]}
        return list(map(from_document, self._services.find(query, _SHOWN, session=session, batch_size=ONE_BATCH)))

    def write(
        self,
        session: ClientSession,
        *,
        created: Sequence[Service] = (),
        updated: Sequence[Service] = (),
        removed: Sequence[Service] = (),
    ) -> None:
        """Add, replace and remove in one bulk write.

        Raises :class:`Conflict` where one to be replaced or removed is not at the version before, or a key or the id of
        a ``service_at_location`` is another's.
        """
        writes: list[Any] = [InsertOne(to_document(one)) for one in created]
        writes += [ReplaceOne({"_id": one.id, "version": one.version - 1}, to_document(one)) for one in updated]
        writes += [DeleteOne({"_id": one.id, "version": one.version}) for one in removed]
        if not writes:
            return
        with _keys_taken():
            done = self._services.bulk_write(writes, ordered=False, session=session)
        if (done.matched_count, done.deleted_count) != (len(updated), len(removed)):
            raise Conflict("Someone else has changed the service meanwhile.")

    def page(self, after: str, limit: int) -> Iterator[Service]:
        """Yield services in the order of their ids."""
        found = self._services.find({"_id": {"$gt": after}}, _SHOWN).sort("_id", 1).limit(limit)
        return map(from_document, found)

    def search(self, wanted: Mapping[str, Any], scope: Scope, after: str, limit: int) -> Iterator[Service]:
        """Yield, in the order of their ids, what fits ``q``, ``organization_id``, ``area``, ``subject``, ``status``."""
        query = {"$and": [_within(scope), {"_id": {"$gt": after}}, *_conditions(wanted)]}
        found = self._services.find(query, _SHOWN).sort("_id", 1).limit(limit)
        return map(from_document, found)


def to_document(service: Service) -> dict[str, Any]:
    """Return the document of a service."""
    document = kept(service)
    return {
        "_id": document.pop("id"),
        "version": service.version,
        "status": service.status,
        **document,
        "keys": list(service.external_ids) or [f"only-{service.id}"],
        "named": name_key(service.organization_id, service.name),
        "search": index_terms(service.name, service.alternate_name),
        "placed": bool(service.service_at_locations),
        **({"own": terms} if (terms := own(service.terms)) else {}),
    }


def from_document(document: Mapping[str, Any]) -> Service:
    """Return the service of a document, whose derived fields may be left out."""
    values = {name: _frozen(document[name]) for name in _NAMES[1:] if name in document}
    for name, kind in PARTS.items():
        values[name] = tuple(made(kind, one) for one in document.get(name, ()))
    if stamp := document.get("registered"):
        values["registered"] = history.Stamp(**stamp)
    return Service(id=document["_id"], **values)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _within(scope: Scope) -> dict[str, Any]:
    bound: dict[str, Any] = {}
    if scope.area:
        bound["areas"] = scope.area
    if scope.organization:
        bound["organization_id"] = scope.organization
    return bound


def _conditions(wanted: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    yield from sought("search", wanted["q"])
    if wanted["organization_id"]:
        yield {"organization_id": wanted["organization_id"]}
    if wanted["area"]:
        yield {"areas": wanted["area"]}
    if wanted["subject"]:
        yield {"own" if BELOW in wanted["subject"] else "subjects": wanted["subject"]}
    if wanted["status"]:
        yield {"status": wanted["status"]}


@contextmanager
def _keys_taken() -> Iterator[None]:
    try:
        yield
    except DuplicateKeyError as error:
        raise error_of([Fault("", "id_taken")]) from error
    except BulkWriteError as error:
        if any(one["code"] == DUPLICATE for one in error.details.get("writeErrors", ())):
            raise error_of([Fault("", "id_taken")]) from error
        raise
