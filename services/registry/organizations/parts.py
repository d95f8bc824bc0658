"""Hold what an organization's record is made of: its numbers and capabilities, and how it stands among others.

Pure. Days are ISO 8601 texts, which are in the order of time; an empty one is an open end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from services.registry.faults import Fault
from services.registry.organizations.places import Location
from services.registry.services.parts import Attribute, Contact, Funding, Program, Url

Fields = Mapping[str, Any]
"""Values to set, by the names of attributes."""


@dataclass(frozen=True, slots=True)
class Phone:
    """Hold one telephone number: in E.164, or a short one of the node's country in its digits."""

    number: str
    type: str = "voice"
    extension: int | float | None = None
    description: str = ""


@dataclass(frozen=True, slots=True)
class Identifier:
    """Hold one identifier of a scheme; together they name one organization of the node at most.

    ``valid_from`` is the day on which it was given, and empty where nobody knows that.
    """

    identifier_scheme: str
    identifier: str
    valid_from: str = ""

    @property
    def name(self) -> tuple[str, str]:
        """Return what tells it from others."""
        return self.identifier_scheme, self.identifier


@dataclass(frozen=True, slots=True)
class Capability:
    """Say what an organization can do, and for how many ``unit`` at once; None where it states none.

    ``terms`` are codes of the node's own terms below the subject.
    """

    subject: str
    capacity: int | None = None
    unit: str = "families"
    terms: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Hold the terms, from whatever list they come, each once."""
        object.__setattr__(self, "terms", tuple(dict.fromkeys(self.terms)))


@dataclass(frozen=True, slots=True)
class Cooperation:
    """Hold one international cooperation. The partner tells it from others."""

    partner: str
    country: str = ""
    programme: str = ""
    valid_from: str = ""
    valid_to: str = ""
    approval_number: str = ""


@dataclass(frozen=True, slots=True)
class Accreditation:
    """Hold one accreditation or licence."""

    accreditor: str
    identifier: str = ""
    valid_from: str = ""
    valid_to: str = ""


@dataclass(frozen=True, slots=True)
class Members:
    """Hold how many members there were in a year."""

    year: int
    members: int


HSDS_PARTS: Mapping[str, type[Any]] = {
    "additional_websites": Url,
    "contacts": Contact,
    "programs": Program,
    "funding": Funding,
    "attributes": Attribute,
}
"""The lists of parts that are as a service's are: each with an id, some with parts of their own."""

PARTS: Mapping[str, type[Any]] = {
    "phones": Phone,
    "identifiers": Identifier,
    "capabilities": Capability,
    "locations": Location,
    "cooperations": Cooperation,
    "accreditations": Accreditation,
    "members_by_year": Members,
    **HSDS_PARTS,
}
"""What the lists of a record hold, by their names."""


def current(one: Cooperation, day: str) -> bool:
    """Tell whether a cooperation goes on, or is still to begin, on a day."""
    return not one.valid_to or one.valid_to >= day


def settle_cooperations(old: Sequence[Cooperation], given: Iterable[Fields]) -> tuple[Cooperation, ...]:
    """Return the cooperations that ``given`` describes; what it does not say of a known partner stays as it was."""
    known = {one.partner: one for one in old}
    return tuple(replace(known.get(one["partner"], Cooperation(one["partner"])), **one) for one in given)


def settle_identifiers(old: Sequence[Identifier], given: Iterable[Identifier]) -> tuple[Identifier, ...]:
    """Return the identifiers that are given; one that says no day has the one that is known of it."""
    days = {one.name: one.valid_from for one in old if one.valid_from}
    return tuple(replace(one, valid_from=one.valid_from or days.get(one.name, "")) if days else one for one in given)


def backwards(name: str, periods: Sequence[Cooperation | Accreditation]) -> Iterator[Fault]:
    """Yield a fault for each of the periods that ends before it begins."""
    for number, one in enumerate(periods):
        if one.valid_from and one.valid_to and one.valid_to < one.valid_from:
            yield Fault(f"{name}.{number}.valid_to", "ends_before_it_begins", one.valid_to)


def repeated(field: str, values: Sequence[Any]) -> Iterator[Fault]:
    """Yield a fault for each value that stands in a list a second time."""
    seen = set()
    for number, value in enumerate(values):
        if value in seen:
            yield Fault(f"{field}.{number}", "repeated")
        seen.add(value)
