"""Keep organizations in MongoDB, found by scope, key, place, capability and words in any spelling.

A document is the record, without what is as a field's default has it, and beside it what it is found by::

    keys     what no two organizations share: ids and identifiers, or the name in its area (unique)
    named    the name in its area, folded
    search   the folded words of its names, and their beginnings
    own      terms of the node's own that it bears, and those above them, if any
    covers   ``<subject>@<area>`` for each capability and each area of its path and of its places' paths, and ``*`` for
             the node; with ``!`` before it while the organization is inactive
    belongs  ids of its parent and of what it is a member of, if any
    place    its located places as one GeoJSON MultiPoint; ``placed`` tells whether there is any
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from itertools import chain
from typing import Any

from pymongo import IndexModel, InsertOne, ReplaceOne
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import BulkWriteError, DuplicateKeyError

from chassis.errors import Conflict, NotFound
from contracts.policy import Scope
from contracts.subjects import BELOW, own
from contracts.text import index_terms, sought
from services.registry.faults import Fault
from services.registry.history import domain as history
from services.registry.organizations.domain import ACTIVE, Organization
from services.registry.organizations.matching import Keys, keys_of_organization
from services.registry.organizations.parts import PARTS
from services.registry.problems import error_of
from services.registry.services.plain import kept, made

INDEXES = {
    "organizations": [
        IndexModel([("keys", 1)], name="keys", unique=True),
        IndexModel([("named", 1)], name="named"),
        IndexModel([("areas", 1), ("_id", 1)], name="areas"),
        IndexModel([("search", 1), ("_id", 1)], name="search"),
        IndexModel([("capabilities.subject", 1), ("_id", 1)], name="subject"),
        IndexModel([("own", 1), ("_id", 1)], name="own", partialFilterExpression={"own": {"$gt": ""}}),
        IndexModel([("covers", 1), ("place", "2dsphere")], name="covers_place"),
        IndexModel([("covers", 1), ("placed", 1), ("_id", 1)], name="covers_placed"),
        IndexModel([("areas", 1), ("place", "2dsphere")], name="areas_place"),
        IndexModel([("belongs", 1)], name="belongs", sparse=True),
        IndexModel(
            [("locations.outside_area", 1), ("_id", 1)],
            name="outside_area",
            partialFilterExpression={"locations.outside_area": True},
        ),
    ],
    "claims": [IndexModel([("at", 1)], name="at", expireAfterSeconds=7 * 24 * 3600)],
}
EVERYWHERE = "*"
DUPLICATE = 11000
ONE_BATCH = 2000

_NAMES = tuple(field.name for field in fields(Organization))
_SHOWN = dict.fromkeys(("keys", "named", "search", "own", "covers", "place", "placed", "belongs"), False)


def covers_key(subject: str, area: str, *, active: bool = True) -> str:
    """Return the key of a capability in an area."""
    return f"{'' if active else '!'}{subject}@{area}"


def covers(organization: Organization) -> list[str]:
    """Return the keys of its capabilities in all areas in which it is, with a branch at least; its own come first."""
    active = organization.status == ACTIVE
    places = (place.areas for place in organization.locations)
    areas = dict.fromkeys((EVERYWHERE, *organization.areas, *chain.from_iterable(places)))
    return [
        covers_key(capability.subject, area, active=active)
        for capability in organization.capabilities
        for area in areas
    ]


def covered(keys: Iterable[str], subject: str) -> list[str]:
    """Return the areas in which keys of one who is active have a subject, in their order."""
    found = (key.removeprefix(covers_key(subject, "")) for key in keys if key.startswith(covers_key(subject, "")))
    return [area for area in found if area != EVERYWHERE]


class OrganizationStore:
    """Keep organizations. A scope bounds which of them exist for the caller."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        """Take the service's database."""
        self._organizations = database["organizations"]
        self._claims = database["claims"]

    def get(self, organization_id: str, scope: Scope, session: ClientSession | None = None) -> Organization:
        """Return one organization. Raises :class:`NotFound` where there is none within the scope."""
        bound = {"$and": [{"_id": organization_id}, _within(scope)]}
        document = self._organizations.find_one(bound, _SHOWN, session=session)
        if document is None:
            raise NotFound("There is no such organization.")
        return from_document(document)

    def hold(self, ids: Iterable[str], scope: Scope, session: ClientSession) -> dict[str, Organization]:
        """Return those of some organizations that are within the scope, by id; nobody else changes them meanwhile.

        That is until the transaction ends: whoever does, meets its write and is run again.
        """
        bound = {"$and": [{"_id": {"$in": sorted(set(ids))}}, _within(scope)]}
        self._organizations.update_many(bound, {"$inc": {"held": 1}}, session=session)
        found = self._organizations.find(bound, _SHOWN, session=session, batch_size=ONE_BATCH)
        return {one.id: one for one in map(from_document, found)}

    def matching(self, keys: Iterable[Keys], session: ClientSession | None = None) -> list[Organization]:
        """Return, in one query, every organization that any of the keys could mean, in the whole node."""
        keys = list(keys)
        ids = sorted({one for key in keys for one in key.ids})
        names = sorted({key.name for key in keys})
        own = sorted({key.own for key in keys if key.own})
        query = {"$or": [{"keys": {"$in": ids}}, {"named": {"$in": names}}, {"_id": {"$in": own}}]}
        return list(map(from_document, self._organizations.find(query, _SHOWN, session=session, batch_size=ONE_BATCH)))

    def named_by_others(self, organization_id: str, session: ClientSession) -> bool:
        """Tell whether any organization belongs to this one."""
        return self._organizations.find_one({"belongs": organization_id}, {"_id": 1}, session=session) is not None

    def add(self, organization: Organization, session: ClientSession) -> None:
        """Add an organization. Raises :class:`Conflict` where its keys are another's."""
        with _keys_taken():
            self._organizations.insert_one(to_document(organization), session=session)

    def save(self, organization: Organization, session: ClientSession) -> None:
        """Replace the version before. Raises :class:`Conflict` where that is not the current one, or keys are taken."""
        before = {"_id": organization.id, "version": organization.version - 1}
        with _keys_taken():
            done = self._organizations.replace_one(before, to_document(organization), session=session)
        if not done.matched_count:
            raise Conflict("Someone else has changed the organization meanwhile.")

    def remove(self, organization: Organization, session: ClientSession) -> None:
        """Remove an organization at its version. Raises :class:`Conflict` where that is not the current one."""
        done = self._organizations.delete_one(
            {"_id": organization.id, "version": organization.version}, session=session
        )
        if not done.deleted_count:
            raise Conflict("Someone else has changed the organization meanwhile.")

    def put_many(
        self, created: Sequence[Organization], updated: Sequence[Organization], session: ClientSession
    ) -> None:
        """Add and save many in one bulk write. Raises :class:`Conflict` as :meth:`add` and :meth:`save` do."""
        writes: list[Any] = [InsertOne(to_document(one)) for one in created]
        writes += [ReplaceOne({"_id": one.id, "version": one.version - 1}, to_document(one)) for one in updated]
        if not writes:
            return
        with _keys_taken():
            done = self._organizations.bulk_write(writes, ordered=False, session=session)
        if done.matched_count != len(updated):
            raise Conflict("Someone else has changed an organization meanwhile.")

    def page(self, after: str, limit: int) -> Iterator[Organization]:
        """Yield organizations in the order of their ids."""
        found = (
            self._organizations.find({"_id": {"$gt": after}}, _SHOWN, batch_size=ONE_BATCH).sort("_id", 1).limit(limit)
        )
        return map(from_document, found)

    def search(self, wanted: Mapping[str, Any], scope: Scope, after: str, limit: int) -> Iterator[Organization]:
        """Yield, in the order of their ids, what fits ``q``, ``area``, ``subject`` and ``status`` where given."""
        query = {"$and": [_within(scope), {"_id": {"$gt": after}}, *_conditions(wanted)]}
        found = self._organizations.find(query, _SHOWN).sort("_id", 1).limit(limit)
        return map(from_document, found)

    def claimed(self, batch: str, names: Iterable[str], session: ClientSession) -> dict[str, int]:
        """Return which row of the same import was the first to claim each of these names, for those claimed."""
        claims = {f"{batch}:{name}": name for name in names}
        found = self._claims.find({"_id": {"$in": sorted(claims)}}, session=session, batch_size=ONE_BATCH)
        return {claims[claim["_id"]]: claim["row"] for claim in found}

    def claim(self, batch: str, rows: Mapping[str, int], at: Any, session: ClientSession) -> None:
        """Note what rows of an import claimed, ids of organizations and keys of rows; kept for a week."""
        if rows:
            claims = [{"_id": f"{batch}:{name}", "row": row, "at": at} for name, row in rows.items()]
            self._claims.insert_many(claims, ordered=False, session=session)


