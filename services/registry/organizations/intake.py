"""Read what people write of an organization into the domain's terms: numbers, identifiers, addresses, areas.

Pure: takes a request that the contract's schema has loaded, the node's country and the tree of areas.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from operator import itemgetter
from typing import Any

from stdnum import get_cc_module
from stdnum.exceptions import ValidationError as WrongNumber

from chassis import clock
from contracts.phones import shown_number
from contracts.text import fold_digits
from services.registry import addresses
from services.registry.areas.tree import Tree
from services.registry.faults import Fault, Refused
from services.registry.organizations.domain import Organization
from services.registry.organizations.listed import Listing, settle_listed
from services.registry.organizations.parts import (
    HSDS_PARTS,
    Accreditation,
    Capability,
    Fields,
    Identifier,
    Members,
    Phone,
    settle_cooperations,
    settle_identifiers,
)
from services.registry.organizations.places import Location, settle_locations
from services.registry.services import intake as parts_intake
from services.registry.services.parts import named
from services.registry.services.plain import made
from services.registry.taxonomies.domain import NO_TERMS, Borne, Known, left_out

LINES = ("name", "alternate_name", "email", "website", "legal_status", "tax_status", "assurer_email")
PLAIN = (
    "organization_type",
    "year_incorporated",
    "members_count",
    "international_cooperation",
    "parent_organization_id",
    "status",
    "status_since",
    "assured_date",
)
LINKS = ("logo", "uri")
EMAILS = ("email", "assurer_email")

COUNTRY_LETTERS = 2
SCHEMES = 256  # whose rules are remembered


@dataclass(slots=True)
class Draft:
    """Hold what was given, read. ``area`` is empty where it was not given and no place tells it (``area_of_place``).

    ``faults`` are those found so far; a draft with faults is not to be used. ``warnings`` are of what is taken as it
    is. ``terms`` are those of the node; ``unsaid`` are subjects of capabilities whose terms were not given. ``left``
    says which were left out of the fields of a draft that is ``of_list``. ``listing`` says of which list its places
    are, and ``placed`` which ids they have here, in their order, once they are settled.
    """

    terms: Known = field(default_factory=lambda: NO_TERMS)
    of_list: bool = False
    left: list[Fault] = field(default_factory=list)
    unsaid: frozenset[str] = frozenset()
    fields: dict[str, Any] = field(default_factory=dict)
    locations: Sequence[dict[str, Any]] | None = None
    listing: Listing | None = None
    placed: list[str] = field(default_factory=list)
    cooperations: Sequence[dict[str, Any]] | None = None
    parts: Mapping[str, Sequence[dict[str, Any]]] = field(default_factory=dict)
    area: str = ""
    area_of_place: bool = False
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)

    def fields_of(self, organization_id: str, old: Organization | None, tree: Tree, default_area: str = "") -> Fields:
        """Return the fields to set on ``old``, or on a new organization; raise :class:`Refused`.

        ``default_area`` is where a new organization is that does not say so.
        """
        fields = dict(self.fields)
        if self.locations is not None:
            fields["locations"] = tuple(
                in_tree(one, tree)
                for one in self._settled(organization_id, old.locations if old else (), self.locations)
            )
        if "identifiers" in fields:
            fields["identifiers"] = settle_identifiers(old.identifiers if old else (), fields["identifiers"])
        if "capabilities" in fields:
            fields["capabilities"] = self._termed(fields["capabilities"], old.capabilities if old else ())
        if self.cooperations is not None:
            fields["cooperations"] = settle_cooperations(old.cooperations if old else (), self.cooperations)
        for name, given in self.parts.items():
            kind = HSDS_PARTS[name]
            listed = named(kind, given, getattr(old, name, ()), f"{organization_id}/{name}")
            fields[name] = tuple(made(kind, one) for one in listed)
        area = self._area(old, fields) or ("" if old else default_area)
        if area:
            fields |= {"area": area, "areas": tree.path(area)}
        return fields

    def _settled(
        self, organization_id: str, old: Sequence[Location], given: Sequence[dict[str, Any]]
    ) -> Sequence[Location]:
        if self.listing is None:
            settled = settle_locations(organization_id, old, given)
            self.placed = [one.id for one in settled]
            return settled
        settled, self.placed = settle_listed(organization_id, old, given, self.listing)
        return settled

    def _area(self, old: Organization | None, fields: Fields) -> str:
        """Return the area that is given; of one that is known, and that a place tells, the first that it has."""
        if old is None or not self.area_of_place:
            return self.area
        first = next((one.id for one in fields["locations"]), "")
        told = dict(zip(self.placed, self.locations or (), strict=True))
        return str(told.get(first, {}).get("area", ""))

    def _termed(self, given: Sequence[Capability], before: Sequence[Capability]) -> tuple[Capability, ...]:
        """Return the capabilities with their terms; raise :class:`Refused` for one that may not be borne."""
        kept = {one.subject: one.terms for one in before}
        borne = [
            Borne(f"capabilities.{number}.terms.{place}", code, (one.subject,))
            for number, one in enumerate(given)
            for place, code in enumerate(one.terms)
        ]
        every = {code for codes in kept.values() for code in codes}
        self.left = left_out(borne, self.terms, every, of_list=self.of_list)
        out = {one.value for one in self.left}
        if not (out or self.unsaid):
            return tuple(given)
        return tuple(
            replace(one, terms=kept.get(one.subject, ()))
            if one.subject in self.unsaid
            else replace(one, terms=tuple(code for code in one.terms if code not in out))
            for one in given
        )


def read(
    given: Mapping[str, Any], *, country: str, tree: Tree, terms: Known = NO_TERMS, of_list: bool = False
) -> Draft:
    """Return a draft of what a loaded request gives; never raises, but collects faults."""
    draft = Draft(terms, of_list)
    draft.unsaid = frozenset(one["subject"] for one in given.get("capabilities", ()) if "terms" not in one)
    draft.fields = {name: given[name] for name in PLAIN if name in given}
    draft.fields |= {name: " ".join(given[name].split()) for name in LINES if name in given}
    if "description" in given:
        draft.fields["description"] = given["description"].strip()
    for name, reader in _READERS.items():
        if name in given:
            draft.fields[name] = tuple(_collect(draft, reader(given[name], country)))
    _read_addresses(draft)
    _read_cooperations(draft, given)
    _read_members(draft)
    _read_parts(draft, given, country)
    _read_places(draft, given, country, tree)
    return draft


def in_tree(one: Location, tree: Tree) -> Location:
    """Return a place with what the tree of areas tells of it: what is above its area, and whether it lies outside."""
    outside, areas = not tree.covers(one.area, one.point), tree.path(one.area)
    if one.outside_area == outside and one.areas == areas:
        return one
    return replace(one, outside_area=outside, areas=areas)


def placed(organization: Organization, tree: Tree) -> Organization:
    """Return an organization whose places tell what is above their areas, as those stored before that was kept do not.

    It is the same record: nothing is told that does not follow from it.
    """
    if all(one.areas or not one.area for one in organization.locations):
        return organization
    told = tuple(replace(one, areas=tree.path(one.area)) for one in organization.locations)
    return replace(organization, locations=told)


def _read_phones(given: Sequence[Mapping[str, Any]], country: str) -> Iterator[Phone | Fault]:
    for number, phone in enumerate(given):
        dialled = shown_number(phone["number"], country)
        yield (
            Phone(dialled, phone["type"], phone.get("extension"), " ".join(phone.get("description", "").split()))
            if dialled
            else Fault(f"phones.{number}.number", "not_a_phone", phone["number"])
        )


def _read_identifiers(given: Sequence[Mapping[str, Any]], _country: str) -> Iterator[Identifier | Fault]:
    for number, one in enumerate(given):
        scheme, text = one["identifier_scheme"], " ".join(fold_digits(one["identifier"]).split())
        try:
            yield Identifier(scheme, _by_rules(scheme, text), one.get("valid_from", ""))
        except WrongNumber:
            yield Fault(f"identifiers.{number}.identifier", "wrong_identifier", one["identifier"])


def _by_rules(scheme: str, text: str) -> str:
    """Return an identifier in the compact form that python-stdnum gives it, or as it is where that knows no rules.

    A scheme is ``<country>.<name>``: ``eg.tn`` is the Egyptian tax number. Raises stdnum's error for a wrong one.
    """
    country, dot, name = scheme.partition(".")
    rules = _rules_of(country, name) if dot and len(country) == COUNTRY_LETTERS else None
    return str(rules.validate(text)) if rules else text


@lru_cache(maxsize=SCHEMES)
def _rules_of(country: str, name: str) -> Any:
    """Return python-stdnum's module, or None; it looks for one that it has not among all files each time."""
    return get_cc_module(country, name)


