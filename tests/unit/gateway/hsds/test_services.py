"""Prove how a service of the register is told in HSDS's words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.registry.services import Service
from contracts.registry.words import SERVICE_STATUSES
from contracts.subjects import SUBJECTS
from services.gateway.api.examples import services
from services.gateway.api.examples.hsds import FLAT, FULL
from services.gateway.hsds.joined import array, extended
from services.gateway.hsds.parts import pruned
from services.gateway.hsds.services import rendered
from services.gateway.hsds.taxonomies import NEEDS_TAXONOMY, term_id
from tests.hsds import faults, needs_schemas

Json = dict[str, Any]

OWN_TERM, OTHERS_TERM = term_id(NEEDS_TAXONOMY, "food", "fa"), "0bc248fa-dc27-4650-9ba4-8f1a24ef16a2"
SERVICE: Json = {**services.SERVICE, "terms": []}
"""A service without terms of the node's own, which are named when it is read."""
PART = {"id": "30951f94-7b24-11ef-ba1b-a79405d4dcaa", "attributes": []}


def classified(term: str) -> Json:
    """Return an attribute of a record."""
    return {"id": PART["id"], "link_type": "", "taxonomy_term_id": term, "value": "", "label": "نوع"}


LANGUAGE: Json = {**PART, "name": "", "code": "ar", "note": ""}
PHONE: Json = {
    **PART,
    "number": "+20965331234",
    "extension": 7,
    "type": "voice",
    "description": "",
    "languages": [LANGUAGE],
    "attributes": [classified(OTHERS_TERM)],
}
LARGE: Json = {
    **SERVICE,
    "url": "https://ehsan-qena.example/health",
    "email": "info@ehsan-qena.example",
    "status": "temporarily closed",
    "last_modified": datetime(2026, 11, 2, 8, 15, 0, 250_000, tzinfo=UTC),
    "subjects": ["health", "food"],
    "additional_urls": [{**PART, "label": "الصفحة", "url": "https://ehsan-qena.example/page"}],
    "phones": [PHONE],
    "languages": [LANGUAGE],
    "funding": [{**PART, "source": "تبرعات"}],
    "service_areas": [
        {**PART, "name": "مركز قنا", "description": "", "extent": "", "extent_type": "", "uri": "https://x.example/a"}
    ],
    "contacts": [{**PART, "name": "", "title": "", "department": "الاستقبال", "email": "", "phones": [PHONE]}],
    "attributes": [classified(OWN_TERM), classified(OTHERS_TERM), classified("")],
}


def whole(record: Json) -> Json:
    """Return a service as it is read: with its organization and its places."""
    service, location = rendered(record), orjson.dumps(FULL["locations"][0])
    at = array(extended(one.full, location=location) for one in service.at)
    shown: Json = orjson.loads(extended(service.full, service_at_locations=at, organization=orjson.dumps(FLAT)))
    return shown


def test_made_up_records_are_records():
    assert Service().validate(orjson.loads(orjson.dumps(LARGE))) == {}


def test_nothing_of_ours_is_told():
    assert not {"version", "area", "areas", "subjects", "terms"} & set(whole(SERVICE))


def test_flat_has_no_parts():
    flat = orjson.loads(rendered(LARGE).flat)

    assert not [value for value in flat.values() if isinstance(value, list | dict)]
    assert flat["organization_id"] == SERVICE["organization_id"]


def test_subjects_are_terms():
    attributes = whole({**SERVICE, "subjects": [*SUBJECTS]})["attributes"]

    assert [one["taxonomy_term"]["code"] for one in attributes] == [*SUBJECTS]
    assert {one["link_type"] for one in attributes} == {"subject"}


def test_terms_of_the_nodes_own_follow_subjects():
    attributes = whole({**SERVICE, "terms": ["health.dialysis"]})["attributes"]

    assert [(one["link_type"], one["taxonomy_term"]["code"]) for one in attributes] == [
        ("subject", "health"),
        ("term", "health.dialysis"),
    ]


def test_own_term_is_told_in_its_language():
    own, others, untold = whole({**LARGE, "subjects": []})["attributes"]

    assert own["taxonomy_term"]["name"] == "غذا"
    assert (others["taxonomy_term_id"], "taxonomy_term" in others) == (OTHERS_TERM, False)
    assert set(untold) == {"id", "label"}


def test_place_says_whose_it_is():
    at = whole(SERVICE)["service_at_locations"][0]

    assert at["service_id"] == SERVICE["id"]
    assert at["location"]["id"] == at["location_id"]
    assert at["schedules"][0]["byday"] == "SU,TU"


def test_free_of_charge_is_said():
    assert whole(SERVICE)["cost_options"][0]["amount"] == 0


def test_times_are_in_utc():
    assert whole(LARGE)["last_modified"] == "2026-11-02T08:15:00.250000Z"


@given(st.recursive(st.none() | st.text() | st.integers(), lambda node: st.dictionaries(st.sampled_from("abc"), node)))
def test_pruned_says_no_nothing(node: Any):
    def empties(node: Any) -> bool:
        return isinstance(node, dict) and any(one in (None, "") or empties(one) for one in node.values())

    assert not empties(pruned(node))


@needs_schemas
@pytest.mark.parametrize("record", [SERVICE, LARGE], ids=["usual", "large"])
def test_schemas_of_hsds_are_obeyed(record: Json):
    service, organization = rendered(record), orjson.dumps(FLAT)
    location = orjson.dumps(FULL["locations"][0])
    listed = orjson.loads(extended(service.flat, organization=organization))
    at = [orjson.loads(extended(one.full, location=location, service=service.full)) for one in service.at]

    assert faults("service_list", listed) == faults("service", whole(record)) == []
    assert [fault for one in at for fault in faults("service_at_location", one)] == []


@needs_schemas
@pytest.mark.parametrize("status", SERVICE_STATUSES)
def test_statuses_are_those_of_hsds(status: str):
    assert faults("service", whole({**SERVICE, "status": status})) == []
