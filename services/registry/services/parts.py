"""Hold what a service is made of, by the names of HSDS 3.1. Pure values; :mod:`.rules` says what is wrong with one.

A part may be made of parts in turn::

    service ─┬─ phones ── languages                    and attributes on each of them
             ├─ contacts ── phones ── languages
             ├─ service_at_locations ── phones, contacts, schedules, service_areas
             └─ capacities ── unit

Texts and dates (``2026-03-09``) that nobody gave are empty; numbers, codes and choices are None.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from itertools import chain, count
from typing import Any, TypeVar
from uuid import NAMESPACE_OID, uuid5

Number = int | float
T = TypeVar("T")


def _several(kind: type[T]) -> tuple[T, ...]:
    """Declare a list of parts."""
    made: tuple[T, ...] = field(default=(), metadata={"kind": kind})
    return made


@dataclass(frozen=True, slots=True)
class Attribute:
    """Hold a term of a taxonomy that something falls under."""

    id: str = ""
    link_type: str = ""
    taxonomy_term_id: str = ""
    value: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Url:
    """Hold one more web address."""

    id: str = ""
    label: str = ""
    url: str = ""
    attributes: tuple[Attribute, ...] = _several(Attribute)


@dataclass(frozen=True, slots=True)
class Language:
    """Hold one language."""

    id: str = ""
    name: str = ""
    code: str | None = None
    note: str = ""
    attributes: tuple[Attribute, ...] = _several(Attribute)


@dataclass(frozen=True, slots=True)
class Phone:
    """Hold one telephone number: in E.164, or a short one of the node's country in its digits."""

    id: str = ""
    number: str = ""
    extension: Number | None = None
    type: str = ""
    description: str = ""
    languages: tuple[Language, ...] = _several(Language)
    attributes: tuple[Attribute, ...] = _several(Attribute)


@dataclass(frozen=True, slots=True)
class Contact:
    """Hold somebody of the staff, or an office, to turn to."""

    id: str = ""
    name: str = ""
    title: str = ""
    department: str = ""
    email: str = ""
    phones: tuple[Phone, ...] = _several(Phone)
    attributes: tuple[Attribute, ...] = _several(Attribute)


@dataclass(frozen=True, slots=True)
class Schedule:
    """Hold when something is open: days by a recurrence rule (RFC 5545), and hours."""

    id: str = ""
    valid_from: str = ""
    valid_to: str = ""
    dtstart: str = ""
    timezone: Number | None = None
    until: str = ""
    count: Number | None = None
    wkst: str | None = None
    freq: str | None = None
    interval: Number | None = None
    byday: str = ""
    byweekno: str = ""
    bymonthday: str = ""
    byyearday: str = ""
    description: str = ""
    opens_at: str = ""
    closes_at: str = ""
    schedule_link: str = ""
    attending_type: str = ""
    notes: str = ""
    attributes: tuple[Attribute, ...] = _several(Attribute)


@dataclass(frozen=True, slots=True)
class ServiceArea:
    """Hold where those live whom a service is for."""

    id: str = ""
    name: str = ""
    description: str = ""
    extent: str = ""
    extent_type: str = ""
    uri: str = ""
    attributes: tuple[Attribute, ...] = _several(Attribute)


@dataclass(frozen=True, slots=True)
class Funding:
    """Hold one source of money."""

    id: str = ""
    source: str = ""
    attributes: tuple[Attribute, ...] = _several(Attribute)


@dataclass(frozen=True, slots=True)
class Program:
    """Hold a programme of an organization."""

    id: str = ""
    name: str = ""
    alternate_name: str = ""
    description: str = ""
    attributes: tuple[Attribute, ...] = _several(Attribute)


@dataclass(frozen=True, slots=True)
class CostOption:
    """Hold what a service costs, and for whom or when."""

    id: str = ""
    valid_from: str = ""
    valid_to: str = ""
    option: str = ""
    currency: str | None = None
    amount: Number | None = None
    amount_description: str = ""
    attributes: tuple[Attribute, ...] = _several(Attribute)


@dataclass(frozen=True, slots=True)
class RequiredDocument:
    """Hold a document that people have to bring."""

    id: str = ""
    document: str = ""
    uri: str = ""
    attributes: tuple[Attribute, ...] = _several(Attribute)


