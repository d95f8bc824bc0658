"""Read what people write of an organization into the domain's terms: numbers, identifiers, addresses, areas.

Pure: takes a request that the contract's schema has loaded, the node's country and the tree of areas.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from marshmallow import ValidationError, validate
from stdnum.eg import tn
from stdnum.exceptions import ValidationError as WrongNumber

from contracts.phones import e164
from contracts.text import fold_digits
from services.registry.areas.tree import Tree
from services.registry.faults import Fault, Refused
from services.registry.organizations.domain import Capability, Fields, Identifier, Organization, Phone, settle_locations

LINES = ("name", "alternate_name", "email", "website", "cooperation_partner")
PLAIN = ("organization_type", "year_incorporated", "members_count", "international_cooperation", "status")
SCHEMES: Mapping[str, Callable[[str], str]] = {"eg.tn": tn.validate}
"""Schemes whose identifiers follow rules that are published; each returns the compact form or raises."""

_is_email = validate.Email()
_is_address = validate.URL(schemes={"http", "https"})


@dataclass(slots=True)
class Draft:
    """Hold what was given, read. ``area`` is empty where it was not given and no place tells it.

    ``faults`` are those found so far; a draft with faults is not to be used.
    """

    fields: dict[str, Any] = field(default_factory=dict)
    locations: Sequence[dict[str, Any]] | None = None
    area: str = ""
    faults: list[Fault] = field(default_factory=list)

    def fields_of(self, organization_id: str, old: Organization | None, tree: Tree, default_area: str = "") -> Fields:
        """Return the fields to set on ``old``, or on a new organization; raise :class:`Refused`.

        ``default_area`` is where a new organization is that does not say so.
        """
        fields = dict(self.fields)
        if self.locations is not None:
            fields["locations"] = settle_locations(organization_id, old.locations if old else (), self.locations)
        area = self.area or ("" if old else default_area)
        if area:
            fields |= {"area": area, "areas": tree.path(area)}
        return fields


def read(given: Mapping[str, Any], *, country: str, tree: Tree) -> Draft:
    """Return a draft of what a loaded request gives; never raises, but collects faults."""
    draft = Draft()
    draft.fields = {name: given[name] for name in PLAIN if name in given}
    draft.fields |= {name: " ".join(given[name].split()) for name in LINES if name in given}
    if "description" in given:
        draft.fields["description"] = given["description"].strip()
    for name, reader in _READERS.items():
        if name in given:
            draft.fields[name] = tuple(_collect(draft, reader(given[name], country)))
    _read_addresses(draft)
    _read_partner(draft)
    _read_places(draft, given, tree)
    return draft


def _read_phones(given: Sequence[Mapping[str, Any]], country: str) -> Iterator[Phone | Fault]:
    for number, phone in enumerate(given):
        dialled = e164(phone["number"], country)
        yield (
            Phone(dialled, phone["type"])
            if dialled
            else Fault(f"phones.{number}.number", "not_a_phone", phone["number"])
        )


def _read_identifiers(given: Sequence[Mapping[str, Any]], _country: str) -> Iterator[Identifier | Fault]:
    for number, one in enumerate(given):
        scheme, text = one["identifier_scheme"], " ".join(fold_digits(one["identifier"]).split())
        try:
            yield Identifier(scheme, SCHEMES[scheme](text) if scheme in SCHEMES else text)
        except WrongNumber:
            yield Fault(f"identifiers.{number}.identifier", "wrong_identifier", one["identifier"])


def _read_capabilities(given: Sequence[Mapping[str, Any]], _country: str) -> Iterator[Capability]:
    return (Capability(**capability) for capability in given)


def _read_languages(given: Sequence[str], _country: str) -> Iterator[str]:
    return iter(dict.fromkeys(given))


_READERS: Mapping[str, Callable[[Any, str], Iterator[Any]]] = {
    "phones": _read_phones,
    "identifiers": _read_identifiers,
    "capabilities": _read_capabilities,
    "languages": _read_languages,
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
    email, website = draft.fields.get("email"), draft.fields.get("website")
    if email and not _fits(_is_email, email):
        draft.faults.append(Fault("email", "not_an_email", email))
    if website:
        draft.fields["website"] = full = website if "://" in website else f"https://{website}"
        if not _fits(_is_address, full):
            draft.faults.append(Fault("website", "not_an_address", website))


def _fits(rule: Callable[[str], Any], text: str) -> bool:
    try:
        rule(text)
    except ValidationError:
        return False
    return True


def _read_partner(draft: Draft) -> None:
    """Take it that an organization with a foreign partner cooperates internationally, unless it is said not to."""
    if draft.fields.get("cooperation_partner"):
        draft.fields.setdefault("international_cooperation", True)


def _read_places(draft: Draft, given: Mapping[str, Any], tree: Tree) -> None:
    draft.area = _area(draft, tree, given.get("area", ""), "area")
    if "locations" not in given:
        return
    draft.locations = [
        _place(draft, tree, location, f"locations.{number}") for number, location in enumerate(given["locations"])
    ]
    if not draft.area and draft.locations:
        draft.area = draft.locations[0].get("area", "")


def _place(draft: Draft, tree: Tree, given: Mapping[str, Any], name: str) -> dict[str, Any]:
    place = {key: " ".join(value.split()) if isinstance(value, str) else value for key, value in given.items()}
    point = (place.get("longitude"), place.get("latitude"))
    area = _area(draft, tree, place.pop("area", ""), f"{name}.area")
    area = area or (tree.at(point) if None not in point else "")  # type: ignore[arg-type]
    return place | {"area": area} if area else place


def _area(draft: Draft, tree: Tree, text: str, name: str) -> str:
    try:
        return tree.find(" ".join(text.split()), name)
    except Refused as refused:
        draft.faults.extend(refused.faults)
        return ""
