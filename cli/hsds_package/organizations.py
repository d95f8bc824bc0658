"""Turn a package's organizations into rows of an import, each with its places, which are known by their ids there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from cli.hsds_package import emptied, told
from cli.hsds_package.making import Maker, Record, given, number
from cli.hsds_package.places import location
from cli.hsds_package.shelf import Row
from cli.hsds_package.terms import of_organization
from contracts.registry.hsds import ADDRESS, FEW, LINE, NOTE, SOME
from contracts.registry.words import PLACES_MOST, SCHEME

DESCRIPTION = 2_000
PHONE_TYPES = {
    "voice": "voice",
    "cell": "cell",
    "fax": "fax",
    "sms": "sms",
    "text": "sms",
    "textphone": "textphone",
    "tty": "textphone",
}
TAX_ID = "tax_id"
IDENTIFIER = 80
PLACED = ("locations", "services", "services_at_location")
"""Tables that tell which places an organization has."""
REACHED = ("number", "extension", "description")
"""What tells one telephone number from another."""


def rows(maker: Maker) -> Iterator[tuple[Row, Record]]:
    """Yield each good organization of a package, and the row that is put."""
    shared = maker.reading.shelf.doubled("organizations", "tax_id")
    spoken = emptied.of_organizations(maker.reading)
    whole = emptied.whole(maker.reading, *PLACED)
    for row in maker.reading.shelf.rows("organizations"):
        made = spoken.of(row, _row(maker, row, shared))
        yield row, made | _every_place(made) if whole else made


def places(maker: Maker, organization_id: str) -> list[Row]:
    """Return the places of an organization in their order: its own, and those at which its services are given."""
    shelf = maker.reading.shelf
    found = {row.id: row for row in shelf.children("locations", "organization_id", organization_id)}
    for service in shelf.children("services", "organization_id", organization_id):
        for location_id in located(maker, service):
            place = None if location_id in found else shelf.get("locations", location_id)
            if place:
                found[place.id] = place
    return sorted(found.values(), key=lambda row: (row.file, row.number))


def located(maker: Maker, service: Row) -> list[str]:
    """Return the ids of the places at which a service is given."""
    named = [
        row["location_id"] for row in maker.reading.shelf.children("services_at_location", "service_id", service.id)
    ]
    return list(dict.fromkeys(filter(None, (*named, service["location_id"]))))


def _every_place(made: Record) -> Record:
    """Say that the places of an organization are all that it has, unless there were more than the register takes."""
    told = made.get("locations", [])
    return {"locations": told, "all_locations": True} if len(told) < PLACES_MOST else {}


def _row(maker: Maker, row: Row, shared: frozenset[str]) -> Record:
    own = places(maker, row.id)
    _homeless(maker, row)
    made: Record = {"external_id": row.id}
    made |= maker.texts(row, LINE, "name", "alternate_name", "email", "legal_status", "tax_status")
    made |= maker.texts(row, DESCRIPTION, "description") | maker.texts(row, 300, "website")
    made |= maker.texts(row, ADDRESS, "logo", "uri")
    made |= told.organization(maker, row) if maker.exact else of_organization(maker, row)
    founded = row["year_incorporated"] or row["date_incorporated"][:4]
    return made | given(
        year_incorporated=number(founded),
        phones=_phones(maker, row, own),
        identifiers=_identifiers(maker, row, shared),
        languages=_languages(maker, row, own),
        accreditations=maker.first(row, [{"accreditor": one} for one in _licences(maker, row)], FEW, "accreditations"),
        locations=maker.several(own, PLACES_MOST, lambda place: location(maker, place)),
        contacts=maker.contacts("organization_id", row.id),
        programs=maker.several(maker.owned("programs", "organization_id", row.id), SOME, maker.program),
        funding=_funding(maker, row),
        additional_websites=maker.several(maker.owned("urls", "organization_id", row.id), FEW, maker.url),
    )


def _homeless(maker: Maker, row: Row) -> None:
    """Tell of addresses that are no place's: an organization has none of its own."""
    for table in ("addresses", "mail_addresses"):
        for one in maker.owned(table, "organization_id", row.id):
            maker.leave(one, "organization_id", "an address is a place's")


