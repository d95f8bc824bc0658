"""Read what people write of a service into the domain's terms: texts, numbers, addresses, and ids for its parts.

Pure: takes a request that the contract's schema has loaded, the node's country, and its terms.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from contracts.phones import shown_number
from contracts.subjects import subject_of
from services.registry import addresses
from services.registry.faults import Fault
from services.registry.services.domain import Fields, Service
from services.registry.services.parts import PARTS, ServiceCapacity, named
from services.registry.services.plain import made
from services.registry.steady import steady
from services.registry.taxonomies.domain import NO_TERMS, Borne, Known, left_out

BLOCKS = frozenset(
    {
        "description",
        "interpretation_services",
        "application_process",
        "fees_description",
        "eligibility_description",
        "licenses",
        "accreditations",
        "alert",
        "wait_time",
        "notes",
        "note",
        "extent",
        "transportation",
        "details",
    }
)
"""Texts whose lines are kept; of all others space is one space."""
CLOSED_UP = frozenset({"byday", "byweekno", "bymonthday", "byyearday", "opens_at", "closes_at"})
"""Texts in which space says nothing."""

Reader = Callable[[str], str | None]
ADDRESSES: Mapping[str, tuple[Reader, str]] = {
    "email": (addresses.email, "not_an_email"),
    "assurer_email": (addresses.email, "not_an_email"),
    "url": (addresses.website, "not_an_address"),
    "logo": (addresses.website, "not_an_address"),
    "schedule_link": (addresses.website, "not_an_address"),
    "uri": (addresses.uri, "not_an_address"),
}


@dataclass(slots=True)
class Draft:
    """Hold what was given, read; ``faults`` are those found so far, and a draft with faults is not to be used.

    ``terms`` are those of the node. ``left`` says what was left out of the fields of a draft that is ``of_list``; what
    is given ``unordered`` has its parts in the order in which they are there.
    """

    given: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    terms: Known = field(default_factory=lambda: NO_TERMS)
    of_list: bool = False
    unordered: bool = False
    left: list[Fault] = field(default_factory=list)

    def fields_of(self, service_id: str, old: Service | None, at: datetime) -> Fields:
        """Return the fields to set on ``old``, or on a new service; capacities that differ are as of ``at``.

        Raises :class:`Refused` for a term that may not be borne.
        """
        fields = dict(self.given)
        if fields.keys() & {"subjects", "terms"}:
            fields["terms"] = self._termed(fields, old)
        for name in fields.keys() & PARTS.keys():
            before = getattr(old, name, ())
            listed = named(PARTS[name], fields[name], before, f"{service_id}/{name}")
            fields[name] = tuple(made(PARTS[name], one) for one in listed)
        if self.unordered and old:
            fields = steady(old, fields)
        if "capacities" in fields:
            known = {one.id: one for one in old.capacities} if old else {}
            fields["capacities"] = tuple(_dated(one, known.get(one.id), at) for one in fields["capacities"])
        return fields

    def _termed(self, fields: Fields, old: Service | None) -> tuple[str, ...]:
        """Return the terms: those given, or else those that lie below the subjects still."""
        kept = old.terms if old else ()
        subjects = fields.get("subjects", old.subjects if old else ())
        if "terms" not in fields:
            return tuple(code for code in kept if subject_of(code) in subjects)
        borne = [Borne(f"terms.{place}", code, subjects) for place, code in enumerate(fields["terms"])]
        self.left = left_out(borne, self.terms, kept, of_list=self.of_list)
        out = {one.value for one in self.left}
        return tuple(code for code in fields["terms"] if code not in out)


def read(given: Mapping[str, Any], *, country: str, terms: Known = NO_TERMS, of_list: bool = False) -> Draft:
    """Return a draft of what a loaded request gives; never raises, but collects faults."""
    draft = Draft(terms=terms, of_list=of_list)
    reader = _Reader(country, draft.faults)
    draft.given = {name: reader.read(value, name, name) for name, value in given.items()}
    for name in draft.given.keys() & {"subjects", "terms"}:
        draft.given[name] = tuple(dict.fromkeys(draft.given[name]))
    return draft


@dataclass(frozen=True, slots=True)
class _Reader:
    """Read values, however deep, each by the name that it bears."""

    country: str
    faults: list[Fault]

    def read(self, value: Any, name: str, path: str) -> Any:
        """Return a value as it is kept, and note what is wrong with it."""
        match value:
            case dict():
                return {each: self.read(inner, each, f"{path}.{each}") for each, inner in value.items()}
            case list():
                return [self.read(inner, name, f"{path}.{number}") for number, inner in enumerate(value)]
            case str():
                return self._text(_spaced(value, name), name, path)
            case datetime():
                return _kept(value)
        return value

    def _text(self, text: str, name: str, path: str) -> str:
        """Return a text; a telephone number is that of a phone, whose field alone is called ``number``."""
        if not text:
            return text
        read, code = ADDRESSES.get(name, (None, ""))
        if name == "number":
            read, code = (lambda written: shown_number(written, self.country)), "not_a_phone"
        known = read(text) if read else text
        if known is None:
            self.faults.append(Fault(path, code, text))
        return known or text


def _spaced(text: str, name: str) -> str:
    if name in BLOCKS:
        return text.strip()
    return ("" if name in CLOSED_UP else " ").join(text.split())


def _kept(moment: datetime) -> datetime:
    """Return a moment in UTC, no finer than the database keeps it."""
    moment = moment.astimezone(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _dated(capacity: ServiceCapacity, old: ServiceCapacity | None, at: datetime) -> ServiceCapacity:
    if capacity.updated is not None:
        return capacity
    return old if old and replace(old, updated=None) == capacity else replace(capacity, updated=at)
