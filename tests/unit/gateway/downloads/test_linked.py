"""Prove what a program that reads JSON-LD understands of an organization."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import orjson
import pytest
from pyld import jsonld

from services.gateway.api.examples.organizations import ORGANIZATION
from services.gateway.downloads.linked import described, in_script
from services.gateway.downloads.words import Wording

SCHEMA = "https://schema.org/"
CONTEXT = {"@context": {"@vocab": SCHEMA}}  # what theirs says of the words that we use
AREAS = {
    "EG": {"level": "country", "names": {"ar": "مصر", "fa": "مصر", "en": "Egypt"}},
    "EG29": {"level": "governorate", "names": {"ar": "قنا", "fa": "قنا", "en": "Qena"}},
    "EG2901": {"level": "county", "names": {"ar": "مركز قنا", "fa": "قنا", "en": "Qena centre"}},
}

Json = dict[str, Any]


def told(language: str = "en", **fields: Any) -> Json:
    """Return an organization as linked data."""
    return described({**ORGANIZATION, **fields}, Wording(language, AREAS), "https://qena.example/", {"up": "Union"})


def expanded(**fields: Any) -> Json:
    """Return the same as a program sees it that knows nothing but JSON-LD."""

    def load(address: str, _: Any) -> Json:
        assert address in ("https://schema.org", SCHEMA)
        return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": address, "document": CONTEXT}

    (found,) = jsonld.expand(told(**fields), {"documentLoader": load})
    return found


def values(node: Json, name: str) -> list[Any]:
    """Return the values of a property."""
    return [one.get("@value", one) for one in node.get(SCHEMA + name, [])]


def test_organization_is_understood():
    found = expanded()

    assert (found["@id"], found["@type"]) == (f"https://qena.example/o/{ORGANIZATION['id']}", [f"{SCHEMA}NGO"])
    assert values(found, "name") == [ORGANIZATION["name"]]
    assert values(found, "telephone") == ["+20965331234"]
    assert values(found, "knowsAbout") == ["Health"]


def test_terms_are_known_about():
    bearing = [{**ORGANIZATION["capabilities"][0], "terms": ["health.dialysis"]}]

    assert values(expanded(capabilities=bearing), "knowsAbout") == ["Health", "health.dialysis"]


def test_place_has_address_and_point():
    (place,) = values(expanded(), "location")
    (geo,) = values(place, "geo")
    (address,) = values(place, "address")

    assert geo["@type"] == [f"{SCHEMA}GeoCoordinates"]
    assert (values(geo, "latitude"), values(geo, "longitude")) == ([26.164], [32.727])
    assert (values(address, "addressRegion"), values(address, "addressLocality")) == (["Qena"], ["Qena centre"])


def test_branch_lies_in_its_own_governorate():
    areas = AREAS | {"EG33": {"level": "governorate", "names": {"ar": "الأقصر", "fa": "", "en": "Luxor"}}}
    branch = {**ORGANIZATION["locations"][0], "area": "EG33", "areas": ["EG", "EG33"]}
    record = {**ORGANIZATION, "locations": [ORGANIZATION["locations"][0], branch]}

    place = described(record, Wording("en", areas), "https://qena.example/", {})["location"][1]

    assert (place["address"]["addressRegion"], place["address"]["addressCountry"]) == ("Luxor", "Egypt")


def test_address_is_told_by_its_parts():
    parts = {
        "address_1": "5 Nile Street",
        "address_2": "",
        "city": "Luxor",
        "state_province": "",
        "postal_code": "85951",
    }
    addresses = [{**parts, "address_type": "postal"}, {**parts, "country": "EG", "address_type": "physical"}]

    place = told(locations=[{**ORGANIZATION["locations"][0], "addresses": addresses}])["location"][0]

    assert place["address"] == {
        "@type": "PostalAddress",
        "streetAddress": "5 Nile Street",
        "addressLocality": "Luxor",
        "addressRegion": "Qena",
        "postalCode": "85951",
        "addressCountry": "EG",
    }


def test_area_lies_in_those_above():
    (area,) = values(expanded(), "areaServed")
    (above,) = values(area, "containedInPlace")
    (country,) = values(above, "containedInPlace")

    assert [values(one, "identifier") for one in (area, above, country)] == [["EG2901"], ["EG29"], ["EG"]]


def test_offer_tells_how_much():
    (offer,) = values(expanded(), "makesOffer")
    (quantity,) = values(offer, "eligibleQuantity")

    assert (values(quantity, "value"), values(quantity, "unitText")) == ([40], ["families"])


def test_contacts_are_points_to_turn_to():
    number = {"number": "+20965331299", "type": "voice"}
    fax = {"number": "+20965331298", "type": "fax"}
    office = {"name": "", "title": "Reception", "department": "Families", "email": "", "phones": []}
    person = {"name": "Mona", "title": "", "department": "", "email": "mona@ehsan.example", "phones": [number, fax]}
    place = {**ORGANIZATION["locations"][0], "contacts": [office]}

    one, other = values(expanded(contacts=[person], locations=[place]), "contactPoint")

    assert one["@type"] == [f"{SCHEMA}ContactPoint"]
    assert (values(one, "name"), values(one, "email")) == (["Mona"], ["mona@ehsan.example"])
    assert (values(one, "telephone"), values(one, "faxNumber")) == (["+20965331299"], ["+20965331298"])
    assert (values(other, "contactType"), values(other, "telephone")) == (["Reception, Families"], [])


def test_network_is_named_and_linked():
    (network,) = values(expanded(member_of=["up"]), "memberOf")

    assert (network["@id"], values(network, "name")) == ("https://qena.example/o/up", ["Union"])


def test_parent_is_linked_though_unknown():
    (parent,) = values(expanded(parent_organization_id="gone"), "parentOrganization")

    assert (parent["@id"], values(parent, "name")) == ("https://qena.example/o/gone", [])


def test_identifier_names_its_scheme():
    (identifier,) = values(expanded(), "identifier")

    assert (values(identifier, "propertyID"), values(identifier, "value")) == (["eg.moss.registration"], ["1234/2009"])


@pytest.mark.parametrize(
    ("kind", "type_"),
    [("central", "NGO"), ("government_agency", "GovernmentOrganization"), ("company", "Organization")],
)
def test_type_is_of_schema_org(kind: str, type_: str):
    assert told(organization_type=kind)["@type"] == type_


def test_nothing_empty_is_said():
    bare = told(
        locations=[],
        areas=[],
        phones=[],
        capabilities=[],
        identifiers=[],
        contacts=[],
        email="",
        description="",
        languages=[],
    )

    assert not [name for name, value in bare.items() if value in ("", None, [], {})]


@pytest.mark.parametrize("text", ["</script><script>alert(1)</script>", "<!--<script>", "a & b", "\u2028x"])
def test_no_text_ends_the_script(text: str):
    written = in_script(told(description=text))

    assert not set("<>&\u2028\u2029") & set(written)
    assert orjson.loads(written)["description"] == text


class Scripts(HTMLParser):
    """Gather what stands in a page's scripts."""

    def __init__(self) -> None:
        """Start outside of any."""
        super().__init__()
        self.found: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note that a script begins."""
        self._inside = tag == "script"

    def handle_data(self, text: str) -> None:
        """Keep a script's text."""
        if self._inside:
            self.found.append(text)

    def handle_endtag(self, tag: str) -> None:
        """Note that it ended."""
        self._inside = False


def test_script_in_a_page_is_read_whole():
    parser = Scripts()
    parser.feed(f"<script>{in_script(told(description='</script><b>'))}</script><p>after</p>")

    assert orjson.loads("".join(parser.found))["description"] == "</script><b>"