def _phones(maker: Maker, row: Row, own: list[Row]) -> list[Record]:
    """Make the telephone numbers of an organization; one without any is reached at its places, or by what is there."""
    found = maker.owned("phones", "organization_id", row.id)
    if not found and not maker.exact:
        there = [maker.reading.shelf.children("phones", "location_id", place.id) for place in own]
        found = [phone for place in own for phone in maker.owned("phones", "location_id", place.id)]
        found = found or [phone for phones in there for phone in phones]
    made = [one for phone in found if (one := _phone(maker, phone))]
    return maker.first(row, made if maker.exact else _distinct(made), FEW, "phones")


def _phone(maker: Maker, row: Row) -> Record | None:
    """Make a number of an organization. What it has no place for is told, unless the number's place keeps it."""
    made = maker.phone(row)
    if made is None:
        return None
    kind = made.get("type", "voice").lower()
    if kind not in PHONE_TYPES and not row["location_id"]:
        maker.verdicts.warn(row.file, row.number, "type", kind, "taken as voice")
    if "languages" in made and not row["location_id"]:
        maker.leave(row, "language", "an organization's number has none")
    return {name: made[name] for name in REACHED if name in made} | {"type": PHONE_TYPES.get(kind, "voice")}


def _distinct(phones: Iterable[Record]) -> list[Record]:
    """Return telephone numbers, each once with the same extension and description."""
    found: dict[tuple[Any, ...], Record] = {}
    for one in phones:
        found.setdefault(tuple(map(one.get, REACHED)), one)
    return list(found.values())


def _identifiers(maker: Maker, row: Row, shared: frozenset[str]) -> list[Record]:
    """Make the identifiers. One that several organizations bear tells none of them from the others, and is left out."""
    found = [
        {
            "identifier_scheme": _scheme(one["identifier_scheme"] or one["identifier_type"]),
            "identifier": one["identifier"],
        }
        for one in maker.owned("organization_identifiers", "organization_id", row.id)
    ]
    if row["tax_id"] in shared:
        maker.verdicts.warn(row.file, row.number, "tax_id", row["tax_id"], "left out: another organization has it too")
    elif row["tax_id"]:
        found.append({"identifier_scheme": TAX_ID, "identifier": maker.cut(row, "tax_id", IDENTIFIER)})
    return maker.first(row, found, FEW, "identifiers")


def _licences(maker: Maker, row: Row) -> list[str]:
    said = (maker.words(row, column, LINE) for column in ("accreditations", "licenses"))
    return list(dict.fromkeys(chain.from_iterable(said)))


def _scheme(text: str) -> str:
    plain = re.sub(r"[^a-z0-9._-]+", "-", text.lower()).strip("-._")[:40]
    return plain if SCHEME.match(plain) else "other"


def _languages(maker: Maker, row: Row, own: list[Row]) -> list[str]:
    """Make the codes of the languages spoken at the places of an organization; a node tells which are meant so."""
    rows = [one for place in own for one in maker.owned("languages", "location_id", place.id)]
    told_so = [maker.language(one) for one in rows if not maker.exact or told.is_its_organizations(one)]
    told_so += [one for place in own for one in maker.spoken(place, "languages")]
    codes = [one["code"] for one in told_so if "code" in one] + (told.languages(maker, row) if maker.exact else [])
    return maker.first(row, list(dict.fromkeys(codes)), FEW, "languages")


def _funding(maker: Maker, row: Row) -> list[Record]:
    found = maker.several(maker.owned("funding", "organization_id", row.id), FEW, maker.funding)
    return maker.first(
        row, found + [{"source": one} for one in maker.words(row, "funding_sources", NOTE)], FEW, "funding"
    )
