"""Make the places of organizations from a package's locations, each with its id there and its addresses by their parts.

A place says all that it can say, also where that is nothing: what the list has no more is gone from it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from cli.hsds_package import told
from cli.hsds_package.making import Maker, Record, given, number
from cli.hsds_package.numbers import country
from cli.hsds_package.schedules import schedules
from cli.hsds_package.shelf import Row
from contracts.registry.hsds import ADDRESS, FEW, LINE, NOTE
from contracts.registry.places import POSTAL_CODE
from contracts.registry.words import PLACE_TYPES
from services.gateway.hsds.places import line_id

PHYSICAL, POSTAL, VIRTUAL = PLACE_TYPES
CALLED = {"mail": POSTAL, "mailing": POSTAL, "": PHYSICAL}
"""What types are called otherwise."""
LINES = ("name", "alternate_name", "external_identifier", "external_identifier_type")
FURTHER_LINES = ("address_2", "address_3", "address_4")


def location(maker: Maker, row: Row) -> Record:
    """Make a place."""
    made: Record = {column: maker.cut(row, column, LINE) for column in LINES}
    made |= {column: maker.cut(row, column, NOTE) for column in ("description", "transportation")}
    made |= {
        "external_id": row.id,
        "location_type": VIRTUAL if row["virtual"] else _type(maker, row, "location_type"),
        "url": maker.cut(row, "url", ADDRESS),
        "accessibility": _accessibility(maker, row),
        "languages": _languages(maker, row),
        "phones": maker.phones("location_id", row.id),
        "contacts": maker.contacts("location_id", row.id),
        "schedules": schedules(maker, "location_id", row),
        "attributes": told.of_place(maker, row) if maker.exact else [],
        "latitude": number(row["latitude"]),
        "longitude": number(row["longitude"]),
        **_address(maker, row),
    }
    return made | (given(area=told.area(maker, row)) if maker.exact else {})


def _accessibility(maker: Maker, row: Row) -> list[Record]:
    """Make what rows of their own tell, and then what the cell of the place does, in which Ohana lists it."""
    rows = maker.owned("accessibility", "location_id", row.id)
    found = [
        maker.part(one) | maker.texts(one, NOTE, "description", "details") | maker.texts(one, ADDRESS, "url")
        for one in rows
    ]
    said = [{"description": one} for one in maker.words(row, "accessibility", NOTE)]
    return maker.first(row, maker.saying(found) + said, FEW, "accessibility")


def _languages(maker: Maker, row: Row) -> list[Record]:
    """Make the languages spoken at a place; of a node's those that are its own."""
    rows = maker.owned("languages", "location_id", row.id)
    own = [maker.language(one) for one in rows if not (maker.exact and told.is_its_organizations(one))]
    return maker.first(row, maker.saying(own) + maker.spoken(row, "languages"), FEW, "languages")


def _address(maker: Maker, row: Row) -> Record:
    """Make the addresses of a place, or the line that a node tells in place of parts that it does not have."""
    rows = maker.owned("addresses", "location_id", row.id)
    line = next((one["address_1"] for one in rows if maker.exact and one.id == line_id(row.id)), "")
    parted = [_parts(maker, one) for one in rows if not maker.exact or one.id != line_id(row.id)]
    mail = [_parts(maker, one, POSTAL) for one in maker.owned("mail_addresses", "location_id", row.id)]
    return {"address": line, "addresses": maker.first(row, _told_apart(parted + mail), FEW, "addresses")}


def _told_apart(parts: Sequence[Record]) -> list[Record]:
    """Return addresses without the ids that stand in both files, where one is told as both."""
    ids = Counter(one.get("id") for one in parts)
    return [
        one if ids[one.get("id")] == 1 else {name: said for name, said in one.items() if name != "id"} for one in parts
    ]


def _parts(maker: Maker, row: Row, kind: str = "") -> Record:
    further = ", ".join(filter(None, (row[column] for column in FURTHER_LINES)))
    made = maker.part(row) | maker.texts(row, LINE, "attention", "city", "region", "state_province")
    made |= maker.texts(row, ADDRESS, "address_1") | maker.texts(row, POSTAL_CODE, "postal_code")
    return made | given(
        address_2=maker.shortened(row, "address_2", further, ADDRESS),
        country=(not maker.exact and country(row["country"])) or maker.cut(row, "country", LINE),
        address_type=kind or _type(maker, row, "address_type"),
    )


def _type(maker: Maker, row: Row, column: str) -> str:
    said = row[column].lower().replace("_", " ").removesuffix(" address")
    kind = CALLED.get(said, said)
    if kind not in PLACE_TYPES:
        maker.leave(row, column, f"the register knows no such {column}")
        return PHYSICAL
    return kind