def _read_capabilities(given: Sequence[Mapping[str, Any]], _country: str) -> Iterator[Capability]:
    return (Capability(**capability) for capability in given)


def _read_accreditations(given: Sequence[Mapping[str, Any]], _country: str) -> Iterator[Accreditation]:
    return (Accreditation(**{**one, "accreditor": " ".join(one["accreditor"].split())}) for one in given)


def _read_years(given: Sequence[Mapping[str, Any]], _country: str) -> Iterator[Members]:
    return (Members(**one) for one in sorted(given, key=itemgetter("year")))


def _read_words(given: Sequence[str], _country: str) -> Iterator[str]:
    return iter(dict.fromkeys(given))


_READERS: Mapping[str, Callable[[Any, str], Iterator[Any]]] = {
    "phones": _read_phones,
    "identifiers": _read_identifiers,
    "capabilities": _read_capabilities,
    "languages": _read_words,
    "member_of": _read_words,
    "accreditations": _read_accreditations,
    "members_by_year": _read_years,
}


def _collect(draft: Draft, read_values: Iterator[Any]) -> Iterator[Any]:
    """Yield each value once, and put the faults among them aside."""
    seen = set()
    for value in read_values:
        if isinstance(value, Fault):
            draft.faults.append(value)
        elif value not in seen:
            seen.add(value)
            yield value