@dataclass(frozen=True, slots=True)
class Unit:
    """Hold what capacity is counted in."""

    id: str = ""
    name: str = ""
    scheme: str = ""
    identifier: str = ""
    uri: str = ""
    attributes: tuple[Attribute, ...] = _several(Attribute)


@dataclass(frozen=True, slots=True)
class ServiceCapacity:
    """Hold how much of a service is free, of how much at most, and since when."""

    id: str = ""
    unit: Unit = field(default=Unit(), metadata={"kind": Unit, "single": True})
    available: Number = 0
    maximum: Number | None = None
    description: str = ""
    updated: datetime | None = None
    attributes: tuple[Attribute, ...] = _several(Attribute)


@dataclass(frozen=True, slots=True)
class ServiceAtLocation:
    """Hold that a service is given at a place of its organization, and what holds at that place only."""

    id: str = ""
    location_id: str = ""
    description: str = ""
    service_areas: tuple[ServiceArea, ...] = _several(ServiceArea)
    contacts: tuple[Contact, ...] = _several(Contact)
    phones: tuple[Phone, ...] = _several(Phone)
    schedules: tuple[Schedule, ...] = _several(Schedule)
    attributes: tuple[Attribute, ...] = _several(Attribute)


Part = (
    Attribute
    | Url
    | Language
    | Phone
    | Contact
    | Schedule
    | ServiceArea
    | Funding
    | CostOption
    | RequiredDocument
    | Unit
    | ServiceCapacity
    | ServiceAtLocation
)

PARTS: Mapping[str, type[Any]] = {
    "additional_urls": Url,
    "phones": Phone,
    "schedules": Schedule,
    "service_areas": ServiceArea,
    "service_at_locations": ServiceAtLocation,
    "languages": Language,
    "funding": Funding,
    "cost_options": CostOption,
    "required_documents": RequiredDocument,
    "contacts": Contact,
    "capacities": ServiceCapacity,
    "attributes": Attribute,
}
"""The lists of parts that a service has itself."""


def inner(part: Any) -> Iterator[tuple[str, Any]]:
    """Yield the parts of a part, each with its path within it (``phones.0``); not those within those."""
    for one in fields(part):
        if one.metadata.get("single"):
            yield one.name, getattr(part, one.name)
        elif "kind" in one.metadata:
            yield from ((f"{one.name}.{number}", each) for number, each in enumerate(getattr(part, one.name)))


def within(parts: Sequence[Any], path: str) -> Iterator[tuple[str, Any]]:
    """Yield parts and all parts within them, each with its path (``contacts.0.phones.1``)."""
    for number, part in enumerate(parts):
        yield from _all(f"{path}.{number}", part)


def named(kind: type[Any], given: Sequence[Mapping[str, Any]], old: Sequence[Any], path: str) -> list[dict[str, Any]]:
    """Return plain parts with an id each, and each of theirs: the one given, or that of the old part at its position.

    A further one gets an id made of its path (that of the service, and where in it), so that the same list given again
    is the same.
    """
    taken = {one["id"] for one in given if one.get("id")}
    by_id = {part.id: part for part in old}
    listed = []
    for number, one in enumerate(given):
        id_ = one.get("id") or _free(path, number, old, taken)
        taken.add(id_)
        listed.append({**one, "id": id_, **_named_within(kind, one, by_id.get(id_), f"{path}/{id_}")})
    return listed


def _named_within(kind: type[Any], given: Mapping[str, Any], old: Any, path: str) -> dict[str, Any]:
    settled: dict[str, Any] = {}
    for one in fields(kind):
        if one.name not in given or "kind" not in one.metadata:
            continue
        single = one.metadata.get("single")
        value, before = given[one.name], getattr(old, one.name, ())
        listed = named(
            one.metadata["kind"],
            [value] if single else value,
            [before] if single and before else before,
            f"{path}/{one.name}",
        )
        settled[one.name] = listed[0] if single else listed
    return settled


def _free(path: str, number: int, old: Sequence[Any], taken: set[str]) -> str:
    """Return an id that no other part of the list has."""
    before = (part.id for part in old[number : number + 1])
    made_up = (str(uuid5(NAMESPACE_OID, f"{path}/{place}")) for place in count(number))
    return next(id_ for id_ in chain(before, made_up) if id_ not in taken)


def _all(path: str, part: Any) -> Iterator[tuple[str, Any]]:
    yield path, part
    for name, each in inner(part):
        yield from _all(f"{path}.{name}", each)
