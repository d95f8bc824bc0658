"""Render an organization of the register as HSDS 3.1 has it: flat for lists, and with all that belongs to it.

What nobody knows is left out, but for what HSDS requires: a description, and the parts of an address. For its places
see :mod:`.places`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

from services.gateway.hsds.ids import part_id
from services.gateway.hsds.parts import NOTHING, classified, pruned, stated
from services.gateway.hsds.places import NAMED_IN, Areas, location
from services.gateway.hsds.taxonomies import COOPERATION, NEEDS, ORGANIZATIONS, TYPE, attribute, own_attribute

Json = dict[str, Any]

PHONE_TYPES = {"sms": "text"}
"""What HSDS calls otherwise (RFC 6350)."""
LANGUAGES_OF = {"IR": "fa"}
"""In which language areas of a country are named, where an organization states none; elsewhere in Arabic."""
FLAT = (
    "id",
    "name",
    "alternate_name",
    "description",
    "email",
    "website",
    "tax_status",
    "year_incorporated",
    "legal_status",
    "logo",
    "uri",
    "parent_organization_id",
)
REQUIRED = frozenset({"id", "name", "description"})
AS_THEY_ARE = ("additional_websites", "contacts", "funding")
"""Parts that the register names and shapes as HSDS does."""


def flat(record: Json) -> Json:
    """Return an organization as lists show it, and as the services of it do."""
    return {name: value for name in FLAT if (value := record[name]) or name in REQUIRED}


def rendered(record: Json, areas: Areas) -> bytes:
    """Return an organization with its parts, as JSON. Its services come from another record, and are added to it."""
    return orjson.dumps({**flat(record), **stated(_parts(record, areas))})


def place(record: Json, id: str, areas: Areas) -> Json | None:  # noqa: A002 - the field's name
    """Return a place of an organization with its parts; None where it has no such place."""
    return next(iter(_locations(record, areas, [one for one in record["locations"] if one["id"] == id])), None)


def program(record: Json, id: str) -> Json | None:  # noqa: A002 - the field's name
    """Return a programme of an organization; None where it has no such programme."""
    return next((_program(one) for one in record["programs"] if one["id"] == id), None)


def phones(of: str, numbers: Iterable[Json]) -> list[Json]:
    """Return telephone numbers of a record."""
    return [_phone(of, number) for number in numbers]


def _phone(of: str, phone: Json) -> Json:
    more = {name: phone[name] for name in ("extension", "description") if phone.get(name) not in NOTHING}
    return {
        "id": part_id(of, "phone", phone["type"], phone["number"], *map(str, more.values())),
        "number": phone["number"],
        "type": PHONE_TYPES.get(phone["type"], phone["type"]),
        **more,
    }


def languages(of: str, codes: Iterable[str]) -> list[Json]:
    """Return the languages that are spoken at a place, or by a service."""
    return [{"id": part_id(of, "language", code), "code": code} for code in codes]


def language_of(record: Json) -> str:
    """Return the language in which an organization's terms and areas are named."""
    spoken = next((code for code in record["languages"] if code in NAMED_IN), "")
    return spoken or LANGUAGES_OF.get(next(iter(record["areas"]), ""), NAMED_IN[0])


def _parts(record: Json, areas: Areas) -> Json:
    return {
        **{name: pruned(record[name]) for name in AS_THEY_ARE},
        "programs": [_program(one) for one in record["programs"]],
        "phones": phones(record["id"], record["phones"]),
        "locations": _locations(record, areas, record["locations"]),
        "organization_identifiers": [_identifier(record["id"], one) for one in record["identifiers"]],
        "attributes": [*_capabilities(record), *_kinds(record), *map(classified, record.get("attributes", ()))],
    }


def _locations(record: Json, areas: Areas, places: Iterable[Json]) -> list[Json]:
    spoken, language = record["languages"], language_of(record)
    return [location(one, languages(one["id"], spoken), areas, language) for one in places]


def _program(one: Json) -> Json:
    return {"description": "", **pruned(one)}


def _identifier(of: str, one: Json) -> Json:
    scheme, identifier = one["identifier_scheme"], one["identifier"]
    return {
        "id": part_id(of, "identifier", scheme, identifier),
        "identifier_scheme": scheme,
        "identifier_type": scheme,
        "identifier": identifier,
    }


def _capabilities(record: Json) -> Iterable[Json]:
    for one in record["capabilities"]:
        amount = f"{one['capacity']} {one['unit']}".strip() if one["capacity"] is not None else ""
        yield _attribute(record, NEEDS, one["subject"], link_type="capability", value=amount)
        yield from (own_attribute(record["id"], "organization", code) for code in one.get("terms", ()))


def _kinds(record: Json) -> Iterable[Json]:
    yield _attribute(record, ORGANIZATIONS, record["organization_type"], link_type=TYPE)
    if record["international_cooperation"]:
        for partner in _partners(record) or [""]:
            yield _attribute(record, ORGANIZATIONS, COOPERATION, link_type=COOPERATION, value=partner)


def _attribute(record: Json, taxonomy: str, code: str, **about: str) -> Json:
    return attribute(record["id"], "organization", taxonomy, code, label=language_of(record), **about)


def _partners(record: Json) -> list[str]:
    """Return with whom an organization works."""
    return [one["partner"] for one in record["cooperations"]]