def _read_addresses(draft: Draft) -> None:
    for name in EMAILS:
        if text := draft.fields.get(name):
            known = addresses.email(text)
            if known is None:
                draft.faults.append(Fault(name, "not_an_email", text))
            draft.fields[name] = known or text
    if text := draft.fields.get("website"):
        full = addresses.website(text)
        if full is None:
            draft.faults.append(Fault("website", "not_an_address", text))
        draft.fields["website"] = full or text


def _read_cooperations(draft: Draft, given: Mapping[str, Any]) -> None:
    """Take it that an organization whose cooperation has not ended cooperates, unless it is said not to."""
    if "cooperations" not in given:
        return
    draft.cooperations = [one | {"partner": " ".join(one["partner"].split())} for one in given["cooperations"]]
    day = clock.now().date().isoformat()
    if any(not one.get("valid_to") or one["valid_to"] >= day for one in draft.cooperations):
        draft.fields.setdefault("international_cooperation", True)


def _read_parts(draft: Draft, given: Mapping[str, Any], country: str) -> None:
    """Read what is as in a service's record."""
    shared = {name: given[name] for name in (*HSDS_PARTS, *LINKS) if name in given}
    if not shared:
        return
    read_so = parts_intake.read(shared, country=country)
    draft.faults += read_so.faults
    draft.parts = {name: read_so.given[name] for name in HSDS_PARTS if name in given}
    draft.fields |= {name: read_so.given[name] for name in LINKS if name in given}


def _read_members(draft: Draft) -> None:
    """Take the last year's members for how many there are, unless that is said."""
    if years := draft.fields.get("members_by_year"):
        draft.fields.setdefault("members_count", years[-1].members)


def _read_places(draft: Draft, given: Mapping[str, Any], country: str, tree: Tree) -> None:
    draft.area = _area(draft, tree, given.get("area", ""), "area")
    if "locations" not in given:
        return
    read_so = parts_intake.read({"locations": given["locations"]}, country=country)
    draft.faults += read_so.faults
    draft.locations = [
        _place(draft, tree, location, f"locations.{number}")
        for number, location in enumerate(read_so.given["locations"])
    ]
    if not draft.area and draft.locations:
        draft.area, draft.area_of_place = draft.locations[0].get("area", ""), True


def _place(draft: Draft, tree: Tree, given: Mapping[str, Any], name: str) -> dict[str, Any]:
    place = {key: value for key, value in given.items() if key != "area"}
    point = (place.get("longitude"), place.get("latitude"))
    area = _area(draft, tree, given.get("area", ""), f"{name}.area")
    if None not in point and area and not tree.covers(area, point):  # type: ignore[arg-type]
        draft.warnings.append(Fault(f"{name}.latitude", "outside_its_area", f"{point[1]}, {point[0]}"))
    area = area or (tree.at(point) if None not in point else "")  # type: ignore[arg-type]
    return place | {"area": area} if area else place


def _area(draft: Draft, tree: Tree, text: str, name: str) -> str:
    try:
        return tree.find(" ".join(text.split()), name)
    except Refused as refused:
        draft.faults.extend(refused.faults)
        return ""
