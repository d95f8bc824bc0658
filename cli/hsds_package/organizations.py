"""Turn a package's organizations into rows of an import, each with its places in an order that stays.

A place has no id of the package in the register: it is the one at the same position of the list. So places are in the
order of their file, and a package that is put again finds each where it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from cli.hsds_package import told
from cli.hsds_package.making import Maker, Record, distinct, given, listed, number
from cli.hsds_package.numbers import extension_of
from cli.hsds_package.shelf import Row
from contracts.registry.hsds import ADDRESS, FEW, LINE, SOME
from contracts.registry.words import SCHEME

PLACES = 20
DESCRIPTION = 2_000
PHONE_TYPES = {"cell": "cell", "fax": "fax", "sms": "sms", "text": "sms", "textphone": "textphone", "tty": "textphone"}
TAX_ID = "tax_id"


def rows(maker: Maker) -> Iterator[tuple[Row, Record]]:
    """Yield each good organization of a package, and the row that is put."""
    shared = maker.reading.shelf.doubled("organizations", "tax_id")
    for row in maker.reading.shelf.rows("organizations"):
        yield row, _row(maker, row, shared)


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


def _row(maker: Maker, row: Row, shared: frozenset[str]) -> Record:
    own = places(maker, row.id)
    made: Record = {"external_id": row.id}
    made |= maker.texts(row, LINE, "name", "alternate_name", "email", "legal_status", "tax_status")
    made |= maker.texts(row, DESCRIPTION, "description") | maker.texts(row, 300, "website")
    made |= maker.texts(row, ADDRESS, "logo", "uri")
    founded = row["year_incorporated"] or row["date_incorporated"][:4]
    return made | given(
        year_incorporated=number(founded),
        phones=_phones(maker, row, own),
        identifiers=_identifiers(maker, row, shared),
        languages=_languages(maker, row, own),
        accreditations=maker.first(
            row, [{"accreditor": one[:LINE]} for one in listed(row["accreditations"])], FEW, "accreditations"
        ),
        locations=maker.several(own, PLACES, lambda place: _place(maker, place)),
        contacts=_contacts(maker, row, own),
        programs=maker.several(maker.owned("programs", "organization_id", row.id), SOME, maker.program),
        funding=_funding(maker, row),
        additional_websites=maker.several(maker.owned("urls", "organization_id", row.id), FEW, maker.url),
        **(told.organization(maker, row) if maker.exact else {}),
    )


def _place(maker: Maker, place: Row) -> Record:
    """Make a place. It says all that it can say, also where that is nothing: positions must not mix two places."""
    made = {
        "name": maker.cut(place, "name", LINE),
        "address": maker.address(place),
        "latitude": number(place["latitude"]),
        "longitude": number(place["longitude"]),
    }
    return made | (given(area=told.area(maker, place)) if maker.exact else {})


def _phones(maker: Maker, row: Row, own: list[Row]) -> list[Record]:
    """Make the telephone numbers of an organization, then those of its places: the register knows no place's."""
    found = maker.owned("phones", "organization_id", row.id)
    found += [phone for place in own for phone in maker.owned("phones", "location_id", place.id)]
    for one in found if not maker.exact else ():
        if said := extension_of(one):
            maker.verdicts.warn(one.file, one.number, "extension", said, "left out: the register has no place for it")
    made: Iterable[Record] = filter(None, map(maker.phone, found))
    plain = [{"number": one["number"], "type": PHONE_TYPES.get(one.get("type", "").lower(), "voice")} for one in made]
    return maker.first(row, plain if maker.exact else distinct(plain, "number"), FEW, "phones")


def _contacts(maker: Maker, row: Row, own: list[Row]) -> list[Record]:
    found = maker.owned("contacts", "organization_id", row.id)
    found += [one for place in own for one in maker.owned("contacts", "location_id", place.id)]
    unique = {(one.file, one.number): one for one in found}
    return maker.several(list(unique.values()), FEW, maker.contact)


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
        found.append({"identifier_scheme": TAX_ID, "identifier": row["tax_id"][:80]})
    return maker.first(row, found, FEW, "identifiers")


def _scheme(text: str) -> str:
    plain = re.sub(r"[^a-z0-9._-]+", "-", text.lower()).strip("-._")[:40]
    return plain if SCHEME.match(plain) else "other"


def _languages(maker: Maker, row: Row, own: list[Row]) -> list[str]:
    said = [maker.language(one) for place in own for one in maker.owned("languages", "location_id", place.id)]
    return maker.first(row, list(dict.fromkeys(one["code"] for one in said if "code" in one)), FEW, "languages")


def _funding(maker: Maker, row: Row) -> list[Record]:
    found = maker.several(maker.owned("funding", "organization_id", row.id), FEW, maker.funding)
    return maker.first(row, found + [{"source": one} for one in listed(row["funding_sources"])], FEW, "funding")
