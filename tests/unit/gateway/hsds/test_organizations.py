"""Prove how an organization of the register is told in HSDS's words."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson
import pytest

from contracts.registry import ORGANIZATION_TYPES, PHONE_TYPES
from contracts.subjects import SUBJECTS
from services.gateway.api.examples.hsds import PLACES
from services.gateway.api.examples.organizations import ORGANIZATION
from services.gateway.hsds import organizations
from services.gateway.hsds.taxonomies import NEEDS_TAXONOMY, term_id
from tests.hsds import faults, needs_schemas

Json = dict[str, Any]

BARE: Json = {
    **ORGANIZATION,
    "description": "",
    "email": "",
    "year_incorporated": None,
    "phones": [],
    "identifiers": [],
    "languages": [],
    "international_cooperation": False,
    "capabilities": [],
    "locations": [],
    "area": "",
    "areas": [],
}
PART: Json = {"id": "30951f94-7b24-11ef-ba1b-a79405d4dcaa", "attributes": []}
SITE = "https://ehsan-qena.example"
ADDRESS: Json = {
    **PART,
    "attention": "الاستقبال",
    "address_1": "شارع الجميل",
    "address_2": "",
    "city": "قنا",
    "region": "",
    "state_province": "",
    "postal_code": "83511",
    "country": "EG",
    "address_type": "postal",
}
PLACE: Json = {
    "id": "01932f6e-8a00-7c21-9d5e-2f64b0a9c112",
    "name": "المقر",
    "alternate_name": "بيت الأمة",
    "description": "الطابق الثاني",
    "transportation": "محطة قنا",
    "location_type": "virtual",
    "url": f"{SITE}/office",
    "external_identifier": "///cheer.parent.mole",
    "external_identifier_type": "what3words",
    "address": "شارع الجميل, قنا, 83511",
    "addresses": [ADDRESS],
    "accessibility": [{**PART, "description": "منحدر", "details": "", "url": f"{SITE}/ramp"}],
    "latitude": 26.164,
    "longitude": 32.727,
    "area": "EG2901",
}
LARGE: Json = {
    **ORGANIZATION,
    "logo": "https://ehsan-qena.example/logo.png",
    "uri": "https://ehsan-qena.example/id",
    "parent_organization_id": "0bc248fa-dc27-4650-9ba4-8f1a24ef16a2",
    "additional_websites": [{**PART, "label": "", "url": "https://ehsan-qena.example/news"}],
    "contacts": [{**PART, "name": "", "title": "", "department": "الاستقبال", "email": "", "phones": []}],
    "programs": [{**PART, "name": "رعاية", "alternate_name": "", "description": ""}],
    "funding": [{**PART, "source": "تبرعات"}],
    "website": "https://ehsan-qena.example/",
    "phones": [{"number": f"+2096533123{number}", "type": kind} for number, kind in enumerate(PHONE_TYPES)],
    "capabilities": [{"subject": subject, "capacity": None, "unit": "families"} for subject in SUBJECTS],
    "locations": [PLACE],
}


def full(**fields: Any) -> Json:
    """Return an organization with its parts."""
    shown: Json = orjson.loads(organizations.rendered({**ORGANIZATION, **fields}, PLACES))
    return shown


def ids(node: Any) -> list[str]:
    """Return every id within a part of an answer."""
    if isinstance(node, list):
        return [id_ for inner in node for id_ in ids(inner)]
    if isinstance(node, dict):
        return [node["id"]] * ("id" in node) + [id_ for inner in node.values() for id_ in ids(inner)]
    return []


def test_nothing_empty_is_told():
    shown = orjson.loads(organizations.rendered(BARE, PLACES))

    assert set(shown) == {"id", "name", "description", "attributes"}
    assert shown["description"] == ""


def test_flat_has_no_parts():
    assert not [value for value in organizations.flat(LARGE).values() if isinstance(value, list | dict)]


def test_ids_stay_the_same():
    assert ids(full()) == ids(full(name="اسم آخر", description="وصف آخر"))


def test_ids_of_parts_are_uuids():
    assert all(UUID(id_) for id_ in ids(full()))


def test_parts_differ_by_id():
    parts = ids([full()["phones"], full()["locations"], full()["organization_identifiers"]])
    attributes = [one["id"] for one in full(capabilities=LARGE["capabilities"])["attributes"]]

    assert len(set(parts)) == len(parts)
    assert len(set(attributes)) == len(attributes)


def test_terms_of_others_stand_beside_ours():
    given = {"id": PART["id"], "link_type": "taxonomy", "taxonomy_term_id": PART["id"], "value": "", "label": "Charity"}

    *ours, others = full(attributes=[given])["attributes"]

    assert ours == full()["attributes"]
    assert others == {name: value for name, value in given.items() if value}


def test_text_messages_go_by_another_name():
    shown = full(phones=[{"number": "+201000000027", "type": "sms"}])

    assert shown["phones"][0]["type"] == "text"


def test_number_says_whom_one_reaches():
    numbers = [{"number": "+20965331234", "type": "voice", "extension": one, "description": ""} for one in (None, 0, 9)]

    shown = full(phones=numbers)["phones"]

    assert [one.get("extension") for one in shown] == [None, 0, 9]
    assert len({one["id"] for one in shown}) == 3


def test_number_from_before_keeps_its_id():
    before, since = {"number": "+20965331234", "type": "voice"}, {"extension": None, "description": ""}

    assert full(phones=[before])["phones"] == full(phones=[before | since])["phones"]


def test_place_is_told_with_its_parts():
    (place,) = full(locations=[PLACE])["locations"]

    texts = ("alternate_name", "transportation", "location_type", "url", "external_identifier")
    assert {name: place[name] for name in texts} == {name: PLACE[name] for name in texts}
    assert place["accessibility"] == [
        {"id": PART["id"], "description": "منحدر", "url": PLACE["accessibility"][0]["url"]}
    ]


def test_address_by_parts_is_no_areas():
    (address,) = full(locations=[PLACE])["locations"][0]["addresses"]

    assert (address["id"], address["postal_code"], address["address_type"]) == (PART["id"], "83511", "postal")
    assert (address["city"], address["state_province"]) == ("قنا", "")


def test_capability_says_how_much():
    health = full()["attributes"][0]

    assert (health["link_type"], health["value"], health["label"]) == ("capability", "40 families", "صحة")
    assert health["taxonomy_term"]["id"] == term_id(NEEDS_TAXONOMY, "health")


def test_cooperation_names_its_partners():
    cooperations = [{"partner": "UNICEF"}, {"partner": "UNHCR"}]

    shown = full(international_cooperation=True, cooperations=cooperations)["attributes"]

    assert [one["value"] for one in shown if one["link_type"] == "international_cooperation"] == ["UNICEF", "UNHCR"]


@pytest.mark.parametrize("kind", ORGANIZATION_TYPES)
def test_every_type_has_a_term(kind: str):
    shown = full(organization_type=kind)["attributes"]

    assert [one["taxonomy_term"]["code"] for one in shown if one["link_type"] == "organization_type"] == [kind]


def test_address_names_its_areas():
    address = full()["locations"][0]["addresses"][0]

    assert (address["city"], address["state_province"], address["country"]) == ("مركز قنا", "قنا", "EG")


@pytest.mark.parametrize(("languages", "city"), [(["en"], "Qena"), (["nub", "fa"], "قنا"), ([], "مركز قنا")])
def test_areas_are_named_in_its_language(languages: list[str], city: str):
    assert full(languages=languages)["locations"][0]["addresses"][0]["city"] == city


def test_unknown_area_leaves_the_address():
    address = orjson.loads(organizations.rendered(ORGANIZATION, {}))["locations"][0]["addresses"][0]

    assert (address["address_1"], address["city"], address["country"]) == ("شارع الجميل، قنا", "", "")


def test_place_without_address_has_none():
    kept = {"id": ORGANIZATION["locations"][0]["id"], "name": "المقر"}
    place = {**kept, "address": "", "area": "", "latitude": None, "longitude": None}

    assert set(full(locations=[place])["locations"][0]) == {"id", "location_type", "name", "languages"}


@needs_schemas
@pytest.mark.parametrize("record", [ORGANIZATION, BARE, LARGE], ids=["usual", "bare", "large"])
def test_schemas_of_hsds_are_obeyed(record: Json):
    listed, whole = organizations.flat(record), orjson.loads(organizations.rendered(record, PLACES))

    assert faults("organization_list", listed) == faults("organization", whole) == []
