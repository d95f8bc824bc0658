"""Say of an organization what search engines and other programs understand: JSON-LD 1.1 by schema.org's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any

import orjson

from contracts.registry import PLACE_TYPES
from services.gateway.directory.whereabouts import areas_of
from services.gateway.downloads.columns import at_level, capable_of, located, place
from services.gateway.downloads.words import Json, Wording

MEDIA_TYPE = "application/ld+json"
TYPES = {
    "community": "NGO",
    "central": "NGO",
    "social_unit": "GovernmentOrganization",
    "government_agency": "GovernmentOrganization",
}
OTHER_TYPE = "Organization"
PHYSICAL = PLACE_TYPES[0]
_IN_SCRIPT = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def described(record: Json, wording: Wording, public_url: str, names: Mapping[str, str]) -> Json:
    """Return an organization's record as linked data; ``names`` are those of what it is a part or member of, by id."""
    page = address_of(public_url, record["id"])
    main, parent = place(record), record["parent_organization_id"]
    numbers = record["phones"]
    return {
        "@context": "https://schema.org",
        "@type": TYPES.get(record["organization_type"], OTHER_TYPE),
        "@id": page,
        **_told(
            name=record["name"],
            alternateName=record["alternate_name"],
            description=record["description"],
            url=record["website"] or page,
            mainEntityOfPage=page,
            email=record["email"],
            telephone=[one["number"] for one in numbers if one["type"] != "fax"],
            faxNumber=[one["number"] for one in numbers if one["type"] == "fax"],
            contactPoint=[_contact(one) for part in (record, *record["locations"]) for one in contacts_of(part)],
            foundingDate=str(record["year_incorporated"] or ""),
            knowsLanguage=record["languages"],
            identifier=[_identifier(one) for one in record["identifiers"]],
            address=_address(main, record, wording) if main else None,
            location=[_place(one, record, wording) for one in record["locations"]],
            areaServed=_area(record["areas"], wording),
            knowsAbout=[wording.subject(code) for one in record["capabilities"] for code in capable_of(one)],
            makesOffer=[_offer(one, wording) for one in record["capabilities"]],
            parentOrganization=_other(parent, public_url, names) if parent else None,
            memberOf=[_other(one, public_url, names) for one in record["member_of"]],
        ),
    }


def address_of(public_url: str, id_: str) -> str:
    """Return the address of an organization's page, which is its name as linked data too."""
    return f"{public_url.rstrip('/')}/o/{id_}"


def in_script(described: Json) -> str:
    """Return linked data as it stands in a page's ``script``: none of its texts ends that, or begins anything else."""
    text = orjson.dumps(described).decode()
    return reduce(lambda written, one: written.replace(*one), _IN_SCRIPT.items(), text)


def _told(**fields: Any) -> Json:
    return {name: value for name, value in fields.items() if value}


def contacts_of(part: Json) -> Sequence[Json]:
    """Return whom one turns to at an organization or a place of it; none where the record is older than these."""
    return part.get("contacts") or ()


def _contact(contact: Json) -> Json:
    numbers = contact["phones"]
    return {
        "@type": "ContactPoint",
        **_told(
            name=contact["name"],
            contactType=", ".join(filter(None, (contact["title"], contact["department"]))),
            email=contact["email"],
            telephone=[one["number"] for one in numbers if one["type"] != "fax"],
            faxNumber=[one["number"] for one in numbers if one["type"] == "fax"],
        ),
    }


def _identifier(identifier: Json) -> Json:
    return {
        "@type": "PropertyValue",
        "propertyID": identifier["identifier_scheme"],
        "value": identifier["identifier"],
    }


def _place(place: Json, record: Json, wording: Wording) -> Json:
    geo = {"@type": "GeoCoordinates", "latitude": place["latitude"], "longitude": place["longitude"]}
    address = _address(place, record, wording)
    return {"@type": "Place", **_told(name=place["name"], address=address, geo=geo if located(place) else None)}


def _address(place: Json, record: Json, wording: Wording) -> Json:
    """Return where a place is, by its first physical address as far as that tells, else by its line and its areas.

    Those are its own, or the organization's where nobody says in which it lies.
    """
    parts = next((one for one in place.get("addresses", ()) if one["address_type"] == PHYSICAL), {})
    street = ", ".join(filter(None, (parts.get("address_1"), parts.get("address_2"))))
    areas = areas_of(place, record)
    lowest = at_level("locality", areas, wording) or at_level("county", areas, wording)
    return {
        "@type": "PostalAddress",
        **_told(
            streetAddress=street if parts else place["address"],
            addressLocality=parts.get("city") or lowest,
            addressRegion=parts.get("state_province") or at_level("governorate", areas, wording),
            postalCode=parts.get("postal_code"),
            addressCountry=parts.get("country") or at_level("country", areas, wording),
        ),
    }


def _area(areas: Sequence[str], wording: Wording) -> Json | None:
    """Return the last of the areas, contained in the one before it."""
    if not areas:
        return None
    *before, code = areas
    named = {"@type": "AdministrativeArea", "identifier": code, "name": wording.area(code)}
    return named | _told(containedInPlace=_area(before, wording))


def _offer(capability: Json, wording: Wording) -> Json:
    offered = {"@type": "Service", "name": wording.subject(capability["subject"]), "serviceType": capability["subject"]}
    quantity = {
        "@type": "QuantitativeValue",
        "value": capability["capacity"],
        "unitText": wording.term("unit", capability["unit"]),
    }
    known = capability["capacity"] is not None
    return {"@type": "Offer", "itemOffered": offered, **_told(eligibleQuantity=quantity if known else None)}


def _other(id_: str, public_url: str, names: Mapping[str, str]) -> Json:
    return {"@type": OTHER_TYPE, "@id": address_of(public_url, id_), **_told(name=names.get(id_))}