def to_document(organization: Organization) -> dict[str, Any]:
    """Return the document of an organization."""
    document = kept(organization)
    keys = keys_of_organization(organization)
    points = [list(location.point) for location in organization.locations if location.point]
    place = {"place": {"type": "MultiPoint", "coordinates": points}} if points else {}
    return {
        "_id": document.pop("id"),
        "version": organization.version,
        "status": organization.status,
        **document,
        "keys": list(keys.unique),
        "named": keys.name,
        "search": index_terms(*_names(organization)),
        "covers": covers(organization),
        "placed": bool(points),
        **({"own": terms} if (terms := own(_terms(organization))) else {}),
        **({"belongs": list(organization.belongs_to)} if organization.belongs_to else {}),
        **place,
    }


def from_document(document: Mapping[str, Any]) -> Organization:
    """Return the organization of a document, whose derived fields may be left out."""
    values = {name: _frozen(document[name]) for name in _NAMES[1:] if name in document}
    for name, part in PARTS.items():
        values[name] = tuple(made(part, one) for one in document.get(name, ()))
    if stamp := document.get("registered"):
        values["registered"] = history.Stamp(**stamp)
    return Organization(id=document["_id"], **values)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _names(organization: Organization) -> Iterator[str]:
    yield from (organization.name, organization.alternate_name)
    yield from (cooperation.partner for cooperation in organization.cooperations)
    for location in organization.locations:
        yield from (location.name, location.alternate_name)


def _terms(organization: Organization) -> Iterator[str]:
    return (code for capability in organization.capabilities for code in capability.terms)


def _within(scope: Scope) -> dict[str, Any]:
    bound: dict[str, Any] = {}
    if scope.area:
        bound["areas"] = scope.area
    if scope.organization:
        bound["_id"] = scope.organization
    return bound


def _conditions(wanted: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    yield from sought("search", wanted["q"])
    if wanted["area"]:
        yield {"areas": wanted["area"]}
    if wanted["subject"]:
        yield {"own" if BELOW in wanted["subject"] else "capabilities.subject": wanted["subject"]}
    if wanted["status"]:
        yield {"status": wanted["status"]}
    if wanted["outside_area"] is not None:
        yield {"locations.outside_area": True if wanted["outside_area"] else {"$ne": True}}


@contextmanager
def _keys_taken() -> Iterator[None]:
    try:
        yield
    except DuplicateKeyError as error:
        raise error_of([Fault("", "already_registered")]) from error
    except BulkWriteError as error:
        if any(one["code"] == DUPLICATE for one in error.details.get("writeErrors", ())):
            raise error_of([Fault("", "already_registered")]) from error
        raise
